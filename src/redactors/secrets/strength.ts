/** Words that stand where a secret would stand and are none. */
const WORDS = new Set(
  (
    'null none nil undefined true false yes no string str text char varchar int integer number bool boolean bytes object array any unknown void ' +
    'required optional hidden empty missing invalid incorrect wrong expired reset forgotten forgot unset set default example sample dummy test todo tbd ' +
    'placeholder redacted removed masked filtered token key value username user name email login auth bearer basic ' +
    'encrypted hashed plain plaintext field input label the your my and for not is are was must should can will has have this that it of in on to or ' +
    'a an new self auto manual strong weak short long unchanged same above below here credentials protected private public correct valid'
  ).split(' '),
)

const MASK = /^(?:[*•●·.…_#?-]+|[xX]+|[*•●x#-]*\uFFFC.*)$/s
/** A variable, a template or a format in the notation of some language or shell. */
const REFERENCE =
  /^(?:'\$\w+'|\$\{?\w+\}?\/.*|\$[A-Za-z_][\w.:>-]*|\$\{.*|\$\(.*|%[\w.]{1,64}%|%\(?\w{0,32}\)?[sd]|\{.*\}?|[#@]\{.*\}?|<[^<>]*>?|&lt;.*|\[[A-Za-z_ ].*\]?|@\w+@)$/s
const INVITATION =
  /^(?:your|my|insert|enter|replace|put|add)[-_ ]|^your(?:own|pass(?:w(?:or)?d|phrase|code)?(?![a-z])|pwd|secret|token|key|api|access|auth|app|db|user|account|client|email|bot|server|database|mysql|root|admin|private|strong|string|value|github|openai|aws)|^not[-_ ]?set$|[-_ ]here$|^x{3}/i

/** A mask, a template, a variable. */
export function isNotation(value: string): boolean {
  return MASK.test(value) || REFERENCE.test(value.replace(/^\\+/, ''))
}

/** A mask, a template, a word about a secret: nothing that opens a door. */
export function isStandIn(value: string): boolean {
  return isNotation(value) || INVITATION.test(value) || WORDS.has(value.toLowerCase())
}

/** Shannon entropy of the characters, in bits each: 0 for one repeated character, up to about 6 for random base64. Characters with the same low byte count as one. */
export function entropy(text: string): number {
  const counts = new Uint16Array(256)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) & 255
    counts[code] = (counts[code] as number) + 1
  }
  let sum = 0
  for (const n of counts) if (n > 0) sum -= (n / text.length) * Math.log2(n / text.length)
  return sum
}

/** Looks generated rather than written: letters and digits mixed, or long and without the shape of words. */
export function looksRandom(value: string): boolean {
  if (value.length < 8 || !/[A-Za-z]/.test(value))
    return value.length >= 16 && /^\d+$/.test(value) && entropy(value) >= 2.5
  if (/\d/.test(value)) return entropy(value) >= 2.5
  return (
    value.length >= 24 &&
    /^[A-Za-z+/=_-]+$/.test(value) &&
    entropy(value) >= 3.6 &&
    !/^[a-z]+(?:[-_][a-z]+)+$/i.test(value)
  )
}

/** How often the kind of character changes between digits, small and capital letters; marks are passed over. */
export function changes(value: string): number {
  let count = 0
  let last = 0
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    const kind = code >= 48 && code < 58 ? 1 : code >= 97 && code < 123 ? 2 : code >= 65 && code < 91 ? 3 : 0
    if (kind === 0) continue
    if (last !== 0 && kind !== last) count++
    last = kind
  }
  return count
}

/** Numbers, words and words with a number, joined by marks: a slug, a date, a version, a file. */
const JOINED = /^(?:[a-z]{1,16}\d{0,4}|\d+)(?:[-_./:](?:[a-z]{1,16}\d{0,4}|\d+))+$/i

/**
 * Made by a machine: letters and digits well mixed, so that the kind of character changes at a sixth of the steps or more
 * (at two fifths where small letters and digits are drawn evenly), and not words, dates or numbers joined by marks.
 */
export function isGenerated(value: string): boolean {
  if (value.length < 12 || !/[A-Za-z]/.test(value) || !/\d/.test(value)) return false
  if (changes(value) < Math.max(3, value.length / 6)) return false
  return entropy(value) >= (value.length < 20 ? 2.8 : 3) && !JOINED.test(value)
}

/** A name of a program: capitals or `_` between words, few digits, and small letters in runs. */
export function isIdentifier(value: string): boolean {
  if (!/[A-Z_]/.test(value)) return false
  const runs = value.match(/[a-z]+/g) ?? []
  return (value.match(/\d/g) ?? []).length < 3 && runs.join('').length >= 2.5 * runs.length
}
