import type { Rule } from '../rule.ts'
import { SEEN } from '../sieve.ts'
import type { Reading } from './reading.ts'
import { type Edit, rewrite } from './rewrite.ts'

/** No part of a value on one line is read further than this from the break. */
const REACH = 96
/** In front of the next line: indentation, and the mark of a quotation. */
const INDENT = 16
/** What a plain word does not hold, so that prose is not joined. */
const PART_OF_VALUE = /\d|[a-z][A-Z]|[_@=+/]|\w-\w|\w\.\w/
/** Written rather than generated: a word, a number by itself, a date. */
const WRITTEN = /^(?:[A-Z]?[a-z'’-]+|[A-Z]+|\d{1,4}|\d+[.)]|\d{4}-\d\d-\d\d\S*)[.:!?]*$/
/** An e-mail address begins here, so that what stands in front is none of it. */
const ADDRESS_BEGINS = /^[\w.+-]+@[\w.-]*$/
const WHOLE_ADDRESS = /@[\w.-]*\w\.\w{2,}$/
const GROUP = /^\d{2,6} \d/
const NUMBER_LINE = /^[\d .-]{1,40}$/
/** What stands around a break has together at least this length, or nothing was wrapped. */
const LEAST = 8

/** What a character may be, as bits: of a value at a break; likewise, or a mark inside a few keys; of a word; of a value rather than a word. */
const INNER = 1
const JOINT = 2
const WORD = 4
const VALUED = 8
const BITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code)
  return (
    (/[A-Za-z0-9_@=+/-]/.test(char) ? INNER | JOINT : 0) |
    (/[.:$~]/.test(char) ? JOINT : 0) |
    (/[^\s\0"'`<>()[\]{},;]/.test(char) ? WORD : 0) |
    (/[A-Z0-9_@=+/.-]/.test(char) ? VALUED : 0)
  )
})
/** Beyond ASCII there are words. */
const bitsOf = (code: number): number => (code < 128 ? (BITS[code] as number) : code > 127 ? WORD : 0)

interface Break extends Edit {
  /** The next word looks generated. */
  generated: boolean
  /** What stands before is no whole e-mail address, or may be the beginning of one. */
  open: boolean
}

/**
 * Lines joined where a value may have been wrapped. Only what is proven is believed across a break, a long
 * number, or an e-mail address; and where the first line holds a whole value already, only a next word that looks generated belongs to it.
 */
export const lineBreaks: Reading = {
  name: 'line breaks',
  worth: ({ seen }) => (seen & SEEN.newline) !== 0,
  read(text) {
    const breaks: Break[] = []
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      // between two paragraphs
      if (text.charCodeAt(at + 1) === LINE_FEED) {
        while (text.charCodeAt(at + 1) === LINE_FEED) at++
        continue
      }
      const found = breakAt(text, at)
      if (found !== null && !(found.generated || isNumber(text, found)) && isLine(text, breaks.at(-1), found)) continue
      if (found !== null) breaks.push(found)
    }
    const read = rewrite(text, breaks)
    if (read === null) return null
    return {
      ...read,
      asks: (rule: Rule) => rule.proven === true || rule.type === 'EMAIL' || isCheckedNumber(rule),
      believes(rule: Rule, from, to, plainly) {
        for (let k = from; k < to; k++) {
          const found = breaks[k] as Break
          const { generated, open } = found
          // a long number that has a check digit and a word near it is rather one than two lines of a list
          const believed = rule.proven || (isCheckedNumber(rule) && isNumber(text, found))
          if (rule.type === 'EMAIL' ? !open : !believed || (!generated && plainly(k))) return false
        }
        return true
      },
    }
  },
}

const LINE_FEED = 10

/** The break at a line feed as something to take out; null where no value goes on behind it. */
function breakAt(text: string, lineFeed: number): Break | null {
  let start = lineFeed
  while (lineFeed - start < INDENT && isBlank(text.charCodeAt(start - 1))) start--
  let end = lineFeed + 1
  while (end - lineFeed < INDENT && (isBlank(text.charCodeAt(end)) || text[end] === '>')) end++
  const both = bitsOf(text.charCodeAt(start - 1)) & bitsOf(text.charCodeAt(end))
  if ((both & JOINT) === 0) return null
  const inner = (both & INNER) !== 0

  let marks = 0
  let from = start
  for (; start - from < REACH; from--) {
    const bits = bitsOf(text.charCodeAt(from - 1))
    if ((bits & WORD) === 0) break
    marks |= bits
  }
  let to = end
  while (to - end < REACH && (bitsOf(text.charCodeAt(to)) & WORD) !== 0) to++
  // most lines end in a word: nothing more is made of them
  if ((marks & VALUED) === 0 && !text.slice(end, to).includes('@')) return null
  if (start - from + (to - end) < LEAST) return null
  const before = text.slice(from, start)
  const after = text.slice(end, to)
  const valued = PART_OF_VALUE.test(before)
  if (!valued && (!after.includes('@') || ADDRESS_BEGINS.test(after))) return null
  const digits = /\d$/.test(before) && /^\d/.test(after)
  if (digits && isColumn(text, start, end)) return null
  // groups of a number are told apart by what stands between those before, or behind
  const grouped = /\d \d{2,6}$/.test(text.slice(Math.max(0, start - 8), start)) || GROUP.test(text.slice(end, end + 8))
  const as = digits && grouped ? ' ' : ''
  const generated = !WRITTEN.test(after)
  // a mark at the end of a line rather ends a sentence
  if (!inner && !(valued && generated)) return null
  const open = before.includes('@') ? !WHOLE_ADDRESS.test(before) : valued && /[a-z]/i.test(before)
  return { start, end, as, generated, open }
}

/** Whether a rule asks for many digits by their check and the words around them; telephones have no check. */
const isCheckedNumber = ({ digits = 0, type }: Rule): boolean => digits >= 9 && type !== 'PHONE'

/** Whether a digit stands on both sides of a break. */
const isNumber = (text: string, { start, end }: Break): boolean => /^\d\d$/.test(`${text[start - 1]}${text[end]}`)

/** Whether a break ends a line of one word that another break begins: the last of a value, so that a plain word behind it is none of it. */
const isLine = (text: string, last: Break | undefined, { start }: Break): boolean =>
  last !== undefined && start - last.end <= REACH && !/\s/.test(text.slice(last.end, start))

/** Whether a break stands in a list of numbers: beside the two lines that it parts there is a third. */
function isColumn(text: string, start: number, end: number): boolean {
  const first = text.lastIndexOf('\n', start - 1)
  const last = text.indexOf('\n', end)
  if (first > 0 && start - first < 42 && NUMBER_LINE.test(text.slice(first + 1, start).trim())) {
    if (
      NUMBER_LINE.test(
        text
          .slice(text.lastIndexOf('\n', first - 1) + 1, first)
          .slice(-42)
          .trim(),
      )
    )
      return true
  }
  if (last === -1 || last - end > 42 || !NUMBER_LINE.test(text.slice(end, last).trim())) return false
  const next = text.indexOf('\n', last + 1)
  return NUMBER_LINE.test(text.slice(last + 1, next === -1 ? last + 42 : Math.min(next, last + 42)).trim())
}

/** Blank, tab, carriage return, backslash. */
const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 13 || code === 92
