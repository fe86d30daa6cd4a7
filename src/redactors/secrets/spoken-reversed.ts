import type { Head } from './spoken-head.ts'
import { isPredicate } from './spoken-predicates.ts'
import { type Value, valueAt } from './spoken-value.ts'

/** Without one of these close to the head there is no need to look. */
const LINKS = /(?<!\p{L})(?:as|for|als|comme|como|come|is|was|be|are|ist|war|est|es|è|é)(?!\p{L})/iu
/** "… as the password", "… is my PIN": what stands between a value and its head, up to the head. */
const LINK =
  /[\s,"'”’`*»)]{1,3}(?:(as|for|als|comme|como|come)(?: (?:the|my|your|our|his|her|their|an?|das|dein|mein|le|mon|ton|la|tu|mi|a|minha|het|mijn))?|(is|was|used to be|are|ist|war|est|es|è|é)(?: still| now)? (?:the|my|our|your|his|her|mein|meine|die|das|dein|mon|ma|le|mi|tu|la|el|il|a|o|minha|mijn|de|het))(?: [\p{L}\p{N}'’-]{1,16}){0,3} $/iu
/** "is … a good password?" */
const DOUBTED =
  /(?<!\p{L})(?:is|think(?: that)?|would|consider|rate) (["'`“]?[^\s"“”]{3,64}["'`”]?) (?:(?:is|be|as) )?an? (?:\p{L}{2,12} ){0,2}$/iu
/** Without its end the expression above is not tried. */
const ARTICLE = / an? (?:\p{L}{2,12} ){0,2}$/iu
/** A verb that takes the value: "use …", "with …". */
const TAKES =
  /(?:^|[\s(])(?:use|used|using|uses|set|sets|pick|picked|choose|chose|type|typed|enter|entered|try|with|have|has|accepts|take|takes|put|want|nimm|verwende|benutze|mit|utilise|utiliser|usa|usar|uso|use|gebruik|met|avec|con|com)\s{1,2}$/iu
const QUOTES = /["'`“”‘’«»*]/
const LONGEST = 64

/** The value in front of a head: "use hunter2 as the password", "4711 is the PIN". */
export function reversed(text: string, { start, kind, sure }: Head): Value | null {
  const doubted = ARTICLE.test(text.slice(Math.max(0, start - 32), start))
    ? DOUBTED.exec(text.slice(Math.max(0, start - 120), start))
    : null
  if (doubted !== null) {
    const [all, value = ''] = doubted
    const at = start - all.length + all.indexOf(value, 1)
    return valueAt(text, at, { kind, sure: false, joint: 'blank', plain: true })
  }
  const before = text.slice(Math.max(0, start - 160), start)
  const link = LINKS.test(before.slice(-72)) ? LINK.exec(before) : null
  if (link === null || kind === 'answer' || !sure) return null
  const base = start - before.length
  const end = base + link.index
  const as = link[1] !== undefined
  const mark = link[0].search(QUOTES) !== -1 ? link[0][link[0].search(QUOTES)] : undefined
  if (mark !== undefined) {
    // back to the opening quote
    const from = before.lastIndexOf(opening(mark), link.index - 1)
    if (from === -1 || link.index - from > LONGEST) return null
    return valueAt(text, base + from, { kind, joint: 'copula', plain: as })
  }
  const head = before.slice(0, link.index)
  const digits =
    kind === 'number' || kind === 'code' ? /(?<![\p{L}\p{N}.,-])\d(?:[ -]?\d){2,9}$/u.exec(head)?.[0] : undefined
  const word = digits ?? /[^\s"“”«»]{2,64}$/u.exec(head)?.[0] ?? ''
  if (word === '' || isPredicate(word)) return null
  const value = valueAt(text, end - word.length, { kind, joint: 'blank', plain: true })
  if (value !== null && value.end === end) return value
  if (!as || kind === 'number' || !TAKES.test(head.slice(0, -word.length).slice(-24))) return null
  return /^\p{L}{4,}\d{0,4}[!?]?$/u.test(word) && !/[^s]s$/.test(word) && !COMMON.test(word)
    ? { start: end - word.length, end, score: 0.6 }
    : null
}

/** What advice says to take as a password, or not to. */
const COMMON =
  /^(?:birthday|birthdate|birth|date|name|surname|phrase|sentence|passphrase|random|word|pattern|string|text|value|input|variable|argument|combination|key|token|hash|fingerprint|face|touch|method|tool|library|function|phone|address|zip|title|pet|quote|song|lyric|poem)$/i

const opening = (mark: string): string => ({ '”': '“', '’': '‘', '»': '«' })[mark] ?? mark
