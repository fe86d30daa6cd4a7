import { matchesAt } from '../places.ts'
import { type Value, valueAt } from './spoken-value.ts'

/** What security questions ask for. Said without being asked, it is a memory like any other. */
export const TOPIC =
  "(?:first|favou?rite|childhood|oldest)(?: [\\p{L}]{1,12})? (?:pet|dog|cat|car|school|teacher|job|boss|friend|hero|street|phone|concert|film|movie|book|food|colou?r|team|band)(?:['’]s name)?|street (?:where |that )?(?:(?:i|you) grew|did you grow) up(?: on| in)?|(?:city|town|place)(?: where| in which)? (?:(?:i was|you were) born|of (?:my |your )?birth)|best friend['’]s name|erstes? (?:haustier|hund|auto|schule|lehrer\\w*)|ersten (?:haustiers?|hundes|autos|schule|lehrers)|premier (?:animal|chien|professeur)|primera? (?:mascota|coche|escuela)"
/** That somebody is being identified. */
export const IDENTIFIED =
  /(?<!\p{L})(?:security (?:question|check|answer|purposes)|secret question|sicherheitsfrage|question (?:de sécurité|secrète)|pregunta de seguridad|for security|identity|identify|verify|verification|verifying|recover(?:y|ing)?|prove (?:that )?(?:i['’]?m|it['’]?s|i am)|reset(?:ting)?|unlock(?:ing)?)(?!\p{L})/iu
/** How far in front an identification may stand. */
const REACH = 200

const SAID = new RegExp(
  `(?<!\\p{L})(?:${TOPIC})(?: (?:on|in|at|i (?:had|owned|drove|attended)|ever))?(?:(?: (?:is|was|were|are))?(?: (?:called|named))|['’]s| is| was|\\s?[:=-]|,)?[ \\t]{1,2}`,
  'iuy',
)
const ANSWER =
  /(?<!\p{L})(?:answer|antwort|réponse|respuesta)(?: to (?:it|that))?(?: is| was| ist| lautet| est| es|\s?[:=-])[ \t]{1,2}/iuy
const ANSWERED_TO = /(?<!\p{L})(?:security|secret) (?:question(?:['’]s)? )?answer (?:to|as) /iuy
/** In front of the last: somebody set it. */
const SET = /(?<!\p{L})(?:set|changed|chose|picked|put)(?: (?:the|my))? $/iu

const IDENTIFIED_AT = new RegExp(IDENTIFIED.source, 'iuy')
/** What the four begin with. */
export const SECURITY_PLACES: readonly (readonly string[])[] = [
  [
    ...['security ', 'secret question', 'sicherheitsfrage', 'question ', 'pregunta de seguridad', 'for security'],
    ...['identity', 'identify', 'verif', 'recover', 'prove ', 'reset', 'unlock'],
  ],
  [
    ...['first', 'favo', 'childhood', 'oldest', 'street ', 'city', 'town', 'place', 'best friend', 'erste', 'premier '],
    'primer',
  ],
  ['answer', 'antwort', 'réponse', 'respuesta'],
  ['security question', 'secret question', 'security answer', 'secret answer'],
]

/**
 * Answers to security questions, where the text says that they are: "for verification: my first pet was called …".
 * @param places where the literals of a group of `SECURITY_PLACES` begin, ascending
 */
export function* securityAnswers(text: string, places: (group: number) => readonly number[]): Generator<Value> {
  if (matchesAt(text, places(0), IDENTIFIED_AT).next().done) return
  for (const [group, expression] of [SAID, ANSWER, ANSWERED_TO].entries()) {
    for (const found of matchesAt(text, places(group + 1), expression)) {
      if (expression === ANSWERED_TO && !SET.test(text.slice(Math.max(0, found.index - 16), found.index))) continue
      const context = text.slice(Math.max(0, found.index - REACH), found.index + found[0].length)
      if (
        !(
          expression === ANSWER
            ? /(?:security|secret) question|sicherheitsfrage|question (?:de sécurité|secrète)|pregunta de seguridad/iu
            : IDENTIFIED
        ).test(context)
      )
        continue
      const joint = /[:=-]\s*$/.test(found[0])
        ? 'mark'
        : /\w\s$/.test(found[0]) && /(?:is|was|called|named|to|as)\s{1,2}$/i.test(found[0])
          ? 'copula'
          : 'blank'
      const value = valueAt(text, found.index + found[0].length, { kind: 'answer', joint, plain: true })
      if (value !== null) yield value
    }
  }
}
