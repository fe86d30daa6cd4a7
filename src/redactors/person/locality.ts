import { pattern } from '../../core/pattern.ts'
import { capitals, POSTCODE, STATE, UNIT } from './street-words.ts'

/** Between the parts of an address: commas, blanks, and the begin of a line as it is in a quotation or a list. */
const GAP = '(?:[ \\t]{0,4}[,;]?[ \\t]{0,4}(?:\\r?\\n[ \\t>?|*]{0,6}){0,2}[,]?[ \\t]{0,4})'
const PART = pattern(
  `${GAP}(?:${UNIT}|(?<code>${POSTCODE})|(?<state>(?:${STATE}|[A-Z]{2,3}|\\d{2}|nan)(?![\\p{L}\\d]))|(?<place>${capitals(4)}(?: \\d{1,2}(?!\\d))?(?: \\(${capitals(2)}\\))?))`,
  'uy',
)
/** What may stand behind an address that ends with a place. */
const END = /^[ \t]{0,3}(?:[?!;)\]"”’]|[.,](?!\d)|\r?\n|$)/u
/** Words with which a letter, a form or the next sentence goes on. */
const NEXT =
  /^(?:Dear|Hi|Hello|Phone|Tel|Telephone|Mobile|Cell|Fax|E-?mail|Date|Subject|Re|Best|Kind|Regards|Sincerely|Yours|Thanks?|Please|Website|Web|Open|Opening|Hours|Attn|Name|Note|The|This|That|There|It|He|She|We|They|You|I|In|On|At|If|When|And|But|My|Our|Your)(?!\p{L})/u
const MOST = 9
/** A postcode that is a year in a sentence is none, unless a place stands in front of it. */
const YEAR = /^(?:19|20)\d\d$/

/**
 * How far an address goes on from its street: units, places, states, postcodes and countries, on the same line or the next
 * ones. UTF-16 offset of its end; `from` where nothing follows.
 */
export function localityEnd(text: string, from: number): number {
  let end = from
  let at = from
  let placed = false
  let coded = false
  for (let count = 0; count < MOST; count++) {
    PART().lastIndex = at
    const found = PART().exec(text)
    if (found === null) break
    const { code, state, place } = found.groups as Partial<Record<string, string>>
    const to = at + found[0].length
    if (place !== undefined && (NEXT.test(place) || text[to] === ':' || text[to] === '=')) break
    if (code !== undefined && YEAR.test(code) && !placed) break
    // two letters alone are a state only behind a comma, a place or a line
    if (state !== undefined && !placed && !/[,\n]/.test(found[0])) break
    at = to
    // `15776 Suhl`: a place behind its code needs nothing behind it
    const named = place !== undefined && coded && !placed
    if (place === undefined || named || END.test(text.slice(to, to + 8))) end = to
    placed ||= place !== undefined
    coded = code !== undefined
  }
  return end
}

/** In front of a street: the number of the house or of the flat, on the line above or the same one. */
const NUMBERED = pattern(
  `(?:(?:${UNIT}[\\s,]{1,4})?(?<![\\p{L}\\p{N}.,:/$€£#%-])\\d{1,6},?[\\s>?]{1,4}|${UNIT}[\\s,]{1,4})$`,
  'u',
)
const IN_FRONT = 24

/** Where an address begins whose street begins at `start`: at a number in front, but not before `least`. */
export function numberedStart(text: string, start: number, least: number): number {
  const from = Math.max(least, start - IN_FRONT)
  const numbered = NUMBERED().exec(text.slice(from, start))
  return numbered === null ? start : from + numbered.index
}
