import { expect, it } from 'vitest'
import type { Connection } from '../../src/engines/embedded/connection.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { eraseUser } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { ENDS, tamperedWith } from './geometries.ts'
import { Ledger, rebuild, type Texts } from './tampered.ts'

/** Large rounds: ledgers of chance size, erased and amended by chance, tampered with by chance and by several means at once. */

const ROUNDS = 150

type Tool = (db: Connection, seq: () => number, size: number, texts: Texts) => void

/** Where an entry stands: its leaf, and its row, of an event or of a receipt. */
const TABLES = ['leaves', 'events', 'others']

/** Moves leaf and row of an entry. */
function move(db: Connection, from: number, to: number): void {
  for (const table of TABLES) db.prepare(`update ${table} set seq = ? where seq = ?`).run(to, from)
}

const TOOLS: Record<string, Tool> = {
  'texts edited': (db, seq, _, texts) => {
    const [to, from] = [held(db, seq()), held(db, seq() + 1)]
    texts.put(to, texts.opened(from))
    // the same text again is no edit
    if (from === to) db.prepare('delete from events where seq = ?').run(to)
  },
  'sealed texts edited': (db, seq) =>
    db.prepare('update events set body = randomblob(99) where seq = ?').run(held(db, seq())),
  'commitments edited': (db, seq) =>
    db.prepare('update leaves set commitment = randomblob(32) where seq = ?').run(seq()),
  'rows deleted': (db, seq) => db.prepare('delete from events where seq = ?').run(held(db, seq())),
  'leaves deleted': (db, seq) => db.prepare('delete from leaves where seq = ?').run(seq()),
  'a segment cut': (db, seq) => {
    const from = seq()
    for (const table of TABLES) db.prepare(`delete from ${table} where seq between ? and ?`).run(from, from + 20)
  },
  'a segment cut and closed up': (db, seq, size) => {
    const [from, n] = [Math.min(seq(), size - 40), 7]
    for (const table of TABLES) db.prepare(`delete from ${table} where seq between ? and ?`).run(from, from + n - 1)
    for (let at = from + n; at < size; at++) move(db, at, at - n)
  },
  'entries swapped': (db, seq, size) => {
    const a = seq()
    const b = (a + 1 + seq()) % size
    move(db, a, 1e9)
    move(db, b === a ? (a + 1) % size : b, a)
    move(db, 1e9, b === a ? (a + 1) % size : b)
  },
  'the end cut off': (db, _, size) => {
    for (const table of TABLES) db.prepare(`delete from ${table} where seq >= ?`).run(size - 9)
  },
  'the end cut off, the tree made anew': (db, _, size) => {
    for (const table of TABLES) db.prepare(`delete from ${table} where seq >= ?`).run(size - 9)
    rebuild(db)
  },
  'a leaf edited, the tree made anew': (db, seq) => {
    db.prepare('update leaves set commitment = randomblob(32) where seq = ?').run(seq())
    rebuild(db)
  },
  'nodes edited': (db, seq) =>
    db.prepare('update nodes set hash = randomblob(32) where level = 1 and idx = ?').run(seq() >> 1),
}

/** The first place at or behind `seq` whose event still has its text; else the first of all. */
function held(db: Connection, seq: number): number {
  const at = (from: number) =>
    db
      .prepare<[number], { seq: number }>(
        'select seq from events where seq >= ? and body is not null order by seq limit 1',
      )
      .get(from)
  return (at(seq) ?? at(0))!.seq
}

it.each(Object.keys(TOOLS))('%s: both verifiers sound the alarm and agree, on ledgers of any size', async (name) => {
  const random = seeded(name.length)
  const upTo = (n: number) => Math.floor(random() * n)
  for (let round = 0; round < Math.ceil(ROUNDS / Object.keys(TOOLS).length); round++) {
    const ledger = new Ledger()
    try {
      const size = 80 + upTo(900)
      await ledger.grow(0, size >> 1)
      if (random() < 0.5) await ledger.open((engine) => eraseUser(engine, `u${upTo(7)}`))
      const amended = Array.from({ length: upTo(9) }, (_, i) =>
        said(`a${i * 8}`, { user_id: 'u1', prompt: `redacted ${i}` }),
      )
      await ledger.open((engine) =>
        engine.append(amended.map((entry) => ({ ...entry, kind: 'amendment' as const, reason: 'redaction' as const }))),
      )
      const note = await ledger.grow(size >> 1, size)
      const before = await ledger.judged(note)
      for (const one of [before.house, before.alone]) expect(one).toMatchObject({ ok: true, verdicts: ['intact'] })

      ledger.tamper((db, texts) => {
        const { n } = db.prepare<[], { n: number }>('select count(*) n from leaves').get()!
        TOOLS[name]!(db, () => upTo(n - 45), n, texts)
      })
      const { house, alone } = await ledger.judged(note)
      expect({ round, size, ok: house.ok }).toEqual({ round, size, ok: false })
      // a node above the pairs is known to the store alone
      const shared = house.verdicts.filter((verdict) => verdict !== 'damaged')
      expect({ round, size, verdicts: alone.verdicts }).toEqual({ round, size, verdicts: shared })
      expect(alone.counts).toEqual(house.counts)
      expect(alone.bad.map(({ seq, verdict }) => [seq, verdict])).toEqual(
        house.bad.map(({ seq, verdict }) => [seq, verdict]),
      )
    } finally {
      ledger.discard()
    }
  }
})

for (const where of Object.keys(ENDS) as (keyof typeof ENDS)[]) tamperedWith(where)
