import { cluesIn } from '../clues.ts'
import type { Rule } from '../rule.ts'
import { localityEnd, numberedStart } from './locality.ts'
import { STREET_ANCHORS } from './street-anchors.ts'
import { capitals, ENDING, ENGLISH, FRENCH, LEADING, named, TRAILING, WEAK } from './street-words.ts'

/** A number of a house: `5`, `12b`, `10-12`, `3/2`. */
const HOUSE = /\d{1,5}(?:[A-Ja-j](?![\p{L}\d])|(?:[-/]\d{1,4}[A-Ja-j]?)(?![\p{L}\d/-]))?/uy
/** The rest of `221B Baker Street`; the number in front is read already. */
const ENGLISH_REST = new RegExp(
  `,?[ \\t]{1,2}(?!(?:In|Ft|Mm|Cm|Inch)\\.? )(?:(?:[NSEW]|NE|NW|SE|SW|North|South|East|West|Old|New)\\.? )?(?:${capitals(4)}|\\d{1,3}(?:st|nd|rd|th)) (?:(?<weak>${WEAK})|${ENGLISH})(?![\\p{L}\\d'’-])(?:\\.(?=[ \\t]?[,\\n]| (?:Apt|Suite|Unit|Ste|#)))?(?:\\.? (?:[NSEW]|NE|NW|SE|SW)(?![\\p{L}]))?`,
  'uy',
)
/** The rest of `12 bis, rue de la Paix`. */
const FRENCH_REST = new RegExp(
  `,?[ \\t]{1,2}(?:(?:bis|ter),? )?,? ?(?:(?:${FRENCH}|${LEADING}) ${named(5)}|[Rr]ue (?:d[eu]s? |de la )?\\p{Ll}{3,20} ${named(4)})`,
  'uy',
)
/** The street in front of its number: `Via Roma`, `Pohlstrasse`, `Frankfurter Allee`. */
const BEFORE = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${LEADING} ${named(5)}|(?:${capitals(3)} )?\\p{L}(?:[\\p{L}\\p{M}-]){2,24}?${ENDING}|${capitals(4)} ${TRAILING}),?[ \\t]{1,2}$`,
  'u',
)
/** What a word in small letters ends with that ends a street. */
const SMALL_STREET = new RegExp(`(?:${ENDING}|${TRAILING})$`, 'u')
/** Farthest that the name of a street reaches in front of its number. */
const REACH = 72
/** A number that is not one of a house, by what stands beside it. */
const BOUND = /[\p{L}\p{N}_.,:/$€£#%+-]/u

const cluesOf = cluesIn()

/** Numbers of houses with a street beside them, and what follows: flat, place, postcode, country. */
export const streetAddress: Rule = {
  name: 'street-address',
  type: 'ADDRESS',
  anchors: STREET_ANCHORS,
  canonical: (found) => found.replace(/[\s,]+/g, ' ').toLowerCase(),
  find(text, hit, { numbers } = cluesOf(text)) {
    let done = 0
    for (const at of numbers()) {
      if (at < done) continue
      const found = addressAt(text, at, done)
      if (found === null) continue
      done = found.end
      hit(found.start, found.end, 0.8)
    }
  },
}

/** The address whose house has the number at `at`, none of it before `least`; null where there is none. */
export function addressAt(text: string, at: number, least: number): { start: number; end: number } | null {
  if (at > 0 && BOUND.test(text[at - 1] as string)) return null
  HOUSE.lastIndex = at
  const house = HOUSE.exec(text)?.[0]
  if (house === undefined) return null
  const behind = at + house.length
  if (/[\p{L}\d_]/u.test(text[behind] ?? '')) return null
  const front = streetBefore(text, at, least)
  const end = front === at ? streetBehind(text, house, behind) : behind
  if (front === at && end === behind) return null
  return { start: numberedStart(text, front, least), end: withoutStop(text, localityEnd(text, end)) }
}

/** Where the street begins that ends in front of the number at `at`; `at` where there is none. */
function streetBefore(text: string, at: number, least: number): number {
  if (at <= least || !isBlank(text.charCodeAt(at - 1)) || isPlain(text, at)) return at
  if (!/\p{L}[.,]?[ \t]{1,2}$/u.test(text.slice(Math.max(least, at - 4), at))) return at
  const from = Math.max(least, at - REACH)
  const found = BEFORE.exec(text.slice(from, at))
  return found === null ? at : from + found.index
}

/** Whether the word in front of a number, and of one blank, is in small letters and ends no street: `in 2020`. */
function isPlain(text: string, at: number): boolean {
  const end = at - 1
  let from = end
  while (from > 0 && isSmall(text.charCodeAt(from - 1))) from--
  return from < end && isBlank(text.charCodeAt(from - 1)) && !SMALL_STREET.test(text.slice(from, end))
}

const isSmall = (code: number): boolean => code >= 97 && code <= 122
const isBlank = (code: number): boolean => code === 32 || code === 9

/** Where the street ends that follows a number; `from` where there is none. */
function streetBehind(text: string, house: string, from: number): number {
  if (!isBlank(text.charCodeAt(from)) && text[from] !== ',') return from
  ENGLISH_REST.lastIndex = from
  FRENCH_REST.lastIndex = from
  const english = ENGLISH_REST.exec(text)
  const street = english !== null && !isOther(text, house, english) ? english : FRENCH_REST.exec(text)
  if (street === null) return from
  const end = from + street[0].length
  return end + (FLAT.exec(text.slice(end, end + 8))?.[0].length ?? 0)
}

/** `1989 Tiananmen Square`, `5 Supreme Court Justices`: a year, or a word that ends many other names, needs more to be an address. */
function isOther(text: string, house: string, { 0: all, index, groups }: RegExpExecArray): boolean {
  const next = text.slice(index + all.length, index + all.length + 24)
  if (/^ \p{Lu}\p{Ll}/u.test(next) && !/^ (?:Apt|Suite|Unit|Flat|Floor|Room)/.test(next) && groups?.weak !== undefined)
    return true
  const year = /^(?:1[5-9]|20)\d\d$/.test(house)
  return year && (all.startsWith(',') || (groups?.weak !== undefined && !/^, ?\p{Lu}/u.test(next)))
}

/** A number behind a street, too: `26 rue du Moulin 104`. */
const FLAT = /^[ \t]\d{1,5}(?![\d.,:/-]*\d)/

const withoutStop = (text: string, end: number): number => (text[end - 1] === '.' ? end - 1 : end)
