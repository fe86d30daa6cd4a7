import { type Digest, FIGURES, type Figure, type FigureName, type Usual } from '../core/digest.ts'
import type { Engine, Filter, TallyRow } from '../core/ports.ts'
import { DAY, dateOf, type Micros } from '../core/window.ts'
import { MAD_TO_SD, mad, median } from '../stats/robust.ts'
import { type Past, SERIES_DAYS } from './digest-past.ts'

/** Days before that say what is usual, where there are too few same weekdays. */
const TRAILING_DAYS = 14
/** Fewer days than this say nothing. */
const LEAST_DAYS = 3
/** Robust standard deviations from the median at which a day is no longer usual. Lower cries wolf. */
const UNUSUAL = 3
/** Share of the median below which no deviation is worth a word, however steady the days were. */
const NEGLIGIBLE = 0.05
/** What is counted in ones, where chance alone gives a spread of √median. */
const COUNTS: ReadonlySet<FigureName> = new Set(['events', 'users', 'sessions', 'errors', 'refusals', 'blocked'])

export type Values = Record<FigureName, number>

export interface FigureParts {
  engine: Pick<Engine, 'tally' | 'marked'>
  /** The concept `refusal` among them lets refusals be counted by meaning. */
  concepts?: readonly { name: string; version: number; threshold: number }[]
}

/**
 * Every figure of the day beside its last 30 days.
 * @param over whether the day has ended: one that goes on is compared with nothing
 */
export async function figuresOf(
  parts: FigureParts,
  from: Micros,
  tenant: Pick<Filter, 'tenant_id'>,
  past: Past,
  over: boolean,
): Promise<Record<FigureName, Figure>> {
  const days = Array.from({ length: SERIES_DAYS }, (_, i) => from - (SERIES_DAYS - 1 - i) * DAY)
  const known = new Map(Array.from(past.digests, ([day, { figures }]) => [day, valuesOf(figures)]))
  for (const [since, until] of [...past.gaps, [from, from + DAY] as const])
    for (const [day, values] of await countedValues(parts, since, until, tenant)) known.set(day, values)
  const begun = days.findIndex((day) => (known.get(day)?.events ?? 0) > 0)
  return Object.fromEntries(
    FIGURES.map((name) => {
      const series = days.map((day, i) => (begun === -1 || i < begun ? null : (known.get(day)?.[name] ?? 0)))
      const value = known.get(from)?.[name] ?? 0
      series[series.length - 1] = value
      const usual = usualOf(series)
      return [name, { value, usual, verdict: over ? verdictOf(name, value, usual) : null, series }]
    }),
  ) as Record<FigureName, Figure>
}

/** What is usual on the last day of a series, by the same weekdays before it or else by the fortnight before. */
export function usualOf(series: readonly (number | null)[]): Usual | null {
  const before = series.slice(0, -1)
  const weekdays = before.filter((_, i) => (before.length - i) % 7 === 0)
  return profile(weekdays, 'weekday') ?? profile(before.slice(-TRAILING_DAYS), 'trailing')
}

/** Whether a value lies outside three robust standard deviations of what is usual. Null where nothing is known. */
export function verdictOf(name: FigureName, value: number, usual: Usual | null): Figure['verdict'] {
  if (usual === null) return null
  const chance = COUNTS.has(name) ? Math.sqrt(Math.max(usual.median, 1)) : 0
  const spread = Math.max(usual.mad * MAD_TO_SD, usual.median * NEGLIGIBLE, chance)
  if (Math.abs(value - usual.median) <= UNUSUAL * spread) return 'usual'
  return value > usual.median ? 'above' : 'below'
}

function profile(days: readonly (number | null)[], against: Usual['against']): Usual | null {
  const values = days.filter((n) => n !== null)
  if (values.length < LEAST_DAYS) return null
  return { median: rounded(median(values) ?? 0), mad: rounded(mad(values) ?? 0), days: values.length, against }
}

function valuesOf(figures: Digest['figures']): Values {
  return Object.fromEntries(FIGURES.map((name) => [name, figures[name].value])) as Values
}

async function countedValues(
  parts: FigureParts,
  since: Micros,
  until: Micros,
  tenant: Pick<Filter, 'tenant_id'>,
): Promise<Map<Micros, Values>> {
  const filter: Filter = { ...tenant, since, until }
  const [sums, users, sessions] = await Promise.all([
    parts.engine.tally(['day', 'status', 'event_type'], filter),
    parts.engine.tally(['day', 'user_id'], filter),
    parts.engine.tally(['day', 'session_id'], filter),
  ])
  const values = new Map<Micros, Values>()
  for (let day = since; day < until; day += DAY) {
    const date = dateOf(day)
    const of = (rows: TallyRow[]) => rows.filter((row) => row.key[0] === date)
    const rows = of(sums)
    if (rows.length === 0) continue
    const add = (pick: (row: TallyRow) => number) => rows.reduce((sum, row) => sum + pick(row), 0)
    const distinct = (list: TallyRow[]) => of(list).filter((row) => row.key[1] !== null).length
    const refused = add(({ key, n }) => (key[1] === 'refused' ? n : 0))
    values.set(day, {
      events: add((row) => row.n),
      users: distinct(users),
      sessions: distinct(sessions),
      tokens_input: add((row) => row.tokens_input),
      tokens_output: add((row) => row.tokens_output),
      cost_usd: rounded(add((row) => row.cost_usd)),
      errors: add(({ key, n }) => (key[1] === 'error' || key[2] === 'error' ? n : 0)),
      refusals: Math.max(refused, await refusedByMeaning(parts, { ...tenant, since: day, until: day + DAY })),
      blocked: add(({ key, n }) => (key[1] === 'blocked' || key[2] === 'guardrail.block' ? n : 0)),
    })
  }
  return values
}

/** Answers that the concept `refusal` takes for refusals; 0 where there is no such concept. */
export async function refusedByMeaning({ engine, concepts }: FigureParts, filter: Filter): Promise<number> {
  const concept = concepts?.find(({ name }) => name === 'refusal')
  if (concept === undefined) return 0
  return (await engine.marked(concept.name, concept.version, concept.threshold, filter, { limit: 1 })).total
}

/** To a millionth: sums of fractions come out the same in whatever order they were added. */
export function rounded(n: number): number {
  return Math.round(n * 1e6) / 1e6
}
