import Type, { type TEnum } from 'typebox'

/** Schema of a string that is one of the given ones, as an `enum`; its type is their union. */
export function oneOf<const T extends readonly string[]>(
  names: T,
  options: { description?: string } = {},
): TEnum<[...T]> {
  return Type.Enum([...names], options) as unknown as TEnum<[...T]>
}
