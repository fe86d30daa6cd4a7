import { facts, words } from './facts.ts'
import { literals, type Phrase, phrases, type Vocabulary } from './grammar.ts'
import type { Random } from './random.ts'

/** A sentence of an answer, and the stems of its words, by which it is matched with a question. */
export interface Sentence {
  phrase: Phrase
  stems: ReadonlySet<string>
}

/** One thing that people come for within a topic. */
export interface Intent {
  name: string
  /** Opening questions. */
  ask: readonly Phrase[]
  /** First sentence of an answer. */
  lead: readonly Sentence[]
  /** Further sentences, any of which may follow in this order. */
  points: readonly Sentence[]
  /** Questions that go on from an answer. */
  more: readonly Phrase[]
}

/** Something the assistant declines, and what it calls that. */
export interface Declined {
  ask: readonly Phrase[]
  /** Completes "I cannot …". */
  act: readonly Phrase[]
}

/** A field of work: where its requests arrive and how they are worded. */
export interface Topic {
  name: string
  /** Completes "I answer questions on …". */
  about: string
  service: string
  route: string
  /** Tools that its assistant calls. */
  tools: readonly string[]
  /** Titles of documents that it answers from. */
  documents: readonly string[]
  vocabulary: Vocabulary
  intents: readonly Intent[]
  declined: readonly Declined[]
  /** Sentences with personal data or secrets, all made up, that people add without need. */
  details: readonly Phrase[]
}

/** A topic as it is written: templates of grammar.ts in place of phrases. */
export interface TopicSource extends Pick<Topic, 'name' | 'about' | 'service' | 'route' | 'tools' | 'documents'> {
  facts: Record<string, readonly string[]>
  words: Record<string, readonly string[]>
  intents: readonly { [K in keyof Intent]: Intent[K] extends string ? string : readonly string[] }[]
  declined: readonly { ask: readonly string[]; act: readonly string[] }[]
  details: readonly string[]
}

/** Reads a topic and adds the facts and words that all topics share. */
export function topic(source: TopicSource): Topic {
  const read = (lists: Record<string, readonly string[]>) =>
    Object.fromEntries(Object.entries(lists).map(([name, templates]) => [name, phrases(templates)]))
  return {
    ...source,
    vocabulary: { facts: { ...facts, ...read(source.facts) }, words: { ...words, ...read(source.words) } },
    intents: source.intents.map(({ name, ask, lead, points, more }) => ({
      name,
      ask: phrases(ask),
      lead: sentences(lead),
      points: sentences(points),
      more: phrases(more),
    })),
    declined: source.declined.map(({ ask, act }) => ({ ask: phrases(ask), act: phrases(act) })),
    details: phrases(source.details),
  }
}

/** One of the sentences; those that share telling words with the question far more often. */
export function fitting(question: string, from: readonly Sentence[], random: Random): Sentence {
  const asked = stemsOf(question)
  return random.weighted(from, ({ stems }) => {
    let shared = 0
    // a word that every candidate has tells nothing
    for (const stem of asked) if (stems.has(stem) && !from.every((other) => other.stems.has(stem))) shared++
    return 1 + 12 * shared * shared
  })
}

function sentences(templates: readonly string[]): Sentence[] {
  return phrases(templates).map((phrase) => ({ phrase, stems: stemsOf(literals(phrase)) }))
}

/** The first five letters of each longer word. */
function stemsOf(text: string): Set<string> {
  return new Set((text.toLowerCase().match(/[a-z]{4,}/g) ?? []).filter((w) => !COMMON.has(w)).map((w) => w.slice(0, 5)))
}

const COMMON = new Set(
  'that this with what from have your them they when does will would about into than then there some more most'.split(
    ' ',
  ),
)
