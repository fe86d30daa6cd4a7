import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { retainJob } from '../../jobs/retain.ts'
import type { KeyRenewal } from '../../src/core/key-copy.ts'
import { DAY } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { retentionRules } from '../../src/flow/retention-rules.ts'
import { handClock } from '../contracts/engine/contract.ts'
import { said } from '../contracts/engine/said.ts'
import { storeKey } from '../store-key.ts'

it('does nothing without rules, and fails after all is done where a copy of the keys was away', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'uc-retain-job-'))
  const clock = handClock()
  const engine = await openEmbedded({ key: storeKey, dataDir, clock })
  let renewals: KeyRenewal[] = []
  let ids = 0
  const refuse = () => Promise.reject(new Error('nothing is archived'))
  const archive = { place: 'nowhere', put: refuse, read: refuse, remove: refuse }
  const parts = { engine, clock, archive, newId: () => `r${ids++}`, renewKeyCopies: async () => renewals }
  const run = (...periods: string[]) => {
    const rules = periods.map((delete_after, at) => ({ name: `r${at}`, delete_after }))
    const retention = retentionRules({ rules }, (_, tenant) => tenant)
    return retainJob({ ...parts, retention }, new AbortController().signal, () => {})
  }
  try {
    await engine.append([said('a1', { user_id: 'u1' })])
    clock.pass(DAY / 1000)
    expect(await run()).toEqual({ done: 0 })
    expect((await engine.head()).size).toBe(1)
    expect(await run('2d')).toEqual({ done: 0 })
    expect(await run('1d')).toEqual({ done: 1 })
    await engine.append([said('a2', { user_id: 'u1' })])
    clock.pass(DAY / 1000)
    renewals = [{ place: '/mnt/keys', renewed: false, message: 'it is away' }]
    await expect(run('1d')).rejects.toMatchObject({ code: 'COPY_FAILED' })
    expect(await engine.count({})).toBe(0)
  } finally {
    await engine.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
})
