import Database from 'better-sqlite3-multiple-ciphers'
import { expect, it } from 'vitest'
import type { Mark, MarkRow, Page } from '../../../src/core/ports.ts'
import { DAY, HOUR } from '../../../src/core/window.ts'
import { type MarkRows, markRows } from '../../../src/engines/embedded/mark-rows.ts'
import { markReader } from '../../../src/engines/embedded/marks.ts'
import { packed, unpacked } from '../../../src/engines/embedded/packed-marks.ts'
import { migrated } from './migrated.ts'

const EVENTS = 400
const TIMES = 40

/** Numbers in [0, 1) that are the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32
  }
}

function aStore() {
  const db = new Database(':memory:')
  migrated(db)
  const put = db.prepare(
    `insert into events(seq, event_id, ts, received, tenant, event_type, user_id, body) values (?, ?, ?, 0, ?, 'llm.completion', ?, 'x')`,
  )
  const event = (seq: number) => ({
    seq,
    event_id: `e${(seq * 7919) % 10_007}`,
    ts: (seq % TIMES) * 5 * HOUR,
    tenant: seq % 3 === 0 ? 'acme' : '',
    user: `u${seq % 5}`,
  })
  for (let seq = 0; seq < EVENTS; seq++) {
    const { event_id, ts, tenant, user } = event(seq)
    put.run(seq, event_id, ts, tenant, user)
  }
  return { db, event, rows: markRows(db), reader: markReader(db) }
}

type Truth = Map<number, number>

/** Writes marks of a few concepts in several turns, some again and some no more, as the oracle does. */
function written(rows: MarkRows): Truth {
  const random = randomFrom(7)
  const truth: Truth = new Map()
  const p = () => [0, 1, 0.05, 0.5, random(), random() ** 6, random() ** 6][Math.floor(random() * 7)]!
  for (const version of [1, 2, 1]) {
    const batch: MarkRow[] = []
    for (let seq = 0; seq < EVENTS; seq++) {
      if (random() < 0.3) continue
      const mark = { seq, concept: 'refusal', version, p: p() }
      if (random() < 0.7) batch.push({ seq, concept: 'jailbreak', version: 1, p: p() })
      batch.push(mark)
      if (version === 1) truth.set(seq, Math.round(mark.p * 1e6) / 1e6)
    }
    rows.put(batch)
  }
  for (let seq = 0; seq < EVENTS; seq += 11) {
    rows.drop(seq)
    truth.delete(seq)
  }
  return truth
}

it('a probability is kept to a millionth, and sorts as bytes as it does as a number', () => {
  const all = [0, 1, 9_999, 10_000, 123_456, 255_999, 256_000, 989_999, 990_000, 999_999, 1_000_000]
  const bytes = packed(all)
  expect(all.map((_, i) => unpacked(bytes, i * 3))).toEqual(all)
  const sorted = all.map((one) => packed([one])).sort(Buffer.compare)
  expect(sorted.map((one) => unpacked(one, 0))).toEqual(all)
})

it('marks are ranked, counted and paged as a plain list of them would be', () => {
  const { event, rows, reader } = aStore()
  const truth = written(rows)
  const filters = [
    [{}, () => true],
    [{ before_seq: 311 }, (seq: number) => seq < 311],
    [{ since: 5 * HOUR, until: 131 * HOUR }, (seq: number) => event(seq).ts >= 5 * HOUR && event(seq).ts < 131 * HOUR],
    [{ since: 2 * DAY, before_seq: 311 }, (seq: number) => event(seq).ts >= 2 * DAY && seq < 311],
    [{ since: 25 * HOUR, until: 2 * DAY }, (seq: number) => event(seq).ts >= 25 * HOUR && event(seq).ts < 2 * DAY],
    [{ tenant_id: 'acme', before_seq: 200 }, (seq: number) => event(seq).tenant === 'acme' && seq < 200],
    [{ fields: { user_id: 'u3' }, since: DAY }, (seq: number) => event(seq).user === 'u3' && event(seq).ts >= DAY],
  ] as const
  for (const [filter, passes] of filters)
    for (const least of [0, 0.003, 0.01, 0.05, 0.5, 0.503, 1]) {
      const all: Mark[] = [...truth]
        .filter(([seq]) => passes(seq))
        .map(([seq, p]) => ({ event_id: event(seq).event_id, seq, ts: event(seq).ts, p }))
      const expected = all
        .filter(({ p }) => p >= least)
        .sort((a, b) => b.p - a.p || b.ts - a.ts || (a.event_id < b.event_id ? -1 : 1))
      const histogram = new Array<number>(100).fill(0)
      for (const { p } of all) histogram[Math.min(99, Math.floor(Math.round(p * 1e6) / 1e4))]!++
      const found: Mark[] = []
      let after: Page['after'] | null
      do {
        const page = reader.marked('refusal', 1, least, filter, { limit: 23, ...(after ? { after } : {}) })
        expect(page).toMatchObject({ total: expected.length, histogram })
        found.push(...page.items)
        after = page.next
      } while (after !== null)
      expect(found).toEqual(expected)
    }
})

it('an event has the latest version of each concept, and what a dropped version said is gone', () => {
  const { db, rows, reader } = aStore()
  rows.put([
    { seq: 1, concept: 'refusal', version: 1, p: 0.9 },
    { seq: 1, concept: 'refusal', version: 2, p: 0.3 },
    { seq: 1, concept: 'thanks', version: 1, p: 0.7 },
  ])
  const id = 'e7919'
  expect(reader.marksOf([id]).get(id)).toEqual({ refusal: 0.3, thanks: 0.7 })
  rows.dropConcept('refusal', 2)
  expect(reader.marksOf([id]).get(id)).toEqual({ refusal: 0.9, thanks: 0.7 })
  expect(reader.marked('refusal', 2, 0, {}, { limit: 9 })).toMatchObject({ items: [], total: 0 })
  // its number is not given again, and the row goes on without it
  rows.put([{ seq: 1, concept: 'refusal', version: 3, p: 0.5 }])
  expect(rows.of(1)).toEqual([
    { concept: 'refusal', version: 1, p: 0.9 },
    { concept: 'refusal', version: 3, p: 0.5 },
    { concept: 'thanks', version: 1, p: 0.7 },
  ])
  expect(db.prepare('select length(p) from marks where seq = 1').pluck().get()).toBe(9)
})

it('an event that goes on under another number takes its marks along, and they count once', () => {
  const { rows, reader } = aStore()
  rows.put([{ seq: 1, concept: 'refusal', version: 1, p: 0.9 }])
  rows.copy(1, 2, 10 * HOUR)
  rows.drop(1)
  const found = reader.marked('refusal', 1, 0.5, {}, { limit: 9 })
  expect(found).toMatchObject({ items: [{ seq: 2, p: 0.9 }], total: 1 })
  expect(found.histogram[90]).toBe(1)
  expect(rows.of(1)).toEqual([])
})

it('a store from before has the same marks afterwards', () => {
  const db = new Database(':memory:')
  migrated(db, 8)
  const put = db.prepare('insert into marks(concept, version, seq, p) values (?, ?, ?, ?)')
  for (let seq = 0; seq < 3; seq++) {
    db.prepare(
      "insert into events(seq, event_id, ts, received, tenant, event_type, body) values (?, ?, ?, 0, '', 'x', 'x')",
    ).run(seq, `e${seq}`, seq)
    put.run('refusal', 1, seq, seq / 2)
    if (seq > 0) put.run('refusal', 2, seq, 0.25)
  }
  migrated(db, undefined, 8)
  const reader = markReader(db)
  expect(reader.marked('refusal', 1, 0.2, {}, { limit: 9 })).toMatchObject({
    items: [
      { seq: 2, p: 1 },
      { seq: 1, p: 0.5 },
    ],
    total: 2,
  })
  expect(reader.marked('refusal', 1, 0, {}, { limit: 9 }).items).toHaveLength(3)
  expect(reader.marked('refusal', 2, 0.2, {}, { limit: 9 })).toMatchObject({ total: 2 })
  expect(reader.marksOf(['e0', 'e1'])).toEqual(
    new Map([
      ['e0', { refusal: 0 }],
      ['e1', { refusal: 0.25 }],
    ]),
  )
})
