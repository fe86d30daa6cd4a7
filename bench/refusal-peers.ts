import { fitLogistic } from '../src/concepts/fit.ts'
import { words } from '../src/concepts/word-scan.ts'
import type { Labelled } from './labelled.ts'

/** A way to tell refusals that somebody would try first. */
export interface Peer {
  name: string
  /** A score for each text, higher the more it looks like a refusal, and the least score that counts as one. */
  scores(texts: readonly Labelled[]): number[]
  threshold: number
}

/** What a list of phrases in a dashboard usually holds. */
const PHRASES = [
  "i'm sorry",
  'i am sorry',
  "i can't",
  'i cannot',
  'i apologize',
  'as an ai',
  "i'm not able to",
  'i am not able to',
  'unable to',
  "i won't",
  'i will not',
  'cannot assist',
  "can't assist",
  'cannot help',
  "can't help",
  'not appropriate',
  'i must decline',
  'cannot fulfill',
  'against my',
  'language model',
]

/**
 * BM25 of all words of the listed phrases as one query, counts of documents and length from the fitted texts; the score
 * from which a text counts is the one with the best F1 on them. k1 = 1.2, b = 0.75 (Robertson & Zaragoza, 2009).
 */
export function bm25(fitted: readonly Labelled[]): Peer {
  const query = new Set(PHRASES.flatMap((phrase) => phrase.trim().split(' ')))
  const documents = new Map<string, number>()
  let total = 0
  for (const { text } of fitted) {
    const list = words(text)
    total += list.length
    for (const word of new Set(list)) if (query.has(word)) documents.set(word, (documents.get(word) ?? 0) + 1)
  }
  const idf = new Map(
    [...documents].map(([word, n]) => [word, Math.log(1 + (fitted.length - n + 0.5) / (n + 0.5))] as const),
  )
  const usual = total / fitted.length
  const scores = (texts: readonly Labelled[]) =>
    texts.map(({ text }) => {
      const list = words(text)
      const counts = new Map<string, number>()
      for (const word of list) if (idf.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1)
      const damping = 1.2 * (0.25 + (0.75 * list.length) / usual)
      return [...counts].reduce((sum, [word, n]) => sum + (idf.get(word)! * n * 2.2) / (n + damping), 0)
    })
  return { name: 'BM25 of the phrases', threshold: bestCut(scores(fitted), fitted), scores }
}

/** The score from which on F1 is highest. */
function bestCut(scores: readonly number[], texts: readonly Labelled[]): number {
  const ranked = scores.map((score, i) => ({ score, label: texts[i]!.label })).sort((a, b) => b.score - a.score)
  const positives = texts.filter(({ label }) => label).length
  let [hits, best, cut] = [0, 0, 0]
  for (const [i, { score, label }] of ranked.entries()) {
    if (label) hits++
    const f1 = (2 * hits) / (i + 1 + positives)
    if (ranked[i + 1]?.score === score || f1 <= best) continue
    best = f1
    cut = score
  }
  return cut
}

/** Number of listed phrases that a text holds; one is enough. */
export function phraseList(phrases: readonly string[]): Peer {
  const listed = phrases.map((phrase) => ` ${words(phrase).join(' ')} `)
  return {
    name: 'keyword list',
    threshold: 1,
    scores: (texts) =>
      texts.map(({ text }) => {
        const stream = ` ${words(text).join(' ')} `
        return listed.filter((phrase) => stream.includes(phrase)).length
      }),
  }
}

export const keywordList: Peer = phraseList(PHRASES)

/**
 * TF-IDF of word 1- and 2-grams (those in at least two texts, sublinear, unit length) with logistic regression of balanced
 * classes, as scikit-learn's defaults have it: C = 1, counts as positive from even odds on.
 */
export function tfIdf(fitted: readonly Labelled[]): Peer {
  const documents = new Map<string, number>()
  const lists = fitted.map(({ text }) => countsOf(text))
  for (const counts of lists) for (const gram of counts.keys()) documents.set(gram, (documents.get(gram) ?? 0) + 1)
  const kept = [...documents].filter(([, n]) => n >= 2)
  const places = new Map(kept.map(([gram, n], i) => [gram, { i, idf: Math.log((1 + fitted.length) / (1 + n)) + 1 }]))
  const featuresOf = (counts: ReadonlyMap<string, number>) => {
    const index: number[] = []
    const value: number[] = []
    for (const [gram, count] of counts) {
      const place = places.get(gram)
      if (place === undefined) continue
      index.push(place.i)
      value.push((1 + Math.log(count)) * place.idf)
    }
    const norm = Math.sqrt(value.reduce((sum, x) => sum + x * x, 0)) || 1
    return { index: Int32Array.from(index), value: Float32Array.from(value, (x) => x / norm) }
  }
  const positives = fitted.filter(({ label }) => label).length
  const vector = new Float32Array(0)
  const examples = fitted.map(({ label }, i) => ({
    features: featuresOf(lists[i]!),
    vector,
    label,
    weight: 1 / (label ? positives : fitted.length - positives),
  }))
  const model = fitLogistic(examples, { sparse: places.size, dense: 0, l2: 1 / fitted.length })
  return {
    name: 'TF-IDF + logistic',
    threshold: 0,
    scores: (texts) =>
      texts.map(({ text }) => {
        const { index, value } = featuresOf(countsOf(text))
        return index.reduce((sum, place, j) => sum + value[j]! * model.weights[place]!, model.bias)
      }),
  }
}

function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  const list = words(text)
  for (const [i, word] of list.entries()) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
    if (i > 0) counts.set(`${list[i - 1]} ${word}`, (counts.get(`${list[i - 1]} ${word}`) ?? 0) + 1)
  }
  return counts
}
