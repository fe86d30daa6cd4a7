import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Backtest, MonitorAnswer, MonitorItem, Starter } from '../../src/core/monitor.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { said } from '../contracts/engine/said.ts'
import { aFolder, discard } from '../stories/served.ts'
import { told } from './told.ts'

const dataDir = aFolder()
const run = async (...args: string[]) => await told('monitor', ...args, '--data-dir', dataDir)
async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await run(...args, '--json')
  expect(code, err).toBe(0)
  return JSON.parse(out) as T
}

beforeAll(async () => {
  const house = await openHouse(readConfig({ data_dir: dataDir, log_level: 'silent' }, {}, dataDir))
  const day = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString()
  await house.engine.append(
    Array.from({ length: 20 }, (_, i) =>
      said(`m${i}`, { timestamp: day(i), status: i % 4 === 0 ? 'error' : 'success' }),
    ),
  )
  await house.close()
})
afterAll(() => discard(dataDir))

it('back-tests, saves, shows, lists and deletes a monitor', async () => {
  const file = join(dataDir, '..', 'errors.json')
  writeFileSync(file, JSON.stringify({ search: { status: 'error' }, action: 'each' }))
  expect(await json<Backtest>('backtest', file)).toMatchObject({ matches: 5, findings: 1 })
  expect(await json('list')).toEqual({ items: [] })
  expect(await json<MonitorAnswer>('save', 'errors', file)).toMatchObject({ name: 'errors', backtest: { matches: 5 } })
  expect(await json<MonitorItem>('show', 'errors')).toMatchObject({ action: 'each', search: { status: 'error' } })
  expect((await run('list')).out).toMatch(/errors .*each .*counting/)
  expect(await json('delete', 'errors')).toEqual({ name: 'errors', removed: true })
  expect(await run('show', 'errors')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no monitor of this name'),
  })
})

it('reads a question from flags, and a starter by its name', async () => {
  const { out } = await run('backtest', '--q', 'all refusals', '--silence')
  expect(out).toMatch(/0 matches; 0 findings/)
  const { items } = await json<{ items: Starter[] }>('starters')
  expect(items.filter(({ offered }) => offered).map(({ name }) => name)).toContain('acceptable-use')
  expect(await json<MonitorAnswer>('save', 'acceptable-use', '--starter')).toMatchObject({ action: 'each' })
  expect(await run('save', 'nothing', '--starter')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no starter'),
  })
  expect(await run('backtest')).toMatchObject({ code: 2, err: expect.stringContaining('asks for nothing') })
  expect(await run('backtest', '--action', 'loud', '--q', 'x')).toMatchObject({ code: 2 })
})
