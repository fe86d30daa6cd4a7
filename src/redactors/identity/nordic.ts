import { luhn, weighted } from '../checks.ts'
import { isDay, isShortDay, numberRules } from './number-rule.ts'

const two = (n: number): string => String(n).padStart(2, '0')

/** Day, month and year of two digits as year, month and day. @param more what a day may have on top: 40 of temporary numbers, 60 of coordination */
const reversed = (ddmmyy: string, more: number): string => {
  const day = Number(ddmmyy.slice(0, 2))
  return ddmmyy.slice(4, 6) + ddmmyy.slice(2, 4) + two(day > more ? day - more : day)
}

/** Sweden: eight or six digits of birth (60 more on the day of coordination numbers), serial, Luhn over the last ten. */
function personnummer(digits: string): boolean {
  const ten = digits.slice(-10)
  const day = Number(ten.slice(4, 6))
  const own = day > 60 ? day - 60 : day
  const [year, month] = [Number(digits.slice(0, 4)), Number(ten.slice(2, 4))]
  const dated = digits.length === 12 ? year >= 1840 && isDay(year, month, own) : isShortDay(ten.slice(0, 4) + two(own))
  return dated && luhn(ten)
}

const HETU = '0123456789ABCDEFHJKLMNPRSTUVWXY'
/** Finland: birth and serial modulo 31 as a character; the mark between them tells the century. */
function hetu(compact: string): boolean {
  const [birth, serial, check] = [compact.slice(0, 6), compact.slice(-4, -1), compact.at(-1)]
  // 18 for +, 19 for - and U to Y, 20 for A to F; marks are gone from what is checked, so either of the first two will do
  const sign = compact.length === 11 ? (compact[6] as string) : ''
  const centuries = sign === '' ? [1800, 1900] : 'ABCDEF'.includes(sign) ? [2000] : [1900]
  const [day, month, year] = [0, 2, 4].map((at) => Number(birth.slice(at, at + 2))) as [number, number, number]
  return (
    centuries.some((century) => isDay(century + year, month, day)) &&
    Number(serial) >= 2 &&
    HETU[Number(birth + serial) % 31] === check
  )
}

/** Norway: two check digits modulo eleven over day, month, year and serial. The serial tells the century. A day with 40 more is a D-number, a month with 40 or 80 more synthetic or of a hospital. */
function fodselsnummer(digits: string): boolean {
  const month = Number(digits.slice(2, 4)) % 40
  const year = Number(digits.slice(4, 6))
  const serial = Number(digits.slice(6, 9))
  const given = serial < 500 || (serial < 750 && year >= 54) || year < 40 || (serial >= 900 && year >= 40)
  return (
    given &&
    isShortDay(reversed(digits.slice(0, 2) + two(month) + digits.slice(4, 6), 40)) &&
    weighted(digits.slice(0, 10), [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
    weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  )
}

/** Finnish firms. */
export const isFinnishFirm = (digits: string): boolean => weighted(digits, [7, 9, 10, 5, 8, 4, 2, 1]) % 11 === 0
/** Danish firms. */
export const isDanishFirm = (digits: string): boolean => weighted(digits, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0

export const nordic = numberRules([
  {
    name: 'fi-personal-identity',
    type: 'FI_PERSONAL_IDENTITY_CODE',
    digits: 9,
    shape: /\d{6}[-+A-FU-Y]?\d{3}[0-9A-FHJ-NPR-Y]/,
    check: hetu,
    words: [
      'hetu',
      'henkilötunnus',
      'henkilötunnukse[a-z]{1,4}',
      'personbeteckning(?:en)?',
      'personal identity(?: code)?',
      'sotu',
    ],
    // the mark can be lost with other marks
    enough: (found) => (/^\d{6}[-+A-FU-Y]/.test(found) ? 'form' : 'word'),
    proven: true,
  },
  {
    name: 'fi-company',
    type: 'FI_BUSINESS_ID',
    digits: 8,
    shape: /\d{7}-\d/,
    check: isFinnishFirm,
    words: ['y tunnus', 'fo nummer', 'business id', 'alv'],
    enough: 'word',
  },
  {
    name: 'no-birth-number',
    type: 'NO_FODSELSNUMMER',
    digits: 11,
    shape: /\d{6}[ -]?\d{5}/,
    check: fodselsnummer,
    words: ['fødselsnummer', 'fodselsnummer', 'fnr', 'personnummer', 'd nummer', 'national identity', 'norwegian id'],
    enough: 'form',
    proven: true,
  },
  {
    name: 'no-account',
    type: 'NO_BANK_ACCOUNT',
    digits: 11,
    shape: /\d{4}([ .]?)\d{2}\1\d{5}/,
    check: (n) => weighted(n, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
    words: ['konto(?:nummer|nr)?', 'bankkonto', 'account', 'norwegian bank'],
    enough: 'word',
  },
  {
    name: 'no-organisation',
    type: 'NO_ORGANISASJONSNUMMER',
    digits: 9,
    shape: /[89]\d{2}( ?)\d{3}\1\d{3}/,
    check: (n) => weighted(n, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
    words: ['organisasjonsnummer', 'org\\.? ?(?:nr|nummer)', 'orgnr', 'mva', 'foretak'],
    enough: 'word',
  },
  {
    name: 'se-personal-identity',
    type: 'SE_PERSONNUMMER',
    digits: 10,
    shape: /(?:1[89]|20)?\d{6}[-+ ]?\d{4}/,
    check: personnummer,
    words: [
      '(?:svenskt )?person(?:nummer|nr)',
      'pnr',
      'samordnings(?:nummer|nr)',
      'svensk(?:t)? id',
      'person(?:al)? (?:identity|id|identification|number|identity code)',
      'identity (?:code|number)',
      'swedish (?:id|personal)',
      'ssn',
      'född',
      'medborgare',
    ],
    enough: (found) => (found.includes(' ') ? 'word' : 'alone'),
  },
  {
    // the third digit is 2 or more, so that no day of birth is meant
    name: 'se-organisation',
    type: 'SE_ORGANISATIONSNUMMER',
    digits: 10,
    shape: /(?:16)?[1-35-9]\d[2-9]\d{3}-?\d{4}/,
    check: (n) => luhn(n.slice(-10)),
    words: [
      'organisations?(?:nummer|nr)',
      'org\\.? ?(?:nummer|nr)',
      'orgnr',
      'företag(?:s|ets|et)?(?:nummer)?',
      'bolag(?:et|s)?',
      'company (?:identity|registration|number|id|code|identity code)',
      'organi[sz]ation number',
      'aktiebolag',
      'förening(?:en|s)?',
    ],
    enough: (found) => (/^(?:16)?[25789]|-/.test(found) ? 'alone' : 'word'),
  },
  {
    // check digits were given up in 2007
    name: 'dk-civil-registration',
    type: 'DK_CPR',
    digits: 10,
    shape: /\d{6}[- ]?\d{4}/,
    check: (n) => isShortDay(reversed(n.slice(0, 6), 60)),
    words: [
      'cpr',
      'person(?:nummer|nr)',
      'personal identification',
      'danish (?:id|personal)',
      'sygesikring(?:sbevis)?',
    ],
    enough: (found) => (found.includes('-') ? 'alone' : 'word'),
  },
  {
    name: 'dk-company',
    type: 'DK_CVR',
    digits: 8,
    shape: /[1-9]\d([ ]?)\d{2}\1\d{2}\1\d{2}/,
    check: isDanishFirm,
    words: ['cvr', 'se nummer', 'virksomhed(?:s|en)?(?:nummer)?', 'moms'],
    enough: 'word',
  },
  {
    name: 'is-kennitala',
    type: 'IS_KENNITALA',
    digits: 10,
    shape: /\d{6}-?\d{3}[089]/,
    check: (n) =>
      isShortDay(reversed(n.slice(0, 6), 40)) && weighted(n.slice(0, 9), [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
    words: ['kennital(?:a|an|ur)', 'kt', 'icelandic id'],
    enough: 'alone',
  },
])
