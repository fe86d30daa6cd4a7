import { afterEach, expect, it } from 'vitest'
import type { Engine } from '../../src/core/ports.ts'
import type { Connection } from '../../src/engines/embedded/connection.ts'
import { archiveUser, type Files, thawAll } from '../contracts/engine/archiving.ts'
import { eraseUser, expireUser, holdUser } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { checkpointed, Ledger, rebuild, type Said, type Texts } from './tampered.ts'

/** Every way to tamper with a ledger on its disk, whatever was done to its events before: what both verifiers say. */

/** Removed when the test is over. */
export const ledgers: Ledger[] = []
afterEach(() => {
  for (const ledger of ledgers.splice(0)) ledger.discard()
})

export const SIZE = 60

/** What was done to the six events of user 3, what is said of them then, and how many entries tell of it. */
export const ENDS = {
  'in a plain store': { entries: 0 },
  'after an erasure': { work: (engine) => eraseUser(engine, 'u3'), count: 'erased', entries: 1 },
  'after retention': { work: (engine, now) => expireUser(engine, 'u3', now), count: 'erased', entries: 1 },
  'under a hold': {
    async work(engine, now) {
      await holdUser(engine, 'u3', now)
      expect(await expireUser(engine, 'u3', now)).toBe(0)
      await expect(eraseUser(engine, 'u3')).rejects.toMatchObject({ code: 'CONFLICT' })
      return 6
    },
    entries: 0,
  },
  'after archiving': { work: (engine, now) => archiveUser(engine, 'u3', now), count: 'archived', entries: 1 },
  'after a way to the archive and back': {
    async work(engine, now) {
      const files: Files = new Map()
      await archiveUser(engine, 'u3', now, files)
      return (await thawAll(engine, [...files.keys()][0]!, files)).thawed
    },
    entries: 2,
  },
  'after archiving and an erasure there': {
    async work(engine, now) {
      await archiveUser(engine, 'u3', now)
      return eraseUser(engine, 'u3')
    },
    count: 'erased',
    entries: 2,
  },
} satisfies Record<string, End>

interface End {
  work?(engine: Engine, now: number): Promise<number>
  count?: 'erased' | 'archived'
  entries: number
}

/** A ledger of sixty entries with checkpoints at 20, 40 and 60; the notes of them. */
export async function aLedger(where: keyof typeof ENDS): Promise<{ ledger: Ledger; notes: string[] }> {
  const ledger = new Ledger()
  ledgers.push(ledger)
  const notes = [await ledger.grow(0, 20), await ledger.grow(20, 40)]
  const { work, entries }: End = ENDS[where]
  if (work !== undefined) expect(await ledger.open((engine) => work(engine, ledger.clock.now()))).toBe(6)
  // a receipt is an entry as well
  notes.push(await ledger.grow(40, SIZE - entries))
  return { ledger, notes }
}

const short = ({ bad }: Said) =>
  bad.map(({ seq, verdict, count = 1 }) => `${verdict} ${seq}${count > 1 ? ` x${count}` : ''}`)

/** Moves leaf and row of an entry. */
function move(db: Connection, from: number, to: number): void {
  for (const table of ['leaves', 'events', 'others'])
    db.prepare(`update ${table} set seq = ? where seq = ?`).run(to, from)
}

interface Geometry {
  name: string
  tamper(db: Connection, texts: Texts): void
  /** Without a checkpoint of outside, and with the last one. */
  verdicts: [plain: string[], anchored: string[]]
  bad: string[]
}

/** Entry 25 is of user 4, so it is there also where user 3 was erased. */
const GEOMETRIES: Geometry[] = [
  {
    name: 'a text that was edited',
    tamper: (_, texts) => texts.put(25, texts.opened(26)),
    verdicts: [['edited', 'unanchored'], ['edited']],
    bad: ['edited 25'],
  },
  {
    name: 'a sealed text that was altered',
    tamper: (db) => db.exec('update events set body = (select body from events where seq = 26) where seq = 25'),
    verdicts: [['edited', 'unanchored'], ['edited']],
    bad: ['edited 25'],
  },
  {
    name: 'a commitment that was edited',
    tamper: (db) => db.exec('update leaves set commitment = randomblob(32) where seq = 25'),
    verdicts: [['edited', 'unanchored'], ['edited']],
    bad: ['edited 25'],
  },
  {
    name: 'a text that was edited together with its leaf',
    tamper: (db, texts) => {
      texts.put(25, texts.opened(26))
      // with the columns that repeat it: else those betray it
      db.exec('update events set (ts, user_id) = (select ts, user_id from events where seq = 26) where seq = 25')
      db.exec('update leaves set commitment = (select commitment from leaves where seq = 26) where seq = 25')
    },
    verdicts: [['edited', 'unanchored'], ['edited']],
    bad: ['edited 24'],
  },
  {
    name: 'an event that bears another name',
    tamper: (db) => db.exec("update events set event_id = 'other' where seq = 25"),
    verdicts: [['edited', 'unanchored'], ['edited']],
    bad: ['edited 25'],
  },
  {
    name: 'a row that was deleted',
    tamper: (db) => db.exec('delete from events where seq = 25'),
    verdicts: [['missing', 'unanchored'], ['missing']],
    bad: ['missing 25'],
  },
  {
    name: 'a row and its leaf that were deleted',
    tamper: (db) => {
      db.exec('delete from events where seq = 25')
      db.exec('delete from leaves where seq = 25')
    },
    verdicts: [['missing', 'unanchored'], ['missing']],
    bad: ['missing 25'],
  },
  {
    name: 'a segment cut from the middle',
    tamper: (db) => {
      db.exec('delete from events where seq between 22 and 29')
      db.exec('delete from leaves where seq between 22 and 29')
    },
    verdicts: [['missing', 'unanchored'], ['missing']],
    bad: ['missing 22 x8'],
  },
  {
    name: 'a segment cut from the middle, with the later entries moved up',
    tamper: (db) => {
      db.exec('delete from events where seq between 22 and 26')
      db.exec('delete from leaves where seq between 22 and 26')
      for (let seq = 27; seq < SIZE; seq++) move(db, seq, seq - 5)
    },
    verdicts: [
      ['truncated', 'missing', 'unanchored'],
      ['truncated', 'missing'],
    ],
    bad: ['missing 22 x5'],
  },
  {
    name: 'a row that no leaf was made of',
    tamper: (db, texts) => {
      db.exec(`insert into events(seq, event_id, ts, received, tenant, event_type, subject)
        select 100, 'put-in', ts, received, tenant, event_type, subject from events where seq = 25`)
      texts.put(100, texts.opened(25))
    },
    verdicts: [['inserted', 'unanchored'], ['inserted']],
    bad: ['inserted 100'],
  },
  {
    name: 'an entry put in, with the later ones moved down',
    tamper: (db, texts) => {
      for (let seq = SIZE - 1; seq >= 25; seq--) move(db, seq, seq + 1)
      db.exec(`insert into events(seq, event_id, ts, received, tenant, event_type, user_id, subject)
        select 25, 'put-in', ts, received, tenant, event_type, user_id, subject from events where seq = 26`)
      texts.put(25, texts.opened(26))
      db.exec(
        "insert into leaves(seq, kind, event_id, commitment) select 25, 'event', 'put-in', commitment from leaves where seq = 26",
      )
    },
    verdicts: [['inserted', 'unanchored'], ['inserted']],
    bad: ['inserted 24'],
  },
  {
    name: 'texts that changed places',
    tamper: (_, texts) => {
      const [one, other] = [texts.opened(25), texts.opened(33)]
      texts.put(33, one)
      texts.put(25, other)
    },
    verdicts: [['reordered', 'unanchored'], ['reordered']],
    bad: ['reordered 25', 'reordered 33'],
  },
  {
    name: 'rows that changed places',
    tamper: (db) => {
      for (const [from, to] of [
        [25, 1000],
        [33, 25],
        [1000, 33],
      ])
        db.prepare('update events set seq = ? where seq = ?').run(to, from)
    },
    verdicts: [['reordered', 'unanchored'], ['reordered']],
    bad: ['reordered 25', 'reordered 33'],
  },
  {
    name: 'entries that changed places with their leaves',
    tamper: (db) => {
      for (const [from, to] of [
        [25, 1000],
        [34, 25],
        [1000, 34],
      ] as const)
        move(db, from, to)
    },
    verdicts: [['reordered', 'unanchored'], ['reordered']],
    bad: ['reordered 25', 'reordered 34'],
  },
  {
    name: 'neighbours that changed places with their leaves',
    tamper: (db) => {
      for (const [from, to] of [
        [26, 1000],
        [27, 26],
        [1000, 27],
      ] as const)
        move(db, from, to)
    },
    verdicts: [['reordered', 'unanchored'], ['reordered']],
    bad: ['reordered 26 x2'],
  },
  {
    name: 'an end that was cut off',
    tamper: (db) => {
      db.exec('delete from events where seq >= 50')
      db.exec('delete from leaves where seq >= 50')
    },
    verdicts: [
      ['truncated', 'missing', 'unanchored'],
      ['truncated', 'missing'],
    ],
    bad: ['missing 50 x10'],
  },
  {
    name: 'an end that was cut off, with tree and head made anew',
    tamper: (db) => {
      db.exec('delete from events where seq >= 50')
      db.exec('delete from leaves where seq >= 50')
      rebuild(db)
    },
    verdicts: [['truncated', 'unanchored'], ['truncated']],
    bad: [],
  },
  {
    name: 'a text that was taken away and is said to lie in a file',
    tamper: (db) => db.exec('update events set body = null, archive = 1 where seq = 25'),
    verdicts: [['missing', 'unanchored'], ['missing']],
    bad: ['missing 25'],
  },
  {
    name: 'a text edited with its leaf, and tree and head made anew',
    tamper: (db, texts) => {
      texts.put(25, texts.opened(26))
      // with the columns that repeat it: else those betray it
      db.exec('update events set (ts, user_id) = (select ts, user_id from events where seq = 26) where seq = 25')
      db.exec('update leaves set commitment = (select commitment from leaves where seq = 26) where seq = 25')
      rebuild(db)
    },
    verdicts: [['forked', 'unanchored'], ['forked']],
    bad: [],
  },
  {
    name: 'a checkpoint that was altered',
    tamper: (db) =>
      db.exec(
        "update records set body = replace(body, 'logs.example.org/story\\n40\\n', 'logs.example.org/story\\n39\\n') where kind = 'checkpoint'",
      ),
    verdicts: [['damaged', 'unanchored'], ['damaged']],
    bad: [],
  },
]

/** Every geometry in a ledger of which so much was done before. */
export function tamperedWith(where: keyof typeof ENDS): void {
  const { count }: End = ENDS[where]
  const counts = { intact: 61, amended: 1, erased: 0, archived: 0 }
  if (count !== undefined) Object.assign(counts, { intact: 55, [count]: 6 })

  it(`${where}: nothing is said of a ledger that nobody touched`, async () => {
    const { ledger, notes } = await aLedger(where)
    const amended = {
      ...said('a5', { user_id: 'u5', prompt: 'redacted anew' }),
      kind: 'amendment',
      reason: 'redaction',
    } as const
    await ledger.open(async (engine) => {
      await engine.append([amended, { kind: 'audit', event_id: 'x1', ts: 5, body: { action: 'read' } }])
      await checkpointed(engine, ledger.clock.now())
    })
    const before = await ledger.judged()
    const after = await ledger.judged(...notes)
    for (const said of [before.house, before.alone])
      expect(said).toMatchObject({ ok: true, verdicts: ['unanchored'], bad: [] })
    for (const said of [after.house, after.alone]) {
      expect(said).toMatchObject({ ok: true, verdicts: ['intact'], bad: [] })
      expect(said.counts).toEqual(counts)
    }
  })

  it.each(GEOMETRIES)(`${where}: $name`, async ({ tamper, verdicts, bad }) => {
    const { ledger, notes } = await aLedger(where)
    ledger.tamper(tamper)
    const plain = await ledger.judged()
    const anchored = await ledger.judged(notes[2]!)
    for (const said of [plain.house, plain.alone]) {
      expect(said.verdicts).toEqual(verdicts[0])
      expect(short(said)).toEqual(bad)
      expect(said).toMatchObject({ ok: false })
    }
    for (const said of [anchored.house, anchored.alone]) expect(said.verdicts).toEqual(verdicts[1])
  })
}
