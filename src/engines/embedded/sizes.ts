import { statSync } from 'node:fs'
import type { ClassSize, StorePart, StoreSizes } from '../../core/capacity.ts'
import type { EventClass } from '../../core/retention.ts'
import { DAY, type Micros } from '../../core/window.ts'
import { classRows, TEXTS } from './class-rows.ts'
import type { Connection } from './connection.ts'
import { LISTED } from './erased-counts.ts'

/** A larger database is not read page by page: at some 10 µs a page that would hold others up for seconds. */
const COUNTED_BYTES = 256 * 2 ** 20
/** Classes that are sampled, the largest first, and rows of each from either end. */
const SAMPLED_CLASSES = 100
const SAMPLED_ROWS = 50
/**
 * What a row, its leaf, its node and its places in indexes take besides what is sampled; a vector besides its numbers; and a
 * mark with its share of what is kept in order. By pages, of 60,000 events with two vectors and of 100,000 with 25 marks each.
 */
const ROW_BYTES = 545
const VECTOR_BYTES = 165
const MARK_BYTES = 6

/** Tables and indexes by what they are for: the first that fits. */
const PARTS: readonly (readonly [RegExp, StorePart])[] = [
  [/^events$/, 'text'],
  [/^(events_|leaves|nodes|others|label|sqlite_autoindex_(events|leaves))/, 'rows'],
  [/^(words|signatures|fingerprints)/, 'words'],
  [
    /^(vectors|embeddings|marks|mark_counts|probable|places|layouts|scored|gone|firsts|cohorts|sqlite_autoindex_(vectors|embeddings))/,
    'vectors',
  ],
]

/** How large the store is, and of what. Reads an index over all events, and rows of samples. */
export function sizeReader(db: Connection, file: string) {
  const pragma = (name: string) => Number(db.pragma(name, { simple: true }))
  const stored = classRows(db, TEXTS.store)
  const ofClass = `from events indexed by ${TEXTS.store.index} where tenant = ? and event_type = ? and anonymised = ? and ${TEXTS.store.is}`
  const nextReceived = db.prepare<[string, string, number, Micros], { at: Micros | null }>(
    `select min(received) at ${ofClass} and received >= ?`,
  )
  const countBetween = db.prepare<[string, string, number, Micros, Micros], { n: number }>(
    `select count(*) n ${ofClass} and received >= ? and received < ?`,
  )
  const sample = (order: 'asc' | 'desc') =>
    db.prepare<[string, string, number, number], { seq: number; text: number; meta: number }>(
      `select seq, length(body) text, coalesce(length(meta), 0) meta ${ofClass} order by received ${order} limit ?`,
    )
  const samples = [sample('asc'), sample('desc')]
  const countOf = (table: string) =>
    db.prepare<[string], { n: number }>(`select count(*) n from ${table} where seq in ${LISTED}`)
  const [vectorsOf, marksOf] = [countOf('vectors'), countOf('marks m join places x on x.layout = m.layout')]
  const newest = (table: string, id: string) =>
    db.prepare<[], { most: number | null }>(`select max(${id}) most from ${table}`).get()?.most ?? 0

  function classes(): Sampled[] {
    const found = new Map<string, { tenant: string; event_type: string; events: number; days: Map<number, number> }>()
    for (const of of stored.classes()) {
      const { tenant, event_type } = of
      const key = JSON.stringify([tenant, event_type])
      const one = found.get(key) ?? { tenant, event_type, events: 0, days: new Map<number, number>() }
      for (const [day, n] of daysOf(of)) {
        one.events += n
        one.days.set(day, (one.days.get(day) ?? 0) + n)
      }
      found.set(key, one)
    }
    return [...found.values()]
      .sort((a, b) => b.events - a.events)
      .map(({ days, ...one }, i) => ({
        ...one,
        by_day: [...days].sort(([a], [b]) => a - b),
        ...(i < SAMPLED_CLASSES ? meansOf(one) : NO_MEANS),
      }))
  }

  /** Day by day along the index: a hundred times as fast as grouping. */
  function* daysOf({ tenant, event_type, anonymised }: EventClass): Generator<[day: number, n: number]> {
    const next = (from: Micros) => nextReceived.get(tenant, event_type, anonymised, from)?.at ?? null
    for (let at = next(0); at !== null; ) {
      const day = Math.floor(at / DAY)
      yield [day, countBetween.get(tenant, event_type, anonymised, day * DAY, (day + 1) * DAY)?.n ?? 0]
      at = next((day + 1) * DAY)
    }
  }

  function meansOf({ tenant, event_type }: { tenant: string; event_type: string }) {
    const rows = new Map(
      samples.flatMap((ask) => ask.all(tenant, event_type, 0, SAMPLED_ROWS)).map((row) => [row.seq, row]),
    )
    const n = rows.size
    if (n === 0) return NO_MEANS
    const sum = (of: (row: { text: number; meta: number }) => number) =>
      [...rows.values()].reduce((total, row) => total + of(row), 0)
    const seqs = JSON.stringify([...rows.keys()])
    return {
      text_mean: sum(({ text }) => text) / n,
      meta_mean: sum(({ meta }) => meta) / n,
      vector_mean: (vectorsOf.get(seqs)?.n ?? 0) / n,
      mark_mean: (marksOf.get(seqs)?.n ?? 0) / n,
      sampled: n,
    }
  }

  function counted(): Record<StorePart, number> {
    const parts = { rows: 0, text: 0, words: 0, vectors: 0, other: 0 }
    const tables = db
      .prepare<[], { name: string; bytes: number }>(
        'select name, sum(pgsize) bytes from dbstat where aggregate = 1 group by name',
      )
      .all()
    for (const { name, bytes } of tables) parts[PARTS.find(([is]) => is.test(name))?.[1] ?? 'other'] += bytes
    return parts
  }

  /** Of lengths of rows; what they do not explain is words. */
  function estimated(all: readonly Sampled[], used: number): Record<StorePart, number> {
    const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0)
    const shared = Math.min(1, newest('embeddings', 'id') / Math.max(1, newest('vectors', 'vid')))
    const bytes =
      db.prepare<[], { bytes: number }>('select length(emb) bytes from embeddings limit 1').get()?.bytes ?? 0
    const text = sum(({ events, text_mean }) => events * text_mean)
    const rows = newest('leaves', 'seq') * ROW_BYTES + sum(({ events, meta_mean }) => events * meta_mean)
    const marks = sum(({ events, mark_mean }) => events * mark_mean) * MARK_BYTES
    const vectors = marks + sum(({ events, vector_mean }) => events * vector_mean) * (VECTOR_BYTES + bytes * shared)
    return { rows, text, vectors, words: Math.max(0, used - rows - text - vectors), other: 0 }
  }

  return (): StoreSizes => {
    const page = pragma('page_size')
    const unused = pragma('freelist_count') * page
    const bytes = pragma('page_count') * page
    const all = classes()
    const known = all.filter(({ sampled }) => sampled > 0)
    const mean = (of: (one: ClassSize) => number) =>
      known.reduce((total, one) => total + of(one) * one.events, 0) /
      Math.max(
        1,
        known.reduce((n, one) => n + one.events, 0),
      )
    const usual = { text_mean: mean((one) => one.text_mean), vector_mean: mean((one) => one.vector_mean) }
    const filled = all.map((one) => (one.sampled > 0 ? one : { ...one, ...usual }))
    const how = bytes <= COUNTED_BYTES ? 'pages' : 'samples'
    const parts = how === 'pages' ? counted() : estimated(filled, bytes - unused)
    return {
      how,
      // what waits in the journal is not in the file yet
      file_bytes: Math.max(bytes, statSync(file).size),
      unused_bytes: unused,
      parts,
      classes: filled.map(({ meta_mean: _, mark_mean: __, ...one }) => one),
    }
  }
}

type Sampled = ClassSize & { meta_mean: number; mark_mean: number }

const NO_MEANS = { text_mean: 0, meta_mean: 0, vector_mean: 0, mark_mean: 0, sampled: 0 }
