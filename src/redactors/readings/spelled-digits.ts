import type { Reading } from './reading.ts'
import { type Edit, rewrite } from './rewrite.ts'

/** Digits as people say them, in English, German, Spanish and French. */
const WORDS: readonly (readonly [digit: string, words: string])[] = [
  ['0', 'zero oh nought null cero zéro'],
  ['1', 'one eins uno un'],
  ['2', 'two zwei zwo dos deux'],
  ['3', 'three drei tres trois'],
  ['4', 'four vier cuatro quatre'],
  ['5', 'five fünf fuenf cinco cinq'],
  ['6', 'six sechs seis'],
  ['7', 'seven sieben siete sept'],
  ['8', 'eight acht ocho huit'],
  ['9', 'nine niner neun nueve neuf'],
]
const TIMES: Readonly<Record<string, number>> = { double: 2, doppel: 2, doble: 2, triple: 3, treble: 3, dreifach: 3 }

const DIGIT: ReadonlyMap<string, string> = new Map(
  WORDS.flatMap(([digit, words]) => words.split(' ').map((word) => [word, digit] as const)),
)
/** What the sieve looks for: the words in ASCII, but for those that are everywhere in others. */
export const DIGIT_WORDS: readonly string[] = [...DIGIT.keys()].filter((word) => /^[a-z]{3,}$/.test(word))

// the longest first, so that `niner` is not read as `nine` and a letter
const anyOf = (words: Iterable<string>) => [...words].sort((a, b) => b.length - a.length).join('|')
const UNIT = new RegExp(
  `(?:(${anyOf(Object.keys(TIMES))})[\\s-]{0,2})?(?:(${anyOf(DIGIT.keys())})|(\\d))|\\bplus(?=\\s)`,
  'giu',
)
const GAP = /^[\s,.;:/_-]{0,3}$/
/** Of a script that parts its words. */
const LETTER = /[\p{Ll}\p{Lu}]/u
/** Fewer digits in a row are a count or a year, more are no number of anybody. */
const LEAST = 7
const MOST = 64

interface Unit {
  start: number
  end: number
  as: string
  word: boolean
}

/**
 * Digits said in words, alone or among written ones, as digits without anything between them: `four one double two`.
 * A row of at least seven counts.
 */
export const spelledDigits: Reading = {
  name: 'spelled digits',
  worth: ({ spelled }) => spelled >= LEAST,
  read(text) {
    const edits: Edit[] = []
    let row: Unit[] = []
    const close = () => {
      const digits = row.reduce((sum, { as }) => sum + as.length, 0)
      if (digits >= LEAST && digits <= MOST && row.filter(({ word }) => word).length > 1) {
        row.forEach(({ start, end, as }, k) => {
          const to = row[k + 1]?.start ?? end
          if (to - start !== as.length || as !== text.slice(start, end)) edits.push({ start, end: to, as })
        })
      }
      row = []
    }
    for (const found of text.matchAll(UNIT)) {
      const [all, times = '', word] = found
      const start = found.index
      const end = start + all.length
      const last = row.at(-1)
      if (last !== undefined && !GAP.test(text.slice(last.end, start))) close()
      // the last syllable of another word: phone, someone
      if (row.length === 0 && LETTER.test(text[start - 1] ?? '')) continue
      // the first of one: oneself, sixty
      const cut = LETTER.test(text[end] ?? '') && !startsUnit(text, end)
      const digit = all.toLowerCase() === 'plus' ? '+' : (found[3] ?? (DIGIT.get((word ?? '').toLowerCase()) as string))
      if (cut) close()
      else row.push({ start, end, as: digit.repeat(TIMES[times.toLowerCase()] ?? 1), word: word !== undefined })
    }
    close()
    return rewrite(text, edits)
  },
}

const NEXT = new RegExp(UNIT.source, 'iuy')
function startsUnit(text: string, at: number): boolean {
  NEXT.lastIndex = at
  return NEXT.test(text)
}
