import { words } from '../../src/concepts/word-scan.ts'
import type { Labelled } from '../labelled.ts'
import { type Peer, phraseList } from '../refusal-peers.ts'

/** What a list of phrases against attacks usually holds. */
const ATTACKS = [
  'ignore previous instructions',
  'ignore all previous instructions',
  'ignore the above',
  'disregard',
  'forget everything',
  'forget all previous',
  'jailbreak',
  'do anything now',
  'dan',
  'developer mode',
  'no restrictions',
  'without restrictions',
  'unfiltered',
  'uncensored',
  'amoral',
  'pretend you are',
  'you are going to act as',
  'from now on you are',
  'you are now',
  'roleplay',
  'bypass',
  'system prompt',
  'override',
  'access granted',
  'new instructions',
]
/** The same for requests that would do harm. */
const HARM = [
  'bomb',
  'kill',
  'hack',
  'malware',
  'virus',
  'steal',
  'weapon',
  'drugs',
  'illegal',
  'murder',
  'poison',
  'fake',
  'phishing',
  'terrorist',
  'suicide',
  'fraud',
  'exploit',
  'explosive',
  'blackmail',
  'hate',
]
/** The same for answers that give the instructions away. */
const LEAK = [
  'my instructions',
  'system prompt',
  'i was told',
  'my rules',
  'pre prompt',
  'you are a',
  'do not reveal',
  'the password is',
  'access code',
  'access granted',
  'instructions are',
  'if the user',
]

const LISTS = { attacks: ATTACKS, harm: HARM, leak: LEAK }

/** What somebody would try first without labels: a list of phrases, and BM25 with the words of that list as the question. */
export const unfitted = (kind: keyof typeof LISTS): Peer[] => [phraseList(LISTS[kind]), bm25Of(LISTS[kind].join(' '))]

/** Okapi BM25 (k1 1.2, b 0.75) of a question, each text a document of the collection that is scored. */
export function bm25Of(question: string): Peer {
  const asked = new Set(words(question))
  return {
    name: 'BM25',
    threshold: 0,
    scores: (texts: readonly Labelled[]) => {
      const lists = texts.map(({ text }) => words(text))
      const mean = lists.reduce((sum, list) => sum + list.length, 0) / (lists.length || 1)
      const counts = lists.map((list) => {
        const found = new Map<string, number>()
        for (const word of list) if (asked.has(word)) found.set(word, (found.get(word) ?? 0) + 1)
        return found
      })
      const holding = (word: string) => counts.filter((found) => found.has(word)).length
      const idf = new Map(
        [...asked].map((word) => [word, Math.log(1 + (texts.length - holding(word) + 0.5) / (holding(word) + 0.5))]),
      )
      return counts.map((found, i) =>
        [...found].reduce((sum, [word, n]) => {
          const long = 1.2 * (0.25 + (0.75 * lists[i]!.length) / mean)
          return sum + (idf.get(word)! * n * 2.2) / (n + long)
        }, 0),
      )
    },
  }
}
