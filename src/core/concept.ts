import type { Part, Stage } from './ports.ts'

/**
 * A named meaning with a fitted classifier: a logistic model over the unit embedding of a text and over hashed word
 * n-grams, of the whole text and of how its sentences begin, then calibrated.
 */
export interface FittedConcept {
  name: string
  description: string
  /** Raised by each refit; marks carry it. */
  version: number
  reads: Reads
  /** Model space of the embedding weights. */
  space: string
  /** Probability from which an event counts as a match, 0 to 1. */
  threshold: number
  /** Share of held-out positives with a probability of at least 0, 0.01, … 0.99: what recall a threshold gives. */
  recall_at: readonly number[]
  /** Measured on texts that were not fitted on. */
  quality: { precision: number; recall: number; f1: number; average_precision: number; n: number }
  /** Further words for it, by which a question finds it ("declined", "would not answer"). */
  aliases: readonly string[]
  /** Nouns by which a question finds it; its name where absent. A name that is a common word would take questions that are not meant for it. */
  nouns?: readonly string[]
  weights: unknown
  /** How often it takes a sentence of a harmless text for its own; absent where single sentences do not tell. */
  sentences?: SentenceTail
  /** What is known of it, for whoever decides by it. */
  card?: ConceptCard
}

/** Share of the sentences of harmless texts at least as probable as p: exp(rate - decay * logit(p)), where that is small. */
export interface SentenceTail {
  rate: number
  decay: number
}

/**
 * Which texts of the event a concept reads; of several, the most probable one counts. `any` is prompt and response;
 * `context` is what was read for the answer, documents and results of tools, which it judges by words alone.
 */
export type Reads = Part | 'any' | 'context'

/** What a concept means, how it was made and how well it is told. */
export interface ConceptCard {
  /** What counts and what does not. */
  definition: string
  /** A few texts that are meant, and that only look like it; ours. */
  positives: readonly string[]
  negatives: readonly string[]
  /** What it is known to be mistaken for. */
  confusions: readonly string[]
  measured: readonly Measured[]
  fitted_on: string
  /** How raw scores became probabilities; none: too few texts to tell, or a rule. */
  calibration: 'isotonic' | 'platt' | 'none'
}

/** How well a concept is told on one set that it was not fitted on. Shares of 0 to 1. */
export interface Measured {
  on: string
  /** BCP 47. */
  language: string
  /** Texts judged. */
  n: number
  /** At the threshold; absent where the set has no labels. */
  precision?: number
  recall?: number
  f1?: number
  average_precision?: number
  /** Texts at or above the threshold, of a thousand without labels. Where the concept is rare, mostly false alarms. */
  matches_per_1000?: number
}

/** What scores one text. `embedding` is the unit vector of the text in the concept's space. */
export interface Concept {
  /** Unlike that of any other concept; marks carry it. */
  readonly name: string
  /** What it is called by whoever may see it, where that is not its name: a tenant's own `refunds` is `refunds@acme`. */
  readonly called?: string
  /** Of whose events alone it speaks; absent: of all. */
  readonly tenant_id?: string
  /** Stage that still brings this version to events of before it; absent where none has to. */
  readonly pending?: Stage
  readonly version: number
  readonly reads: Reads
  readonly threshold: number
  readonly fitted: FittedConcept
  /** True where an answer that is blank is scored as well; others pass it over. */
  readonly blank?: true
  /** Without this fact it says nothing of an event, and leaves no mark. */
  readonly asks?: keyof Facts
  /** Calibrated probability, 0 to 1. Pure. An empty `embedding` leaves the words to decide. */
  probability(text: string, embedding: Float32Array, facts?: Facts): number
  /** A text whose words are read once: the most that any embedding could make of it, and what one does. Absent where embeddings do not count, or were corrected. */
  reading?(text: string): { most: number; of(embedding: Float32Array): number }
}

/** The embedding of a text that has none. */
export const NO_VECTOR = new Float32Array(0)

/** What an event says of its texts beside them; a concept that goes by how a text is built may use it. */
export interface Facts {
  /** As the sender wrote it. */
  finish_reason?: string
  /** How probable it is that the prompt is off the topic of its service, 0 to 1; absent where that is not known. */
  off_topic?: number
}

/** Concepts that stay as they are, or a question that is asked again before each piece of work. */
export type ConceptsNow = readonly Concept[] | (() => Promise<readonly Concept[]>)

/** What a concept is called. */
export const calledOf = ({ name, called }: Pick<Concept, 'name' | 'called'>): string => called ?? name
