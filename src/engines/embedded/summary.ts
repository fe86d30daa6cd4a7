import { setImmediate as breathe } from 'node:timers/promises'
import { FIGURES, type Figure, type FigureSum, QUANTILES, type Summary, type SummaryRow } from '../../core/summary.ts'
import { addTo, emptySketch, quantilesOf, type Sketch } from '../../stats/sketch.ts'
import { TEXTS } from './class-rows.ts'
import type { Connection } from './connection.ts'
import { type ToldFilter, where } from './filter.ts'
import { type Group as GroupBy, type GroupValue, groupOf, keysOf } from './groups.ts'

/** Rows read before others get their turn: some 20 ms. */
const TURN = 10_000
/** Groups whose sketches are kept before it is known which are the largest: some 80 MB where their figures are spread most. */
const MOST_HELD = 1_000

/** Time, ledger number, status, figures, and what it is grouped by. */
type Row = [ts: number, seq: number, ...columns: GroupValue[]]
const STATUS = 2
const BEFORE_KEYS = STATUS + 1 + FIGURES.length

/**
 * Counts, sums and quantiles of events, archived ones too, in groups; an event counts in each of its groups and once in the
 * total. Reads the events once, in turns, so that no search waits for it; and again for the largest groups alone where there
 * are too many to keep the sketches of all.
 */
export function summariser(db: Connection) {
  const anyArchived = db.prepare<[], unknown>('select 1 from events where archive is not null limit 1')

  /** Rows that pass the filter, in turns along the index of times with which the filter's own index ends. */
  async function* rows(filter: ToldFilter, columns: readonly string[]): AsyncGenerator<Row[]> {
    const { sql, values } = where(filter)
    const places = anyArchived.get() === undefined ? [TEXTS.store] : Object.values(TEXTS)
    for (const { has } of places) {
      const read = db
        .prepare<unknown[], Row>(
          `select ${['e.ts', 'e.seq', ...columns].join(', ')} from events e
           where ${sql} and ${has} and (e.ts, e.seq) > (?, ?) order by e.ts, e.seq limit ${TURN}`,
        )
        .raw()
      let [ts, seq] = [Number.MIN_SAFE_INTEGER, -1]
      for (let more = true; more; ) {
        const found = read.all(...values, ts, seq)
        yield found
        more = found.length === TURN
        if (more) {
          const [lastTs, lastSeq] = found.at(-1)!
          ts = lastTs
          seq = lastSeq
          await breathe()
        }
      }
    }
  }

  return async function summarise(by: readonly string[], filter: ToldFilter, limit: number): Promise<Summary> {
    const groups = by.map(groupOf)
    const columns = ['e.status', ...FIGURES.map((name) => `e.${name}`), ...groups.map(({ sql }) => sql)]
    const read = async (each: (row: Row) => void) => {
      for await (const turn of rows(filter, columns)) turn.forEach(each)
    }
    const total = emptyGroup([], true)
    const all = groupsBy(groups, () => true)
    await read((row) => {
      add(total, row)
      for (const one of all.of(row)) add(one, row)
    })
    let shown = largest(all.held, limit)
    if (shown.some(([, { sketches }]) => sketches === null)) {
      const names = new Set(shown.map(([name]) => name))
      const few = groupsBy(groups, (name) => names.has(name))
      await read((row) => {
        for (const one of few.of(row)) add(one, row)
      })
      shown = largest(few.held, limit)
    }
    return {
      rows: shown.map(([, one]) => summed(one)),
      total: summed(total),
      groups: all.held.size,
    }
  }
}

interface Group {
  key: (string | null)[]
  n: number
  errors: number
  /** Null where nothing but the number of events is known. */
  sketches: Sketch[] | null
  counts: number[]
  sums: number[]
}

const emptyGroup = (key: Group['key'], sketched: boolean): Group => ({
  key,
  n: 0,
  errors: 0,
  sketches: sketched ? FIGURES.map(emptySketch) : null,
  counts: FIGURES.map(() => 0),
  sums: FIGURES.map(() => 0),
})

/** Groups by the name of their key, made as rows ask for them, where a name is wanted; the first MOST_HELD have sketches. */
function groupsBy(by: readonly GroupBy[], isWanted: (name: string) => boolean) {
  const held = new Map<string, Group>()
  /** Those of each combination of values that was met. */
  const known = new Map<string, Group[]>()

  function made(values: readonly GroupValue[]): Group[] {
    return keysOf(by, values).flatMap((key) => {
      const name = JSON.stringify(key)
      if (!isWanted(name)) return []
      const one = held.get(name) ?? emptyGroup(key, held.size < MOST_HELD)
      held.set(name, one)
      return one
    })
  }

  return {
    held,
    of(row: Row): readonly Group[] {
      if (by.length === 0) return []
      const values = row.slice(BEFORE_KEYS) as GroupValue[]
      const met = JSON.stringify(values)
      const groups = known.get(met) ?? made(values)
      known.set(met, groups)
      return groups
    },
  }
}

const largest = (held: ReadonlyMap<string, Group>, limit: number): [string, Group][] =>
  [...held].sort(([a, one], [b, other]) => other.n - one.n || (a < b ? -1 : 1)).slice(0, limit)

function add(one: Group, row: Row): void {
  one.n++
  if (row[STATUS] === 'error') one.errors++
  if (one.sketches === null) return
  for (let i = 0; i < FIGURES.length; i++) {
    const value = row[STATUS + 1 + i] as number | null
    if (value === null) continue
    one.counts[i]!++
    one.sums[i]! += value
    addTo(one.sketches[i]!, value)
  }
}

function summed({ key, n, errors, sketches, counts, sums }: Group): SummaryRow {
  const figures = FIGURES.map((name, i): [Figure, FigureSum] => {
    const values = sketches === null ? null : quantilesOf(sketches[i]!, Object.values(QUANTILES))
    const spread = Object.keys(QUANTILES).map((quantile, q) => [quantile, values?.[q] ?? null])
    return [name, { n: counts[i]!, sum: sums[i]!, ...Object.fromEntries(spread) }]
  })
  return { key, n, errors, figures: Object.fromEntries(figures) as Record<Figure, FigureSum> }
}
