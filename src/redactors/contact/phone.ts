import type { CountryCode } from 'libphonenumber-js/max'
import { digitsOf, type Rule } from '../rule.ts'
import { readNumber } from './numbering-plans.ts'

/** An extension, as it is written after a number. */
const EXTENSION = '(?:[ ,]{0,2}(?:x|ext\\.?|extension)[ .:]?\\d{1,6})?'
/** No number begins inside a word, a number, a decimal, a price or a path. */
const FREE = '(?<![\\w$€£¥#@/]|[\\d][.,:/-]|\\d [-/]|\\w[-.])'
const CLOSED = '(?![\\w%]|[.,:/]\\d|-\\d)'
/** The same for what the plans of numbers confirm: it may be a segment of a path behind one of letters. */
const SEGMENT_FREE = '(?<![\\w$€£¥#@]|[^A-Za-z]/|[\\d][.,:/-]|\\d [-/]|\\w[-.])'
/** The same for a form that nothing else has: it may be a cell of a table, a parameter, or emphasised. */
const PLAINLY_FREE = '(?<![A-Za-z0-9$€£¥@]|[\\d][.:/-]|\\d [-/]|\\w[-.])'
const PLAINLY_CLOSED = '(?![A-Za-z0-9]|[.-]\\d)'

const INTERNATIONAL = new RegExp(
  `(?<![A-Za-z0-9+])(?:\\+|(?<![A-Z0-9]{2} |\\d[.,:/-])(?:00(?=[1-9])|0(?:0|11)[-. ](?=[1-9])))[ (]{0,2}[1-9](?:[ ().\\/-]{0,3}\\d){6,14}${EXTENSION}(?![A-Za-z0-9])`,
  'gi',
)
const NORTH_AMERICAN = new RegExp(
  `${PLAINLY_FREE}(?:1[-. ])?(?:\\([2-9]\\d{2}\\)[ .-]?\\d{3}[-. ]|[2-9]\\d{2}([-.])\\d{3}\\1|[2-9]\\d{2} [2-9]\\d{2} )\\d{4}${EXTENSION}${PLAINLY_CLOSED}`,
  'gi',
)
const TRUNK = new RegExp(
  `(?<![A-Z0-9]{2} )${SEGMENT_FREE}(?:\\(0\\d{1,4}\\)|0 ?\\(\\d{2,4}\\)|0(?=[ -])|0\\d{1,4})(?:[ .\\/-]{1,2}\\d{2,8}){1,4}${CLOSED}`,
  'g',
)
const FOURS = new RegExp(`${FREE}[2-9]\\d{2}([-. ])\\d{3}\\1\\d{2}\\1\\d{2}${CLOSED}`, 'g')
const MOBILE = new RegExp(`${SEGMENT_FREE}0\\d{9,10}${CLOSED}`, 'g')
const ANY = new RegExp(
  `(?<![A-Za-z0-9$€£¥@]|\\d[.,:/-])(?!\\d\\.\\d)\\(?\\d(?:[ ().\\/-]{0,3}\\d){5,14}${EXTENSION}(?![\\w%]|[.,:]\\d)`,
  'gi',
)

const WORD_BEFORE =
  /(?:\b(?:tele)?(?:phone|fon|fono|foon)s?(?:[ _-]?(?:number|no|nr))?|téléphone|\btel\b|\bmob(?:ile|il)?\b|móvil|celular|\bcell(?:phone)?\b|\bcall(?:ed|ing)?\b(?! id)|\bdial(?:l?ed|l?ing)?\b|\bring\b|\bfax\b|whats ?app|\bsms\b|\btext(?:ed)? (?:me|him|her|us|them)\b|messages? to\b|answering at\b|\breach(?:ed)?\b|\bhandy(?:nummer)?\b|hotline|\bcep\b|telefonnummer|numaram|\boffice[:#]|_phone|_mobile)[^\d]{0,24}$/i
const WORD_AFTER = /^[ \\,-]{0,2}-?(?:office|fax|mobile|cell|home|work|landline)\b/i
/** A segment of a path, behind which a number is believed to be somebody's. */
const SOMEBODY =
  /(?:^|[^A-Za-z])(?:users?|customers?|contacts?|subscribers?|callers?|people|profiles?|members?|phones?|tel|mobiles?|msisdns?|calls?|sms|whatsapp)\/$/i
/** The number is that of something else. */
const OTHER =
  /\b(?:id|ids|order|ticket|invoice|case|code|pin|version|year|price|amount|total|count|account|ref|reference|zip|port|error|status|line|room|page)\b[^\d]{0,12}$/i
const DATE =
  /^(?:(?:19|20)\d{2}[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:19|20)\d{2})(?!\d)/

const YEARS = /^\(?(?:19|20)\d{2}\s?[-/]\s?(?:19|20)\d{2}\)?$/

/** Where a national number begins with 0; asked in this order. */
const COUNTRIES: readonly CountryCode[] = [
  'GB',
  'DE',
  'FR',
  'IT',
  'NL',
  'AU',
  'IN',
  'TR',
  'PH',
  'JP',
  'ZA',
  'SE',
  'CH',
  'AT',
  'BE',
  'NZ',
  'IE',
  'FI',
  'KR',
  'CN',
  'ID',
  'TH',
  'VN',
  'NG',
  'EG',
  'UA',
  'RO',
  'IL',
  'PK',
  'BR',
]
/** Where a national number has ten digits and no 0 in front; asked for a number that is all of a text. */
const WITHOUT_TRUNK: readonly CountryCode[] = ['US', 'TR', 'IN', 'PH', 'MX', 'CO', 'PK']
/** The largest whole numbers of 32 bits, signed and not, which have the form of such a number. */
const LARGEST = new Set(['2147483647', '2147483648', '4294967295', '4294967296'])

/** Look-ups in one text before the form of a number alone decides, so that a text full of numbers costs no more than a long one. */
const LOOKUPS = 200

/**
 * Telephone numbers. With a plus or in the usual form of North America the form is enough; a national number that begins
 * with 0 must be one in the numbering plan of some country; ten digits that are all of a text must be one in a plan without that 0; anything else needs a word about
 * telephones beside it.
 */
export const phone: Rule = {
  name: 'phone-number',
  type: 'PHONE',
  digits: 7,
  canonical,
  find(text, hit) {
    let left = LOOKUPS
    const known = (number: string, mobile: boolean): boolean =>
      COUNTRIES.some((country) => {
        if (left <= 0) return true
        left--
        const parsed = readNumber(number, country)
        return parsed?.isValid() === true && (!mobile || /MOBILE/.test(parsed.getType() ?? ''))
      })

    for (const { 0: all, index } of text.matchAll(INTERNATIONAL)) {
      const found = closed(all)
      if (left-- <= 0 || isInternational(found)) hit(index, index + found.length)
    }
    const [lonely] = text.length <= 12 ? (/^\W?([2-9]\d{9})\W?$/.exec(text)?.slice(1) ?? []) : []
    if (lonely !== undefined && !LARGEST.has(lonely) && !isSequence(lonely)) {
      const valid = WITHOUT_TRUNK.some((country) => readNumber(lonely, country)?.isValid())
      if (valid) hit(text.indexOf(lonely), text.indexOf(lonely) + lonely.length, 0.6)
    }
    for (const { 0: found, index } of text.matchAll(NORTH_AMERICAN)) hit(index, index + found.length)
    for (const { 0: found, index } of text.matchAll(FOURS)) hit(index, index + found.length)
    for (const { 0: all, index } of text.matchAll(TRUNK)) {
      const found = closed(all)
      const digits = digitsOf(found)
      if (digits.length < 9 || digits.length > 12 || DATE.test(found) || /^\d{3}-\d{2}-\d{4}$/.test(found)) continue
      if (known(digits, false)) hit(index, index + found.length)
    }
    for (const { 0: found, index } of text.matchAll(MOBILE)) {
      const before = text.slice(Math.max(0, index - 32), index)
      if (OTHER.test(before) || isSequence(found) || (before.endsWith('/') && !SOMEBODY.test(before))) continue
      if (known(found, true)) hit(index, index + found.length)
    }
    for (const { 0: all, index } of text.matchAll(ANY)) {
      const found = closed(all)
      const end = index + found.length
      const before = text.slice(Math.max(0, index - 48), index)
      if (!WORD_BEFORE.test(before) && !WORD_AFTER.test(text.slice(end, end + 16))) continue
      if (OTHER.test(before) || DATE.test(found) || YEARS.test(found)) continue
      const digits = digitsOf(found).length
      if (digits >= 7 || /\d[ -]\d/.test(found)) hit(index, end)
    }
  },
}

/** Digits alone: without what is dialled in front of a country's code, the 0 in brackets behind it, and the code of North America. */
function canonical(found: string): string {
  const digits = digitsOf(found.replace(/\(0\)/, '').replace(/^(?:00|0(?:0|11)[-. ])(?=[1-9])/, ''))
  return digits.replace(/^1(?=[2-9]\d{9}$)/, '')
}

/** Without the beginning of something else in brackets: the number of a note, a page, an item. */
function closed(found: string): string {
  const open = found.lastIndexOf('(')
  return open > 8 && !found.includes(')', open) ? found.slice(0, open).trimEnd() : found
}

/** Whether a number with a plus, or with 00 or 011 in its place, can be one: its country exists and has numbers of that length. */
function isInternational(found: string): boolean {
  const parsed = readNumber(found.replace(/\(0\)/, '').replace(/^(?:\+|0(?:0|11)[-. ]?)/, '+'))
  if (parsed === undefined) return false
  const grouped = /\d[-. ()]+\d/.test(found.slice(3))
  return found.startsWith('+') || grouped ? parsed.isPossible() : parsed.isValid()
}

/** 0123456789 and the like. */
function isSequence(digits: string): boolean {
  return '01234567890123456789'.includes(digits) || '98765432109876543210'.includes(digits) || /(\d)\1{5}/.test(digits)
}
