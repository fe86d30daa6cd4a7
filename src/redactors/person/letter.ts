import { pattern } from '../../core/pattern.ts'
import { cluesIn } from '../clues.ts'
import { matchesAt } from '../places.ts'
import type { Hit, Rule } from '../rule.ts'
import { canonicalName, isGivenName, isSeveral, NAME, nameLength } from './name-words.ts'

/** How a letter begins, its name, and the mark or the end of the line behind it. */
const OPENING = pattern(
  `(?<=(?:^|[\\n"“'>])[ \\t]{0,8})(?:Dear|Lieber?|Sehr geehrte[rs]?|Chère?|Cher|Estimad[oa]|Querid[oa]|Gentile|Caro|Cara|Beste|Geachte|Hi|Hello|Hey|Hallo)[ \\t](${NAME})(?=[ \\t]?[,:!\\n]|[ \\t]?$)`,
  'muy',
)
/** How a letter ends, and its name on the next line or the one behind that. */
const CLOSING = pattern(
  `(?:^|[\\n.!?"“])[ \\t]{0,8}(?:(?:[Kk]ind |[Bb]est |[Ww]arm(?:est)? |[Ww]ith (?:kind |best |warm )?)?(?:[Rr]egards|[Ww]ishes)|(?:[Yy]ours )?(?:[Ss]incerely|[Ff]aithfully|[Tt]ruly)(?: yours)?|[Rr]espectfully(?: yours)?|[Cc]ordially|[Ss]incerely yours|[Aa]ll the best|[Mm]any thanks|[Tt]hank you|[Tt]hanks|[Cc]heers|[Ll]ove|[Ww]ith love|(?:[Mm]it )?(?:freundlichen|besten|herzlichen|lieben|viele|liebe|beste|herzliche) Gr(?:ü|ue)(?:ß|ss)en?|[Cc]ordialement|[Bb]ien à vous|[Aa]tentamente|[Ss]aludos(?: cordiales)?|[Cc]ordiali saluti|[Mm]et vriendelijke groet(?:en)?)[ \\t]?[,.!]?[ \\t]{0,3}\\r?\\n(?:[ \\t]{0,8}\\r?\\n)?[ \\t]{0,8}[-–—]{0,2}[ \\t]?(${NAME})(?=[ \\t]{0,3}(?:[,.\\n]|$|\\r|"))`,
  'uy',
)
/** How far in front of a word of the closing it may begin, and how far behind its line may end. */
const BEFORE = 48
const BEHIND = 40

const GREETINGS = [
  (
    'dear liebe lieber sehr_geehrte sehr_geehrter sehr_geehrtes chère cher estimado estimada querido querida gentile caro ' +
    'cara beste geachte hi hello hey hallo'
  )
    .split(' ')
    .map((word) => word.replaceAll('_', ' '))
    .flatMap((word) => [`${word} `, `${word}\t`]),
]
const greetingClues = cluesIn(GREETINGS)

const ANCHORS = [
  ...['dear ', 'lieb', 'geehrte', 'cher ', 'estimad', 'querid', 'gentile ', 'caro ', 'cara ', 'beste ', 'geachte '],
]

/** Who a letter is to: two words, or a common given name, between the greeting and a mark. */
export const letterTo: Rule = {
  name: 'name-in-greeting',
  type: 'PERSON',
  anchors: [...ANCHORS, 'hi ', 'hello ', 'hey ', 'hallo '],
  places: GREETINGS,
  canonical: canonicalName,
  find(text, hit, { places } = greetingClues(text)) {
    among(matchesAt(text, places(0), OPENING()), hit)
  },
}

const CLOSINGS: readonly string[] = [
  ...[
    'regards',
    'wishes',
    'sincerely',
    'faithfully',
    'truly',
    'respectfully',
    'cordially',
    'the best',
    'thank',
    'cheers',
  ],
  ...[
    'love',
    'freundlichen gr',
    'besten gr',
    'herzliche',
    'lieben gr',
    'viele gr',
    'liebe gr',
    'beste gr',
    'cordialement',
    'bien ',
    'atentamente',
    'saludos',
    'saluti',
    'groet',
  ],
]
const closingClues = cluesIn([CLOSINGS])

/** Who a letter is from: likewise, on the line behind the closing. */
export const letterFrom: Rule = {
  name: 'name-in-closing',
  type: 'PERSON',
  anchors: CLOSINGS,
  places: [CLOSINGS],
  canonical: canonicalName,
  find(text, hit, { places } = closingClues(text)) {
    among(matchesAt(text, beginnings(text, places(0)), CLOSING()), hit)
  },
}

/** Where a closing may begin: in front of the last words of a line. */
function* beginnings(text: string, places: readonly number[]): Generator<number> {
  let end = 0
  for (const place of places) {
    if (end < place) end = text.indexOf('\n', place)
    if (end === -1) return
    if (end - place > BEHIND) continue
    for (let at = Math.max(0, place - BEFORE); at <= place; at++) {
      if (at === 0 || '\n.!?"“'.includes(text[at] as string)) yield at
    }
  }
}

function among(found: Iterable<RegExpExecArray>, hit: Hit): void {
  for (const { 0: all, 1: name = '', index } of found) {
    const start = index + all.length - name.length
    const length = nameLength(name, isSeveral(name) ? 2 : 1)
    // a greeting to several words that are cut short is to something else: `Dear Acme Support`
    if (length < name.length) continue
    if (isSeveral(name) || isGivenName(name)) hit(start, start + length, 0.8)
  }
}
