/** What events are summed over: how many, how much in all, and how it is spread. */
export const FIGURES = ['tokens_input', 'tokens_output', 'latency_ms', 'cost_usd'] as const
export type Figure = (typeof FIGURES)[number]

export const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const
export type Quantile = keyof typeof QUANTILES

/** One figure of a group; quantiles within 1 %, null where no event has it. */
export type FigureSum = { n: number; sum: number } & Record<Quantile, number | null>

/** Events of one group. */
export interface SummaryRow {
  /** Values of the grouping fields, in their order; null where the event has none. */
  key: (string | null)[]
  n: number
  /** Of these with status `error`. */
  errors: number
  figures: Record<Figure, FigureSum>
}

export interface Summary {
  /** The groups with most events, most first; those of level size in the order of their keys. */
  rows: SummaryRow[]
  /** Everything that passed the filter, as one group. */
  total: SummaryRow
  /** How many groups there are. */
  groups: number
}
