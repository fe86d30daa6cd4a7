import type { Rule } from '../rule.ts'
import type { Reading } from './reading.ts'
import { type Edit, rewrite } from './rewrite.ts'

/** Shortest run that is decoded: nine digits in base64. */
const LEAST = 12
/** Pairs of hexadecimal digits, close together or behind hyphens; or behind another mark, each the same. */
const HEX = /(?:[0-9a-f]{2}){9,}[0-9a-f]?|[0-9a-f]{2}(?:-[0-9a-f]{2}){8,}/gi
const SPACED_HEX = /(?<![0-9a-z])[0-9a-f]{2}(?:([ :,])[0-9a-f]{2})(?:\1[0-9a-f]{2}){7,}(?![0-9a-z])/gi
/** Bytes that are text, also of UTF-16: random ones seldom hold so many in a row. */
const TEXT = /[\t\n\r -~]{9,}|(?:[\t\n\r -~]\0){9,}/g
/** From so many characters on, what was decoded is text beyond doubt, and every rule is believed in it. */
const SURELY_TEXT = 20

/** Letters, digits and `+/_-` are 1; 0 for the rest. */
const ALPHABET = new Uint8Array(128)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-')
  ALPHABET[char.charCodeAt(0)] = 1

interface Decoded extends Edit {
  sure: boolean
}

/** Where the text of decoded bytes lies in what was encoded. */
interface Place {
  from: number
  to: number
  /** Range of the source that a byte was made from. */
  byte(index: number): readonly [start: number, end: number]
}

/**
 * Runs of base64 (standard and URL-safe, wherever its groups of four begin) and of hexadecimal bytes, decoded where they
 * hold text. One layer. A value that is found is replaced with the whole groups or pairs that its bytes stand in.
 */
export const encoded: Reading = {
  name: 'encodings',
  worth: ({ coded }, text) => coded && nextRun(text, 0) !== null,
  read(text) {
    const edits: Decoded[] = []
    for (let run = nextRun(text, 0); run !== null; run = nextRun(text, run.to + 1)) {
      decodeRun(text.slice(run.from, run.to), run, text, edits)
    }
    return believed(edits, text)
  },
}

/** Bytes written as pairs of hexadecimal digits with a mark between them: `34 31 31`. */
export const spacedHex: Reading = {
  name: 'spaced bytes',
  worth: ({ digits }) => digits >= LEAST,
  read(text) {
    const edits: Decoded[] = []
    for (const { 0: run, index: at } of text.matchAll(SPACED_HEX)) {
      decodeHex(run, { at, from: at, to: at + run.length }, 3, edits)
    }
    return believed(edits, text)
  },
}

function believed(edits: readonly Decoded[], text: string) {
  const read = rewrite(text, edits)
  if (read === null) return null
  const sure = edits.some((edit) => edit.sure)
  return {
    ...read,
    asks: (rule: Rule) => sure || rule.proven === true,
    believes: (rule: Rule, from: number) => rule.proven === true || edits[from]?.sure === true,
  }
}

interface Run {
  from: number
  to: number
  /** What tells the encoding: capital letters, and digits or marks. Words and names have few of either. */
  capitals: number
  others: number
}

/** The next run of at least `LEAST` characters that may be encoded, from a place on where none goes on; null where there is none. */
function nextRun(text: string, start: number): Run | null {
  // every run of this length holds one of the places that are looked at
  for (let at = start + LEAST - 1; at < text.length; ) {
    if (!inAlphabet(text.charCodeAt(at))) {
      at += LEAST
      continue
    }
    let from = at
    while (from > start && inAlphabet(text.charCodeAt(from - 1))) from--
    let to = at + 1
    while (to < text.length && inAlphabet(text.charCodeAt(to))) to++
    if (to - from >= LEAST) {
      let capitals = 0
      let others = 0
      for (let i = from; i < to; i++) {
        const code = text.charCodeAt(i)
        if (code >= 65 && code <= 90) capitals++
        else if (code < 58) others++
      }
      if (capitals > 1 || others > 5) return { from, to, capitals, others }
    }
    at = to + LEAST
  }
  return null
}

const inAlphabet = (code: number): boolean => code < 128 && ALPHABET[code] === 1

function decodeRun(run: string, { from, to, capitals, others }: Run, text: string, edits: Decoded[]): void {
  const known = edits.length
  if (others > 5) {
    for (const { 0: pairs, index } of run.matchAll(HEX)) {
      const at = from + index
      decodeHex(pairs, { at, from, to }, pairs[2] === '-' ? 3 : 2, edits)
    }
  }
  if (edits.length === known && capitals > 1) decodeBase64(text, from, to, edits)
}

function decodeBase64(text: string, from: number, to: number, edits: Decoded[]): void {
  const run = text.slice(from, to)
  // where the groups begin is not known in a path: the place that gives the most text is right
  let best: { at: number; bytes: string; length: number } | null = null
  for (let shift = 0; shift < 4; shift++) {
    const bytes = Buffer.from(shift === 0 ? run : run.slice(shift), 'base64').toString('latin1')
    let length = 0
    for (const found of bytes.match(TEXT) ?? []) length += found.length
    if (length > (best?.length ?? 0)) best = { at: from + shift, bytes, length }
    // no other place gives more than all
    if (length > 0 && length === bytes.length) break
  }
  if (best === null) return
  const { at, bytes } = best
  let end = to
  while (end - to < 2 && text[end] === '=') end++
  const byte = (index: number): [number, number] => {
    const group = at + Math.floor(index / 3) * 4
    return [group, group + 4 >= to ? end : group + 4]
  }
  addText(bytes, { from, to: end, byte }, edits)
}

/** @param within where the pairs begin, and the run that they stand in */
function decodeHex(
  pairs: string,
  within: { at: number; from: number; to: number },
  step: 2 | 3,
  edits: Decoded[],
): void {
  const { from, to } = within
  const digits = step === 2 ? pairs : pairs.replace(/[^0-9a-f]/gi, '')
  for (const shift of step === 2 ? [0, 1] : [0]) {
    const bytes = Buffer.from(digits.slice(shift), 'hex').toString('latin1')
    const at = within.at + shift
    const byte = (index: number): [number, number] => [at + index * step, at + index * step + 2]
    if (addText(bytes, { from, to, byte }, edits)) return
  }
}

/** Adds the parts of decoded bytes that are text; false where there are none. */
function addText(bytes: string, { from, to, byte }: Place, edits: Decoded[]): boolean {
  let added = false
  for (const { 0: found, index } of bytes.matchAll(TEXT)) {
    const wide = found[1] === '\0'
    const said = wide ? found.replaceAll('\0', '') : found
    const place = (k: number, side: 0 | 1) => byte(index + (wide ? 2 * k + side : k))[side]
    const start = Math.max(place(0, 0), edits.at(-1)?.end ?? 0)
    const end = place(said.length - 1, 1)
    if (end <= start) continue
    // what stays encoded around it is kept apart
    const before = start > from ? ' ' : ''
    const at = (k: number, side: 0 | 1) => place(Math.min(Math.max(k - before.length, 0), said.length - 1), side)
    const behind = end < to ? ' ' : ''
    // nothing but a short text, much of it digits, is none by chance either: fewer than one in a million random runs
    const number = before === '' && behind === '' && said.replace(/\D/g, '').length * 5 >= said.length * 2
    edits.push({ start, end, as: before + said + behind, at, sure: number || said.length >= SURELY_TEXT })
    added = true
  }
  return added
}
