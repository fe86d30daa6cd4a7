import { matchesAt } from '../places.ts'
import type { Head } from './spoken-head.ts'
import { type Setting, type Value, valueAt } from './spoken-value.ts'

/** How far a pronoun may stand from what it means. */
const REACH = 200
/** "changed it to …", "set it to …", "so now it's …" */
const CHANGED =
  /(?<!\p{L})(?:(?:chang|reset|switch|updat|rotat|set)(?:e|ed|ted|ting|ing)?|made|make) (?:it|them|that|this|everything)(?: back| again)? (?:to|into) |(?<!\p{L})(?:now it(?:['’]?s| is)|it(?:['’]?s| is) now|the new one(?:['’]s| is)|make it|(?:sie|es|er) lautet(?: jetzt)?) |(?<!\p{L})(?:habe?|hat|haben) (?:es|sie|ihn) (?:in|auf|zu) /iuy
/** "if it is "…"": only what is quoted. */
const MEANT =
  /(?<!\p{L})(?:if|when|unless|whether) (?:it|that|the (?:input|user(?:['’]s input)?|answer|message|text)|they|he|she|someone|the user|the person)(?: is| equals| says| say| types?| enters?| sends?| gives?| matches)(?: exactly| the word| the phrase){0,2}[: ]{1,2}(?=["'`“«])/iuy
/** What the expressions above begin with. */
export const CHANGE_PLACES: readonly string[] = [
  ...[
    'chang',
    'reset',
    'switch',
    'updat',
    'rotat',
    'set',
    'made',
    'make',
    'now it',
    'it is now',
    "it's now",
    'it’s now',
  ],
  ...['the new one', 'sie lautet', 'es lautet', 'er lautet'],
  ...['hab', 'habe', 'hat', 'haben'].flatMap((verb) => ['es', 'sie', 'ihn'].map((what) => `${verb} ${what}`)),
]
export const MEANT_PLACES: readonly string[] = ['if', 'when', 'unless', 'whether'].flatMap((word) =>
  ['it', 'that', 'the', 'he', 'she', 'someone'].map((who) => `${word} ${who}`),
)
/** Shape of a password that needs no word beside it: a word, a symbol, digits. */
const SHAPED = /^\p{L}{3,16}[!#$%^&*@]{1,2}\d{1,6}[!#$]?$|^\p{L}{3,16}\d{1,6}[!#$%^&*@]{2}$/u
/** In front of a head and behind it: "changed the password to …", "das Passwort auf … geändert". */
const CHANGES =
  /(?<!\p{L})(?:chang(?:e|ed|es|ing)|re-?set(?:ting)?|set(?:ting)?|switch(?:ed)?|updat(?:e|ed|es|ing)|rotated?|made|make|wants?|wanted|ändere?|setze?|stelle?|changée?|changer|modifiée?|cambi[éoa]|cambiado|cambiar|cambiato|cambiare|puse|mud(?:ei|ou|ar|ado)|alterei|troquei|veranderd?|gewijzigd|(?:habe|haben|hat|wurde|heb|hebben))(?: (?:the|my|our|your|his|her|das|die|mein|meine|le|mon|la|mi|a|minha|het|mijn))?(?: [\p{L}\p{N}'’-]{1,20}){0,3} $/iu
const TO =
  /(?: (?:for|of|vom|von|del|do)(?: [\p{L}\p{N}'’-]{1,20}){1,4}?)?(?: veranderd| gewijzigd| aangepast)? (?:to|into|from|auf|in|en|a|para|naar|von)(?: be)? (?:the word )?/iuy
const FROM = /^["'”’`]?[,.]? (?:to|auf|à|a|para|naar) /

/** What a secret was changed to, where the head itself is named: "reset the root password to …". */
export function changed(text: string, { start, end, kind }: Head): Value[] {
  TO.lastIndex = end
  const to = TO.exec(text)
  if (to === null || !CHANGES.test(text.slice(Math.max(0, start - 80), start))) return []
  const setting: Setting = { kind, joint: 'copula', plain: true }
  const first = valueAt(text, end + to[0].length, setting)
  if (first === null) {
    // "from oldpony to newpony7": the first is believed for the second
    const pair = /^(\S{3,40}) (?:to|into|auf|naar) /.exec(text.slice(end + to[0].length, end + to[0].length + 64))
    if (pair === null || !/ (?:from|von) $/.test(to[0])) return []
    const second = valueAt(text, end + to[0].length + pair[0].length, setting)
    const from = end + to[0].length
    return second === null ? [] : [{ start: from, end: from + (pair[1] as string).length, score: 0.6 }, second]
  }
  const after = FROM.exec(text.slice(first.end, first.end + 12))
  const second = after === null ? null : valueAt(text, first.end + after[0].length, setting)
  return second === null ? [first] : [first, second]
}

/**
 * What "it" was changed to, or is meant to be, where a head stands within reach; without one only what is shaped as a password.
 * @param changes @param meanings where the literals of `CHANGE_PLACES` and `MEANT_PLACES` begin, ascending
 */
export function* meant(
  text: string,
  heads: readonly Head[],
  changes: readonly number[],
  meanings: readonly number[],
): Generator<Value> {
  for (const expression of [CHANGED, MEANT]) {
    let from = 0
    for (const found of matchesAt(text, expression === CHANGED ? changes : meanings, expression)) {
      const at = found.index + found[0].length
      while (from < heads.length && (heads[from] as Head).end < found.index - REACH) from++
      let head: Head | undefined
      for (let i = from; i < heads.length && (heads[i] as Head).start < at + REACH / 2; i++) {
        const each = heads[i] as Head
        if (head === undefined || each.end <= found.index) head = each
      }
      if (expression === MEANT && (head === undefined || head.end > found.index)) continue
      const value = valueAt(text, at, { kind: head?.kind ?? 'password', joint: 'copula', plain: false })
      if (value === null) continue
      if (head !== undefined || SHAPED.test(text.slice(value.start, value.end))) yield value
    }
  }
}
