import { luhn, mod11and10, weighted } from '../checks.ts'
import type { Rule } from '../rule.ts'
import { isBirthNumber, isIco } from './central-europe.ts'
import { isPps } from './ireland.ts'
import { isDanishFirm, isFinnishFirm } from './nordic.ts'
import { numberRule } from './number-rule.ts'
import { isNip } from './poland.ts'
import { isPortugueseNif } from './portugal.ts'
import { isAfm, isSlovene } from './south-east-europe.ts'
import { isCif, isNie, isNif } from './spain.ts'

/** A weighted sum that is a multiple. */
const multiple = (weights: readonly number[], of: number) => (n: string) => weighted(n, weights) % of === 0

/** Austria: every second digit doubled, digits added, 96 less the sum. */
function austrian(n: string): boolean {
  const sum = [...n.slice(1, 8)].reduce(
    (all, c, i) => all + (i % 2 === 0 ? Number(c) : Number(c) > 4 ? 2 * Number(c) - 9 : 2 * Number(c)),
    0,
  )
  return (96 - sum) % 10 === Number(n[8])
}

/** France: two characters of a key in front of a SIREN; only keys of digits are checked. */
const french = (n: string): boolean =>
  luhn(n.slice(2)) && (/^\d\d/.test(n) ? (12 + 3 * (Number(n.slice(2)) % 97)) % 97 === Number(n.slice(0, 2)) : true)

/** Cyprus: digits at odd places are exchanged, the sum modulo 26 is a letter. */
const cypriot = (n: string): boolean => {
  const sum = [...n.slice(0, 8)].reduce(
    (all, c, i) => all + (i % 2 === 0 ? Number([1, 0, 5, 7, 9, 13, 15, 17, 19, 21][Number(c)]) : Number(c)),
    0,
  )
  return String.fromCharCode(65 + (sum % 26)) === n[8]
}

/** Bulgaria: nine digits of a firm, weights 1 to 8, then 3 to 10 where ten is left. */
function bulgarian(n: string): boolean {
  const first = weighted(n.slice(0, 8), [1, 2, 3, 4, 5, 6, 7, 8]) % 11
  return (first < 10 ? first : (weighted(n.slice(0, 8), [3, 4, 5, 6, 7, 8, 9, 10]) % 11) % 10) === Number(n[8])
}

/** Lithuania: weights 1 to 9 again and again, then 3 to 9 and 1 where ten is left; a 1 stands before the check. */
function lithuanian(n: string): boolean {
  const [body, check] = [n.slice(0, -1), Number(n.at(-1))]
  const first = weighted(body, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11
  const rest = first < 10 ? first : (weighted(body, [3, 4, 5, 6, 7, 8, 9, 1, 2]) % 11) % 10
  return body.endsWith('1') && rest === check
}

/** What follows the prefix of a member state, and its check. */
const MEMBERS: readonly [prefix: string, body: RegExp, check: (body: string) => boolean][] = [
  ['AT', /U\d{8}/, austrian],
  ['BE', /[01]\d{9}/, (n) => 97 - (Number(n.slice(0, 8)) % 97) === Number(n.slice(8))],
  ['BG', /\d{9}/, bulgarian],
  ['CY', /\d{8}[A-Z]/, cypriot],
  ['CZ', /\d{8,10}/, (n) => (n.length === 8 ? isIco(n) : isBirthNumber(n))],
  ['DK', /\d{8}/, isDanishFirm],
  ['EE', /\d{9}/, multiple([3, 7, 1, 3, 7, 1, 3, 7, 1], 10)],
  ['EL', /\d{9}/, isAfm],
  [
    'ES',
    /[A-Z0-9]\d{7}[A-Z0-9]/,
    (n) => (/^\d/.test(n) ? isNif(n) : /^[XYZ]/.test(n) ? isNie(n) : /^[A-JNP-SUVW]/.test(n) && isCif(n)),
  ],
  ['FI', /\d{8}/, isFinnishFirm],
  ['FR', /[A-HJ-NP-Z0-9]{2}[ .]?\d{9}/, french],
  ['HR', /\d{11}/, mod11and10],
  ['HU', /\d{8}/, multiple([9, 7, 3, 1, 9, 7, 3, 1], 10)],
  ['IE', /\d{7}[A-W][A-IW]?/, isPps],
  ['IT', /\d{11}/, luhn],
  ['LT', /\d{9}|\d{12}/, lithuanian],
  ['LU', /\d{8}/, (n) => Number(n.slice(0, 6)) % 89 === Number(n.slice(6))],
  ['LV', /[4-9]\d{10}/, (n) => weighted(n, [9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 === 3],
  ['MT', /\d{8}/, multiple([3, 4, 6, 7, 8, 9, 10, 1], 37)],
  ['PL', /\d{10}/, isNip],
  ['PT', /\d{9}/, isPortugueseNif],
  [
    'RO',
    /\d{6,10}/,
    (n) =>
      ((weighted(n.slice(0, -1).padStart(9, '0'), [7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10) % 11) % 10 === Number(n.at(-1)),
  ],
  ['SE', /\d{10}01/, (n) => luhn(n.slice(0, 10))],
  ['SI', /[1-9]\d{7}/, isSlovene],
  ['SK', /\d{10}/, (n) => /^[1-9]\d[2-47-9]/.test(n) && Number(n) % 11 === 0],
]
const CHECKS = new Map(MEMBERS.map(([prefix, , check]) => [prefix, check]))

/** A body with a blank or a dot between any two characters. */
const spaced = (body: RegExp): string =>
  body.source
    .replace(/\\d\{(\d+)\}/g, (_, n) => `\\d(?:[ .]?\\d){${Number(n) - 1}}`)
    .replace(/\\d\{(\d+),(\d+)\}/g, (_, a, b) => `\\d(?:[ .]?\\d){${Number(a) - 1},${Number(b) - 1}}`)

/**
 * Value added tax numbers of the members of the European Union (VIES), but for those with a rule of their own. Nine
 * characters with a right check are enough; shorter ones need a word or a text to themselves.
 */
export const euVat: readonly Rule[] = [
  numberRule({
    name: 'eu-vat',
    type: 'EU_VAT_ID',
    digits: 7,
    shape: new RegExp(MEMBERS.map(([prefix, body]) => `${prefix}[ -]?(?:${spaced(body)})`).join('|')),
    check: (n) => CHECKS.get(n.slice(0, 2))?.(n.slice(2)) === true,
    words: [
      'vat',
      'v\\.a\\.t\\.',
      'tva',
      't\\.v\\.a\\.',
      'iva',
      'btw',
      'mwst',
      'moms',
      'ust id',
      'uid',
      'p(?:artita|\\.)? ?iva',
      'piva',
      'dph',
      'ddv',
      'pdv',
      'pvm',
      'pvn',
      'km(?:kr)?',
      'alv',
      'áfa',
      'nip',
      'nif',
      'cif',
      'cui',
      'φπα',
      'ддс',
      'intracommun[a-z]{2,12}',
      'tax',
    ],
    enough: (found) => (found.length >= 11 ? 'form' : 'alone'),
  }),
]
