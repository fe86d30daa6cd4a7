import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkpointJob } from '../../jobs/checkpoint.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { noteSigner } from '../../src/ledger/note.ts'
import { clockAt, START, store, traffic } from '../flow/traffic.ts'
import { storeKey } from '../store-key.ts'

it('size and root are signed where the ledger grew, and only then', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'uc-checkpoint-'))
  const clock = clockAt(START)
  const engine = await openEmbedded({ key: storeKey, dataDir, clock })
  const parts = { engine, clock, signer: noteSigner('undercurrent/test', Buffer.alloc(32, 5)) }
  try {
    const written = async () => (await engine.records('checkpoint', {}, { order: 'rev', limit: 10 })).map((r) => r.body)
    const events = [...traffic({ seed: 3, users: 3, days: 2 })]
    await store(engine, events.slice(0, 10))
    expect(await checkpointJob(parts)).toEqual({ done: 1 })
    expect(await checkpointJob(parts)).toEqual({ done: 0 })
    const first = await engine.head()
    await store(engine, events.slice(10, 15))
    expect(await checkpointJob(parts)).toEqual({ done: 1 })
    const second = await engine.head()
    const root = (head: { root: Uint8Array }) => Buffer.from(head.root).toString('base64')
    expect(await written()).toMatchObject([
      { size: first.size, root: root(first) },
      { size: second.size, root: root(second) },
    ])
  } finally {
    await engine.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
})
