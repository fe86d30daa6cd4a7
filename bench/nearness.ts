import { words } from '../src/concepts/word-scan.ts'
import { dot } from '../src/stats/dot.ts'

/** A way to say how alike texts are. */
export interface Nearness {
  name: string
  /** How like each of the held texts is to one of the questions, given by its place. */
  toAll(question: number): Float64Array
}

/** By cosine of unit vectors. */
export function byMeaning(asked: readonly Float32Array[], held: readonly Float32Array[]): Nearness {
  return { name: 'Undercurrent', toAll: (question) => Float64Array.from(held, (one) => dot(asked[question]!, one)) }
}

/** By cosine of TF-IDF: words, sublinear, document frequencies of the held texts. */
export function byTfIdf(asked: readonly string[], held: readonly string[]): Nearness {
  const idf = inverse(held, (n, df) => Math.log((1 + n) / (1 + df)) + 1)
  const vector = (text: string): Sparse => {
    const weights = new Map([...countsOf(text)].map(([word, n]) => [word, (1 + Math.log(n)) * idf(word)]))
    const norm = Math.sqrt([...weights.values()].reduce((sum, x) => sum + x * x, 0)) || 1
    return new Map([...weights].map(([word, x]) => [word, x / norm]))
  }
  return { name: 'TF-IDF', toAll: scan(asked.map(vector), held.map(vector)) }
}

/** By BM25 of the words of the question (k1 1.2, b 0.75; Robertson & Zaragoza, 2009). */
export function byBm25(asked: readonly string[], held: readonly string[]): Nearness {
  const idf = inverse(held, (n, df) => Math.log(1 + (n - df + 0.5) / (df + 0.5)))
  const counts = held.map(countsOf)
  const lengths = counts.map((of) => [...of.values()].reduce((sum, n) => sum + n, 0))
  const usual = lengths.reduce((sum, n) => sum + n, 0) / (lengths.length || 1)
  const texts = counts.map((of, i): Sparse => {
    const damping = 1.2 * (0.25 + (0.75 * lengths[i]!) / usual)
    return new Map([...of].map(([word, n]) => [word, (idf(word) * n * 2.2) / (n + damping)]))
  })
  const questions = asked.map((text): Sparse => new Map([...countsOf(text).keys()].map((word) => [word, 1])))
  return { name: 'BM25', toAll: scan(questions, texts) }
}

type Sparse = ReadonlyMap<string, number>

/** Sums of products, by a list of places for each word. */
function scan(asked: readonly Sparse[], held: readonly Sparse[]): Nearness['toAll'] {
  const postings = new Map<string, { place: number; weight: number }[]>()
  for (const [place, text] of held.entries())
    for (const [word, weight] of text) {
      const list = postings.get(word)
      if (list === undefined) postings.set(word, [{ place, weight }])
      else list.push({ place, weight })
    }
  return (question) => {
    const sums = new Float64Array(held.length)
    for (const [word, weight] of asked[question]!)
      for (const one of postings.get(word) ?? []) sums[one.place]! += weight * one.weight
    return sums
  }
}

function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of words(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

function inverse(texts: readonly string[], of: (n: number, df: number) => number): (word: string) => number {
  const holding = new Map<string, number>()
  for (const text of texts) for (const word of new Set(words(text))) holding.set(word, (holding.get(word) ?? 0) + 1)
  return (word) => of(texts.length, holding.get(word) ?? 0)
}
