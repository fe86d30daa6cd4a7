import { PLACEHOLDER } from './placeholder.ts'
import { type Edit, rewrite, type View } from './readings/rewrite.ts'

/** Stands for what the rules must not read; no rule takes it for a letter, a digit or a blank. */
export const INERT = '\uFFFC'

/** Show nothing: soft hyphen, joiners, zero-width and direction marks, variation selectors, tags. */
const HIDDEN =
  '\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180E\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2064\\u206A-\\u206F\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\u{E0000}-\\u{E01EF}'
/** Compatibility forms of letters and digits (full-width, letter-like, super- and subscript, circled, squared, mathematical, ligatures), and the decimal digits of every script. */
const FANCY =
  '\\u2070-\\u209C\\u2100-\\u214F\\u2460-\\u24FF\\uFB00-\\uFB06\\u{1D400}-\\u{1D7FF}\\u{1F100}-\\u{1F189}\\u{1FBF0}-\\u{1FBF9}'
const DASHES = '\\u2010-\\u2015\\u2212\\uFE58\\uFE63'
const BLANKS = '\\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000'
/** JSON inside JSON doubles the backslash at each step; a run of them is read from its beginning on. */
const ESCAPE = '(?<!\\\\)\\\\{1,255}(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrtbf"\'/]))'

const ESCAPES = new RegExp(ESCAPE, 'g')
const SPECIAL = new RegExp(
  `${ESCAPE}|[${HIDDEN}]+|[\\uFF01-\\uFF5E]+|[${FANCY}${DASHES}${BLANKS}]|(?![0-9])\\p{Nd}`,
  'gu',
)
/** What can keep an anchor or a digit from being seen. Full-width punctuation, dashes and blanks cannot. */
const DISGUISE = new RegExp(
  `[${HIDDEN}${FANCY}\\uFF0E\\uFF10-\\uFF19\\uFF20-\\uFF3A\\uFF41-\\uFF5A]|(?![0-9])\\p{Nd}`,
  'u',
)
const ONLY_HIDDEN = new RegExp(`^[${HIDDEN}]$`, 'u')
const ONLY_DASH = new RegExp(`^[${DASHES}]$`, 'u')
/** The dashes that part clauses; within a number or a word they stand for hyphens. */
const PARTING = /[\u2014\u2015]/
const WITHIN = /^(?:\d.\d|[A-Za-z].[A-Za-z])$/s
const HIDING_ESCAPE = /\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})/
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' }

/** Characters that show themselves and nothing else, beyond ASCII: letters of Europe and Asia, quotes, currencies, arrows, dingbats, most emoji. */
const PLAIN =
  '\\u00A1-\\u00AC\\u00AE-\\u034E\\u0370-\\u052F\\u2018-\\u2027\\u2030-\\u205E\\u20A0-\\u20BF\\u2190-\\u2211\\u2213-\\u245F\\u2500-\\u27BF\\u3001-\\u312F\\u4E00-\\u9FFF\\uAC00-\\uD7A3\\uD83D\\uDC00-\\uDFFF'
const ODD = new RegExp(`[^\\0-\\x7F${PLAIN}]`)

/** False where every character of a text shows itself and nothing else, but for escapes: most texts are told so at one glance. */
export const isOdd = (text: string): boolean => ODD.test(text)

/** True where a text holds characters that could hide a match from the sieve. */
export const isDisguised = (text: string): boolean => DISGUISE.test(text)

/** True where a text holds escapes that could hide a match from the sieve: `\u0040` for an @. */
export const isEscaped = (text: string): boolean => HIDING_ESCAPE.test(text)

/**
 * The text as a reader takes it: backslash escapes resolved (JSON inside a string), invisible characters
 * gone, full-width, mathematical and foreign digits and letters as plain ones (NFKC), any dash a hyphen unless it
 * parts clauses, any blank a space, and own placeholders inert.
 * @param odd whether it may hold a character that does not simply show itself; see `isOdd`
 */
export function viewOf(text: string, odd: boolean): View {
  const masked = text.includes('[') ? text.replace(PLACEHOLDER, (found) => INERT.repeat(found.length)) : text
  const escaped = masked.includes('\\')
  const same: View = { text: masked, origin: (start, end) => [start, end] }
  if (!odd && !escaped) return same
  const edits: Edit[] = []
  for (const found of masked.matchAll(odd ? SPECIAL : ESCAPES)) {
    const all = found[0]
    const start = found.index
    const as = shown(found, masked)
    // full-width characters stand for one each; invisible ones for nothing
    const at = as.length > 1 && as.length === all.length ? (k: number, side: 0 | 1) => start + k + side : undefined
    edits.push({ start, end: start + all.length, as, ...(at && { at }) })
  }
  return rewrite(masked, edits) ?? same
}

/** What an escape or characters out of the ordinary show. */
function shown({ 0: all, 1: four, 2: two, 3: one, index }: RegExpExecArray, text: string): string {
  if (one !== undefined) return ESCAPED[one] ?? one
  const code = four ?? two
  const char = code === undefined ? all : String.fromCharCode(Number.parseInt(code, 16))
  if (char.length > 1) return Array.from(char, plain).join('')
  return PARTING.test(char) && !WITHIN.test(text.slice(index - 1, index + 2)) ? ' ' : plain(char)
}

/** One character as a reader takes it: itself, its plain form, or nothing where it shows nothing. */
export function plain(char: string): string {
  const point = char.codePointAt(0) as number
  if (point < 128) return char
  if (ONLY_HIDDEN.test(char)) return ''
  if (ONLY_DASH.test(char)) return '-'
  const as = char.normalize('NFKC')
  if (as.charCodeAt(0) < 128 || !/^\p{Nd}$/u.test(as)) return as
  // the digits of a script are ten in a row, from a code that ends in 0 or in 6
  const row = point & ~15
  return String(/\p{Nd}/u.test(String.fromCodePoint(row)) ? point - row : point - row - 6)
}
