import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { copyJob } from '../../jobs/copy.ts'
import type { Copies, SegmentTarget } from '../../src/core/copy.ts'
import type { Engine } from '../../src/core/ports.ts'
import { Problem } from '../../src/core/problem.ts'
import { SECOND } from '../../src/core/window.ts'
import { keyRing } from '../../src/engines/embedded/key-ring.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { bodyOpener } from '../../src/engines/embedded/sealed-body.ts'
import { checkpoint } from '../../src/flow/checkpoint.ts'
import { copyStates } from '../../src/flow/copy-cursor.ts'
import { readSegments } from '../../src/flow/copy-read.ts'
import { compareCopy } from '../../src/flow/verify-against.ts'
import { noteVerifier } from '../../src/ledger/note.ts'
import { folderSource, writeOnceFolder } from '../../src/senders/write-once-folder.ts'
import { handClock } from '../contracts/engine/contract.ts'
import { anOrder, eraseUser } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { signer } from '../senders/a-checkpoint.ts'

const key = new Uint8Array(32).fill(6)
let folder: string
let engine: Engine
let clock: ReturnType<typeof handClock>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-resealed-'))
  mkdirSync(join(folder, 'vault'))
  clock = handClock()
  engine = await openEmbedded({ dataDir: join(folder, 'var'), key, clock })
})
afterEach(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

const vault = () => writeOnceFolder({ name: 'vault', path: join(folder, 'vault') })
const source = () => folderSource(join(folder, 'vault'))
const resealed = () =>
  readdirSync(join(folder, 'vault'))
    .filter((name) => name.endsWith('.resealed'))
    .sort()
const sign = async () => (await checkpoint({ engine, signer, clock })).checkpoint

let chance = 0
/** One run of the job, a minute later. */
async function copied(
  target: SegmentTarget = vault(),
  { segmentBytes = 2 ** 20, later = 60_000, signal = new AbortController().signal } = {},
): Promise<void> {
  clock.pass(later)
  const copies: Copies = {
    checkpoints: [],
    segments: [target],
    segmentKey: key,
    segmentEvery: 60 * SECOND,
    segmentBytes,
    random: (bytes) => new Uint8Array(bytes).fill(++chance),
  }
  const parts = { engine, clock, signer, copies, checkpoint: sign, renewKeyCopies: async () => [] }
  await copyJob(parts, signal)
}

const say = (user_id: string, session_id: string, ...ids: string[]) =>
  engine.append(ids.map((id) => said(id, { user_id, session_id })))
const eraseSession = (id: string) => engine.erase({ session_id: [id] }, anOrder())
const state = async () => (await copyStates(engine))[0]!

/** Of every event in the copy, whether any file has a text that opens with the keys as they are now. */
async function opening(): Promise<string[]> {
  const ring = keyRing(join(folder, 'var'), key, 'read')
  const bodies = bodyOpener(ring)
  const opens = new Set<string>()
  try {
    for await (const { segment, resealed, fault } of readSegments(source(), { key, origin: signer.name })) {
      expect(fault).toBeUndefined()
      for (const { event_id, subject, body } of (segment ?? resealed)!.entries) {
        if (subject === null || body === null) continue
        const row = { event_id, subject: Buffer.from(subject), body: Buffer.from(body) }
        if (bodies.textOf(row) !== null) opens.add(event_id)
      }
    }
  } finally {
    ring.close()
  }
  return [...opens].sort()
}

it('a copy is given again what an erasure sealed under another key, and no more', async () => {
  await say('u1', 's1', 'a1', 'a2')
  await say('u2', 's9', 'b1')
  await say('u1', 's2', 'c1')
  await copied()
  expect(await opening()).toEqual(['a1', 'a2', 'b1', 'c1'])
  await say('u1', 's3', 'd1')
  await eraseSession('s1')
  expect(await opening()).toEqual(['b1'])
  // not a second later: it need not wait for a segment
  await copied(vault(), { later: 0 })
  expect(await opening()).toEqual(['b1', 'c1'])
  expect(resealed()).toEqual(['0000000000000003-0000000000000004.0000000000000005.resealed'])
  await copied()
  expect(await opening()).toEqual(['b1', 'c1', 'd1'])
  // the user goes on, under a key of the name that was destroyed
  await say('u1', 's2', 'e1')
  await copied()
  expect(await opening()).toEqual(['b1', 'c1', 'd1', 'e1'])
  expect(resealed()).toHaveLength(1)
  await eraseUser(engine, 'u1')
  await copied()
  expect(await opening()).toEqual(['b1'])
  expect(resealed()).toHaveLength(1)
})

it('erasures that wait together are given together, as the texts are after the last', async () => {
  for (const n of [1, 2, 3, 4]) await say('u1', `s${n}`, `a${n}`)
  await copied()
  for (const session of ['s1', 's3']) await eraseSession(session)
  await copied()
  expect(await opening()).toEqual(['a2', 'a4'])
  expect(resealed()).toEqual(['0000000000000001-0000000000000004.0000000000000005.resealed'])
  await eraseSession('s2')
  await copied()
  expect(await opening()).toEqual(['a4'])
})

it('a copy that fails goes on where it was, and is behind until then', async () => {
  const ids = Array.from({ length: 30 }, (_, i) => `b${i}`)
  await say('u1', 's1', 'a1')
  await say('u1', 's2', ...ids)
  await say('u1', 's3', 'c1')
  await copied()
  await eraseSession('s1')
  const erasedAt = clock.now()
  let room = 2
  const full: SegmentTarget = {
    ...vault(),
    async put(name, ...rest) {
      if (name.endsWith('.resealed') && room-- === 0) throw new Problem('COPY_FAILED', 'it has no space left')
      return vault().put(name, ...rest)
    },
  }
  await expect(copied(full, { segmentBytes: 2_000 })).rejects.toThrow('it has no space left')
  const before = resealed()
  expect(before).toHaveLength(2)
  expect(await state()).toMatchObject({ behind_since: erasedAt, failures: 1 })
  // another erasure meanwhile: what was given before it does not open any more either
  await eraseSession('s3')
  expect(await opening()).toEqual([])
  await copied(vault(), { segmentBytes: 2_000 })
  expect(await opening()).toEqual(ids.toSorted())
  expect(resealed()).toEqual(expect.arrayContaining(before))
  expect(await state()).toMatchObject({ behind_since: null, last_error: null, reseal_until: null })
})

it('a run that was killed after the place had a file is repeated without harm', async () => {
  await say('u1', 's1', 'a1')
  await say('u1', 's2', 'b1', 'b2')
  await say('u1', 's3', 'c1')
  await copied()
  await eraseSession('s1')
  const killed: SegmentTarget = {
    ...vault(),
    async put(...args) {
      const put = await vault().put(...args)
      if (args[0].endsWith('.resealed')) throw new Error('killed')
      return put
    },
  }
  await expect(copied(killed)).rejects.toThrow('killed')
  expect(await opening()).toEqual(['b1', 'b2', 'c1'])
  // a text in the middle goes meanwhile, and the others are sealed once more
  await engine.erase({ event_id: ['b2'] }, anOrder())
  await copied()
  expect(await opening()).toEqual(['b1', 'c1'])
  expect(resealed()).toHaveLength(2)
})

it('a segment that was on its way before the erasure is followed by what was resealed of it', async () => {
  await say('u1', 's1', 'a1')
  await say('u1', 's2', 'b1')
  const killed: SegmentTarget = {
    ...vault(),
    async put(...args) {
      await vault().put(...args)
      throw new Error('killed')
    },
  }
  await expect(copied(killed)).rejects.toThrow('killed')
  await eraseSession('s1')
  expect(await opening()).toEqual([])
  // also where a run ends at once
  await copied(vault(), { signal: AbortSignal.abort() })
  await copied()
  expect(await opening()).toEqual(['b1'])
})

it('what stands under the name and is no such file is left as it is, and told', async () => {
  await say('u1', 's1', 'a1')
  await say('u1', 's2', 'b1')
  await copied()
  await eraseSession('s1')
  const name = '0000000000000001-0000000000000002.0000000000000002.resealed'
  writeFileSync(join(folder, 'vault', name), 'a letter')
  await expect(copied()).rejects.toThrow(`${name} already, and it does not begin as a segment does`)
  expect(readFileSync(join(folder, 'vault', name), 'utf8')).toBe('a letter')
  expect(await state()).toMatchObject({ failures: 1 })
})

it('a ledger is compared with what was resealed as well', async () => {
  await say('u1', 's1', 'a1')
  await say('u1', 's2', 'b1')
  await copied()
  await eraseSession('s1')
  await copied()
  expect(resealed()).toHaveLength(1)
  const verifier = noteVerifier(signer.vkey)
  const against = (held: Pick<Engine, 'sealed'>, from = source()) =>
    compareCopy(held, from, { name: 'vault', segmentKey: key, key: verifier })
  const { size } = await engine.head()
  expect(await against(engine)).toMatchObject({ entries: size, bad: [], faults: [] })
  const altered: Pick<Engine, 'sealed'> = {
    sealed: async (from, to) =>
      (await engine.sealed(from, to)).map((entry) =>
        entry.event_id === 'b1' ? { ...entry, commitment: new Uint8Array(32) } : entry,
      ),
  }
  // once, although two files have it
  expect((await against(altered)).bad).toMatchObject([{ event_id: 'b1', verdict: 'edited' }])
  const cut = { ...source(), read: async (name: string) => (await source().read(name)).subarray(0, -1) }
  const { faults } = await against(engine, cut)
  expect(faults.at(-1)).toMatchObject({
    what: 'damaged',
    name: resealed()[0],
    range: { from: 1, to: 2 },
    resealed: true,
  })
})

it('an erasure after which nothing else lies under its keys leaves nothing to be given again', async () => {
  await say('u1', 's1', 'a1')
  await copied()
  await eraseUser(engine, 'u1')
  expect(await engine.records('reseal', {}, { order: 'rev', limit: 9 })).toEqual([])
  await copied()
  expect(resealed()).toEqual([])
})
