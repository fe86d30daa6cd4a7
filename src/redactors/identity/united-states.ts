import { luhn, weighted } from '../checks.ts'
import { digitsOf, near, type Rule } from '../rule.ts'
import { numberRules } from './number-rule.ts'

const NUMBER = /(?<![A-Za-z0-9$€£+]|\d\.)(\d{3})([- .]?)(\d{2})\2(\d{4})(?![A-Za-z0-9]|-\w|\.\d)/g
const WORDS = /\bssn\b|\bss ?#|social[ _-]?security|\bsocial\b|\bsoc\.? sec|_ssn|ssn_/i
/** Printed on sample cards and in advertisements, so never a person's. */
const PUBLIC = new Set(['078051120', '219099999', '457555462'])

/** Social security numbers of the United States. With hyphens the form is enough; with blanks or bare a word must stand near. Areas 000, 666 and 900 up, group 00 and serial 0000 were never given. */
const socialSecurity: Rule = {
  name: 'us-social-security',
  type: 'SSN',
  digits: 9,
  canonical: digitsOf,
  find(text, hit) {
    for (const { 0: found, 1: area, 2: mark, 3: group, 4: serial, index } of text.matchAll(NUMBER)) {
      const digits = digitsOf(found)
      if (area === '000' || area === '666' || (area as string) >= '900' || group === '00' || serial === '0000') continue
      if (PUBLIC.has(digits) || /^(\d)\1+$/.test(digits)) continue
      const end = index + found.length
      // behind another hyphen it is the rest of a longer number, unless a word says otherwise
      const whole = mark === '-' && !/\w-$/.test(text.slice(Math.max(0, index - 2), index))
      if (whole || near(text, index, end, WORDS)) hit(index, end)
    }
  },
}

/** Letters of a Medicare beneficiary identifier: none that reads like a digit. */
const LETTER = '[AC-HJKMNP-RT-Y]'
const EITHER = '[AC-HJKMNP-RT-Y0-9]'

export const unitedStates: readonly Rule[] = [
  socialSecurity,
  ...numberRules([
    {
      // individual taxpayers: 9xx and the groups of IRS publication 1915
      name: 'us-taxpayer',
      type: 'US_ITIN',
      digits: 9,
      shape: /9\d{2}(?:([- ])(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\1?|(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])[- ]?)\d{4}/,
      words: ['itin', 'individual taxpayer', 'taxpayer', 'tax id', 'tax payer', 'tin', 'irs'],
      enough: (found) => (/^\d{3}-\d\d-/.test(found) ? 'form' : 'alone'),
    },
    {
      // districts of the Federal Reserve, thrifts, electronic payments, travellers' cheques; weights of the American Bankers Association
      name: 'us-bank-routing',
      type: 'ABA_ROUTING',
      digits: 9,
      shape: /(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)(?:\d{7}|\d{2}-\d{4}-\d)/,
      check: (n) => weighted(n, [3, 7, 1]) % 10 === 0,
      words: ['aba', 'routing', 'rtn', 'bank routing', 'transit', 'wire', 'ach', 'fedwire', 'direct deposit'],
      enough: (found) => (found.includes('-') ? 'form' : 'alone'),
    },
    {
      // providers of health care: Luhn behind the issuer 80840 (45 CFR 162.406)
      name: 'us-health-provider',
      type: 'US_NPI',
      digits: 10,
      shape: /[12]\d{3}([ -]?)\d{3}\1\d{3}/,
      check: (n) => luhn(`80840${n}`),
      words: ['npi', 'national provider', 'provider(?: identifier)?', 'taxonomy', 'physician', 'prescriber'],
      enough: 'alone',
    },
    {
      // beneficiaries of Medicare: the places of letters and digits are fixed (CMS, format of the MBI)
      name: 'us-medicare',
      type: 'US_MBI',
      digits: 5,
      shape: new RegExp(
        `[1-9]${LETTER}${EITHER}\\d(?:-${LETTER}${EITHER}\\d-|${LETTER}${EITHER}\\d)${LETTER}{2}\\d{2}`,
        'i',
      ),
      words: ['mbi', 'medicare', 'medicaid', 'beneficiary', 'cms', 'hicn?'],
      enough: (found) => (found.includes('-') ? 'form' : 'alone'),
    },
    {
      // prescribers of controlled substances (21 CFR 1301): kind of registrant, initial of the name, six digits and their check
      name: 'us-medical-licence',
      type: 'MEDICAL_LICENSE',
      digits: 7,
      shape: /[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}/i,
      check: (n) => weighted(n.slice(2, 8), [1, 2]) % 10 === Number(n[8]),
      words: ['dea', 'medical', 'prescri(?:ber|bing)', 'certificate', 'controlled substances?', 'registration'],
      enough: 'alone',
    },
    {
      name: 'us-passport',
      type: 'US_PASSPORT',
      digits: 8,
      shape: /[A-Z]\d{8}|\d{9}/,
      words: ['passports?(?:#| card| book)?', 'travel document'],
      enough: (found) => (/^\d/.test(found) ? 'word' : 'alone'),
    },
    {
      // each state has forms of its own, so that a word alone tells them
      name: 'us-driver-licence',
      type: 'US_DRIVER_LICENSE',
      digits: 5,
      shape:
        /[A-Z]{1,2}-?\d{2,7}(?:[- ]\d{3,5}){0,4}[A-Z]?|[A-Z]{1,2}\d{8,14}|\d{7,14}[A-Z]{0,2}|\d{2}[A-Z]{3}\d{5,6}|\d{3}[A-Z]{2}\d{4}|\d{3}[- ]\d{3}[- ]\d{3}|\d{3,4}-\d{2,3}-\d{3,4}/i,
      words: [
        "driver'?s?'? (?:licen[cs]e|permit)",
        'driving (?:licen[cs]e|permit)',
        'learner.?s permit',
        'licen[cs]e no\\.?',
        'licen[cs]e number',
        'lic ?#',
        'c?dls?#?',
      ],
      enough: 'word',
    },
    {
      name: 'us-bank-account',
      type: 'US_BANK_NUMBER',
      digits: 8,
      shape: /\d{8,17}|\d{3,6}(?:[ -]\d{3,6}){1,3}/,
      check: (n) => n.length >= 8 && n.length <= 17,
      words: [
        '(?:bank|checking|chequing|savings|current|deposit|debit) (?:account|acct)\\.?',
        '(?:account|acct)\\.? ?(?:number|no\\.?|num|#)',
        'a/c(?: no\\.?)?',
        'my account',
      ],
      enough: 'word',
    },
  ]),
]
