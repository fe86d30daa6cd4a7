import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Clock } from '../../../src/core/ports.ts'
import { connect } from '../../../src/engines/embedded/connection.ts'
import { eventReader } from '../../../src/engines/embedded/events.ts'
import { keyRing } from '../../../src/engines/embedded/key-ring.ts'
import { markReader } from '../../../src/engines/embedded/marks.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { recordStore } from '../../../src/engines/embedded/records.ts'
import { bodyOpener } from '../../../src/engines/embedded/sealed-body.ts'
import { stageLeases } from '../../../src/engines/embedded/stages.ts'
import { wordIndex } from '../../../src/engines/embedded/words.ts'
import { said } from '../../contracts/engine/said.ts'
import { storeKey } from '../../store-key.ts'

/**
 * What an answer costs tells how much there is to be looked through. Two stores hold the same of a tenant, and one of them
 * twenty thousand events of another besides, of the same words, users and times: the same questions must be answered from
 * about as many pages of the database. Pages are counted, not timed: each is read once by a connection that has just been
 * opened.
 */
const OURS = 300
const THEIRS = 20_000
/** They come in turns, so that the rows of one lie between those of the other. */
const ROUNDS = 50
const IO = '/proc/self/io'
/** Pages of the word index that lists of 20,000 texts have. */
const LISTS = 24
/** Pages of our rows, of which those of one turn lie side by side. */
const EVERY = 2 * ROUNDS
/** By how much deeper the trees are that one looks down, of several indexes. */
const DEEPER = 8

const clock: Clock = { now: () => Date.UTC(2026, 0, 20) * 1_000 }
const folders = {} as Record<'alone' | 'beside', string>

async function aStore(theirs: number): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'uc-tenants-'))
  const engine = await openEmbedded({ dataDir, key: storeKey, clock, half: 'write' })
  const event = (tenant_id: string, i: number) =>
    said(`${tenant_id}-${i}`, {
      tenant_id,
      user_id: `user_${i % 7}`,
      timestamp: new Date(Date.UTC(2026, 0, 5) + i * 1_000).toISOString(),
      prompt: `where is my parcel, asked for the ${i}th time`,
    })
  const finding = (tenant_id: string, i: number) => ({
    record: {
      ...{ kind: 'finding', id: `${tenant_id}-${i}`, ts: clock.now() + i, entity: `user:user_${i % 7}` },
      ...{ tenant_id, rank: i % 100, body: { detector: 'volume', entity_id: `user_${i % 7}` } },
    },
    expect: null,
  })
  for (let round = 0; round < ROUNDS; round++)
    for (const [tenant, n] of [
      ['acme', OURS],
      ['globex', theirs],
    ] as const) {
      const own = Array.from({ length: n / ROUNDS }, (_, j) => (round * n) / ROUNDS + j)
      await engine.append(own.map((i) => event(tenant, i)))
      await engine.putRecords(own.map((i) => finding(tenant, i)))
    }
  while ((await engine.tend(5_000)) > 0);
  await engine.close()
  return dataDir
}

beforeAll(async () => {
  folders.alone = await aStore(0)
  folders.beside = await aStore(THEIRS)
})
afterAll(() => {
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true })
})

/** Bytes that this process has asked the system for so far. */
const bytesRead = () => Number(/^rchar: (\d+)$/m.exec(readFileSync(IO, 'utf8'))?.[1])

type Ask = (store: ReturnType<typeof readersOf>) => unknown

function readersOf(db: ReturnType<typeof connect>, ring: ReturnType<typeof keyRing>) {
  const bodies = bodyOpener(ring)
  const nothing = () => {
    throw new Error('nothing is settled here')
  }
  return {
    stages: stageLeases(db, clock, () => [], nothing, { later: nothing }),
    events: eventReader(db, bodies),
    words: wordIndex(db, bodies),
    records: recordStore(db),
    marks: markReader(db),
  }
}

/** Whole pages that one question reads, and its answer. */
function asked(dataDir: string, ask: Ask): { pages: number; answer: unknown } {
  const db = connect(dataDir, false, storeKey, true)
  const ring = keyRing(dataDir, storeKey, 'read')
  try {
    const readers = readersOf(db, ring)
    // what the measure itself reads
    const own = bytesRead()
    const before = bytesRead()
    const answer = ask(readers)
    const after = bytesRead()
    const pageBytes = db.pragma('page_size', { simple: true }) as number
    return { pages: Math.round((after - before - (before - own)) / pageBytes), answer }
  } finally {
    ring.close()
    db.close()
  }
}

const within = { tenant_id: 'acme' }
const page = { limit: 20 }
/** What is asked, and on how many pages what the answer is made of may lie, which is packed closer where nobody else is. */
const QUESTIONS: [what: string, own: number, ask: Ask][] = [
  ['an event by its id', 1, ({ events }) => events.events({ ...within, event_ids: ['acme-7'] }, page)],
  ['an id of the other tenant', 1, ({ events }) => events.events({ ...within, event_ids: ['globex-7'] }, page)],
  ['the newest events', 20, ({ events }) => events.events(within, page)],
  ['how many events there are', 0, ({ events }) => events.count(within)],
  ['how many events there are of each user', EVERY, ({ events }) => events.tally(['user_id'], within)],
  [
    'events of a user that both have',
    20,
    ({ events }) => events.events({ ...within, fields: { user_id: 'user_3' } }, page),
  ],
  // of a word the index has one list for all, which is stepped through and not looked up: some pages, for 20,000 texts
  [
    'a word that both say',
    EVERY + LISTS,
    ({ words }) => words.match({ all: ['parcel'] }, within, { order: 'newest', limit: 20 }),
  ],
  [
    'words that both say',
    EVERY + LISTS,
    ({ words }) => words.match({ all: ['asked', 'parcel'] }, within, { order: 'newest', limit: 20 }),
  ],
  [
    'a word that nobody says',
    LISTS,
    ({ words }) => words.match({ all: ['zanzibar'] }, within, { order: 'newest', limit: 20 }),
  ],
  ['findings', 20, ({ records }) => records.list('finding', within, { order: 'ts', limit: 20 })],
  ['findings by rank', 20, ({ records }) => records.list('finding', within, { order: 'rank', limit: 20 })],
  [
    'findings in the order written',
    OURS,
    ({ records }) => records.list('finding', within, { order: 'rev', limit: 500 }),
  ],
  ['how many events wait', 0, ({ stages }) => stages.waiting('embed:s1', 'acme')],
  ['marks', 0, ({ marks }) => marks.marked('refusal', 1, 0.5, within, page)],
]

describe.skipIf(!existsSync(IO))('what is asked by one tenant costs the same, whatever another has', () => {
  it.each(QUESTIONS)('%s', (_, own, ask) => {
    const alone = asked(folders.alone, ask)
    const beside = asked(folders.beside, ask)
    expect(beside.pages).toBeLessThanOrEqual(alone.pages + own + DEEPER)
    expect(JSON.stringify(beside.answer)).not.toContain('globex')
  })
})
