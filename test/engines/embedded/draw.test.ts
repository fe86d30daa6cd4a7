import Database from 'better-sqlite3-multiple-ciphers'
import { expect, it } from 'vitest'
import { drawReader } from '../../../src/engines/embedded/draw.ts'
import { markRows } from '../../../src/engines/embedded/mark-rows.ts'
import { migrated } from './migrated.ts'

const EVENTS = 600
const CONCEPT = { concept: 'refusal', version: 1 }
const EDGES = [0, 0.2, 0.5]
const p = (seq: number) => ((seq * 37) % 100) / 100

function aStore() {
  const db = new Database(':memory:')
  migrated(db)
  const put = db.prepare(
    `insert into events(seq, event_id, ts, received, tenant, event_type, user_id, body) values (?, ?, ?, 0, '', 'llm.completion', ?, 'x')`,
  )
  for (let seq = 0; seq < EVENTS; seq++) put.run(seq, `e${seq}`, seq, `u${seq % 5}`)
  markRows(db).put(Array.from({ length: EVENTS }, (_, seq) => ({ ...CONCEPT, seq, p: p(seq) })))
  return drawReader(db)
}

it('counts what lies in each band of probability, and draws of it alone', () => {
  const drawn = aStore()
  const bands = drawn(CONCEPT, {}, { salt: 9, limit: 25, edges: EDGES })
  expect(bands.map(({ size }) => size)).toEqual([120, 180, 300])
  for (const [i, { items }] of bands.entries()) {
    expect(items).toHaveLength(25)
    for (const one of items) {
      expect([one.p, one.event_id]).toEqual([p(one.seq), `e${one.seq}`])
      expect(one.p >= EDGES[i]! && one.p < (EDGES[i + 1] ?? 2)).toBe(true)
    }
  }
})

it('draws the same of the same set, whatever is asked beside, and within a filter', () => {
  const drawn = aStore()
  const of = (filter: object, salt = 9, limit = 25) => drawn(CONCEPT, filter, { salt, limit, edges: EDGES })
  expect(of({ before_seq: EVENTS })).toEqual(of({}))
  expect(of({}, 9, 5)[0]!.items).toEqual(of({})[0]!.items.slice(0, 5))
  expect(of({}, 10)).not.toEqual(of({}))
  expect(of({ before_seq: 100 }).map(({ size }) => size)).toEqual([20, 30, 50])
  const ofUser = of({ fields: { user_id: 'u1' } }, 9, 1_000)
  expect(ofUser.reduce((sum, { size }) => sum + size, 0)).toBe(EVENTS / 5)
  for (const { items } of ofUser) for (const { seq } of items) expect(seq % 5).toBe(1)
  expect(drawn({ concept: 'refusal', version: 2 }, {}, { salt: 1, limit: 5, edges: [0] })).toEqual([
    { size: 0, items: [] },
  ])
})
