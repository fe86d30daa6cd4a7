import type { Kind } from './spoken-head.ts'
import { isPredicate, isWordOfSentence } from './spoken-predicates.ts'
import { isStandIn } from './strength.ts'

/** What led to a value: "is", a colon, nothing but a blank, the answer in a later turn. */
export type Joint = 'copula' | 'mark' | 'blank' | 'reply'

/** What of the sentence around it speaks for or against a value. */
export interface Setting {
  kind: Kind
  joint: Joint
  /** False for "a password is …", "if the password is …": more must speak for the value. */
  plain: boolean
  /** False where the form of the value alone can prove it: the head often names something else. */
  sure?: boolean
}

/** A value that was found, UTF-16 offsets, and how sure that is. */
export interface Value {
  start: number
  end: number
  score: number
}

/** Points from which a value is believed. */
const ENOUGH = 2
const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '„': '“',
  '‘': '’',
  '«': '»',
  '»': '«',
  '*': '*',
}
const OPEN = /\*{1,2}["“'`]?|["'`“„‘«»]/y
const QUOTED_MAX = 80
const DIGITS = /[#*]?\d(?:[ .-]?\d){1,15}[#*]?(?![\p{L}\p{N}%€$])(?![.,:/-]\d)/uy
const SPELLED =
  /(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|null|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun)(?:[ ,-]{1,2}|(?![\p{L}\p{N}]))){3,12}/iuy
const TOKEN = /[^\s\uFFFC\uE000"“”„«»<>|][^\s\uFFFC\uE000"“”„«»<]{0,63}/uy
const PHRASE = /[\p{L}\p{N}'’-]{1,24}(?: [\p{L}\p{N}'’-]{1,24}){1,23}/uy
const NAME =
  /\p{Lu}[\p{L}'’-]{1,24}(?: (?:(?:van|von|der|den|de|del|di|da|la|le) ){0,2}\p{Lu}[\p{L}'’-]{1,24}){0,2}(?![\p{L}\p{N}])/uy

const ITSELF =
  /^(?:my|your|the|users?|new|old|admin|db|some|current|secret|strong|enter)?[ _-]?(?:e?mail[ _-]?|account[ _-]?)?(?:pass(?:word|wd|phrase|code)?|pwd|pin|passwort|secret|code|key)$/i
/** What is answered to a password. */
const OUTCOME = /^(?:access|permission|login|entry) (?:granted|denied|failed|refused)/i
/** What devices are delivered with: in quotes it is meant as a value. */
const DEFAULT = /^(?:password|secret|admin|guest|user|default|root)$/
/** Behind a name in quotes that is shown on a screen. */
const LABELLED = /^[ -]?(?:\w+ ){0,2}(?:meter|field|button|box|page|link|column|tab|option|menu|message|label)/

/** Names that begin with a word of the language. */
const PARTICLE = /^(?:van|von|de|der|den|del|di|da|la|le|el|du|dos)$/i

/** What may stand behind a number that counts something. */
const UNIT =
  /^[ -](?:or more |to \d+ )?(?:digits?|characters?|chars?|letters?|words?|numbers?|symbols?|bits?|bytes?|times?|tries|attempts?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|lines?|percent|people|users?|dollars?|euros?|zeichen|ziffern|stellen|stellig\w*|tage|minuten|jahre|chiffres|caractères|caracteres|dígitos|cifre|cijfers|tekens|long|out|of|OK)(?!\p{L})/iu
/** The clause ends. */
const END = /^["'”’»)\]}*`_\\]{0,4}(?:\s*(?:$|[\r\n\uE000])|[.!?;…](?=[\s"'”)*]|$)|,(?!\d))/u
/** The sentence goes on with something new. */
const NEXT =
  /^["'”’»)\]*`]{0,3}\s+(?:and|but|so|because|since|lol|haha|btw|now|today|instead|everywhere|too|jetzt|thanks|thx|please|pls|if|can|could|when|while|then|und|aber|bitte|weil|et|mais|y|pero|mas|ma|en|maar|[-–—(/:])(?![\p{L}\p{N}])/iu
/** Parts of a program. */
const CODE =
  /^[\p{L}_$][\w$.]*(?:[([]|\.\w+[(.]|::|->|=)|^[({[]|\(\)|[;{]$|=>|\\|^\w*(?:pass|pwd|user|req|str)\w*[_.]|^&(?:str|mut|'static)(?!\w)/u
/** A name of a variable; behind "is" it may be a password. */
const CAMEL = /^[a-z]+(?:[A-Z][a-z]+)+$/
const SYMBOL = /[!#$%&*+=?@^~€£§]/

/** True for a variable or an example that names what it stands for: `my_password`, `adminpass`. */
export const namesItself = (value: string): boolean => ITSELF.test(value)

/** The value that begins at an offset (blanks are skipped), or null where what stands there is none. Reads at most 600 characters. */
export function valueAt(text: string, offset: number, setting: Setting): Value | null {
  let at = offset
  while (at < offset + 4 && /[ \t(]/.test(text[at] ?? '')) at++
  const inside = quoted(text, at, setting)
  if (inside !== undefined) return inside
  for (const read of [number, name, phrase, token]) {
    const value = read(text, at, setting)
    if (value !== null) return value
  }
  return null
}

/** What stands in quotes; null where that is no value, undefined where there are no quotes. */
function quoted(text: string, at: number, { kind, joint, plain }: Setting): Value | null | undefined {
  OPEN.lastIndex = at
  const open = OPEN.exec(text)?.[0]
  if (open === undefined) return undefined
  const mark = open.at(-1) as string
  const from = at + open.length
  const to = closing(text, from, mark)
  if (to === null) return undefined
  const value = text.slice(from, to)
  const bare = value.trim()
  const words = bare.split(/\s+/)
  if (
    bare.length < 2 ||
    isStandIn(bare) ||
    namesItself(bare) ||
    OUTCOME.test(bare) ||
    words.length > (kind === 'phrase' ? 24 : 10)
  )
    return null
  // a message or a label: "too short", "must be 8 characters", "Your password:", "submit()"
  const said = words.filter((word) => isPredicate(word, true)).length
  if (said > 0 && said === words.filter((word) => !/^\d+$/.test(word)).length && !DEFAULT.test(bare)) return null
  if (/[({]\S{0,24}[)}]$|^<|>$/.test(bare) || (words.length > 1 && /:/.test(bare))) return null
  if (joint === 'blank' && LABELLED.test(text.slice(to + 1, to + 32))) return null
  return { start: from, end: to, score: plain ? 0.9 : 0.7 }
}

/** Where a quotation ends: the closing mark that is no apostrophe, on the same line; null where there is none near. */
function closing(text: string, from: number, mark: string): number | null {
  const close = CLOSING[mark] as string
  for (let at = from; at <= from + QUOTED_MAX; at++) {
    const char = text[at] ?? '\n'
    if (char === '\n' || char === '\uFFFC' || char === '\uE000') return null
    const closes = char === close || (mark === '“' && char === '"') || (mark === '„' && char === '”')
    if (closes && !(close === "'" && /[\p{L}\p{N}]/u.test(text[at + 1] ?? ''))) return at
  }
  return null
}

function number(text: string, at: number, { kind, joint, plain }: Setting): Value | null {
  SPELLED.lastIndex = at
  const spelled = kind !== 'phrase' && kind !== 'answer' ? SPELLED.exec(text)?.[0].replace(/[ ,-]+$/, '') : undefined
  if (spelled !== undefined && !UNIT.test(text.slice(at + spelled.length, at + spelled.length + 24))) {
    return { start: at, end: at + spelled.length, score: 0.7 }
  }
  DIGITS.lastIndex = at
  const found = DIGITS.exec(text)?.[0].replace(/[ .-]+$/, '')
  if (found === undefined) return null
  const end = at + found.length
  const digits = found.replace(/\D/g, '').length
  const after = text.slice(end, end + 24)
  if (UNIT.test(after) || digits < (kind === 'number' || kind === 'code' ? 3 : 4) || digits > 16) return null
  if (kind === 'answer' && joint === 'blank') return null
  const ends = END.test(after) || NEXT.test(after)
  if (joint === 'blank' && !((kind === 'number' || kind === 'code') && digits >= 4) && !ends) return null
  return { start: at, end, score: (kind === 'number' || kind === 'code') && plain ? 0.9 : 0.7 }
}

/** A name or short expression that answers a security question. */
function name(text: string, at: number, { kind, joint }: Setting): Value | null {
  if (kind !== 'answer') return null
  NAME.lastIndex = at
  const found = NAME.exec(text)?.[0]
  if (found !== undefined) {
    const [first = '', ...more] = found.split(' ')
    return isPredicate(first) && (more.length === 0 || !PARTICLE.test(first))
      ? null
      : { start: at, end: at + found.length, score: 0.8 }
  }
  if (joint === 'blank') return null
  PHRASE.lastIndex = at
  const words = PHRASE.exec(text)?.[0].split(' ') ?? []
  if (words.length === 0 || words.length > 3 || words.some((word) => isPredicate(word))) return null
  const end = at + words.join(' ').length
  return END.test(text.slice(end, end + 8)) ? { start: at, end, score: 0.6 } : null
}

/** Words that make no sentence: "correct horse battery staple". */
function phrase(text: string, at: number, { kind }: Setting): Value | null {
  if (kind !== 'phrase') return null
  PHRASE.lastIndex = at
  const words = PHRASE.exec(text)?.[0].split(' ') ?? []
  const stop = words.findIndex(isWordOfSentence)
  const taken = stop === -1 ? words : words.slice(0, stop)
  const doubtful = taken.filter((word) => isPredicate(word)).length
  if (taken.length < 3 || doubtful > taken.length / 4 || (isPredicate(taken[0] as string) && taken.length < 4))
    return null
  return { start: at, end: at + taken.join(' ').length, score: taken.length > 3 ? 0.8 : 0.6 }
}

/** One word, judged by its form, by what it means after "is", and by where the clause ends. */
function token(text: string, at: number, { kind, joint, plain, sure = true }: Setting): Value | null {
  TOKEN.lastIndex = at
  const raw = TOKEN.exec(text)?.[0]
  if (raw === undefined || /[\uFFFC]/.test(text[at + raw.length] ?? '')) return null
  const value = trimmed(raw)
  const end = at + value.length
  const after = text.slice(end, end + 24)
  if (value.length < 3 || isStandIn(value) || namesItself(value) || isPredicate(value.replace(/[!?*_]+$/, '')))
    return null
  if (
    /^https?:|^www\.|^[./\\:]|^\w+(?:\/\w+){1,}$|^-|^\d+(?:[.,]\d+)?[%€$kKmMxX]?$/.test(value) ||
    CODE.test(value) ||
    (CAMEL.test(value) && joint !== 'copula' && joint !== 'reply')
  )
    return null
  if (/^[\p{L}]+(?:-[\p{L}]+)+$/u.test(value) && value.split('-').some((part) => isPredicate(part))) return null

  const digit = /\d/.test(value)
  const letter = /\p{L}/u.test(value)
  if (!digit && !letter) return null
  const symbol = SYMBOL.test(value.replace(/[!?*]+$/, ''))
  let points = 0
  if (digit && letter) points += 2
  if (symbol) points += 2
  if (/^[!#$%&*@]|[^!?]!$/.test(value) && letter) points += 0.5
  if (/\p{Ll}\p{Lu}/u.test(value)) points += 1
  else if (/^\p{Lu}/u.test(value) && joint !== 'mark') points += 0.75
  if (/[_-]/.test(value)) points += 0.5
  if (/[.,:]\p{L}/u.test(value)) points += 0.5
  const strong = points >= 2
  if (!sure && !strong) return null
  if (kind === 'number' && !digit && !(strong || /^\p{Lu}{4,}$/u.test(value))) return null
  if (END.test(after)) points += 1.5
  else if (NEXT.test(after)) points += 1.5
  else if (!strong) points -= 1
  if (joint === 'copula' || joint === 'mark') points += 0.5
  if (joint === 'reply') points += 1
  if (joint === 'blank' && !strong) points -= 1.5
  if (!plain) points -= 1
  return points < ENOUGH ? null : { start: at, end, score: points >= 4 ? 0.9 : points >= 3 ? 0.75 : 0.6 }
}

/** Without what closes the sentence: an exclamation mark belongs to a value that is no mere word. */
function trimmed(raw: string): string {
  let value = raw.replace(/(?:[.,;:…)\]}'’`*]|["”»]|\?(?=$))+$/u, (tail) => {
    const opens = { ')': '(', ']': '[', '}': '{' }[tail[0] as string]
    return opens !== undefined && raw.slice(0, -tail.length).includes(opens) ? (tail[0] as string) : ''
  })
  if (/^\p{Ll}+!+$/u.test(value)) value = value.replace(/!+$/, '')
  return value
}
