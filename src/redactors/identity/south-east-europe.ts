import { luhn, mod11and10, weighted } from '../checks.ts'
import { isDay, isShortDay, numberRules } from './number-rule.ts'

/** Romania: sex and century, birth, county, serial; ten modulo eleven counts as one. */
function cnp(digits: string): boolean {
  const county = Number(digits.slice(7, 9))
  const rest = weighted(digits.slice(0, 12), [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
  return (
    isShortDay(digits.slice(1, 7)) &&
    ((county >= 1 && county <= 52) || county === 70 || (county >= 80 && county <= 83)) &&
    (rest === 10 ? 1 : rest) === Number(digits[12])
  )
}

/** Bulgaria: twenty more on the month before 1900, forty more since 2000. */
function egn(digits: string): boolean {
  const month = Number(digits.slice(2, 4))
  const [century, own] = month > 40 ? [2000, month - 40] : month > 20 ? [1800, month - 20] : [1900, month]
  return (
    isDay(century + Number(digits.slice(0, 2)), own, Number(digits.slice(4, 6))) &&
    (weighted(digits.slice(0, 9), [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === Number(digits[9])
  )
}

/** Greece's tax number: powers of two from the right, modulo eleven, ten as nought. */
export const isAfm = (digits: string): boolean =>
  !digits.startsWith('00') &&
  (weighted(digits.slice(0, 8), [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === Number(digits[8])

/** Slovenia's tax number: eleven less the remainder, ten as nought; a remainder of nought is never given. */
export const isSlovene = (digits: string): boolean => {
  const rest = weighted(digits.slice(0, 7), [8, 7, 6, 5, 4, 3, 2]) % 11
  return rest !== 0 && (11 - rest) % 10 === Number(digits[7])
}

/** Numbers of former Yugoslavia: birth with three digits of the year, region, serial, modulo eleven. */
function jmbg(digits: string): boolean {
  const thousand = Number(digits.slice(4, 7)) > 799 ? 1000 : 2000
  const rest = weighted(digits.slice(0, 12), [7, 6, 5, 4, 3, 2]) % 11
  return (
    isDay(thousand + Number(digits.slice(4, 7)), Number(digits.slice(2, 4)), Number(digits.slice(0, 2))) &&
    ((11 - rest) % 11) % 10 === Number(digits[12])
  )
}

export const southEastEurope = numberRules([
  {
    name: 'ro-personal-code',
    type: 'RO_CNP',
    digits: 13,
    shape: /[1-9]\d{12}/,
    check: cnp,
    words: ['cnp', 'cod(?:ul)? numeric(?: personal)?', 'buletin', 'romanian id', 'carte de identitate'],
    enough: 'alone',
  },
  {
    name: 'bg-civil-number',
    type: 'BG_EGN',
    digits: 10,
    shape: /\d{10}/,
    check: egn,
    words: ['егн', 'egn', 'единен граждански номер', 'bulgarian id', 'лнч'],
    enough: 'alone',
  },
  {
    name: 'gr-tax',
    type: 'GR_AFM',
    digits: 9,
    shape: /\d{9}/,
    check: isAfm,
    words: ['αφμ', 'α\\.φ\\.μ\\.', 'afm', 'greek tax', 'φορολογικ[όού]'],
    enough: 'word',
  },
  {
    name: 'gr-social-security',
    type: 'GR_AMKA',
    digits: 11,
    shape: /[0-3]\d{10}/,
    check: (n) => isShortDay(n.slice(4, 6) + n.slice(2, 4) + n.slice(0, 2)) && luhn(n),
    words: ['αμκα', 'α\\.μ\\.κ\\.α\\.', 'amka', 'greek social'],
    enough: 'alone',
  },
  {
    name: 'hr-personal-number',
    type: 'HR_OIB',
    digits: 11,
    shape: /\d{11}/,
    check: mod11and10,
    words: ['oib', 'osobni identifikacijski', 'croatian id'],
    enough: 'word',
  },
  {
    name: 'si-rs-citizen-number',
    type: 'JMBG',
    digits: 13,
    shape: /[0-3]\d{12}/,
    check: jmbg,
    words: ['em[sš]o', 'jmbg', 'јмбг', 'ембг', 'matična številka', 'matični broj', 'матични број'],
    enough: 'alone',
  },
  {
    name: 'si-tax',
    type: 'SI_TAX_NUMBER',
    digits: 8,
    shape: /[1-9]\d{7}/,
    check: isSlovene,
    words: ['davčna(?: številka)?', 'id za ddv'],
    enough: 'word',
  },
])
