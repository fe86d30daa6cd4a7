import { isOtherWord } from './name-words.ts'
import { capitals, POSTCODE, STATE, UNIT } from './street-words.ts'

/** Between the parts of an address: commas, blanks, and the begin of a line as it is in a quotation or a list. */
const GAP = '(?:[ \\t]{0,4}[,;]?[ \\t]{0,4}(?:\\r?\\n[ \\t>?|*]{0,6}){0,2}[,]?[ \\t]{0,4})'
const PART = new RegExp(
  `${GAP}(?:(?<unit>${UNIT})|(?<code>${POSTCODE})|(?<state>(?:${STATE}|[A-Z]{2,3}|\\d{2}|nan)(?![\\p{L}\\d]))|(?<place>${capitals(4)}(?: \\d{1,2}(?!\\d))?(?: \\(${capitals(2)}\\))?))`,
  'uy',
)
/** What may stand behind an address that ends with a place. */
const END = /^[ \t]{0,3}(?:[?!;)\]"”’]|[.,](?!\d)|\r?\n|$)/u
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
  let place = false
  for (let count = 0; count < MOST; count++) {
    PART.lastIndex = at
    const found = PART.exec(text)
    if (found === null || found[0] === '') break
    const { unit, code, state, place: named } = found.groups as Record<string, string | undefined>
    const to = at + found[0].length
    if (named !== undefined) {
      if (
        /^\p{Lu}[\p{L}-]*$/u.test(named.split(/[ .']/)[0] ?? '') &&
        named.split(' ').some((word) => isLetterWord(word))
      )
        break
      if (text[to] === ':' || text[to] === '=') break
    }
    if (code !== undefined && YEAR.test(code) && !place) break
    // two letters alone are a state only where a comma, a place or a line is in front of them
    if (state !== undefined && !place && !/[,\n]/.test(found[0])) break
    at = to
    if (named !== undefined) place = true
    if (
      unit !== undefined ||
      code !== undefined ||
      (state !== undefined && /\p{Lu}/u.test(state)) ||
      END.test(text.slice(to, to + 8))
    )
      end = to
  }
  return end
}

/** Words with which a letter or a form goes on, rather than an address. */
const isLetterWord = (word: string): boolean =>
  (/^(?:Dear|Hi|Hello|Phone|Tel|Telephone|Fax|E-?mail|Email|Date|Subject|Re|Regards|Best|Kind|Sincerely|Thank|Thanks|Yours|Website|Web|The|This|That|It|He|She|We|They|You|I|In|On|At|If|When|Please|Open|Opening|Hours|Mobile|Cell|Attn|Name|Note)$/.test(
    word,
  ) &&
    isOtherWord(word)) ||
  /^(?:Website|Web|Opening|Open|Hours|Regards|Please)$/.test(word)

/** In front of a street: the number of the house or of the flat, on the line above or the same one. */
const NUMBERED = new RegExp(
  `(?:(?:${UNIT}[\\s,]{1,4})?(?<![\\p{L}\\p{N}.,:/$€£#%-])\\d{1,6},?[\\s>?]{1,4}|${UNIT}[\\s,]{1,4})$`,
  'u',
)
const IN_FRONT = 24

/** Where an address begins whose street begins at `start`: at a number in front, but not before `least`. */
export function numberedStart(text: string, start: number, least: number): number {
  const from = Math.max(least, start - IN_FRONT)
  const numbered = NUMBERED.exec(text.slice(from, start))
  return numbered === null ? start : from + numbered.index
}
