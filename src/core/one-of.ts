import Type from 'typebox'

/** Schema of a string that is one of the given ones, as an `enum`; its type is their union. */
export function oneOf<const T extends readonly string[]>(names: T, options: { description?: string } = {}) {
  return Type.Enum([...names] as { -readonly [K in keyof T]: T[K] }, options)
}
