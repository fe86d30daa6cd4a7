import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { packageRoot } from '../../../src/config.ts'
import { createEncoder } from '../../../src/encoder/pool.ts'
import { showMonitor } from '../../../src/flow/monitors/own.ts'
import { type AMonitorHouse, aMonitorHouse, DAY, HOUR, START } from './a-monitor-house.ts'

const SAVED = START + 15 * DAY
let house: AMonitorHouse

const REFUNDS = [
  'we have refunded your order',
  'your money is on its way back to you',
  'the refund for the shoes was sent',
]
const OTHERS = ['paris is the capital of france', 'bake the bread for an hour', 'this loop sorts the list']

beforeAll(async () => {
  house = await aMonitorHouse(
    await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' }),
  )
  for (let at = START; at < SAVED; at += 6 * HOUR)
    await house.append([
      ...house.hour(at, [OTHERS[(at / HOUR) % 3]!, OTHERS[(at / HOUR + 1) % 3]!]),
      ...((at / DAY) % 2 === 0 ? house.hour(at, [REFUNDS[(at / DAY) % 3]!]) : []),
    ])
  house.at(SAVED)
  await house.read()
})
afterAll(async () => await house.close())

it('counts what a phrase means, what an example is like, and what holds words', async () => {
  const of = async (search: object) => (await house.try({ search } as never)).matches
  expect(await of({ q: 'refund of an order', min_similarity: 0.45 })).toBeGreaterThan(0)
  expect(await of({ q: 'capital of france', mode: 'keyword' })).toBeGreaterThan(10)
  expect(await of({ q: '"capital of france"' })).toBe(await of({ q: 'capital of france', mode: 'keyword' }))
  expect(await of({ q: 'capital of germany', mode: 'keyword' })).toBe(0)
  const like = await of({ like: ['e0'], min_similarity: 0.9 })
  expect(like).toBeGreaterThan(10)
  expect(like).toBeLessThan(60)
  await expect(of({ like: ['nothing'] })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

it('raises of a phrase what the back-test by the index says, with no index at hand', async () => {
  const phrase = { search: { q: 'refund of an order', min_similarity: 0.45 } } as const
  await house.save('refunds', phrase)
  const flood = new Array(25).fill(0).map((_, i) => REFUNDS[i % 3]!)
  await house.append(house.hour(SAVED + 20 * HOUR, [...flood, ...OTHERS]))
  house.at(SAVED + DAY)
  await house.read()
  await house.job({ within: () => Promise.reject(new Error('no index')) })
  expect(await showMonitor(house, 'refunds', {})).toMatchObject({ state: 'watching', reason: null })
  const [finding] = await house.findings()
  const [told] = (await house.try(phrase)).raised
  expect(finding!.evidence[0]).toMatchObject({ observed: told!.observed, expected: told!.expected })
  expect(told!.observed).toBeGreaterThan(5)
})

it('waits while another model than the one that answers would be asked', async () => {
  await house.save('waiting', { search: { q: 'refund of an order' } })
  await house.save('by-word', { search: { q: 'refund', mode: 'keyword' } })
  const spaces = async () => [{ ...(await house.engine.spaces())[0]!, space: 'another' }]
  await house.job({ spaces })
  expect(await showMonitor(house, 'waiting', {})).toMatchObject({ state: 'waiting', reason: /^the model/ })
  expect(await showMonitor(house, 'by-word', {})).toMatchObject({ state: 'watching' })
  await house.job()
  expect(await showMonitor(house, 'waiting', {})).toMatchObject({ state: 'watching', reason: null })
})
