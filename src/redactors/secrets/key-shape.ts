/**
 * The form of the keys that one vendor hands out, as he publishes it or scanners know it. Every repetition is bounded. A
 * key begins after anything but a letter or digit, for which the rule looks by itself.
 */
export type KeyShape = readonly [
  /** Of the vendor, kebab-case. */
  name: string,
  /** Literals of which one is in every such key (lower case, a digit for any digit), or how many digits are (see `Rule.digits`). */
  anchors: readonly string[] | number,
  shape: RegExp,
  /** Said where other things may have the form too. */
  sure?: 'weak',
]
