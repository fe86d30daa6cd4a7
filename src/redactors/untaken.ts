/** A name that no neighbour has: itself, or with a number behind it. It is taken then. */
export function untaken(name: string, taken: Set<string>): string {
  let shown = name
  for (let n = 2; taken.has(shown); n++) shown = `${name}#${n}`
  taken.add(shown)
  return shown
}
