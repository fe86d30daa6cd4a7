import type { Part } from '../../core/ports.ts'
import type { Phrase } from '../../core/word-forms.ts'
import type { WordQuery } from './word-query.ts'

/** Constants of BM25 as FTS5 has them (Robertson & Zaragoza, 2009), so that what is scored here stands beside what is scored there. */
const K1 = 1.2
const B = 0.75

/** An event that the index has not taken in, with how often it holds each phrase, weighed by where. */
export interface Counted {
  counts: number[]
  length: number
}

/**
 * How an event holds what is looked for; null where it is no match.
 * @param texts of each part, in the form of the index (`indexedForm`)
 */
export function countedIn(
  texts: Readonly<Record<Part, string>>,
  { all, some, none }: WordQuery,
  part: Part | undefined,
  weights: Readonly<Record<Part, number>>,
): Counted | null {
  const streams = (part === undefined ? (['prompt', 'response'] as const) : [part]).map((name) => ({
    weight: weights[name],
    // the index cuts ASCII at whatever is neither letter nor digit
    stream: ` ${texts[name].replace(NO_WORD, ' ')} `,
  }))
  const count = (phrase: Phrase) => streams.reduce((sum, { stream, weight }) => sum + weight * times(stream, phrase), 0)
  const must = all.map(count)
  if (must.includes(0)) return null
  const may = some.map(count)
  if (some.length > 0 && may.every((n) => n === 0)) return null
  if (none.some((phrase) => count(phrase) > 0)) return null
  const length = streams.reduce((sum, { stream }) => sum + wordsIn(stream), 0)
  return { counts: [...must, ...may], length }
}

const NO_WORD = /[\0-/:-@[-`{-\x7f]+/g

function times(stream: string, { words, open }: Phrase): number {
  const sought = ` ${words.join(' ')}${open ? '' : ' '}`
  let n = 0
  for (let at = stream.indexOf(sought); at !== -1; at = stream.indexOf(sought, at + 1)) n++
  return n
}

function wordsIn(stream: string): number {
  let n = -1
  for (let at = stream.indexOf(' '); at !== -1; at = stream.indexOf(' ', at + 1)) n++
  return n
}

/**
 * BM25 of counted events.
 * @param holding for each phrase, how many events hold it, among `events`
 * @param meanLength words of an event, on average
 */
export function scoresOf(
  counted: readonly Counted[],
  holding: readonly number[],
  events: number,
  meanLength: number,
): number[] {
  const rarity = holding.map((n) => Math.max(1e-6, Math.log((events - n + 0.5) / (n + 0.5))))
  return counted.map(({ counts, length }) => {
    const norm = K1 * (1 - B + (B * length) / Math.max(1, meanLength))
    return counts.reduce((sum, count, i) => sum + (rarity[i]! * count * (K1 + 1)) / (count + norm), 0)
  })
}
