/** Makes valid values of one kind, all different and none of a real person or system. Put together from parts, so that no scanner takes them for leaks. */
export interface Maker {
  /** Name of the rule that must find them. */
  rule: string
  type: string
  /** True where a checksum or an unmistakable form proves a value, so that it must be found in any disguise. */
  proven: boolean
  /** @param random uniform in [0, 1) */
  value(random: () => number): string
  /** A text in which the value must be found, where it is not found by itself: with the words that a weak one needs. */
  said?(value: string): string
}

/** `length` characters drawn from an alphabet. */
export const drawn = (random: () => number, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')

/** One of several. */
export const oneOf = <T>(random: () => number, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
