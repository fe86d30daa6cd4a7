import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Engine, SpaceInfo } from '../../../src/core/ports.ts'
import { authenticate } from '../../../src/engines/embedded/authenticate.ts'
import { opensWith } from '../../../src/engines/embedded/connection.ts'
import { DECIDED, DRAFT, enterStore } from '../../../src/engines/embedded/entrance.ts'
import { STORE_LOCK, take } from '../../../src/engines/embedded/locks.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { lockKeys, type RekeyAsk, rekeyStore } from '../../../src/engines/embedded/rekey.ts'
import { handClock } from '../../contracts/engine/contract.ts'
import { said } from '../../contracts/engine/said.ts'
import { plainFiles } from '../../plain-files.ts'
import { storeKey } from '../../store-key.ts'

const NEXT = new Uint8Array(32).fill(8)
const SPACE: SpaceInfo = { space: 's@1/q8', model: 's', revision: '1', dtype: 'q8', dims: 2 }
const SEGMENT = 40

let dataDir: string
const engines: Engine[] = []
beforeEach(async () => {
  dataDir = join(mkdtempSync(join(tmpdir(), 'uc-rekey-')), 'var')
  const engine = await opened()
  await engine.putSpace({ ...SPACE, state: 'active' })
  await store(engine, 0, 100)
  while ((await engine.tend(1000)) > 0);
})
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close()
  rmSync(join(dataDir, '..'), { recursive: true, force: true })
})

async function opened(half: 'write' | 'read' | 'both' = 'both', key = storeKey, onRekey?: (key: Uint8Array) => void) {
  const engine = await openEmbedded({
    key,
    dataDir,
    clock: handClock(),
    half,
    segmentSize: SEGMENT,
    ...(onRekey === undefined ? {} : { onRekey }),
  })
  engines.push(engine)
  return engine
}

const around = (i: number) => Float32Array.from([Math.cos(i / 50), Math.sin(i / 50)])

/** Events with a vector each, whose texts are findable by their number. */
async function store(engine: Engine, from: number, to: number) {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i)
  const vectors = numbers.map((i, at) => ({
    at,
    part: 'prompt' as const,
    space: SPACE.space,
    tenant_id: null,
    content: Buffer.from(`vector ${i}`),
    vector: around(i),
  }))
  await engine.append(
    numbers.map((i) => said(`e${i}`, { prompt: `marmalade number${i}`, user_id: `u${i % 3}` })),
    { vectors, marks: [] },
  )
}

async function rekeyed(more: Partial<RekeyAsk> = {}) {
  const release = lockKeys(dataDir)
  try {
    return await rekeyStore({ dataDir, key: storeKey, next: NEXT, beside: { 'wrapped-keys.json': 'next' }, ...more })
  } finally {
    release()
  }
}

async function idsIn(engine: Engine): Promise<string[]> {
  const { items } = await engine.events({}, { limit: 10_000 })
  return items.map(({ event }) => event.event_id)
}

const ids = (to: number) => Array.from({ length: to }, (_, i) => `e${i}`).sort()

/** Nothing in the data directory can be read with the former key, and all of it with the next one. */
function expectUnder(next: Uint8Array, former: Uint8Array) {
  expect(authenticate(dataDir, next)).toEqual([])
  expect(Buffer.concat(plainFiles(dataDir, next).map(({ bytes }) => bytes)).includes('marmalade')).toBe(true)
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(db|seg)$/.test(name))
  expect(
    authenticate(dataDir, former)
      .map(({ file }) => file)
      .sort(),
  ).toEqual(files.sort())
  expect(existsSync(join(dataDir, DRAFT)) || existsSync(join(dataDir, DECIDED))).toBe(false)
}

it('puts every file under the next key while engines are open, which follow and lose nothing', async () => {
  const told: Uint8Array[] = []
  const writer = await opened('write', storeKey, (key) => told.push(key))
  const reader = await opened('read', storeKey, (key) => told.push(key))
  while ((await reader.tend(1000)) > 0);
  expect(readdirSync(join(dataDir, 'index')).length).toBeGreaterThanOrEqual(2)

  let stored = 100
  let over = false
  const busy = (async () => {
    while (!over) {
      await store(writer, stored, stored + 10)
      stored += 10
      await reader.match({ all: ['marmalade'] }, {}, { order: 'newest', limit: 5 })
      await reader.nearest(around(3), SPACE.space, 3, {})
      // a turn for the others, as a request gives it
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  })()
  const progress: number[] = []
  await rekeyed({ onProgress: (done, total) => progress.push(done / total) })
  over = true
  await busy
  expect(progress.every((share) => share > 0 && share <= 1)).toBe(true)
  expect(stored).toBeGreaterThan(100)

  await store(writer, stored, stored + 5)
  for (const engine of [writer, reader]) expect((await idsIn(engine)).sort()).toEqual(ids(stored + 5))
  expect(told).toEqual([NEXT, NEXT])
  expect((await reader.nearest(around(stored + 4), SPACE.space, 1, {})).hits[0]?.event_id).toBe(`e${stored + 4}`)
  while ((await writer.tend(1000)) > 0);
  expect((await reader.match({ all: [`number${stored + 4}`] }, {}, { order: 'newest', limit: 9 })).total).toBe(1)
  for (const engine of engines.splice(0)) await engine.close()
  expectUnder(NEXT, storeKey)
  expect(readFileSync(join(dataDir, 'wrapped-keys.json'), 'utf8')).toBe('next')
  const again = await opened('both', NEXT)
  expect((await idsIn(again)).length).toBe(stored + 5)
})

it('takes copies from before an upgrade along', async () => {
  cpSync(join(dataDir, 'undercurrent.db'), join(dataDir, 'undercurrent.db.schema-2'))
  await rekeyed()
  expect(authenticate(dataDir, NEXT)).toEqual([])
  expect(authenticate(dataDir, storeKey).map(({ file }) => file)).toContain('undercurrent.db.schema-2')
})

describe('changes nothing and leaves nothing behind where', () => {
  const patience = { askMs: 30, pauseMs: 1, tries: 2 }
  const expectAsBefore = async () => {
    expect(existsSync(join(dataDir, DRAFT))).toBe(false)
    expect(opensWith(dataDir, storeKey)).toBe(true)
    for (const engine of engines) expect(await idsIn(engine)).toHaveLength(100)
    expect(authenticate(dataDir, storeKey)).toEqual([])
  }

  it('somebody does not leave the store, who is asked again', async () => {
    const stubborn = take(dataDir, STORE_LOCK, 'shared')!
    let waits = 0
    const failure = rekeyed({ patience, onWait: () => waits++ })
    await expect(failure).rejects.toMatchObject({ code: 'ENGINE_BUSY' })
    expect(waits).toBe(1)
    stubborn()
    await expectAsBefore()
  })

  it('it is interrupted', async () => {
    const stop = new AbortController()
    const failure = rekeyed({ signal: stop.signal, onProgress: () => stop.abort() })
    await expect(failure).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('interrupted'),
    })
    await expectAsBefore()
  })

  it('a page was altered', async () => {
    for (const engine of engines.splice(0)) await engine.close()
    const file = join(dataDir, 'undercurrent.db')
    const bytes = readFileSync(file)
    writeFileSync(file, Buffer.from(bytes).fill(1, bytes.length - 20, bytes.length - 10))
    await expect(rekeyed()).rejects.toMatchObject({ code: 'STORE_BROKEN' })
    writeFileSync(file, bytes)
    await expectAsBefore()
  })

  it('who asks has another key than those who have the store open', async () => {
    const other = { key: new Uint8Array(32).fill(1), patience }
    await expect(rekeyed(other)).rejects.toMatchObject({ code: 'ENGINE_BUSY' })
    await expectAsBefore()
  })
})

it('is done by one at a time', () => {
  const release = lockKeys(dataDir)
  expect(() => lockKeys(dataDir)).toThrow('are being changed by somebody else')
  release()
  lockKeys(dataDir)()
})

describe('what a dead one left', () => {
  beforeEach(async () => {
    for (const engine of engines.splice(0)) await engine.close()
  })

  it('does not count, and is removed by whoever opens the store to write, where nothing was decided', async () => {
    mkdirSync(join(dataDir, DRAFT))
    writeFileSync(join(dataDir, DRAFT, 'undercurrent.db'), 'half')
    writeFileSync(join(dataDir, DRAFT, 'leave'), 'told')
    const reader = await opened('read')
    expect(await idsIn(reader)).toHaveLength(100)
    const engine = await opened()
    expect(existsSync(join(dataDir, DRAFT))).toBe(false)
    expect(await idsIn(engine)).toHaveLength(100)
  })

  it('counts as a whole where all of it was decided, however much was moved into its place', async () => {
    const former = `${dataDir}.former`
    cpSync(dataDir, former, { recursive: true })
    await rekeyed()
    const moved = ['undercurrent.db', 'keyring.db', 'index', 'wrapped-keys.json']
    const next = `${dataDir}.next`
    cpSync(dataDir, next, { recursive: true })
    for (let places = 0; places <= moved.length; places++) {
      rmSync(dataDir, { recursive: true })
      cpSync(former, dataDir, { recursive: true })
      mkdirSync(join(dataDir, DECIDED))
      for (const [place, name] of moved.entries()) {
        if (place < places) rmSync(join(dataDir, name), { recursive: true, force: true })
        cpSync(join(next, name), join(place < places ? dataDir : join(dataDir, DECIDED), name), { recursive: true })
      }
      enterStore(dataDir, false).leave()
      expectUnder(NEXT, storeKey)
      expect(readFileSync(join(dataDir, 'wrapped-keys.json'), 'utf8')).toBe('next')
    }
  })
})
