import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { verifyJob } from '../../jobs/verify.ts'
import type { Finding } from '../../src/core/finding.ts'
import type { Engine, SealedEntry } from '../../src/core/ports.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { verify } from '../../src/flow/verify.ts'
import { fullAt } from '../../src/flow/verify-progress.ts'
import { ranges } from '../../src/flow/verify-ranges.ts'
import { commit, serialise } from '../../src/ledger/leaf.ts'
import { eraseUser } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { checkpointed, signer } from '../stories/tampered.ts'
import { clockAt, DAY, START } from './traffic.ts'

const { vkey } = signer
const calm = new AbortController().signal
const alteredOnDisk = async () => ({ files: [], policy: [] })
let folder: string
let engine: Engine
const clock = clockAt(START)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-verify-'))
})
let n = 0
beforeEach(async () => {
  await engine?.close()
  clock.set(START)
  engine = await openEmbedded({ dataDir: join(folder, String(n++)), key: new Uint8Array(32).fill(3), clock })
})
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

const grow = (from: number, to: number) =>
  engine.append(Array.from({ length: to - from }, (_, i) => said(`a${from + i}`, { user_id: `u${i % 5}` })))

/** An engine whose entries read otherwise than they are stored, and that tells which were read. */
function read(alter: (entry: SealedEntry) => SealedEntry, seen: number[] = []): Engine {
  return {
    ...engine,
    sealed: async (from, to) => {
      const entries = (await engine.sealed(from, to)).map(alter)
      for (const { seq } of entries) seen.push(seq)
      return entries
    },
  }
}

it('an interrupted run goes on where it was, and the next one begins anew', async () => {
  await grow(0, 1_200)
  await checkpointed(engine, clock.now())
  const stop = new AbortController()
  const first = await verify({ engine, clock }, { vkey }, stop.signal, () => stop.abort())
  expect(first).toMatchObject({ ok: true, complete: false, entries: 500, counts: { intact: 500 } })
  const told: number[][] = []
  const second = await verify({ engine, clock }, { vkey }, calm, (...of) => told.push(of))
  expect(second).toMatchObject({ ok: true, complete: true, began_at: 500, entries: 1_200, counts: { intact: 1_200 } })
  expect(second.checkpoints).toMatchObject([{ size: 1_200, verdict: 'agrees' }])
  expect(told).toEqual([
    [1_000, 1_200],
    [1_200, 1_200],
  ])
  expect(await verify({ engine, clock }, { vkey })).toMatchObject({ began_at: 0, complete: true })
})

it('gives whoever shares its thread a turn, so that a signal from outside reaches it', async () => {
  await grow(0, 600)
  const stop = new AbortController()
  setImmediate(() => stop.abort())
  expect(await verify({ engine, clock }, { vkey }, stop.signal)).toMatchObject({ complete: false, entries: 500 })
})

it('goes on from an odd place, and reads what is new alone', async () => {
  await grow(0, 7)
  await verify({ engine, clock }, { vkey })
  await grow(7, 12)
  await checkpointed(engine, clock.now())
  const seen: number[] = []
  const answer = await verify({ engine: read((entry) => entry, seen), clock }, { vkey, from: 'new' })
  expect(answer).toMatchObject({ ok: true, began_at: 7, entries: 12, counts: { intact: 12 } })
  expect(Math.min(...seen)).toBe(7)
})

it('begins anew where the tree is another than the one that was read', async () => {
  await grow(0, 8)
  await verify({ engine, clock }, { vkey })
  const [record] = await engine.records('verify', {}, { order: 'ts', limit: 1 })
  const body = { ...(record!.body as object), peaks: [Buffer.alloc(32).toString('base64')] }
  await engine.putRecords([{ record: { ...record!, body }, expect: null }])
  expect(await verify({ engine, clock }, { vkey, from: 'new' })).toMatchObject({ ok: true, began_at: 0 })
})

it('what is amended or appended while it reads is no alarm', async () => {
  await grow(0, 40)
  let changed = false
  const busy: Engine = {
    ...engine,
    head: async () => {
      const head = await engine.head()
      if (!changed) {
        changed = true
        const amendment = said('a5', { user_id: 'u0', prompt: 'redacted anew' })
        await engine.append([{ ...amendment, kind: 'amendment', reason: 'redaction' }, said('a99')])
      }
      return head
    },
  }
  const answer = await verify({ engine: busy, clock }, { vkey })
  expect(answer).toMatchObject({ ok: true, entries: 40, bad: [], counts: { intact: 39, amended: 1 } })
})

/** Entries whose texts somebody took away. */
const without =
  (...seqs: number[]) =>
  (entry: SealedEntry): SealedEntry =>
    seqs.includes(entry.seq) ? { ...entry, salt: null, body: null, state: 'erased' } : entry

it('an erasure is told with its receipt, and is an alarm without one', async () => {
  await grow(0, 20)
  await eraseUser(engine, 'u1')
  const receipted = await verify({ engine, clock }, { vkey })
  expect(receipted).toMatchObject({ ok: true, verdicts: ['unanchored'], counts: { intact: 17, erased: 4 } })
  const body = {
    leaves: [
      [2, 3],
      [11, 13],
    ],
  }
  await engine.append([{ kind: 'receipt', event_id: 'r1', ts: 5, body }])
  const after = await verify({ engine: read(without(2, 3, 12)), clock }, { vkey })
  expect(after).toMatchObject({
    ok: false,
    verdicts: ['erased-unreceipted', 'unanchored'],
    bad: [{ seq: 3, count: 1, verdict: 'erased-unreceipted' }],
    counts: { intact: 15, erased: 6 },
  })
})

it('a receipt gives no leave to erase what comes after it', async () => {
  await grow(0, 4)
  await engine.append([{ kind: 'receipt', event_id: 'r1', ts: 5, body: { leaves: [[0, 99]] } }])
  await grow(5, 8)
  const answer = await verify({ engine: read(without(1, 6)), clock }, { vkey })
  expect(answer).toMatchObject({ ok: false, bad: [{ seq: 6, verdict: 'erased-unreceipted' }], counts: { erased: 1 } })
})

it('what is erased while it reads is no alarm', async () => {
  await grow(0, 20)
  const busy = {
    ...engine,
    sealed: async (from: number, to: number) => {
      if (from === 0) await eraseUser(engine, 'u1')
      return engine.sealed(from, to)
    },
  }
  const answer = await verify({ engine: busy, clock }, { vkey })
  expect(answer).toMatchObject({ ok: true, bad: [], counts: { intact: 16, erased: 4 } })
})

it('a salt of another length cannot pass off a part of the text as salt', async () => {
  await grow(0, 4)
  const answer = await verify(
    {
      engine: read((entry) => {
        if (entry.seq !== 2 || entry.salt === null || entry.body === null) return entry
        const salt = Buffer.concat([entry.salt, Buffer.from(entry.body.slice(0, 1))])
        const moved = { ...entry, salt, body: entry.body.slice(1) }
        expect(commit(moved.salt, moved.body)).toEqual(Buffer.from(entry.commitment))
        return moved
      }),
      clock,
    },
    { vkey },
  )
  expect(answer).toMatchObject({ ok: false, bad: [{ seq: 2, verdict: 'edited' }] })
})

it('the nightly job reads all once a week, and what is new between', async () => {
  await grow(0, 10)
  const job = () => verifyJob({ engine, clock, signer, alteredOnDisk }, calm, () => {})
  expect(await job()).toEqual({ done: 10 })
  const began = await fullAt(engine)
  clock.set(START + DAY)
  await grow(10, 14)
  expect(await job()).toEqual({ done: 4 })
  expect(await fullAt(engine)).toBe(began)
  clock.set(START + 7 * DAY)
  expect(await job()).toEqual({ done: 14 })
  expect(await engine.records('finding', {}, { order: 'ts', limit: 9 })).toEqual([])
})

it('the nightly job raises one critical finding, and leaves it closed when a person closed it', async () => {
  await grow(0, 10)
  const edited = read((entry) => (entry.seq === 4 ? { ...entry, body: serialise({ other: true }) } : entry))
  const job = () => verifyJob({ engine: edited, clock, signer, alteredOnDisk }, calm, () => {})
  await job()
  clock.set(START + DAY)
  await job()
  const findings = await engine.records('finding', {}, { order: 'ts', limit: 9 })
  expect(findings).toHaveLength(1)
  const finding = findings[0]!.body as unknown as Finding
  expect(finding).toMatchObject({
    detector: 'ledger-verify',
    severity: 'critical',
    status: 'new',
    title: 'Entries of the ledger were edited',
    evidence: [{ observed: 1, event_ids: ['a4'], text: expect.stringContaining('edited 4') }],
  })
  expect(await engine.records('change', {}, { order: 'ts', limit: 9 })).toHaveLength(1)
  const { version, rev: _, ...row } = findings[0]!
  await engine.putRecords([{ record: { ...row, body: { ...finding, status: 'false_positive' } }, expect: version }])
  await job()
  const [after] = await engine.records('finding', {}, { order: 'ts', limit: 9 })
  expect(after!.body).toMatchObject({ status: 'false_positive' })
})

it('a set of places keeps neighbours as one range', () => {
  const set = ranges()
  for (const place of [1, 2, 3, 7]) set.add(place)
  expect(set.list()).toEqual([
    [1, 4],
    [7, 8],
  ])
  set.add(3, 5)
  expect([0, 1, 4, 5, 7, 8].map((place) => set.covers(place))).toEqual([false, true, true, false, true, false])
})
