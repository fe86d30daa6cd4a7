import { drawn, type Maker, oneOf } from './maker.ts'

const DIGITS = '0123456789'
const SMALL = 'abcdefghijklmnopqrstuvwxyz'
const HEX = '0123456789abcdef'

const byte = (random: () => number, from = 0, to = 255): number => from + Math.floor(random() * (to - from + 1))
const pairs = (random: () => number, mark: string): string =>
  `0${oneOf(random, ['0', '2', '4', 'a'])}${mark}${drawn(random, 'abcdef', 2)}${mark}${[1, 2, 3, 4].map(() => drawn(random, HEX, 2)).join(mark)}`

/** A number of the ranges that are given, in the notations of the country; `n` stands for a digit, `N` for one from 2 to 9. */
const NUMBERS = [
  '+49 30 9018nnnn',
  '+44 20 7946 0nnn',
  '+1 212-555-0nnn',
  '(312) 555-0nnn',
  '+33 6 12 nn nn nn',
  '+905321nnnnnn',
  '+639171nnnnnn',
  '0917 12n nnnn',
  '+91 98450 nnnnn',
  '+81 90-1234-nnnn',
]

export const contactMakers: readonly Maker[] = [
  {
    rule: 'email',
    type: 'EMAIL',
    proven: true,
    value: (random) =>
      `${drawn(random, SMALL, 6)}${oneOf(random, ['.', '_', '+', '-'])}${drawn(random, SMALL + DIGITS, 5)}@${drawn(random, SMALL, 8)}.example.${oneOf(random, ['com', 'org', 'net'])}`,
  },
  {
    rule: 'phone-number',
    type: 'PHONE',
    proven: false,
    value: (random) => oneOf(random, NUMBERS).replace(/n/g, () => drawn(random, DIGITS, 1)),
  },
  {
    rule: 'ipv4-address',
    type: 'IP',
    proven: false,
    value: (random) => `${byte(random, 11, 99)}.${byte(random)}.${byte(random)}.${byte(random, 1, 254)}`,
  },
  {
    rule: 'ipv6-address',
    type: 'IP',
    proven: false,
    value: (random) => `2001:db8:${drawn(random, HEX, 4)}:${drawn(random, HEX, 4)}::${drawn(random, HEX.slice(1), 4)}`,
  },
  { rule: 'mac-address', type: 'MAC', proven: false, value: (random) => pairs(random, oneOf(random, [':', '-'])) },
  {
    rule: 'mac-address',
    type: 'MAC',
    proven: false,
    value: (random) => pairs(random, '').replace(/(.{4})(?=.)/g, '$1.'),
  },
]
