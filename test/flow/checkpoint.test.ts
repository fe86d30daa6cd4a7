import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Engine } from '../../src/core/ports.ts'
import { Problem } from '../../src/core/problem.ts'
import { HOUR } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { checkpoint, newestCheckpoint } from '../../src/flow/checkpoint.ts'
import { parseCheckpoint } from '../../src/ledger/checkpoint.ts'
import { noteSigner, noteVerifier, openNote } from '../../src/ledger/note.ts'
import { said } from '../contracts/engine/said.ts'
import { storeKey } from '../store-key.ts'
import { clockAt, START } from './traffic.ts'

const signer = noteSigner('undercurrent/test', Buffer.alloc(32, 5))
const clock = clockAt(START)
const folders: string[] = []
const engines: Engine[] = []
let engine: Engine
let parts: Parameters<typeof checkpoint>[0]

async function anEngine(): Promise<Engine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'uc-checkpoint-'))
  folders.push(dataDir)
  const opened = await openEmbedded({ key: storeKey, dataDir, clock })
  engines.push(opened)
  return opened
}

beforeEach(async () => {
  clock.set(START)
  engine = await anEngine()
  parts = { engine, signer, clock }
})

afterEach(async () => {
  for (const one of engines.splice(0)) await one.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const stored = () => engine.records('checkpoint', {}, { order: 'rev', limit: 100 })
const broken = { code: 'LEDGER_BROKEN' }

/** What releases without signatures left. */
async function unsigned(size: number, root: Uint8Array, id = String(size).padStart(16, '0')) {
  const body = { size, root: Buffer.from(root).toString('base64'), at: '2026-01-01T00:00:00.000000Z' }
  const record = { kind: 'checkpoint', id, ts: START, entity: null, tenant_id: null, rank: null, body }
  await engine.putRecords([{ record, expect: null }])
}

it('states size and root as a note that the public key opens, and stores it as it is told', async () => {
  await engine.append([said('a1'), said('a2')])
  const { checkpoint: told, made } = await checkpoint(parts)
  expect(made).toBe(true)
  const head = await engine.head()
  const { text } = openNote(told.note, [noteVerifier(signer.vkey)])
  expect(parseCheckpoint(text)).toEqual({
    origin: 'undercurrent/test',
    size: 2,
    root: new Uint8Array(head.root),
    extensions: [],
  })
  expect(told).toMatchObject({ size: 2, root: Buffer.from(head.root).toString('base64') })
  expect((await stored()).map(({ body }) => body)).toEqual([told])
  expect(await checkpoint(parts)).toEqual({ checkpoint: told, made: false })
  expect(await newestCheckpoint(parts)).toEqual(told)
})

it('begins with the empty ledger, and knows none before', async () => {
  expect(await newestCheckpoint(parts)).toBeNull()
  expect((await checkpoint(parts)).checkpoint.size).toBe(0)
})

it('takes the largest for the newest, also where the clock went back', async () => {
  for (let size = 1; size <= 3; size++) {
    await engine.append([said(`a${size}`)])
    await checkpoint(parts)
    clock.set(START - size * HOUR)
  }
  expect((await newestCheckpoint(parts))?.size).toBe(3)
})

it('gives all who ask at once the same one', async () => {
  await engine.append([said('a1')])
  const all = await Promise.all(Array.from({ length: 8 }, () => checkpoint(parts)))
  expect(new Set(all.map(({ checkpoint: one }) => JSON.stringify(one))).size).toBe(1)
  expect(all.filter(({ made }) => made)).toHaveLength(1)
  expect(await stored()).toHaveLength(1)
})

it('signs no other history than the one that was signed', async () => {
  await engine.append([said('a1'), said('a2'), said('a3')])
  await checkpoint(parts)
  const before = await stored()
  // the whole ledger written anew, longer, as long and shorter
  for (const ids of [['a1', 'b2', 'a3', 'a4'], ['a1', 'b2', 'a3'], ['a1', 'a2'], []]) {
    const other = await anEngine()
    await other.append(ids.map((id) => said(id)))
    const forged: typeof parts.engine = {
      head: other.head,
      nodes: other.nodes,
      records: engine.records,
      putRecords: engine.putRecords,
    }
    await expect(checkpoint({ ...parts, engine: forged })).rejects.toMatchObject(broken)
  }
  expect(await stored()).toEqual(before)
})

it('signs no root that is not the one of the tree', async () => {
  await engine.append([said('a1'), said('a2'), said('a3')])
  const { size } = await engine.head()
  const lying = { ...parts.engine, head: async () => ({ size, root: Buffer.alloc(32) }) }
  await expect(checkpoint({ ...parts, engine: lying })).rejects.toMatchObject(broken)
  const holed: typeof parts.engine = {
    ...parts.engine,
    nodes: async () => {
      throw new Problem('NOT_FOUND', 'gone')
    },
  }
  await expect(checkpoint({ ...parts, engine: holed })).rejects.toMatchObject(broken)
  expect(await stored()).toEqual([])
})

it('tells again what was stored before a crash kept it from being told', async () => {
  await engine.append([said('a1')])
  const crashing: typeof parts.engine = {
    ...parts.engine,
    putRecords: async (writes) => {
      await engine.putRecords(writes)
      throw new Error('killed')
    },
  }
  await expect(checkpoint({ ...parts, engine: crashing })).rejects.toThrow('killed')
  clock.set(START + HOUR)
  const { checkpoint: told, made } = await checkpoint(parts)
  expect(made).toBe(false)
  expect((await stored()).map(({ body }) => body)).toEqual([told])
})

it('tells nothing where the disk is full, and goes on when it is not', async () => {
  await engine.append([said('a1')])
  const full: typeof parts.engine = {
    ...parts.engine,
    putRecords: async () => {
      throw new Problem('DISK_FULL', 'the disk is full')
    },
  }
  await expect(checkpoint({ ...parts, engine: full })).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(await newestCheckpoint(parts)).toBeNull()
  expect(await engine.count({})).toBe(1)
  expect((await checkpoint(parts)).made).toBe(true)
})

it('signs what an earlier release wrote down, where its root still holds', async () => {
  await engine.append([said('a1'), said('a2')])
  const { size, root } = await engine.head()
  await unsigned(size, root)
  expect(await newestCheckpoint(parts)).toBeNull()
  expect((await checkpoint(parts)).made).toBe(true)
  expect(await stored()).toMatchObject([{ version: 2, rank: 2, body: { size: 2, note: expect.any(String) } }])
})

it('signs nothing over what an earlier release wrote down of another ledger', async () => {
  await engine.append([said('a1'), said('a2')])
  await unsigned(2, Buffer.alloc(32, 1))
  await expect(checkpoint(parts)).rejects.toMatchObject(broken)
  await engine.append([said('a3')])
  await expect(checkpoint(parts)).rejects.toMatchObject(broken)
  expect(await stored()).toHaveLength(1)
})

it('signs anew under a new name', async () => {
  await engine.append([said('a1')])
  await checkpoint(parts)
  const renamed = noteSigner('logs.example.org', Buffer.alloc(32, 5))
  const { checkpoint: told, made } = await checkpoint({ ...parts, signer: renamed })
  expect(made).toBe(true)
  expect(openNote(told.note, [noteVerifier(renamed.vkey)]).signatures).toHaveLength(1)
  expect(await stored()).toHaveLength(1)
})

it('finds a stored checkpoint that was changed', async () => {
  await engine.append([said('a1')])
  const { checkpoint: told } = await checkpoint(parts)
  const [record] = await stored()
  for (const body of [
    { ...told, note: told.note.replace('\n1\n', '\n2\n') },
    { ...told, note: 'x' },
    { ...told, note: null },
    { ...told, size: 9 },
    { ...told, root: 'x' },
    {},
  ]) {
    await engine.putRecords([{ record: { ...record!, body }, expect: null }])
    await expect(checkpoint(parts)).rejects.toMatchObject(broken)
  }
})

it('tells no stored checkpoint that is not as this ledger signed it', async () => {
  await engine.append([said('a1'), said('a2')])
  const { checkpoint: told } = await checkpoint(parts)
  const [record] = await stored()
  const other = noteSigner(signer.name, Buffer.alloc(32, 6))
  const text = told.note.slice(0, told.note.indexOf('\n\n') + 1)
  for (const [body, what] of [
    [{ ...told, note: other.sign(text) }, 'is signed by another key'],
    [{ ...told, note: told.note.replace('\n2\n', '\n3\n') }, 'does not fit its signature'],
    [{ ...told, note: signer.sign(text.replace('\n2\n', '\n3\n')) }, 'says something else than its signature'],
    [{ ...told, root: Buffer.alloc(32).toString('base64') }, 'says something else than its signature'],
    [{ ...told, note: 'x' }, 'is no signed checkpoint'],
  ] as const) {
    await engine.putRecords([{ record: { ...record!, body }, expect: null }])
    await expect(newestCheckpoint(parts)).rejects.toMatchObject(broken)
    await expect(newestCheckpoint(parts)).rejects.toThrow(`the stored checkpoint of 2 entries ${what}`)
    // nor is another signed over it, now or when the ledger has grown
    await expect(checkpoint(parts)).rejects.toMatchObject(broken)
  }
  await engine.append([said('a3')])
  await expect(checkpoint(parts)).rejects.toMatchObject(broken)
})

it('tells one that the same key signed under a former name', async () => {
  await engine.append([said('a1')])
  const { checkpoint: told } = await checkpoint(parts)
  const renamed = noteSigner('logs.example.org', Buffer.alloc(32, 5))
  expect(await newestCheckpoint({ engine, signer: renamed })).toEqual(told)
})
