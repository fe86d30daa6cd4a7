import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { archiveJob } from '../../jobs/archive.ts'
import { createMetrics } from '../../src/api/metrics.ts'
import { Problem } from '../../src/core/problem.ts'
import { DAY } from '../../src/core/window.ts'
import { retentionOf } from '../../src/roof/retention-file.ts'
import { anArchivingHouse } from '../stories/archived.ts'

const event = (n: number) => ({
  event_id: `e${n}`,
  timestamp: '2026-01-05T00:00:00Z',
  event_type: 'llm.completion',
  user_id: 'u1',
  prompt: `a question ${n}`,
})

it('reads files on although one is lost, and although the place takes none', async () => {
  const house = await anArchivingHouse()
  for (const n of [1, 2, 3]) {
    await house.say([event(n)])
    house.clock.pass(DAY / 1000)
  }
  await house.job('embed')
  await house.job('baseline')
  house.clock.pass((31 * DAY) / 1000)
  expect(await house.job('archive')).toBe(3)
  const [lost = ''] = house.files()
  rmSync(join(house.folder, lost))
  const read = async () => new Set((await house.engine.cold({})).map(({ manifest }) => manifest.read_at))
  const before = await read()
  for (let night = 0; night < 2; night++) {
    house.clock.pass(DAY / 1000)
    await expect(house.job('archive')).rejects.toThrow('is not there')
  }
  // that of the lost one alone is as it was
  expect([...(await read())].filter((at) => before.has(at))).toHaveLength(1)

  const parts = {
    ...house.parts,
    archive: { ...house.parts.target, put: refuse },
    retention: retentionOf(house.config, house.redactor),
  }
  await house.say([event(4)])
  await house.job('embed')
  await house.job('baseline')
  house.clock.pass((31 * DAY) / 1000)
  const now = await read()
  await expect(archiveJob(parts, house.signal, () => {})).rejects.toThrow('it is full')
  expect([...(await read())].filter((at) => now.has(at))).toHaveLength(2)
})

const refuse = async () => {
  throw new Problem('COPY_FAILED', 'it is full')
}

it('reads one file again each night, the longest unread first, and fails where it is not as it was written', async () => {
  const house = await anArchivingHouse()
  for (const n of [1, 2]) {
    await house.say([event(n)])
    house.clock.pass(DAY / 1000)
  }
  await house.job('embed')
  await house.job('baseline')
  house.clock.pass((31 * DAY) / 1000)
  expect(await house.job('archive')).toBe(2)
  const read = async () => (await house.engine.cold({})).map(({ manifest }) => manifest.read_at)
  const [first, second] = await read()
  house.clock.pass(DAY / 1000)
  await house.job('archive')
  house.clock.pass(DAY / 1000)
  await house.job('archive')
  const later = await read()
  expect(later[0]).not.toBe(first)
  expect(later[1]).not.toBe(second)
  expect(later[0]).not.toBe(later[1])

  const budget = { used: 0 } as never
  const jobs = { list: async () => [] } as never
  const metrics = createMetrics({ ...house, budget, jobs, version: '1' } as never)
  const text = await metrics.text()
  expect(text).toContain('undercurrent_archive_files 2')
  expect(text).toContain(`undercurrent_archive_unread_seconds ${DAY / 1_000_000}`)

  const [name = ''] = house.files()
  chmodSync(join(house.folder, name), 0o600)
  writeFileSync(join(house.folder, name), 'PAR1')
  await expect((async () => [await house.job('archive'), await house.job('archive')])()).rejects.toThrow(
    'altered or cut off',
  )
})
