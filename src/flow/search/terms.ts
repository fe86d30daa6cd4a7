import type { Words } from '../../core/ports.ts'
import { eachWord } from '../../core/word-forms.ts'
import { plainForm } from './matching.ts'

/** The words of a question that events are matched by, in their compared form. */
export interface Terms {
  /** Quoted: held as they stand, one word behind the other; the last may go on where an asterisk follows it. */
  phrases: string[]
  /** Of the quoted ones that hold signs, the characters that a text has to hold, in the form of `plainForm`. */
  exact: string[]
  /** Single words; of scripts without spaces, pairs of letters. */
  words: string[]
}

/**
 * The terms of a question: "quoted phrases" whole, else single words without the commonest ones, unless it has no others.
 * At most 32, each once.
 */
export function termsOf(q: string): Terms {
  const phrases = [...q.matchAll(/"([^"]+)"/g)].map(([, phrase]) => phrase!).filter((phrase) => read(phrase).length > 0)
  const words = read(q.replace(/"[^"]+"/g, ' '))
  const telling = words.filter((word) => !COMMON.has(word))
  const left = telling.length > 0 || phrases.length > 0 ? telling : words
  const distinct = [...new Set(phrases)].slice(0, MOST)
  const exact = distinct
    .filter((phrase) => SIGN.test(phrase))
    .map((phrase) => plainForm(phrase.replace(GOES_ON, '').trim()))
  return { phrases: distinct, exact, words: [...new Set(left)].slice(0, MOST - distinct.length) }
}

const MOST = 32

/** What is neither letter, digit nor space. */
const SIGN = /[^\p{L}\p{M}\p{N}\s]/u
const GOES_ON = /\*$/

/** Terms of a question without words. */
export const NO_TERMS: Terms = { phrases: [], exact: [], words: [] }

export const listOf = ({ phrases, words }: Pick<Terms, 'phrases' | 'words'>): string[] => [...phrases, ...words]

/** Every term is held. */
export const everyTerm = (terms: Terms): Words => ({ all: listOf(terms) })

/** Every phrase is held, and one of the words at least. */
export const someTerms = ({ phrases, words }: Terms): Words => ({ all: phrases, some: words })

function read(text: string): string[] {
  const words: string[] = []
  let paired = false
  eachWord(text.normalize('NFC'), ({ text: word, kind }) => {
    // the last letter of a run stands in its last pair already
    if (kind !== 'last' || !paired) words.push(word)
    paired = kind === 'pair'
  })
  return words
}

const COMMON = new Set(
  (
    'a an and are as at be but by can did do does for from had has have how i if in into is it its me my of on or our ' +
    'so that the their them then there these they this to was we were what when where which who why will with you your'
  ).split(' '),
)
