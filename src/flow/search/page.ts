import type { Clock, Encoder, Engine } from '../../core/ports.ts'
import type { SearchAnswer } from '../../core/search.ts'
import type { Cursor } from './cursor.ts'
import type { Found } from './items.ts'
import type { QuestionParts } from './question.ts'

export interface SearchParts extends QuestionParts {
  engine: Pick<
    Engine,
    | 'events'
    | 'count'
    | 'match'
    | 'nearest'
    | 'within'
    | 'marked'
    | 'marksOf'
    | 'vectorOf'
    | 'vectorsOf'
    | 'signaturesOf'
    | 'waiting'
    | 'unexamined'
    | 'head'
    | 'records'
  >
  encoder: Encoder
  clock: Clock
}

/** One page of an answer, before its events are read. */
export interface PageFound {
  found: Found[]
  /** Vector that it was ranked by nearness to. */
  q?: Float32Array
  /** How many were ranked, where the list was. */
  window?: number
  next: Pick<Cursor, 'after' | 'offset' | 'window' | 'total'> | null
  counted?: Pick<SearchAnswer, 'total' | 'threshold' | 'estimated_precision' | 'estimated_recall'>
  how: SearchAnswer['how']
  complete: boolean
}
