import { pattern } from '../../core/pattern.ts'
import { cluesIn } from '../clues.ts'
import { matchesAt } from '../places.ts'
import type { Hit, Rule } from '../rule.ts'
import { localityEnd } from './locality.ts'
import { addressAt } from './street-address.ts'
import { UNIT } from './street-words.ts'

/** Up to six words in any case, as a street without a word that says street has them. */
const WORDS = "(?:[ \\t]{1,2}[\\p{L}\\p{M}.'’()-]{1,30}){1,6}?"
/** A flat or suite, around which an address stands. */
const FLAT = pattern(`(?<![\\p{L}\\p{N}])(?=[Aa]p|[Ss]u|[Uu]nit|[Ff]lat|APT|SUITE)${UNIT}`, 'uy')
const FLATS = [['apt', 'apartment', 'appartement', 'suite', 'unit', 'flat']]
const flatClues = cluesIn(FLATS)
/** In front of a flat: `78 Camino Ancho 91`, or `12 Milton Keynes` behind a comma or on a line of its own. */
const IN_FRONT = pattern(
  `(?<![\\p{L}\\p{N}.,:/$€£#%-])\\d{1,6}[a-z]?(?:,?[ \\t]\\d{1,5})?(?:${WORDS}[ \\t]{1,2}\\d{1,5}[a-z]?\\.?[\\s,>?]{1,8}|(?=[ \\t]{1,2}\\p{Lu})${WORDS}(?:,[ \\t]?|,?[ \\t]{0,2}\\r?\\n[\\s>?]{0,6}|[ \\t]))$`,
  'u',
)
/** Behind a flat: `Suite 574 34 Sireli 74`. */
const BEHIND = pattern(`[ \\t,]{1,3}\\d{1,6}${WORDS}[ \\t]{1,2}\\d{1,5}[a-z]?(?![\\p{L}\\d])`, 'uy')
const REACH = 96

/** A digit behind the name of a field for addresses, or behind words of a sentence that lead to one. */
const LED =
  /\d(?<=(?:(?:(?<!\p{L})(?:address|street)|Address|Street|ADDRESS|STREET)(?:[ _]?[Ll]ine)?(?:[ _]?\d)?["']{0,2}[:=]\s{0,8}["']?|(?<!\p{L})(?:[Aa]ddress(?:es)?(?: is| are|:|,? here they are:| to| with| of [^\n?.!]{1,48}? is)|credit card to|[Ll]ives? (?:at|in)|[Ll]iving at|[Ll]ocated at|(?:[Ss]end|[Ss]ent)(?: \p{Ll}{1,9}){0,3} to|[Rr]eturn to|[Dd]eliver(?:ed)?(?: it)? to|[Ss]hip(?:ped)?(?: it)? to|taxi to|[Mm]eet (?:me|us) at|[Mm]oved? to)[:,]?\s{1,8})\d)/gu
/** Two numbers with words between, or one and words with capitals, which then need a postcode or the like behind. */
const TWO = pattern(`\\d{1,6}(?:[ \\t]\\d{1,5})?${WORDS}[ \\t]{1,2}\\d{1,5}[a-z]?(?![\\p{L}\\d]|[.,:/%-]\\d)`, 'uy')
const ONE = /\d{1,6}(?:[ \t]\d{1,5})?(?=[ \t]{1,2}\p{Lu})(?:[ \t]{1,2}[\p{L}\p{M}.'’-]{1,30}){1,4}?(?=[ \t]*[,\n])/uy
/** Words between two numbers that are not a street. */
const NO_STREET =
  /(?<!\p{L})(?:and|or|of|out|to|from|until|till|at|by|per|is|was|are|were|has|have|days?|weeks?|months?|years?|hours?|minutes?|people|items?|percent|dollars?|euros?|times|with|for|than|but|if|when|then)(?!\p{L})/u

const LEADS =
  ' apt|\napt|>apt|apartment 0|suite|unit 0|unit #|flat 0|address|street:|street"|street=|card to|lives |live at|live in|living at|located at|send |sent |return to|deliver|ship to|ship it to|shipped|taxi to|meet me|meet us|move to|moved to'.split(
    '|',
  )

/** Addresses whose street nothing tells: those beside a flat or suite, and those that a sentence leads to. */
export const addressTold: Rule = {
  name: 'address-told',
  type: 'ADDRESS',
  anchors: LEADS,
  canonical: (found) => found.replace(/[\s,]+/g, ' ').toLowerCase(),
  digits: 1,
  places: FLATS,
  find(text, hit, { places } = flatClues(text)) {
    besideFlats(text, places(0), hit)
    for (const { index: at } of text.matchAll(LED)) {
      const street = addressAt(text, at, at)
      if (street !== null) {
        hit(street.start, street.end, 0.8)
        continue
      }
      TWO().lastIndex = at
      const two = TWO().exec(text)?.[0]
      if (two !== undefined && !NO_STREET.test(two)) {
        hit(at, localityEnd(text, at + two.length), 0.7)
        continue
      }
      ONE.lastIndex = at
      const one = ONE.exec(text)?.[0]
      if (one === undefined || NO_STREET.test(one)) continue
      const end = localityEnd(text, at + one.length)
      if (/\d/.test(text.slice(at + one.length, end))) hit(at, end, 0.7)
    }
  },
}

function besideFlats(text: string, places: readonly number[], hit: Hit): void {
  let done = 0
  for (const { 0: flat, index } of matchesAt(text, places, FLAT())) {
    if (index < done) continue
    const behind = index + flat.length
    const from = Math.max(done, index - REACH)
    const front = IN_FRONT().exec(text.slice(from, index))
    if (front !== null && !NO_STREET.test(front[0])) {
      done = localityEnd(text, behind)
      hit(from + front.index, done, 0.8)
      continue
    }
    BEHIND().lastIndex = behind
    const street = BEHIND().exec(text)?.[0]
    if (street === undefined || NO_STREET.test(street)) continue
    done = localityEnd(text, behind + street.length)
    hit(index, done, 0.8)
  }
}
