import type { Filter } from './ports.ts'
import type { Micros } from './window.ts'

/** An event with the cosine of its nearest text or chunk. */
export interface NearEvent {
  event_id: string
  ts: Micros
  score: number
}

/** What a store tells of nearness without its index. */
export interface NearRows {
  /**
   * Every event at least this close to a vector, in no order; exact. Reads each vector of the events that pass, so it is for
   * short spans, and for whoever keeps no index; `within` answers the same of everything.
   */
  nearby(q: Float32Array, space: string, cosine: number, filter: Filter): Promise<NearEvent[]>
}
