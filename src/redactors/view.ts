import { PLACEHOLDER } from './placeholder.ts'

/** A text as the rules read it, and where each of its parts stands in the original. */
export interface View {
  text: string
  /** Range of the original that a range of `text` was made from. */
  origin(start: number, end: number): [number, number]
}

/** Stands for what the rules must not read; no rule takes it for a letter, a digit or a blank. */
const INERT = '\uFFFC'

/** Show nothing: soft hyphen, zero-width and direction marks, variation selectors. */
const HIDDEN = '\\u00AD\\u061C\\u180E\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2064\\uFE00-\\uFE0F\\uFEFF'
/** Full-width forms, super- and subscripts, circled ones, Arabic-Indic and Devanagari digits; U+D835 opens the mathematical ones. */
const FANCY = '\\uFF01-\\uFF5E\\u2070-\\u209C\\u2460-\\u24FF\\u0660-\\u0669\\u06F0-\\u06F9\\u0966-\\u096F'
const MATHEMATICAL = '\\uD835[\\uDC00-\\uDFFF]'
const DASHES = '\\u2010-\\u2015\\u2212'
const BLANKS = '\\u00A0\\u2000-\\u200A\\u202F\\u205F\\u3000'
const ESCAPE = '\\\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrtbf"\'/]))'

const SPECIAL = new RegExp(`${ESCAPE}|[${HIDDEN}${FANCY}${DASHES}${BLANKS}]|${MATHEMATICAL}`, 'g')
/** What can keep an anchor or a digit from being seen. Full-width punctuation, dashes and blanks cannot. */
const DISGUISE = new RegExp(
  `[${HIDDEN}\\uFF0E\\uFF10-\\uFF19\\uFF20-\\uFF3A\\uFF41-\\uFF5A\\u2070-\\u209C\\u2460-\\u24FF\\u0660-\\u0669\\u06F0-\\u06F9\\u0966-\\u096F]|${MATHEMATICAL}`,
)
const ONLY_HIDDEN = new RegExp(`[${HIDDEN}]`)
const ONLY_DASH = new RegExp(`[${DASHES}]`)
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' }

/** True where a text holds characters that could hide a match from the sieve. */
export const isDisguised = (text: string): boolean => DISGUISE.test(text)

/**
 * The text as a reader takes it: one layer of backslash escapes resolved (JSON inside a string), invisible characters
 * gone, full-width, mathematical and foreign digits and letters as plain ones (NFKC), any dash a hyphen, any blank a
 * space, and own placeholders inert.
 * @param wide whether it holds a character outside ASCII
 */
export function viewOf(text: string, wide: boolean): View {
  const masked = text.includes('[') ? text.replace(PLACEHOLDER, (found) => INERT.repeat(found.length)) : text
  const same: View = { text: masked, origin: (start, end) => [start, end] }
  if (!wide && !masked.includes('\\')) return same
  // a change of k: text[inAt[k], inAt[k] + inLength[k]) became view[outAt[k], outAt[k] + outLength[k])
  const inAt: number[] = []
  const inLength: number[] = []
  const outAt: number[] = []
  const outLength: number[] = []
  let out = ''
  let at = 0
  for (const found of masked.matchAll(SPECIAL)) {
    const [all, four, two, one] = found
    out += masked.slice(at, found.index)
    at = found.index + all.length
    const code = four ?? two
    const char = code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : all
    const as = one !== undefined ? (ESCAPED[one] ?? one) : plain(char)
    inAt.push(found.index)
    inLength.push(all.length)
    outAt.push(out.length)
    outLength.push(as.length)
    out += as
  }
  if (inAt.length === 0) return same
  out += masked.slice(at)

  /** Original offset of the beginning (`side` 0) or of the end (`side` 1) of the view's unit at `offset`. */
  const place = (offset: number, side: 0 | 1): number => {
    let low = 0
    let high = outAt.length
    while (low < high) {
      const mid = (low + high) >> 1
      if ((outAt[mid] as number) <= offset) low = mid + 1
      else high = mid
    }
    const k = low - 1
    if (k < 0) return offset + side
    const within = offset - (outAt[k] as number)
    const [from, long] = [inAt[k] as number, inLength[k] as number]
    if (within < (outLength[k] as number)) return from + side * long
    return from + long + (within - (outLength[k] as number)) + side
  }
  return { text: out, origin: (start, end) => [place(start, 0), place(end - 1, 1)] }
}

function plain(char: string): string {
  if (ONLY_HIDDEN.test(char)) return ''
  if (ONLY_DASH.test(char)) return '-'
  const point = char.codePointAt(0) as number
  for (const zero of [0x660, 0x6f0, 0x966]) if (point >= zero && point < zero + 10) return String(point - zero)
  return char.normalize('NFKC')
}
