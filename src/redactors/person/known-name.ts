import { pattern } from '../../core/pattern.ts'
import type { Rule } from '../rule.ts'
import type { Lexicon } from './lexicon.ts'
import { canonicalName, isGivenName, isOtherWord, isThing, NAME } from './name-words.ts'

/** Words with capitals in a row that no contraction and no code follows: `Don't` is no Don, nor `Adam.step(` an Adam. */
const RUN = pattern(
  `(?<![\\p{L}\\p{N}_@#/\\\\.'’-])(${NAME})(?!['’](?:t|re|ll|ve|m|d)(?!\\p{L})|[.:=]\\p{L}|[([])`,
  'gu',
)
/** What only people do, right behind their name. */
const SPEAKS =
  /^,? (?:says?|said|shouted|explain(?:s|ed)|wrote|told|asks?|asked|replied|answered|lives|lived|called|wants|wanted|whispered|points out)(?!\p{L})/u
/** What stands right in front of somebody. */
const SAID =
  /(?<!\p{L})(?:says|said|shouted at|told|asked?|met|named|contact|commenter|songwriter|producer|singer|author|actor|actress|colleague|neighbou?r|boss|friend|wife|husband)[ \t]$/u
/** What is said of people and of other things, too: enough for two words that are no others. */
const DOES =
  /^(?:['’]s(?!\p{L})|,? (?:is|was|has|had|will|listed|from|employs|works?|worked|who|joined|left|sent|signed|paid|owes|as (?:a|an|the|my))(?!\p{L}))/u
const BESIDE = /(?<!\p{L})(?:by|with|add|for|under|a|to)[ \t]$/u
/** In a list of surnames. */
const LISTED = /\p{L}(?:,| and|, and)[ \t]$/u
/** Ends of English words that are no names: `Continuous`, `Equations`, `Peaky`. */
const ENGLISH =
  /(?:ing|ed|ly|[ts]ion|ions|ment|ness|ous|ic|ical|ers|ies|ity|ware|able|ible|less|ful|ism|ist|ive|ology|graphy|ance|ence|cky|nky|aky)$/
/** In front of a name of a place that looks like one of a person: `Santa Monica`, `West Virginia`. */
const PLACES =
  /^(?:santa|san|santo|saint|st|sainte|north|south|east|west|new|lake|mount|mt|port|fort|los|las|la|el|cape|isle|point|old)$/

/** What the rule below is called, for who does not need the lexicon. */
export const KNOWN_NAME = { name: 'name-known', type: 'PERSON' } as const

/**
 * Persons by the names that a lexicon knows, anywhere in a text: a given name with what follows it in capitals, a word
 * with a surname behind it, and words that are no words otherwise where a sentence treats them as somebody. Without the
 * lexicon's tagger, which reads fifty times slower and finds less on labelled sentences; linear in the text.
 */
export const knownName = (lexicon: Lexicon): Rule => ({
  ...KNOWN_NAME,
  canonical: canonicalName,
  find(text, hit) {
    const alone: [start: number, end: number][] = []
    const known = new Set<string>()
    for (const { 1: run = '', index } of text.matchAll(RUN())) {
      const person = personIn(wordsOf(run), lexicon)
      if (person === null) continue
      const start = index + person.start
      const end = index + person.end
      if (person.score > 0 || isTold(text, start, end, person)) {
        hit(start, end, person.score || 0.5)
        if (person.words > 1)
          for (const word of text.slice(start, end).split(/[ \t]+/)) if (word.length > 2) known.add(word)
      } else if (person.words === 1) alone.push([start, end])
    }
    // whoever was named in full is meant by one word elsewhere
    for (const [start, end] of alone) if (known.has(text.slice(start, end))) hit(start, end, 0.6)
  },
})

interface Word {
  start: number
  end: number
  /** In small letters, as the lexicon has it. */
  word: string
  /** Begins with a capital. */
  capital: boolean
  other: boolean
}

const wordsOf = (run: string): Word[] =>
  [...run.matchAll(/\S+/g)].map(({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
    word: word.toLowerCase(),
    capital: /^\p{Lu}/u.test(word),
    other: isOtherWord(word),
  }))

/** Part of a run that may be a person; a score of 0 asks for a sentence that says so. */
interface Person {
  start: number
  end: number
  words: number
  score: number
  /** One word that is a surname. */
  surname: boolean
}

/** `A` and `I` are words before they are letters of a name. */
const begins = ({ word, capital }: Word): boolean => capital && word !== 'a' && word !== 'i'

function personIn(run: readonly Word[], lexicon: Lexicon): Person | null {
  const isGiven = ({ word }: Word) => lexicon.isGiven(word) || isGivenName(word)
  const isNo = (one: Word) =>
    one.capital && (one.other || (one.word.length > 2 && lexicon.isKnown(one.word) && !isGiven(one)))
  let first = 0
  while (first < run.length && (isNo(run[first] as Word) || !begins(run[first] as Word))) first++
  const head = run[first]
  if (head === undefined || (first > 0 && PLACES.test(run[first - 1]?.word ?? ''))) return null
  const given = isGiven(head)
  if (first > 0 && !given) return null
  // behind a given name any word with a capital is a surname: `Zoe Young`
  const ends = (one: Word) => (given || lexicon.maybeGiven(head.word) ? one.other : isNo(one))
  let last = first + 1
  while (last < run.length && !ends(run[last] as Word)) last++
  while (last > first + 1 && !run[last - 1]?.capital) last--
  if (isThing(run[last]?.word ?? '')) return null
  const words = run.slice(first, last)
  const tail = words.at(-1) as Word
  const surname = words.length === 1 && lexicon.isSurname(head.word)
  const part = { start: head.start, end: tail.end, words: words.length, surname }
  if (given) return { ...part, score: words.length > 1 ? 0.8 : 0.6 }
  if (words.length > 1 && (lexicon.maybeGiven(head.word) || lexicon.isSurname(tail.word)))
    return { ...part, score: 0.7 }
  const strange = words.every(({ word }) => /^\p{L}\.?$/u.test(word) || (word.length > 2 && !ENGLISH.test(word)))
  if (!strange || lexicon.maybeGiven(head.word)) return null
  return { ...part, score: 0 }
}

/** True where a sentence treats words that nothing else tells as somebody. */
function isTold(text: string, start: number, end: number, { words, surname }: Person): boolean {
  const before = text.slice(Math.max(0, start - 16), start)
  const behind = text.slice(end, end + 16)
  if (/[a-z]\p{Lu}|\p{Lu}{2}/u.test(text.slice(start, end))) return false
  if (SPEAKS.test(behind) || SAID.test(before)) return true
  if (surname) return DOES.test(behind) || LISTED.test(before) || /^(?:,| and) \p{Lu}/u.test(behind)
  return words > 1 && (DOES.test(behind) || BESIDE.test(before))
}
