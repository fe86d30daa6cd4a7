import { setImmediate as breathe } from 'node:timers/promises'
import { FIGURES, type Figure, type FigureSum, QUANTILES, type Summary, type SummaryRow } from '../../core/summary.ts'
import { addTo, emptySketch, quantilesOf, type Sketch } from '../../stats/sketch.ts'
import { TEXTS } from './class-rows.ts'
import type { Connection } from './connection.ts'
import { type ToldFilter, where } from './filter.ts'
import { groupOf } from './groups.ts'

/** Rows read before others get their turn: some 20 ms. */
const TURN = 10_000

type Value = string | number | null
type Row = [ts: number, seq: number, ...columns: Value[]]

/**
 * Counts, sums and quantiles of events, archived ones too, in groups. Reads the events twice, first to know the largest
 * groups, since every group has sketches that take room; in turns, so that no search waits for it.
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
    const keys = groups.map(({ sql }) => sql)
    const sizes = new Map<string, { key: Value[]; n: number }>()
    if (by.length > 0)
      for await (const turn of rows(filter, keys))
        for (const [, , ...key] of turn) {
          const name = JSON.stringify(key)
          const known = sizes.get(name)
          if (known === undefined) sizes.set(name, { key, n: 1 })
          else known.n++
        }
    const largest = [...sizes].sort((a, b) => b[1].n - a[1].n || (a[0] < b[0] ? -1 : 1)).slice(0, limit)
    const kept = new Map(largest.map(([name, { key }]) => [name, group(key)]))
    const total = group([])
    for await (const turn of rows(filter, ['e.status', ...FIGURES.map((name) => `e.${name}`), ...keys]))
      for (const [, , status = null, ...rest] of turn) {
        const figures = rest.slice(0, FIGURES.length) as (number | null)[]
        add(total, status, figures)
        const one = by.length === 0 ? undefined : kept.get(JSON.stringify(rest.slice(FIGURES.length)))
        if (one !== undefined) add(one, status, figures)
      }
    const named = (one: Group) => one.key.map((value, i) => groups[i]!.read(value))
    return {
      rows: [...kept.values()].map((one) => ({ ...summed(one), key: named(one) })),
      total: { ...summed(total), key: [] },
      groups: sizes.size,
    }
  }
}

interface Group {
  key: Value[]
  n: number
  errors: number
  sketches: Sketch[]
  counts: number[]
  sums: number[]
}

const group = (key: Value[]): Group => ({
  key,
  n: 0,
  errors: 0,
  sketches: FIGURES.map(emptySketch),
  counts: FIGURES.map(() => 0),
  sums: FIGURES.map(() => 0),
})

function add(one: Group, status: Value, figures: readonly (number | null)[]): void {
  one.n++
  if (status === 'error') one.errors++
  for (const [i, value] of figures.entries()) {
    if (value === null) continue
    one.counts[i]!++
    one.sums[i]! += value
    addTo(one.sketches[i]!, value)
  }
}

function summed({ n, errors, sketches, counts, sums }: Group): Omit<SummaryRow, 'key'> {
  const figures = FIGURES.map((name, i): [Figure, FigureSum] => {
    const values = quantilesOf(sketches[i]!, Object.values(QUANTILES))
    const spread = Object.keys(QUANTILES).map((quantile, q) => [quantile, values?.[q] ?? null])
    return [name, { n: counts[i]!, sum: sums[i]!, ...Object.fromEntries(spread) }]
  })
  return { n, errors, figures: Object.fromEntries(figures) as Record<Figure, FigureSum> }
}
