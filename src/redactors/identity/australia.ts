import { weighted } from '../checks.ts'
import { numberRules } from './number-rule.ts'

const BUSINESS = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]

export const australia = numberRules([
  {
    // Australian Business Register: one taken from the first digit, weighted, a multiple of 89
    name: 'au-business',
    type: 'AU_ABN',
    digits: 11,
    shape: /[1-9]\d(?: \d{3} \d{3} \d{3}|\d{9})/,
    check: (n) => (weighted(n, BUSINESS) - 10) % 89 === 0,
    words: ['abn', 'australian business', 'business number'],
    enough: (found) => (found.includes(' ') ? 'form' : 'alone'),
  },
  {
    // Australian Taxation Office
    name: 'au-tax-file',
    type: 'AU_TFN',
    digits: 8,
    shape: /\d{3}([ -]?)\d{3}\1\d{2,3}/,
    check: (n) => weighted(n, n.length === 9 ? [1, 4, 3, 7, 5, 8, 6, 9, 10] : [10, 7, 8, 4, 6, 3, 5, 1]) % 11 === 0,
    words: ['tfn', 'tax file', 'ato'],
    enough: (found) => (/\d{9}|\d{3}.\d{3}.\d{3}/.test(found) ? 'alone' : 'word'),
  },
  {
    // Australian Securities and Investments Commission
    name: 'au-company',
    type: 'AU_ACN',
    digits: 9,
    shape: /\d{3}([ ]?)\d{3}\1\d{3}/,
    check: (n) => (10 - (weighted(n.slice(0, 8), [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === Number(n[8]),
    words: ['acn', 'australian company', 'asic', 'company number'],
    enough: 'alone',
  },
  {
    // Services Australia: the ninth digit checks the eight before it, then the issue and, at times, the person on the card
    name: 'au-medicare',
    type: 'AU_MEDICARE',
    digits: 10,
    shape: /[2-6]\d{3}([ -]?)\d{5}\1\d(?:[ /-]?\d)?/,
    check: (n) => weighted(n.slice(0, 8), [1, 3, 7, 9]) % 10 === Number(n[8]) && n[9] !== '0',
    words: ['medicare', 'irn'],
    enough: 'alone',
  },
])
