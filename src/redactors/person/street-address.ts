import { pattern } from '../../core/pattern.ts'
import { cluesIn } from '../clues.ts'
import type { Rule } from '../rule.ts'
import { localityEnd, numberedStart } from './locality.ts'
import { STREET_ANCHORS } from './street-anchors.ts'
import { capitals, ENDING, ENGLISH, FRENCH, LEADING, named, TRAILING, WEAK } from './street-words.ts'

/** A number of a house: `5`, `12b`, `10-12`, `3/2`. */
const HOUSE = /\d{1,5}(?:[A-Ja-j](?![\p{L}\d])|(?:[-/]\d{1,4}[A-Ja-j]?)(?![\p{L}\d/-]))?/uy
/** The rest of `221B Baker Street`; the number in front is read already. */
const ENGLISH_REST = pattern(
  `,?[ \\t]{1,2}(?!(?:In|Ft|Mm|Cm|Inch)\\.? )(?:(?:[NSEW]|NE|NW|SE|SW|North|South|East|West|Old|New)\\.? )?(?:${capitals(4)}|\\d{1,3}(?:st|nd|rd|th)) (?:(?<weak>${WEAK})|${ENGLISH})(?![\\p{L}\\d'’-])(?:\\.(?=[ \\t]?[,\\n]| (?:Apt|Suite|Unit|Ste|#)))?(?:\\.? (?:[NSEW]|NE|NW|SE|SW)(?![\\p{L}]))?`,
  'uy',
)
/** The rest of `12 bis, rue de la Paix`. */
const FRENCH_REST = pattern(
  `,?[ \\t]{1,2}(?:(?:bis|ter),? )?,? ?(?:(?:${FRENCH}|${LEADING}) ${named(5)}|[Rr]ue (?:d[eu]s? |de la )?\\p{Ll}{3,20} ${named(4)})`,
  'uy',
)
/** The longest number of a house. */
const HOUSE_MAX = 11
/** The street in front of its number: `Via Roma`, `Pohlstrasse`, `Frankfurter Allee`. */
const BEFORE = pattern(
  `(?<![\\p{L}\\p{N}])(?:${LEADING} ${named(5)}|(?:${capitals(3)} )?\\p{L}(?:[\\p{L}\\p{M}-]){2,24}?${ENDING}|${capitals(4)} ${TRAILING}),?[ \\t]{1,2}$`,
  'u',
)
/** What the last word in front of the number ends with, where no word that leads to a street stands in front of it. */
const LAST_WORD = pattern(`(?:${ENDING}|${TRAILING}),?$`, 'u')
/** What such a word begins with. */
const LEADS = [
  (
    'rue avenue_d via vial vicol corso piazza largo lungomare contrada calle c/ avenid avda avinguda paseo passeig plaza plaça ' +
    'pza carrer camino ronda glorieta traves carretera ctra rua praça estrada alameda rodovia ul. ulica al. pl. os. am an_der ' +
    'zum zur unter_den auf_der in_der straße_des platz_der rruga strada str. bulevardul λεωφ. οδός улица проспект'
  )
    .split(' ')
    .map((word) => word.replaceAll('_', ' ')),
]
/** Farthest that the name of a street reaches in front of its number. */
const REACH = 72
/** A number that is not one of a house, by what stands beside it. */
const BOUND = /[\p{L}\p{N}_.,:/$€£#%+-]/u

const cluesOf = cluesIn(LEADS)

/** Numbers of houses with a street beside them, and what follows: flat, place, postcode, country. */
export const streetAddress: Rule = {
  name: 'street-address',
  type: 'ADDRESS',
  anchors: STREET_ANCHORS,
  digits: 1,
  canonical: (found) => found.replace(/[\s,]+/g, ' ').toLowerCase(),
  places: LEADS,
  find(text, hit, { numbers, places } = cluesOf(text)) {
    const leads = places(0)
    let done = 0
    let lead = -1
    for (const at of numbers()) {
      while (lead + 1 < leads.length && (leads[lead + 1] as number) < at) lead++
      if (at < done || !isBeside(text, at)) continue
      const found = addressAt(text, at, done, lead >= 0 && (leads[lead] as number) >= at - REACH)
      if (found === null) continue
      done = found.end
      hit(found.start, found.end, 0.8)
    }
  },
}

/** Whether a blank or comma stands in front of a number or shortly behind it, so that a street may. */
function isBeside(text: string, at: number): boolean {
  if (isBlank(text.charCodeAt(at - 1))) return true
  for (let i = at + 1; i <= at + HOUSE_MAX; i++) {
    const code = text.charCodeAt(i)
    if (isBlank(code) || code === 44) return true
  }
  return false
}

/**
 * The address whose house has the number at `at`, none of it before `least`; null where there is none.
 * @param led whether a word that leads to a street may stand shortly in front
 */
export function addressAt(text: string, at: number, least: number, led = true): { start: number; end: number } | null {
  if (at > 0 && BOUND.test(text[at - 1] as string)) return null
  HOUSE.lastIndex = at
  const house = HOUSE.exec(text)?.[0]
  if (house === undefined) return null
  const behind = at + house.length
  if (/[\p{L}\d_]/u.test(text[behind] ?? '')) return null
  const front = streetBefore(text, at, least, led)
  const end = front === at ? streetBehind(text, house, behind) : behind
  if (front === at && end === behind) return null
  return { start: numberedStart(text, front, least), end: withoutStop(text, localityEnd(text, end)) }
}

/** Where the street begins that ends in front of the number at `at`; `at` where there is none. */
function streetBefore(text: string, at: number, least: number, led: boolean): number {
  if (at <= least || !isBlank(text.charCodeAt(at - 1))) return at
  if (!led && !LAST_WORD().test(wordBefore(text, at))) return at
  if (!/\p{L}[.,]?[ \t]{1,2}$/u.test(text.slice(Math.max(least, at - 4), at))) return at
  const from = Math.max(least, at - REACH)
  const found = BEFORE().exec(text.slice(from, at))
  return found === null ? at : from + found.index
}

/** The word in front of a number and of the blanks between, with the mark behind it. */
function wordBefore(text: string, at: number): string {
  let end = at
  while (end > at - 2 && isBlank(text.charCodeAt(end - 1))) end--
  let from = end
  while (end - from < REACH && from > 0 && text.charCodeAt(from - 1) > 32) from--
  return text.slice(from, end)
}

const isBlank = (code: number): boolean => code === 32 || code === 9

/** Where the street ends that follows a number; `from` where there is none. */
function streetBehind(text: string, house: string, from: number): number {
  if (!isBlank(text.charCodeAt(from)) && text[from] !== ',') return from
  ENGLISH_REST().lastIndex = from
  FRENCH_REST().lastIndex = from
  const english = ENGLISH_REST().exec(text)
  const street = english !== null && !isOther(text, house, english) ? english : FRENCH_REST().exec(text)
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
