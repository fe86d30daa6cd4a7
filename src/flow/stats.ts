import { type Concept, calledOf } from '../core/concept.ts'
import { isListed } from '../core/filter-fields.ts'
import type { Clock, Engine, Filter, MarkBound } from '../core/ports.ts'
import {
  MOST_FIELDS,
  STATS_GROUPS,
  STATS_PERIODS,
  type StatsAnswer,
  type StatsGroup,
  type StatsRow,
  TURNS,
  type Turn,
} from '../core/stats.ts'
import { FIGURES, QUANTILES, type Summary, type SummaryRow } from '../core/summary.ts'
import { type Cell, csvOf } from '../formats/csv.ts'
import { conceptNamed } from './search/concept-named.ts'
import { bad, type FilterAsk, type Forms, filterOf } from './search/filter-of.ts'

/** What of a concept tells which events are of it. */
export type Scored = Pick<Concept, 'name' | 'called' | 'version' | 'threshold'>

export interface StatsParts {
  engine: Pick<Engine, 'summarise' | 'tally'>
  concepts: readonly Scored[]
  clock: Clock
  redactor?: NonNullable<Forms>
}

/** What is to be counted: a filter, perhaps events of a concept alone, and how to group them. */
export type StatsAsk = FilterAsk & {
  /** Names of fields and periods, separated by commas; none for one sum of all. */
  by?: string
  /** Only events of this concept. */
  concept?: string
  /** Groups that are shown; 100 by default. */
  limit?: number
}

const LIMIT = 100

/**
 * Counts, sums and quantiles of the events of a filter, archived ones too, in groups. Throws Problem BAD_REQUEST with the
 * path of a group, concept or time that there is not.
 */
export async function stats(parts: StatsParts, ask: StatsAsk): Promise<StatsAnswer> {
  const { engine, concepts } = parts
  const by = groupsOf(ask.by)
  const limit = ask.limit ?? LIMIT
  const filter = filterOf(ask, { now: parts.clock.now(), redactor: parts.redactor })
  const asked = ask.concept === undefined ? [] : [boundOf(conceptNamed(concepts, ask.concept), true)]
  const bounded = withMarks(filter, asked)
  const fields = by.filter((name) => name !== 'concept')
  if (fields.length === by.length) {
    const summary = await engine.summarise(fields, bounded, limit)
    const turns = await turnsOf(parts, fields, bounded)
    return answerOf(
      by,
      summary.rows.map((row) => rowOf(fields, row, turns)),
      totalOf(summary, turns),
      summary.groups,
    )
  }
  const rows: StatsRow[] = []
  let groups = 0
  for (const concept of concepts) {
    const own = withMarks(bounded, [boundOf(concept, true)])
    const summary = await engine.summarise(fields, own, limit)
    if (summary.total.n === 0) continue
    const turns = await turnsOf(parts, fields, own)
    const found = fields.length === 0 ? [summary.total] : summary.rows
    rows.push(...found.map((row) => rowOf(fields, row, turns, { concept: calledOf(concept) })))
    groups += fields.length === 0 ? 1 : summary.groups
  }
  const whole = await engine.summarise([], bounded, 0)
  const shown = rows.sort((a, b) => b.count - a.count).slice(0, limit)
  return answerOf(by, shown, totalOf(whole, await turnsOf(parts, [], bounded)), groups)
}

/** The same as CSV, a line for each group. */
export function statsCsv({ by, items }: StatsAnswer): string {
  const spread = ['count', 'sum', 'mean', ...Object.keys(QUANTILES)] as const
  const columns = [
    ...by,
    'count',
    'errors',
    'error_rate',
    'examined',
    ...TURNS.flatMap((name) => [name, `${name}_rate`]),
    ...FIGURES.flatMap((figure) => spread.map((name) => `${figure}_${name}`)),
  ]
  const cells = (row: StatsRow): Cell[] => [
    ...by.map((name) => row.key[name]),
    row.count,
    row.errors,
    row.error_rate,
    row.examined,
    ...TURNS.flatMap((name) => [row[name], row[`${name}_rate`]]),
    ...FIGURES.flatMap((figure) => spread.map((name) => row[figure][name as keyof StatsRow[typeof figure]])),
  ]
  return csvOf(columns, items.map(cells))
}

function groupsOf(by = ''): StatsGroup[] {
  const names = by.split(',').flatMap((name) => name.trim() || [])
  for (const name of names)
    if (!(STATS_GROUPS as readonly string[]).includes(name))
      throw bad('/by', `knows no such group; there are ${STATS_GROUPS.join(', ')}`)
  if (names.length > MOST_FIELDS) throw bad('/by', `names more than ${MOST_FIELDS} groups`)
  if (new Set(names).size < names.length) throw bad('/by', 'names a group twice')
  return names as StatsGroup[]
}

// ── How answers turned out ────────────────────────────────────────────────────────────────────────────

/** Which concepts an answer is of, or not of. */
const CROSSED: Record<Turn, Readonly<Record<string, boolean>>> = {
  refused: { refusal: true },
  over_refused: { refusal: true, 'harmful-request': false },
  justified: { refusal: true, 'harmful-request': true },
  missed: { refusal: false, 'harmful-request': true },
  lazy: { lazy: true },
}
const ANSWERS = 'refusal'

type Counts = Partial<Record<Turn | 'examined', number>>

/** How many answers of each group turned out how, by the key of the group. A turn whose concepts are not there is left out. */
async function turnsOf(
  { engine, concepts }: StatsParts,
  fields: readonly string[],
  filter: Filter,
): Promise<Map<string, Counts>> {
  const counts = new Map<string, Counts>()
  const put = (group: string, name: Turn | 'examined', n: number) => {
    const one = counts.get(group) ?? {}
    one[name] = (one[name] ?? 0) + n
    counts.set(group, one)
  }
  const count = async (name: Turn | 'examined', marks: readonly MarkBound[]) => {
    const own = withMarks(filter, marks)
    const groups = await engine.tally(fields, own)
    // an event that counts in several groups is one event of the total
    const all = fields.some(isListed) ? await engine.tally([], own) : groups
    for (const { n } of all) put('[]', name, n)
    if (fields.length > 0) for (const { key, n } of groups) put(JSON.stringify(key), name, n)
  }
  const named = new Map(concepts.map((concept) => [concept.name, concept]))
  const answers = named.get(ANSWERS)
  if (answers === undefined) return counts
  counts.set('[]', { examined: 0 })
  await count('examined', [{ concept: answers.name, version: answers.version, least: 0 }])
  for (const name of TURNS) {
    const crossed = Object.entries(CROSSED[name]).map(([concept, is]) => [named.get(concept), is] as const)
    if (crossed.some(([concept]) => concept === undefined)) continue
    counts.get('[]')![name] = 0
    await count(
      name,
      crossed.map(([concept, is]) => boundOf(concept!, is)),
    )
  }
  return counts
}

/** Events that a concept was asked about, and that are of it, or are not. */
function boundOf({ name, version, threshold }: Scored, is: boolean): MarkBound {
  return { concept: name, version, ...(is ? { least: threshold } : { least: 0, below: threshold }) }
}

function withMarks(filter: Filter, marks: readonly MarkBound[]): Filter {
  return marks.length === 0 ? filter : { ...filter, marks: [...(filter.marks ?? []), ...marks] }
}

function turnsIn(turns: ReadonlyMap<string, Counts>, { key }: Pick<SummaryRow, 'key'>) {
  const own = turns.get(JSON.stringify(key)) ?? {}
  const known = turns.get('[]') ?? {}
  const examined = own.examined ?? 0
  const counted = TURNS.map((name): [Turn, number | null] => [
    name,
    known[name] === undefined ? null : (own[name] ?? 0),
  ])
  return {
    examined,
    ...(Object.fromEntries(counted) as Record<Turn, number | null>),
    ...(Object.fromEntries(
      counted.map(([name, n]) => [`${name}_rate`, n === null || examined === 0 ? null : n / examined]),
    ) as Record<`${Turn}_rate`, number | null>),
  }
}

// ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────

/** @param also what the row is grouped by besides its fields */
function rowOf(
  fields: readonly string[],
  row: SummaryRow,
  turns: ReadonlyMap<string, Counts>,
  also: StatsRow['key'] = {},
): StatsRow {
  return {
    key: { ...Object.fromEntries(fields.map((name, i) => [name, row.key[i] ?? null])), ...also },
    ...figuresOf(row),
    ...turnsIn(turns, row),
  }
}

function totalOf({ total }: Summary, turns: ReadonlyMap<string, Counts>): StatsAnswer['total'] {
  return { ...figuresOf(total), ...turnsIn(turns, { key: [] }) }
}

function figuresOf({ n, errors, figures }: SummaryRow) {
  const each = FIGURES.map((name) => {
    const { n: count, sum, ...quantiles } = figures[name]
    return [name, { count, sum, mean: count === 0 ? null : sum / count, ...quantiles }] as const
  })
  return {
    count: n,
    errors,
    error_rate: n === 0 ? null : errors / n,
    ...(Object.fromEntries(each) as Pick<StatsRow, (typeof FIGURES)[number]>),
  }
}

function answerOf(by: StatsGroup[], items: StatsRow[], total: StatsAnswer['total'], groups: number): StatsAnswer {
  const period = by.find((name) => (STATS_PERIODS as readonly string[]).includes(name))
  const place = (row: StatsRow) => row.key[period ?? ''] ?? ''
  // a stable sort: within a period the largest group stays first
  const ordered =
    period === undefined ? items : items.toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0))
  return { by, items: ordered, total, groups }
}
