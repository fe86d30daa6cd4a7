/** Where a number may begin. */
export interface NumberStart {
  /** UTF-16 offset of its first letter or digit. */
  at: number
  /** Digits that follow without a break: at most `REACH` characters on, none behind two marks in a row or a word in small letters. */
  digits: number
  /** True where a digit and a blank stand in front: a number with blanks inside would begin earlier. */
  inner: boolean
}

const REACH = 28
/** No number begins with more letters than this. */
const LETTERS = 6
/** A longer word is a hash or a token. */
const WORD = 28
/** Shorter words with a digit and a blank in front are groups of a number that began earlier. */
const WHOLE = 6

const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
const isWord = (code: number): boolean => isDigit(code) || isLetter(code)

/**
 * Every place of a text where a number, with or without letters, may begin: a word with a digit in it, or one to four
 * letters in front of such a word. Never inside a word, behind a hyphen or a minus, a currency sign or a plus, or in a decimal.
 * Linear in the text, so that many rules for numbers cost one.
 * @param numbers where rows of digits begin, ascending
 * @param least digits that a number is asked to have; some with fewer are given all the same
 */
export function numberStarts(text: string, numbers: readonly number[], least = 1): NumberStart[] {
  const starts: NumberStart[] = []
  let last = 0
  for (let k = 0; k < numbers.length; k++) {
    const i = numbers[k] as number
    if (i < last || (least > 1 && isLonely(text, i, numbers[k + 1]))) continue
    let from = i
    while (i - from <= LETTERS && isWord(text.charCodeAt(from - 1))) from--
    let to = i + 1
    while (isWord(text.charCodeAt(to))) to++
    last = to
    if (isWord(text.charCodeAt(from - 1)) || to - from > WORD) continue
    const before = prefixOf(text, from)
    if (before !== -1) starts.push({ at: before, digits: digitsFrom(text, before), inner: false })
    if (!isFree(text, from)) continue
    const inner = text[from - 1] === ' ' && isDigit(text.charCodeAt(from - 2))
    if (!inner || to - from >= WHOLE) starts.push({ at: from, digits: digitsFrom(text, from), inner })
  }
  return starts
}

/** Whether a digit has no other one behind it as far as a number reaches. */
const isLonely = (text: string, at: number, next: number | undefined): boolean =>
  !isDigit(text.charCodeAt(at + 1)) && (next === undefined || next >= at + REACH)

/** Where rows of digits begin in a text, ascending. */
export function numbersIn(text: string): readonly number[] {
  const numbers: number[] = []
  let inside = false
  for (let at = 0; at < text.length; at++) {
    const digit = isDigit(text.charCodeAt(at))
    if (digit && !inside) numbers.push(at)
    inside = digit
  }
  return numbers
}

/** Start of one to four letters before a blank or a hyphen that stands before `from`; -1 where there are none. */
function prefixOf(text: string, from: number): number {
  const mark = text[from - 1]
  if (mark !== ' ' && mark !== '-') return -1
  let at = from - 1
  while (from - 1 - at < 5 && isLetter(text.charCodeAt(at - 1))) at--
  const letters = from - 1 - at
  return letters > 0 && letters < 5 && !isWord(text.charCodeAt(at - 1)) && isFree(text, at) ? at : -1
}

/** Whether what stands before `at` lets something begin there. */
function isFree(text: string, at: number): boolean {
  const mark = text[at - 1]
  if (mark === undefined) return true
  const before = text.charCodeAt(at - 2)
  if (mark === '-') return false
  if (mark === '.' || mark === ':' || mark === '/' || mark === '_') return !isDigit(before)
  if (mark === '#') return text[at - 2] !== '&'
  return !'$€£¥₹+%@\\'.includes(mark)
}

function digitsFrom(text: string, at: number): number {
  let digits = 0
  let marks = 0
  const end = Math.min(text.length, at + REACH)
  for (let i = at; i < end; i++) {
    const code = text.charCodeAt(i)
    if (isDigit(code)) {
      digits++
      marks = 0
    } else if (isLetter(code)) {
      if (code >= 97 && digits > 1 && text[i - 1] === ' ' && isLetter(text.charCodeAt(i + 1))) break
      marks = 0
    } else if (code < 32 || ++marks === 2) break
  }
  return digits
}
