/** Gives what `make` makes; it is made when it is first asked for, and kept. For what takes long and few processes need. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
