import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CapacityReport, type StoreSizes } from '../../src/core/capacity.ts'
import type { Engine } from '../../src/core/ports.ts'
import { DAY, parseTime } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { capacity, endsAfter } from '../../src/flow/capacity.ts'
import { retentionRules } from '../../src/flow/retention-rules.ts'
import { said } from '../contracts/engine/said.ts'
import { storeKey } from '../store-key.ts'

const rulesOf = (...rules: Parameters<typeof retentionRules>[0]['rules']) =>
  retentionRules({ rules }, (_, tenant) => tenant)
const MIB = 2 ** 20

describe('what a real store says', () => {
  let engine: Engine
  let dataDir: string
  let now = parseTime('2026-02-01T00:00:00Z')!
  const clock = { now: () => now }
  const long = 'a parcel that is on its way '.repeat(60)
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'uc-capacity-'))
    engine = await openEmbedded({ dataDir, key: storeKey, clock })
    let n = 0
    for (let day = 0; day < 3; day++, now += DAY) {
      const batch = Array.from({ length: 40 }, () => said(`e${n++}`, { tenant_id: 'acme', prompt: `${long} ${n}` }))
      const small = Array.from({ length: 10 }, () => said(`f${n++}`, { event_type: 'auth.failure' }))
      await engine.append([...batch, ...small])
    }
    while ((await engine.tend(100)) > 0);
  })
  afterAll(async () => {
    await engine.close()
    rmSync(dataDir, { recursive: true })
  })
  const report = (free_bytes = 1024 * MIB, retention = rulesOf()) =>
    capacity({ engine, clock, retention, disk: async () => ({ free_bytes, beside_bytes: 0 }) })

  it('counts events of each tenant and type, the larger text taking the more', async () => {
    const told = await report()
    expect(Check(CapacityReport, told)).toBe(true)
    expect(told.how).toBe('pages')
    expect(told.classes).toMatchObject([
      { tenant_id: 'acme', event_type: 'llm.completion', events: 120, events_per_day: 40, ends_after_days: null },
      { tenant_id: null, event_type: 'auth.failure', events: 30, events_per_day: 10 },
    ])
    const [large, small] = told.classes.map(({ bytes, events }) => (bytes.text + bytes.words) / events)
    expect(large!).toBeGreaterThan(5 * small!)
    expect(large!).toBeGreaterThan(long.length / 2)
  })

  it('parts together are the database less its free pages', async () => {
    const { parts, disk } = await report()
    const used = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)
    expect(used).toBeGreaterThan(0.9 * (disk.database_bytes - disk.unused_bytes))
    expect(used).toBeLessThan(1.1 * disk.database_bytes)
  })

  it('says when the disk is full, later where a rule ends what is old, and never where as much goes as comes', async () => {
    const { growth } = await report()
    expect(growth.days).toBe(3)
    const days = (await report(growth.bytes_per_day * 30)).days_until_full!
    expect(days).toBeGreaterThanOrEqual(28)
    expect(days).toBeLessThanOrEqual(45)
    const kept = await report(growth.bytes_per_day * 30, rulesOf({ name: 'all', delete_after: '5d' }))
    expect(kept.days_until_full === null || kept.days_until_full > days).toBe(true)
  })
})

describe('what is made of sizes', () => {
  const today = Math.floor(parseTime('2026-02-15T12:00:00Z')! / DAY)
  const clock = { now: () => parseTime('2026-02-15T12:00:00Z')! }
  const sizes = (by_day: [number, number][]): StoreSizes => ({
    how: 'samples',
    file_bytes: 100 * MIB,
    unused_bytes: 0,
    parts: { rows: 0, text: by_day.reduce((sum, [, n]) => sum + n * MIB, 0), words: 0, vectors: 0, other: 0 },
    classes: [
      {
        tenant: '',
        event_type: 'llm.completion',
        events: by_day.reduce((sum, [, n]) => sum + n, 0),
        text_mean: MIB,
        vector_mean: 0,
        sampled: 9,
        by_day,
      },
    ],
  })
  const of = (by_day: [number, number][], free: number, retention = rulesOf()) =>
    capacity({
      engine: { sizes: async () => sizes(by_day) },
      clock,
      retention,
      disk: async () => ({ free_bytes: free * MIB, beside_bytes: 0 }),
    })
  const everyDay = (n: number) => Array.from({ length: 30 }, (_, i): [number, number] => [today - 30 + i, n])

  it('one loud day moves the growth of a usual one not at all', async () => {
    const days = everyDay(10)
    days[27] = [today - 3, 5_000]
    expect((await of(days, 100)).growth).toEqual({ bytes_per_day: 10 * MIB, days: 14 })
    expect((await of(days, 100)).days_until_full).toBe(9)
  })

  it('a rule that ends as much as comes fills no disk', async () => {
    expect((await of(everyDay(10), 15)).days_until_full).toBe(1)
    expect((await of(everyDay(10), 15, rulesOf({ name: 'a', delete_after: '20d' }))).days_until_full).toBeNull()
    expect((await of(everyDay(10), 15, rulesOf({ name: 'a', delete_after: '60d' }))).days_until_full).toBe(1)
  })

  it('says nothing of a store that has not seen a whole day', async () => {
    expect(await of([[today, 1_000]], 1)).toMatchObject({ growth: { days: 0 }, days_until_full: null })
  })

  it('a rule with tags ends nobody knows how much, and a longer minimum wins', () => {
    const ends = (...rules: Parameters<typeof rulesOf>) =>
      endsAfter({ tenant: '', event_type: 'llm.completion' }, rulesOf(...rules))
    expect(ends({ name: 'a', delete_after: '30d', tags: { environment: ['test'] } })).toBeNull()
    expect(ends({ name: 'a', delete_after: '30d' }, { name: 'b', keep: '90d' })).toBe(90)
    expect(ends({ name: 'a', delete_after: '30d', beats_minimum: true }, { name: 'b', keep: '90d' })).toBe(30)
    expect(ends({ name: 'a', delete_after: '30d', event_types: ['auth.*'] })).toBeNull()
  })
})
