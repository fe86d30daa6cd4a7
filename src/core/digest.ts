import type { FindingStatus } from './finding.ts'
import type { EntityType, Severity } from './score.ts'

/** Ways a digest can be written. */
export const DIGEST_FORMATS = ['json', 'html', 'markdown', 'text'] as const
export type DigestFormat = (typeof DIGEST_FORMATS)[number]

/** What a usual day looks like: of the last same weekdays where there are enough of them, else of the days before. */
export interface Usual {
  median: number
  /** Median absolute deviation, in the unit of the figure. */
  mad: number
  /** Days that it rests on, at least three. */
  days: number
  against: 'weekday' | 'trailing'
}

/** One number of the day beside what is usual for it. */
export interface Figure {
  value: number
  /** Null where there is too little history. */
  usual: Usual | null
  /** Null where there is no usual, or where the day is not over. */
  verdict: 'usual' | 'above' | 'below' | null
  /** The last 30 days, oldest first, this day last; null before the first event of all. */
  series: (number | null)[]
}

/** The figures, in the order in which they are shown. */
export const FIGURES = [
  'events',
  'users',
  'sessions',
  'tokens_input',
  'tokens_output',
  'cost_usd',
  'errors',
  'refusals',
  'blocked',
] as const
export type FigureName = (typeof FIGURES)[number]

export interface DigestFinding {
  finding_id: string
  detector: string
  severity: Severity
  /** 0 to 100 */
  score: number
  status: FindingStatus
  entity_type: EntityType
  entity_id: string
  title: string
  /** The sentence of the strongest evidence. Holds no event text. */
  evidence: string
  /** ISO 8601 */
  since: string
  /** First seen on this very day. */
  fresh: boolean
  /** The events to read first; at most three. */
  event_ids: string[]
}

export interface DigestScore {
  entity_type: EntityType
  entity_id: string
  /** 0 to 100, as it stood at the end of the day. */
  score: number
  severity: Severity
  /** Against the end of the day before; null where it was not known then. */
  change: number | null
  reason: string
}

export interface DigestModel {
  model: string
  model_version: string | null
  events: number
  tokens_input: number
  tokens_output: number
  cost_usd: number
  errors: number
  refusals: number
  blocked: number
}

export interface DigestLatency {
  model: string
  n: number
  median_ms: number
  p95_ms: number
}

export interface DigestJob {
  name: string
  runs: number
  failed: number
  /** ISO 8601; null where it never ran in the day or since. */
  last_run: string | null
  last_outcome: string | null
}

/** Something that this report could not look at. */
export interface NotExamined {
  what: 'not_embedded' | 'not_baselined' | 'without_text' | 'learning' | 'beyond_sample' | 'redaction_failed'
  n: number
  why: string
}

/**
 * The report of one UTC day. Holds no event text: names of users, sessions and models are the most that a log wrote
 * into it, so whatever writes it out treats every string as hostile.
 */
export interface Digest {
  /** `YYYY-MM-DD`, UTC */
  date: string
  /** ISO 8601, half-open: from <= t < to. */
  from: string
  to: string
  generated_at: string
  /** The day is over. */
  complete: boolean
  /** Final: late events are no longer waited for, and the document never changes again. */
  closed: boolean
  /** Where it is about one tenant alone. */
  tenant_id: string | null
  /** The day in one or two sentences. */
  headline: string
  figures: Record<FigureName, Figure>
  findings: {
    /** Strongest first, as many as fit a first screen. */
    items: DigestFinding[]
    /** All that are open, the shown ones too. */
    total: number
    by_severity: Record<Severity, number>
    /** Resolved or judged false by a person, and in none of the numbers above. */
    closed: number
  }
  /** What stands out in how analysts read, for admins alone; absent in the digest of everybody else. As it stands when asked. */
  insiders?: DigestFinding[]
  scores: DigestScore[]
  /** Busiest first. */
  models: { items: DigestModel[]; total: number }
  latency: DigestLatency[]
  /** Models and versions that none of the 30 days before had. Empty while there is no day before. */
  new_models: { model: string; model_version: string | null; events: number }[]
  jobs: DigestJob[]
  not_examined: NotExamined[]
  redaction: { total: number; by_type: { type: string; n: number }[] }
  /** The ledger when this was made: number of entries and RFC 6962 root, hex. Null in the digest of one tenant. */
  ledger: { size: number; root: string } | null
}

/** A line of the list of digests. */
export interface DigestEntry {
  date: string
  closed: boolean
  /** Null where it is made when asked for. */
  generated_at: string | null
  headline: string | null
}

/** One way to write a digest. Every string in a digest is hostile: it may neither become markup nor steer a terminal. */
export interface DigestWriter {
  name: DigestFormat
  mediaType: string
  write(digest: Digest): string
}
