import { pattern } from '../../core/pattern.ts'
import { cluesIn } from '../clues.ts'
import { matchesAt } from '../places.ts'
import type { Rule } from '../rule.ts'
import { capitals, POSTCODE, STATE } from './street-words.ts'

/** `Springfield, IL 62701` */
const CITY_STATE = pattern(`(?<![\\p{L}\\p{N}])${capitals(3)}, ?${STATE}\\.? $`, 'u')
const FIVE = /\d{5}(?:-\d{4})?(?![\d-])/y
/** Farthest that a city and its state reach in front of a code. */
const REACH = 192
/** `my zip code is 62701`, `PLZ: 10115` */
const CODE = pattern(
  `(?<!\\p{L})(?:[Zz][Ii][Pp](?:[ _-]?[Cc]odes?)?|[Pp]ost(?:al)?[ _-]?[Cc]ode|PLZ|Postleitzahl|[Cc]ode postal|[Cc]ódigo postal|[Pp]ostnummer)["'’]{0,2}(?: is| ist| est| es)?[ \\t]?[:=]?[ \\t]{0,3}["'(]?(${POSTCODE})`,
  'gu',
)

const cluesOf = cluesIn()

/** Postcodes that a word names, and those behind a city and its state. */
export const postcode: Rule = {
  name: 'postcode',
  type: 'ADDRESS',
  anchors: [' 00000', 'zip', 'postcode', 'postal', 'post code', 'post_code', 'plz', 'postleitzahl', 'postnummer'],
  find(text, hit, { numbers } = cluesOf(text)) {
    let done = 0
    for (const { 0: code, index: at } of matchesAt(text, numbers(), FIVE)) {
      if (text[at - 1] !== ' ') continue
      const from = Math.max(done, at - REACH)
      const city = CITY_STATE().exec(text.slice(from, at))
      if (city === null) continue
      done = at + code.length
      hit(from + city.index, done, 0.8)
    }
    for (const { 0: all, 1: code = '', index } of text.matchAll(CODE())) {
      const end = index + all.length
      hit(end - code.length, end, 0.8)
    }
  },
}
