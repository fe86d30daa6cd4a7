import { weighted } from '../checks.ts'
import { isDay, numberRules } from './number-rule.ts'

/** Czech and Slovak birth number: women have 50 on the month, 20 more where a day's serials are used up; since 1954 a multiple of eleven, before 1985 also what leaves ten before a last nought. */
export function isBirthNumber(digits: string): boolean {
  const year = Number(digits.slice(0, 2))
  const month = Number(digits.slice(2, 4)) % 50
  const own = month > 20 ? month - 20 : month
  if (digits.length === 10 && year >= 40 && year < 54) return false
  const century = digits.length === 9 || year >= 54 ? 1900 : 2000
  if (!isDay(century + year, own, Number(digits.slice(4, 6)))) return false
  if (digits.length === 9) return year < 54
  const rest = Number(digits.slice(0, 9)) % 11
  return rest === 10 ? year >= 54 && year < 85 && digits[9] === '0' : rest === Number(digits[9])
}

/** Czech firms: weights 8 to 2, eleven less the remainder, of which the last digit counts. */
export const isIco = (digits: string): boolean =>
  (11 - (weighted(digits.slice(0, 7), [8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === Number(digits[7])

export const centralEurope = numberRules([
  {
    name: 'cz-sk-birth-number',
    type: 'CZ_SK_BIRTH_NUMBER',
    digits: 9,
    shape: /\d{6}\/\d{3,4}|\d{9,10}/,
    check: isBirthNumber,
    words: ['rodné číslo', 'rodne cislo', 'rodného čísla', 'r\\.?č\\.?', 'rč', 'birth number', 'national id'],
    enough: (found) => (/^\d{6}\/\d{4}$/.test(found) ? 'form' : 'word'),
  },
  {
    name: 'cz-company',
    type: 'CZ_ICO',
    digits: 8,
    shape: /\d{8}/,
    check: isIco,
    words: ['ičo?', 'ico', 'identifikační číslo'],
    enough: 'word',
  },
  {
    name: 'hu-social-security',
    type: 'HU_TAJ',
    digits: 9,
    shape: /\d{3}([ -]?)\d{3}\1\d{3}/,
    check: (n) => weighted(n.slice(0, 8), [3, 7]) % 10 === Number(n[8]),
    words: ['taj(?: szám| kártya)?', 'társadalombiztosítási'],
    enough: 'word',
  },
  {
    name: 'hu-tax',
    type: 'HU_TAX_ID',
    digits: 10,
    shape: /8\d{9}/,
    check: (n) => weighted(n.slice(0, 9), [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === Number(n[9]),
    words: ['adóazonosító(?: jel)?', 'adószám', 'hungarian tax'],
    enough: 'alone',
  },
])
