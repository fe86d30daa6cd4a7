import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { DAY, HOUR } from '../../src/core/window.ts'
import { archive } from '../../src/flow/archive.ts'
import { checkArchive } from '../../src/flow/archive-check.ts'
import { exportArchive } from '../../src/flow/archive-export.ts'
import { manifests } from '../../src/flow/archive-files.ts'
import { addHold } from '../../src/flow/holds.ts'
import { restoreArchived } from '../../src/flow/thaw.ts'
import { operator } from '../../src/roof/operator.ts'
import { retentionOf } from '../../src/roof/retention-file.ts'
import { objectStore } from '../senders/receivers.ts'
import { type ArchivingHouse, anArchivingHouse } from '../stories/archived.ts'

const event = (n: number, more: object = {}) => ({
  event_id: `evt_${n}`,
  timestamp: '2026-01-05T00:00:00Z',
  event_type: 'llm.completion',
  user_id: `user_${n % 3}`,
  session_id: `sess_${n % 5}`,
  tenant_id: n % 2 === 0 ? 'juniper' : 'larch',
  model: 'fjord-large',
  latency_ms: 100 + n,
  cost_usd: n / 1000,
  prompt: `Where is my zanzibar parcel number ${n}?`,
  response: `It is on its way, žluťoučký ${n}.`,
  ...more,
})

const actor = operator()

async function withOld(count: number, place?: string): Promise<ArchivingHouse> {
  const house = await anArchivingHouse(place)
  await house.say(Array.from({ length: count }, (_, n) => event(n)))
  await house.job('embed')
  await house.job('baseline')
  house.clock.pass((31 * DAY) / 1000)
  return house
}

const run = (house: ArchivingHouse, more: object = {}) =>
  archive({ ...house.parts, ...more }, { rules: retentionOf(house.config, house.redactor), actor }, house.signal)

const hot = async ({ engine }: ArchivingHouse) => (await engine.events({}, { limit: 1000 })).items.length

describe('a file of the archive', () => {
  it('holds nothing that can be read: no text, name or id, in no bytes of it', async () => {
    const house = await withOld(40)
    expect((await run(house)).map(({ events }) => events)).toEqual([20, 20])
    expect(await hot(house)).toBe(0)
    const names = house.files()
    expect(names).toHaveLength(2)
    for (const name of names) {
      expect(name).toMatch(/^2026-01-05\.[0-9a-f]{32}\.archive$/)
      const bytes = house.file(name)
      for (const planted of [
        'zanzibar',
        'evt_',
        'user_',
        'sess_',
        'juniper',
        'larch',
        'fjord',
        'llm.',
        'PAR1',
        'ARROW',
      ])
        expect(bytes.includes(planted)).toBe(false)
    }
  })

  it('is exported as Parquet that another engine opens: the same rows, sums and texts', async () => {
    const house = await withOld(40)
    const items = (await house.engine.events({}, { limit: 100 })).items.sort((a, b) => a.seq - b.seq)
    await run(house)
    const folder = mkdtempSync(join(tmpdir(), 'uc-export-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const files = await house.engine.cold({})
    for await (const file of exportArchive(house.parts, { filter: {}, files }, house.signal)) {
      expect(file.differs).toEqual([])
      writeFileSync(join(folder, `${file.manifest.file}.parquet`), file.bytes)
    }
    const duck = await (await DuckDBInstance.create(':memory:')).connect()
    const ask = async (sql: string) => (await duck.runAndReadAll(sql)).getRowObjectsJson()
    const from = `read_parquet('${folder}/*.parquet')`
    const [sums] = await ask(
      `select count(*)::int as n, sum(latency_ms) as latency, sum(cost_usd) as cost from ${from}`,
    )
    const sum = (field: 'latency_ms' | 'cost_usd') => items.reduce((all, one) => all + (one.event[field] ?? 0), 0)
    expect(sums).toMatchObject({ n: 40, latency: sum('latency_ms') })
    expect(sums!.cost).toBeCloseTo(sum('cost_usd'), 9)
    const rows = await ask(`select event_id, prompt, response, user_id, tenant_id, event from ${from} order by seq`)
    expect(rows).toEqual(
      items.map(({ event: { event_id, prompt, response, user_id, tenant_id } }) => ({
        event_id,
        prompt,
        response,
        user_id,
        tenant_id,
        event: expect.stringContaining(`"event_id":"${event_id}"`),
      })),
    )
    expect(
      await ask(`select distinct strftime("timestamp", '%Y-%m-%d') as day, typeof("timestamp") as kind from ${from}`),
    ).toEqual([{ day: '2026-01-05', kind: 'TIMESTAMP WITH TIME ZONE' }])
    const texts = await ask(`select count(*)::int as n from ${from} where prompt like '%zanzibar%'`)
    expect(texts).toEqual([{ n: 40 }])
  })

  it('that is altered, missing or swapped for another is found, and nothing comes back of it', async () => {
    const house = await withOld(40)
    await run(house)
    const [first = '', second = ''] = house.files()
    const bytes = [house.file(first), house.file(second)]
    const put = (name: string, content: Uint8Array) => {
      chmodSync(join(house.folder, name), 0o600)
      writeFileSync(join(house.folder, name), content)
    }
    const bad = async () =>
      (await checkArchive(house.parts, {}, house.signal))
        .filter(({ failed, differs }) => failed !== null || differs.length > 0)
        .map(({ path, failed }) => [path, failed])
    expect(await bad()).toEqual([])
    const altered = Buffer.from(bytes[0]!)
    altered[300]! ^= 1
    put(first, altered)
    expect(await bad()).toEqual([[first, expect.stringContaining('altered or cut off')]])
    put(first, bytes[1]!)
    put(second, bytes[0]!)
    expect((await bad()).map(([name]) => name).sort()).toEqual([first, second])
    put(second, bytes[1]!)
    rmSync(join(house.folder, first))
    expect(await bad()).toEqual([[first, expect.stringContaining('is not there')]])
    const ask = { filter: {}, hot_until: 0, actor }
    await expect(restoreArchived(house.parts, ask, house.signal)).rejects.toMatchObject({ code: 'COPY_FAILED' })
    expect(await hot(house)).toBeLessThanOrEqual(20)
  })

  it('lies in a bucket under a lock, and comes back from there', async () => {
    const store = await objectStore()
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a secret')
    onTestFinished(() => void vi.unstubAllEnvs())
    const at = `{ s3: { bucket: bucket, endpoint: '${store.url}', allow_private: true, lock: COMPLIANCE, retain_days: 9 } }`
    const house = await withOld(10, at)
    expect((await run(house)).length).toBe(2)
    const objects = [...store.objects]
    expect(objects.map(([key]) => key.replace(/[0-9a-f]{32}/, 'ID'))).toEqual(
      Array(2).fill('archive/2026-01-05.ID.archive'),
    )
    for (const [, { mode, body }] of objects) {
      expect(mode).toBe('COMPLIANCE')
      expect(body.includes('zanzibar')).toBe(false)
    }
    // each was fetched again before a text was dropped
    expect(store.received.filter(({ method }) => method === 'GET')).toHaveLength(2)
    expect(await checkArchive(house.parts, {}, house.signal)).toMatchObject([{ failed: null }, { failed: null }])
    await restoreArchived(house.parts, { filter: {}, hot_until: 0, actor }, house.signal)
    expect(await hot(house)).toBe(10)
    // a file of which no row is left has ended; its lock keeps it there, without a key
    await house.parts.cold.sweep()
    expect((await manifests(house.engine, {})).map(({ manifest }) => manifest.state)).toEqual(['ended', 'ended'])
    expect(store.objects.size).toBe(2)
  })
})

describe('a run', () => {
  it('that dies between writing and dropping leaves every text in the store, and the next run ends right', async () => {
    const house = await withOld(40)
    const dead = async () => {
      throw new Error('killed')
    }
    const engine = { ...house.engine, archive: dead, dropArchive: dead } as typeof house.engine
    await expect(run(house, { engine })).rejects.toThrow('killed')
    expect(await hot(house)).toBe(40)
    expect(house.files()).toHaveLength(1)
    const left = house.files()[0]!
    expect((await run(house)).map(({ events }) => events)).toEqual([20, 20])
    expect(await hot(house)).toBe(0)
    expect(house.files()).toHaveLength(3)
    house.clock.pass((2 * HOUR) / 1000)
    await run(house)
    expect(house.files()).toHaveLength(2)
    expect(house.files()).not.toContain(left)
    expect((await checkArchive(house.parts, {}, house.signal)).map(({ whole }) => whole)).toEqual([20, 20])
  })

  it('drops nothing where the place does not give back what was put there, nor where keys are not out of reach', async () => {
    const house = await withOld(6)
    const target = { ...house.parts.target, read: async () => Buffer.from('something else') }
    await expect(run(house, { target })).rejects.toThrow('does not give back what was put there')
    const renewKeyCopies = async () => [{ place: '/mnt/keys', renewed: false, message: 'it is away' }]
    await expect(run(house, { renewKeyCopies })).rejects.toThrow('it is away')
    expect(await hot(house)).toBe(6)
    await run(house)
    expect(await hot(house)).toBe(0)
    expect(house.files()).toHaveLength(2)
  })

  it('leaves what a hold selects, and tells the audit what went', async () => {
    const house = await withOld(30)
    const holder = { ...house, newId: house.parts.newId, subjectKey: new Uint8Array(32), signer: undefined as never }
    await addHold(holder, { subject: { user_id: 'user_1' }, actor, reason: 'a case' })
    const moved = (await run(house)).reduce((sum, { events }) => sum + events, 0)
    expect(moved).toBe(20)
    expect(await hot(house)).toBe(10)
    const entries = await house.engine.others('audit', { fields: { action: 'archive' } }, { limit: 100 })
    expect(entries.reduce((sum, { body }) => sum + Number(body.rows), 0)).toBe(20)
  })
})
