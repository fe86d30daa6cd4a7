import type { FittedConcept } from './concept.ts'
import type { Stage } from './ports.ts'

/** How concepts lie in the store: one small record for each, and one for each version of it that can be gone back to. */

/** Kinds of records. */
export const CONCEPT = 'concept'
export const CONCEPT_VERSION = 'concept-version'
/** Versions of a concept that are kept; the oldest makes room. */
export const VERSIONS_KEPT = 10

/** How a concept stands. A removed one stays as a row without a version, so that no number is given twice. */
export interface ConceptRow {
  /** What its owner calls it. */
  name: string
  /** Whose it is, and of whose events it speaks; null: of the house. */
  tenant_id: string | null
  /** It comes with the package; the row holds what the store knows of it. */
  built_in: boolean
  /** Of a built-in one of the house: version of the file that was seen last. */
  shipped: number | null
  /** The newest; null where it was removed. */
  version: number | null
  /** The one that every stored event was scored by; null until there is one. */
  answers: number | null
  /** The one that is being brought to stored events, and by which stage. */
  scoring: { version: number; stage: Stage } | null
  /** Versions whose marks are to go. */
  retired: number[]
  /** Highest number that was given. */
  last: number
  /** Passes over the stored events that were begun. */
  rounds: number
  /** Labels up to this place in the order of records were fitted on, or found not to pay. */
  labels_rev: number
  /** ISO 8601: when labels were last looked at. */
  labels_at: string | null
  /** ISO 8601: when a version last came or went. */
  changed_at: string
}

/** How a version was made. */
export type MadeHow = 'shipped' | 'fitted' | 'labels' | 'restored'

/** What a correction adds to the log-odds of a fitted concept: slope · (log-odds + constant + weights · embedding) + offset. */
export interface Correction {
  constant: number
  slope: number
  offset: number
  /** Of the embedding, 32-bit floats in base64, lower byte first. */
  weights: string
}

/** A version of a concept: what it computes, and what it was made of. */
export interface ConceptVersion {
  version: number
  at: string
  by: string
  how: MadeHow
  /** Of `restored`: which version it repeats. */
  of: number | null
  fitted: FittedConcept
  /** Of a built-in one that was corrected by labels. */
  correction: Correction | null
  /** Null where it was not fitted here. */
  examples: KeptExamples | null
  report: FitReport | null
}

/** What an own concept was fitted on. Texts are as the redactor left them; of events only their ids, which go with an erasure. */
export interface KeptExamples {
  positives: { texts: string[]; event_ids: string[] }
  negatives: { texts: string[]; event_ids: string[] }
}

/** A share and its 95 % interval (Wilson); null where nothing was there to divide by. */
export interface ShareWithInterval {
  value: number
  low: number
  high: number
}

/** How well a fit told its own examples apart, each by a model that had not seen it. */
export interface FitReport {
  precision: ShareWithInterval | null
  recall: ShareWithInterval | null
  positives: number
  negatives: number
  /** Ordinary texts and stored ones that stood for whatever else there is. */
  background: number
  /** Labels of feedback among the examples. */
  labels: number
  calibration: { method: 'isotonic' | 'platt' | 'none' | 'shipped'; note: string }
  notes: string[]
}

/** The name that marks carry, and the id of the record. */
export const conceptKey = (name: string, tenant_id: string | null): string =>
  tenant_id === null ? name : `${name}@${tenant_id}`

/** Refits of a shipped version 3 are 3001, 3002, …: no later file is numbered so. */
export const SHIPPED_STEP = 1_000

/** Id of the record that holds a version: a new one takes the place of the oldest. */
export function versionId({ name, tenant_id, built_in }: OfConcept, version: number): string {
  const key = conceptKey(name, tenant_id)
  return built_in && version < SHIPPED_STEP
    ? `${key}#shipped-${version % SHIPPED_KEPT}`
    : `${key}#${version % VERSIONS_KEPT}`
}

type OfConcept = Pick<ConceptRow, 'name' | 'tenant_id' | 'built_in'>
/** Copies of files that are kept: the one that answers until the next has been brought to all events, and those before. */
const SHIPPED_KEPT = 4

/** Ids of all records that may hold a version. */
export function versionIds(row: OfConcept): string[] {
  const own = Array.from({ length: VERSIONS_KEPT }, (_, n) => versionId(row, SHIPPED_STEP * VERSIONS_KEPT + n))
  const shipped = Array.from({ length: SHIPPED_KEPT }, (_, n) => versionId(row, n))
  return row.built_in ? [...shipped, ...own] : own
}

/** Stage of a version that no pass was begun for yet: all events wait. */
export const UNBEGUN: Stage = 'score:unbegun'
