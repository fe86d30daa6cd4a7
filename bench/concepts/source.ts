import type { FactWeights, RuleWeights } from '../../src/concepts/classifier.ts'
import type { Reads } from '../../src/core/concept.ts'

/** Everything that a built-in concept is made of: what it means, how a question names it, and the texts that it is fitted on and judged by. */
export interface ConceptSource {
  /** Kebab-case; that of its file in models/concepts. */
  name: string
  /** One sentence: what the text does. */
  description: string
  /** For its card: what counts and what does not, where that is not plain. */
  definition: string
  /** Raised by each refit that changes what it finds. */
  version: number
  reads: Reads
  /** Deeds by which a question names it ("decline", "would not answer"); src/concepts/resolve.ts inflects them. */
  aliases: readonly string[]
  /** Nouns by which a question names it; its name where absent. */
  nouns?: readonly string[]
  /** What it is known to be mistaken for, for its card. */
  confusions: readonly string[]
  /** Our own texts, the same in every run. */
  texts(): readonly OwnText[]
  /** Labelled sets of others, below the folder of `--data`. */
  outside?: readonly OutsideSet[]
  /** Ordinary texts of others that it is fitted on as negatives. */
  ordinary?: readonly OrdinarySet[]
  /** Of a concept that is told by a rule of src/concepts/rules: nothing is fitted, its texts only judge. */
  rule?: RuleWeights
  /** Of a concept that hands on what is known of an event: nothing is fitted, and another program measures it. */
  fact?: FactWeights
  /** Weight of the embedding against the words; default 0.2. A concept that is a subject, not a manner, takes 1. */
  embeddingScale?: number
  /** Strength of the penalty of the fit; default 1e-4. A concept that is fitted on thousands of real texts takes less. */
  l2?: number
  /** Whether the form of a text and kinds of words are read as well (src/concepts/cues.ts), and rare words count for more. For attacks. */
  cues?: boolean
  /** Least threshold. F1 over our own sets may go lower, and in ordinary chats most matches would then be wrong. */
  leastThreshold?: number
  /** Most threshold, for a concept whose few texts by hand leave the best one to chance. */
  mostThreshold?: number
}

/** A text that was written for this project, with the truth about it. */
export interface OwnText {
  text: string
  label: boolean
  /** Texts of one group share a template or a subject and are never split between folds. */
  group: string
  /** Whether it may be fitted on. What is held out was written apart and shares no template with what is fitted. */
  part: 'fit' | 'held-out'
  origin: 'hand' | 'pattern'
}

/** A labelled set of others: gzipped JSON lines. Nothing of it is shipped but weights of hashed words, where it is fitted on. */
export interface OutsideSet {
  name: string
  /** Path below the folder of `--data`; its last part is enough where the folder is that of the file. */
  file: string
  /** BCP 47. */
  language: string
  /** Share of the groups that may be fitted on; 0 where the set only judges, 1 where its figures are cross-validated. */
  fit: number
  /** Texts of one group are never split between what is fitted and what is held out. Null leaves a row out. */
  read(row: Readonly<Record<string, unknown>>): { text: string; label: boolean; group: string } | null
}

/** A set of others of which nearly every text is a negative: gzipped JSON lines, as above. */
export interface OrdinarySet {
  name: string
  file: string
  texts(row: Readonly<Record<string, unknown>>): readonly string[]
}
