import { afterEach, expect, it } from 'vitest'
import type { Engine } from '../../src/core/ports.ts'
import type { Connection } from '../../src/engines/embedded/connection.ts'
import { eraseUser, expireUser } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { checkpointed, Ledger, rebuild, type Said, type Texts } from './tampered.ts'

/** Every way to tamper with a ledger on its disk: what both verifiers say, on a plain store, after an erasure and after retention. */

const ledgers: Ledger[] = []
afterEach(() => {
  for (const ledger of ledgers.splice(0)) ledger.discard()
})

const SIZE = 60

/** Each takes the six events of user 3 away, and leaves its receipt. */
const ENDS = {
  'in a plain store': null,
  'after an erasure': (engine: Engine) => eraseUser(engine, 'u3'),
  'after retention': (engine: Engine, now: number) => expireUser(engine, 'u3', now),
} as const

/** A ledger of sixty entries with checkpoints at 20, 40 and 60; the notes of them. */
async function aLedger(where: keyof typeof ENDS): Promise<{ ledger: Ledger; notes: string[] }> {
  const ledger = new Ledger()
  ledgers.push(ledger)
  const notes = [await ledger.grow(0, 20), await ledger.grow(20, 40)]
  const end = ENDS[where]
  if (end !== null) expect(await ledger.open((engine) => end(engine, ledger.clock.now()))).toBe(6)
  // the receipt is an entry as well
  notes.push(await ledger.grow(40, end === null ? SIZE : SIZE - 1))
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

for (const where of Object.keys(ENDS) as (keyof typeof ENDS)[]) {
  const erased = ENDS[where] === null ? 0 : 6

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
      expect(said.counts).toEqual({ amended: 1, erased, archived: 0, intact: 61 - erased })
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

it.each([
  ['another user', "update events set user_id = 'somebody' where seq = 25", 'user_id'],
  ['no user', 'update events set user_id = null where seq = 25', 'user_id'],
  ['another tenant', "update events set tenant = 'else' where seq = 25", 'tenant'],
  ['another time', 'update events set ts = ts - 86400000000 where seq = 25', 'ts'],
  ['a time that is none', "update events set ts = 'never' where seq = 25", 'ts'],
])(
  'an event that its columns hide behind %s is edited; only who has the store can see that',
  async (_, sql, column) => {
    const { ledger, notes } = await aLedger('in a plain store')
    ledger.tamper((db) => db.exec(sql))
    const { house, alone } = await ledger.judged(notes[2]!)
    const about = `its text says otherwise of ${column}`
    expect(house).toMatchObject({ ok: false, verdicts: ['edited'], bad: [{ seq: 25, verdict: 'edited', about }] })
    expect(house.counts.intact).toBe(SIZE - 1)
    // an export holds the sealed texts and no columns, so there is nothing to be hidden from
    expect(alone).toMatchObject({ ok: true, verdicts: ['intact'] })
  },
)

it('a log written anew as a whole with the stolen key is betrayed by a checkpoint kept outside', async () => {
  const { notes } = await aLedger('in a plain store')
  const forged = new Ledger()
  ledgers.push(forged)
  for (const [from, to] of [
    [0, 20],
    [20, 40],
    [40, 60],
  ] as const)
    await forged.grow(from, to, 'another question')
  const alone = await forged.judged()
  for (const said of [alone.house, alone.alone]) expect(said.verdicts).toEqual(['unanchored'])
  for (const note of notes) {
    const { house, alone } = await forged.judged(note)
    for (const said of [house, alone]) expect(said).toMatchObject({ ok: false, verdicts: ['forked'] })
  }
})

it('a return to an old backup is seen by a checkpoint kept outside', async () => {
  const { ledger } = await aLedger('in a plain store')
  const backup = ledger.copy()
  ledgers.push(backup)
  const later = await ledger.grow(SIZE, SIZE + 10)
  const { house, alone } = await backup.judged(later)
  for (const said of [house, alone]) expect(said).toMatchObject({ ok: false, verdicts: ['rolled-back'], bad: [] })
})

it('two histories from one beginning are told apart at the first checkpoint behind the fork', async () => {
  const { ledger, notes } = await aLedger('in a plain store')
  const fork = ledger.copy()
  ledgers.push(fork)
  const seen = await ledger.grow(SIZE, SIZE + 10)
  await fork.grow(SIZE, SIZE + 12, 'another question')
  const { house, alone } = await fork.judged(...notes, seen)
  for (const said of [house, alone])
    expect(said).toMatchObject({ ok: false, verdicts: ['forked'], bad: [], differs_between: [SIZE, SIZE + 10] })
})
