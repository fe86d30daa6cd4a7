import { mod11 } from '../checks.ts'
import { isDay, numberRules } from './number-rule.ts'

/** Days that a driving licence can hold: month 51 to 62 for women. The year is one of a decade only, so any leap day passes. */
const isLicenceDay = (month: string, day: string): boolean => isDay(2000, Number(month) % 50, Number(day))

export const unitedKingdom = numberRules([
  {
    // patients of England, Wales and the Isle of Man; of Scotland (CHI) and Northern Ireland by the same check
    name: 'uk-nhs',
    type: 'UK_NHS',
    digits: 10,
    shape: /\d{3}([ -]?)\d{3}\1\d{4}/,
    check: mod11,
    words: ['nhs', 'national health', 'health services? authority', 'health authority', 'chi', 'h&c', 'gp', 'patient'],
    enough: 'alone',
  },
  {
    // prefixes and suffixes of HMRC's manual NIM39110
    name: 'uk-national-insurance',
    type: 'UK_NINO',
    digits: 6,
    shape:
      /(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z] ?[A-CEGHJ-NPR-TW-Z](?:([ -]?)\d{2}\1\d{2}\1\d{2}\1| ?\d{6} ?)[A-D]/i,
    words: ['nino', 'national insurance', 'ni', 'ni contributions?', 'hmrc', 'paye', 'payroll'],
    enough: (found) => (/^[A-Z]{2} \d\d \d\d \d\d [A-D]$/.test(found) ? 'form' : 'alone'),
  },
  {
    // five letters of the surname, decade, month (plus 50 for women), day, year, initials, two checks that are not public
    name: 'uk-driving-licence',
    type: 'UK_DRIVING_LICENCE',
    digits: 5,
    shape: /(?=[A-Z])[A-Z]{1,5}9{0,4}\d[0156]\d[0-3]\d{2}[A-Z9]{2}[A-Z0-9][A-Z]{2}/i,
    check: (n) => n.length === 16 && /^[A-Z]+9*$/.test(n.slice(0, 5)) && isLicenceDay(n.slice(6, 8), n.slice(8, 10)),
    words: ["driv(?:ing|er'?s?) licen[cs]e", 'dvla', 'licen[cs]e'],
    enough: 'form',
    proven: true, // sixteen places of which each has a form: fewer than one in 10,000 words of that length
  },
  {
    name: 'uk-passport',
    type: 'UK_PASSPORT',
    digits: 7,
    shape: /[A-Z]{2}\d{7}|\d{9}/i,
    words: ['passports?', 'travel document', 'hmpo', 'h[ei][rs] majesty'],
    enough: (found) => (/^\d/.test(found) ? 'word' : 'alone'),
  },
  {
    // two letters, age and three letters since 2001; a year letter in front from 1983, behind from 1963
    name: 'uk-vehicle',
    type: 'UK_VEHICLE_REGISTRATION',
    digits: 2,
    shape:
      /[A-HJ-PR-Y]{2}(?:0[2-9]|[1-2]\d|5[1-9]|[67]\d)[- ]?[A-HJ-PR-Z]{3}|[A-HJ-NPR-TV-Y]\d{1,3}[- ]?[A-HJ-PR-Y][A-HJ-PR-Z]{2}|[A-HJ-PR-Z]{3}[- ]?\d{1,3}[- ]?[A-HJ-NPR-TV-Y]/i,
    words: [
      'vehicle',
      '(?:car|vehicle|van) reg(?:istration)?',
      '(?:number|licen[cs]e) plate',
      'plates?',
      'reg(?:istration)? (?:no|number)',
      'vrn',
      'dvla',
      'v5c',
      'logbook',
    ],
    enough: 'alone',
  },
  {
    name: 'uk-postcode',
    type: 'UK_POSTCODE',
    digits: 2,
    shape:
      /(?:GIR ?0AA|(?:[A-PR-UWYZ]\d[ABCDEFGHJKPSTUW]?|[A-PR-UWYZ]\d{2}|[A-PR-UWYZ][A-HK-Y]\d[ABEHMNPRVWXY]?|[A-PR-UWYZ][A-HK-Y]\d{2}) ?\d[ABD-HJLNP-UW-Z]{2})/,
    words: [
      'post ?codes?',
      'postal codes?',
      'zip',
      'address(?:es)?',
      'deliver(?:y|ed)?',
      'mailing',
      'shipp(?:ing|ed)',
      'sent? to',
      'liv(?:e|es|ing) (?:at|in)',
      'street',
      'road',
      'london',
    ],
    enough: 'word',
  },
])
