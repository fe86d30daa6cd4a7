import { pattern } from './pattern.ts'
/**
 * Words of a text in the form in which they are compared: the same for what is indexed, looked for and marked, so that the
 * three never disagree. The word index holds texts in this form: to change it is to fill the index anew (a migration).
 */
export interface Word {
  text: string
  /** Place in the text that was read, in UTF-16 units; half-open. */
  start: number
  end: number
  /** A word between others; or, of a script without spaces, two neighbours, or the last letter of a run. */
  kind: 'word' | 'pair' | 'last'
}

/** Letters and digits in one piece, of at most 256: over a word of some millions the engine of JavaScript runs out of stack. */
const RUN = /[\p{L}\p{N}\p{Co}][\p{L}\p{M}\p{N}\p{Co}]{0,255}/gu

/** Letters of scripts that set no space between words, and of Korean, which ties particles to them. */
const DENSE =
  '[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}]'
const HAS_DENSE = pattern(DENSE, 'u')
/** One dense letter with its marks, or what lies between such letters. */
const PIECE = pattern(`(${DENSE}[\\p{M}\\uff9e\\uff9f]{0,8})|(?:(?!${DENSE})[^]){1,256}`, 'gu')

interface Place {
  text: string
  start: number
  end: number
}

/**
 * Calls `visit` with each word, in order. A run of a dense script is read as its overlapping pairs of letters and, behind
 * them, its last letter alone, so that one letter is found as the beginning of a pair.
 * @param text in NFC; places are places in it
 */
export function eachWord(text: string, visit: (word: Word) => void): void {
  let open: Place | null = null
  const flush = () => {
    if (open !== null) visit({ ...open, kind: 'last' })
    open = null
  }
  for (const { 0: run, index: at } of text.matchAll(RUN)) {
    const dense = !ASCII.test(run) && HAS_DENSE().test(run)
    if (open !== null && (open as Place).end !== at) flush()
    if (!dense) {
      flush()
      const folded = fold(run)
      if (folded !== '') visit({ text: folded, start: at, end: at + run.length, kind: 'word' })
      continue
    }
    for (const piece of run.matchAll(PIECE())) {
      const start: number = at + piece.index
      const end = start + piece[0].length
      const folded = fold(piece[0])
      if (folded === '') continue
      if (piece[1] === undefined) {
        flush()
        visit({ text: folded, start, end, kind: 'word' })
        continue
      }
      const before: Place | null = open
      if (before !== null)
        visit({ text: (before as Place).text + folded, start: (before as Place).start, end, kind: 'pair' })
      open = { text: folded, start, end }
    }
  }
  flush()
}

/** The words of a text with one space between them, as they are indexed. */
export function indexedForm(text: string): string {
  // then the index cuts it as it is done here
  if (ASCII.test(text) && !LONG.test(text)) return text.toLowerCase()
  const words: string[] = []
  eachWord(text.normalize('NFC'), (word) => words.push(word.text))
  return words.join(' ')
}

const ASCII = /^[\0-\x7f]*$/
const LONG = /[A-Za-z0-9]{257}/

/** What is looked for: words that follow one another. */
export interface Phrase {
  words: string[]
  /** Whether the last of them may go on: a single letter of a dense script, or a word with an asterisk behind it. */
  open: boolean
}

/** An asterisk right behind a word. */
const GOES_ON = /[\p{L}\p{M}\p{N}]\*$/u

/** The phrase that a term makes; null where it holds neither letter nor digit. An asterisk behind its last word lets that go on. */
export function phraseOf(term: string): Phrase | null {
  const found: Word[] = []
  eachWord(term.normalize('NFC'), (word) => found.push(word))
  const last = found.at(-1)
  if (last === undefined) return null
  const paired = found.at(-2)?.kind === 'pair' && last.kind === 'last' && found.at(-2)!.end === last.end
  if (paired) found.pop()
  return { words: found.map(({ text }) => text), open: (last.kind === 'last' && !paired) || GOES_ON.test(term) }
}

/** Letters that are more than others with a mark, as most keyboards write them. */
const SPELT: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', ı: 'i', þ: 'th', ħ: 'h', ŧ: 't' },
  ...{ ς: 'σ', ё: 'е' },
}
const SPELT_ONES = new RegExp(`[${Object.keys(SPELT).join('')}]`, 'g')
/** Marks that people leave out: on Latin and Greek letters, stress on Cyrillic ones, points and vowels of Hebrew and Arabic. */
const LEFT_OUT =
  /(?<=[\p{sc=Latin}\p{sc=Greek}])\p{M}{1,256}|(?<=\p{sc=Cyrillic})[\u0300\u0301]|[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/gu
/** What a compatibility form may turn into beside letters and digits. */
const OTHER = /[^\p{L}\p{M}\p{N}\p{Co}]/gu

/** Lower case, one form for each letter (full width, ligatures), without marks that people leave out. */
function fold(word: string): string {
  if (ASCII.test(word)) return word.toLowerCase()
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(SPELT_ONES, (letter) => SPELT[letter]!)
    .normalize('NFD')
    .replace(LEFT_OUT, '')
    .normalize('NFC')
    .replace(OTHER, '')
}
