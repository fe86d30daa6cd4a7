import type { Rule } from '../rule.ts'
import { capitals, POSTCODE, STATE } from './street-words.ts'

/** `Springfield, IL 62701` */
const CITY_STATE = new RegExp(`(?<![\\p{L}\\p{N}])${capitals(3)}, ?${STATE}\\.? \\d{5}(?:-\\d{4})?(?![\\d-])`, 'gu')
/** `my zip code is 62701`, `PLZ: 10115` */
const CODE = new RegExp(
  `(?<!\\p{L})(?:[Zz][Ii][Pp](?:[ _-]?[Cc]odes?)?|[Pp]ost(?:al)?[ _-]?[Cc]ode|PLZ|Postleitzahl|[Cc]ode postal|[Cc]ódigo postal|[Pp]ostnummer)["'’]{0,2}(?: is| ist| est| es)?[ \\t]?[:=]?[ \\t]{0,3}["'(]?(${POSTCODE})`,
  'gu',
)

/** Postcodes that a word names, and those behind a city and its state. */
export const postcode: Rule = {
  name: 'postcode',
  type: 'ADDRESS',
  anchors: [' 00000', 'zip', 'postcode', 'postal', 'post code', 'post_code', 'plz', 'postleitzahl', 'postnummer'],
  find(text, hit) {
    for (const { 0: all, index } of text.matchAll(CITY_STATE)) hit(index, index + all.length, 0.8)
    for (const { 0: all, 1: code = '', index } of text.matchAll(CODE)) {
      const end = index + all.length
      hit(end - code.length, end, 0.8)
    }
  },
}
