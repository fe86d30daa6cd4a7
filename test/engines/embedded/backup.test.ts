import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { SpaceInfo, Ticket } from '../../../src/core/ports.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { handClock } from '../../contracts/engine/contract.ts'
import { said } from '../../contracts/engine/said.ts'
import { storeKey } from '../../store-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'uc-backup-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (dataDir: string) => openEmbedded({ key: storeKey, dataDir, clock: handClock() })
const info: SpaceInfo = { space: 's@1/q8', model: 's', revision: '1', dtype: 'q8', dims: 2 }
const STAGE = `embed:${info.space}` as const
const vector = (content: number, ...at: [number, number]) => ({
  part: 'prompt' as const,
  space: info.space,
  tenant_id: null,
  content: new Uint8Array(16).fill(content),
  vector: Float32Array.from(at),
})

it('holds every event and what cannot be made again, and lets the stages make the rest anew', async () => {
  const engine = await open(join(folder, 'var'))
  await engine.putSpace({ ...info, state: 'active' })
  const mark = { concept: 'refusal', version: 1, p: 0.9 }
  await engine.append([said('silent')], { vectors: [{ at: 0, ...vector(1, 1, 0) }], marks: [{ at: 0, ...mark }] })
  await engine.append([said('spoken')])
  const ticket = (await engine.claim(STAGE, 10, 1000)) as Ticket
  await engine.settle(ticket, { vectors: [{ seq: 1, ...vector(2, 0, 1) }], marks: [{ seq: 1, ...mark }] })
  // somebody is at work on this one
  await engine.append([said('waiting')])
  await engine.claim(STAGE, 10, 1000)
  await engine.tend(100)

  const to = join(folder, 'copy')
  mkdirSync(to)
  expect(await engine.backup(to)).toMatchObject({ files: ['undercurrent.db', 'keyring.db'] })
  expect(readdirSync(to).sort()).toEqual(['keyring.db', 'undercurrent.db'])
  expect(readFileSync(join(to, 'undercurrent.db')).includes('SQLite format')).toBe(false)
  const copy = await open(to)
  expect(await copy.head()).toEqual(await engine.head())
  expect(await copy.sealed(0, 3)).toEqual(await engine.sealed(0, 3))
  expect(await copy.vectorOf('silent', 'prompt', info.space)).toEqual(Float32Array.from([1, 0]))
  expect(await copy.vectorOf('spoken', 'prompt', info.space)).toBeNull()
  expect([...(await copy.marksOf(['silent', 'spoken'])).keys()]).toEqual(['silent'])
  expect(await copy.unexamined({ space: info.space })).toBe(0)

  expect(await copy.waiting(STAGE)).toBe(3)
  expect((await copy.claim(STAGE, 10, 1000))?.events).toHaveLength(3)
  expect((await copy.match({ all: ['question'] }, {}, { order: 'newest', limit: 9 })).total).toBe(
    (await engine.match({ all: ['question'] }, {}, { order: 'newest', limit: 9 })).total,
  )
  expect(await copy.tend(100)).toBeGreaterThanOrEqual(3)
  expect((await copy.match({ all: ['question'] }, {}, { order: 'newest', limit: 9 })).total).toBe(
    (await engine.match({ all: ['question'] }, {}, { order: 'newest', limit: 9 })).total,
  )
  const { hits } = await copy.nearest(Float32Array.from([1, 0]), info.space, 5, {})
  expect(hits.map((hit) => hit.event_id)).toEqual(['silent'])
  await copy.close()

  // the store itself is as it was
  expect(await engine.vectorOf('spoken', 'prompt', info.space)).toEqual(Float32Array.from([0, 1]))
  expect(await engine.waiting(STAGE)).toBe(1)
  await engine.close()
})
