import { luhn } from '../checks.ts'
import { type NumberRow, numberRules } from './number-rule.ts'

/** A digit, or the letter that stands for it where two people would have the same code. */
const D = '[0-9LMNPQRSTUV]'
/** Surname, name, year, month, day (40 more for women), place of birth, check. */
const FISCAL = new RegExp(`[A-Z]{6}${D}{2}[ABCDEHLMPRST][0-7LMNPQRST]${D}[A-Z]${D}{3}[A-Z]`, 'i')

/** What a character counts at an odd place: 0 to 9, then A to Z. At an even one it counts its own place. */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
const ODD_LETTERS = [...ODD, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

/** Decree of the Minister of Finance, 23 December 1976: a sum modulo 26 as a letter. */
function fiscalCheck(compact: string): boolean {
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const code = compact.charCodeAt(i)
    const place = code < 58 ? code - 48 : code - 65
    sum += i % 2 === 1 ? place : (ODD_LETTERS[place] as number)
  }
  return String.fromCharCode(65 + (sum % 26)) === compact[15]
}

const fiscalCode: NumberRow = {
  name: 'it-fiscal-code',
  type: 'IT_FISCAL_CODE',
  digits: 3,
  shape: FISCAL,
  check: fiscalCheck,
  words: ['codice fiscale', 'cod\\.? ?fisc(?:ale)?\\.?', 'c\\.?f\\.?', 'fiscal code', 'tax code', 'italian tax'],
  enough: 'form',
  proven: true,
}

export const italy = numberRules([
  fiscalCode,
  // a slip of the pen in the check leaves a name and a day of birth behind
  { ...fiscalCode, name: 'it-fiscal-code-mistyped', check: (n) => !fiscalCheck(n), enough: 'alone', proven: false },
  {
    // seven digits, an office, Luhn
    name: 'it-vat-code',
    type: 'IT_VAT_CODE',
    digits: 11,
    shape: /\d{7}([ _]?)\d{1}\1\d{3}|\d{8}[ _]?\d{3}|\d(?:[ _]\d){10}/,
    check: (n) => luhn(n) && !n.startsWith('0000000'),
    words: ['p(?:artita|\\.)? ?iva', 'p\\.? ?iva', 'piva', 'vat', 'iva', 'codice fiscale', 'tax'],
    enough: 'alone',
  },
  {
    name: 'it-driving-licence',
    type: 'IT_DRIVER_LICENSE',
    digits: 2,
    shape: /[A-Z]{2}\d{7}[A-Z]|U1[BCDEFGHLJKMNPRSTUWYXZ0-9]{7}[A-Z]/i,
    words: ['patent[ei](?: di guida)?', 'licenza(?: di guida)?', "driv(?:ing|er'?s?) licen[cs]e", 'motorizzazione'],
    enough: 'alone',
  },
  {
    // on paper, electronic of the second edition, of the third
    name: 'it-identity-card',
    type: 'IT_IDENTITY_CARD',
    digits: 5,
    shape: /[A-Z]{2} ?\d{7}|\d{7} ?[A-Z]{2}|[A-Z]{2}\d{5}[A-Z]{2}/i,
    words: [
      "carta d['’ ]?identità?",
      'c(?:arta)?\\.? ?i(?:dentità)?\\.? ?e(?:lettronica)?\\.?',
      'cie',
      'documento(?: di (?:identità|riconoscimento))?',
      'identity card',
      'id card',
      'espatrio',
    ],
    enough: 'alone',
  },
  {
    name: 'it-passport',
    type: 'IT_PASSPORT',
    digits: 7,
    shape: /[A-Z]{2} ?\d{7}/i,
    words: ['passaport[oi]', 'passports?', 'documento di viaggio', 'questura'],
    enough: 'word',
  },
])
