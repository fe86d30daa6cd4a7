import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createMetrics } from '../../src/api/metrics.ts'
import { DAY } from '../../src/core/window.ts'
import { anArchivingHouse } from '../stories/archived.ts'

const event = (n: number) => ({
  event_id: `e${n}`,
  timestamp: '2026-01-05T00:00:00Z',
  event_type: 'llm.completion',
  user_id: 'u1',
  prompt: `a question ${n}`,
})

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
