import { weighted } from '../checks.ts'
import { isDay, numberRules } from './number-rule.ts'

/** The month tells the century: 80 more 1800, none 1900, then 2000, 2100, 2200 by steps of 20. */
function isPeselDay(digits: string): boolean {
  const month = Number(digits.slice(2, 4))
  const century = [1900, 2000, 2100, 2200, 1800][Math.floor(month / 20)] as number
  return isDay(century + Number(digits.slice(0, 2)), month % 20, Number(digits.slice(4, 6)))
}

/** Numer identyfikacji podatkowej: the remainder modulo eleven is the last digit, ten is never given. */
export const isNip = (digits: string): boolean =>
  weighted(digits.slice(0, 9), [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === Number(digits[9])

/** Register of firms: nine digits, or fourteen for a branch. */
function isRegon(digits: string): boolean {
  const weights = digits.length === 9 ? [8, 9, 2, 3, 4, 5, 6, 7] : [2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]
  return (weighted(digits.slice(0, -1), weights) % 11) % 10 === Number(digits.at(-1))
}

/** Three letters and six digits, the first of them the check of the rest: weights 7, 3, 1, of letters as 10 to 35. */
const isIdCard = (compact: string): boolean =>
  weighted(compact.slice(0, 3) + compact.slice(4), [7, 3, 1, 7, 3, 1, 7, 3]) % 10 === Number(compact[3])

export const poland = numberRules([
  {
    name: 'pl-pesel',
    type: 'PL_PESEL',
    digits: 11,
    shape: /\d{11}/,
    check: (n) => isPeselDay(n) && weighted(n, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
    words: ['pesel', 'numer ewidencyjny', 'polish (?:id|national)'],
    enough: 'alone',
  },
  {
    name: 'pl-tax',
    type: 'PL_NIP',
    digits: 10,
    shape: /\d{3}-\d{3}-\d{2}-\d{2}|\d{3}-\d{2}-\d{2}-\d{3}|\d{10}/,
    check: isNip,
    words: ['nip', 'podatnik[ai]?', 'podatkow[aey][a-z]{0,4}', 'identyfikacji podatkowej', 'polish tax'],
    enough: 'word',
  },
  {
    name: 'pl-register',
    type: 'PL_REGON',
    digits: 9,
    shape: /\d{9}|\d{14}/,
    check: isRegon,
    words: ['regon'],
    enough: 'word',
  },
  {
    name: 'pl-id-card',
    type: 'PL_ID_CARD',
    digits: 6,
    shape: /[A-Z]{3} ?\d{6}/,
    check: isIdCard,
    words: ['dow[oó]d(?:u|em)?(?: osobist(?:y|ego))?', 'seria i numer', 'identity card', 'id card'],
    enough: 'alone',
  },
])
