import { expect, it } from 'vitest'
import { baselineJob } from '../../jobs/baseline.ts'
import type { Engine } from '../../src/core/ports.ts'
import { aNightHouse } from '../flow/night-house.ts'
import { DAY, SECOND, START, traffic } from '../flow/traffic.ts'

const events = [...traffic({ seed: 2, users: 10, days: 3 })]
const never = () => new AbortController().signal

const sums = async (engine: Engine) =>
  (await engine.rollups({ period: 3600, entity_type: 'user' })).map(({ sketch, ...row }) => ({
    ...row,
    // sums of halves may differ in the last digit with the order of adding
    total: Math.round(row.total * 1e6) / 1e6,
    sketch: Buffer.from(sketch).toString('hex'),
  }))

it('every event is counted once, however often the job dies before or after its commit', async () => {
  const whole = await aNightHouse(START + 4 * DAY)
  await whole.say(events)
  expect(await baselineJob({ engine: whole.engine }, never())).toEqual({ done: events.length })

  const killed = await aNightHouse(START + 4 * DAY)
  for (let i = 0; i < events.length; i += 40) {
    await killed.say(events.slice(i, i + 40))
    const before: Engine = { ...killed.engine, settle: () => Promise.reject(new Error('killed')) }
    await expect(baselineJob({ engine: before }, never())).rejects.toThrow('killed')
    killed.clock.set(killed.clock.now() + 11 * SECOND)
    const after: Engine = {
      ...killed.engine,
      settle: async (ticket, effects) => {
        await killed.engine.settle(ticket, effects)
        throw new Error('killed')
      },
    }
    await expect(baselineJob({ engine: after }, never())).rejects.toThrow('killed')
  }
  await baselineJob({ engine: killed.engine }, never())
  expect(await sums(killed.engine)).toEqual(await sums(whole.engine))
})

it('the calendar has each day that events touched, and a late one moves to its end', async () => {
  const house = await aNightHouse(START + 4 * DAY)
  await house.say(events.slice(1))
  await baselineJob({ engine: house.engine }, never())
  const days = async () => (await house.engine.records('touched', {}, { order: 'rev', limit: 10 })).map(({ id }) => id)
  expect(await days()).toEqual(['2026-01-05', '2026-01-06', '2026-01-07'])
  await house.say(events.slice(0, 1))
  await baselineJob({ engine: house.engine }, never())
  expect(await days()).toEqual(['2026-01-06', '2026-01-07', '2026-01-05'])
})

it('a run that is told to stop takes no more work', async () => {
  const house = await aNightHouse(START + 4 * DAY)
  await house.say(events)
  const stop = new AbortController()
  stop.abort()
  expect(await baselineJob({ engine: house.engine }, stop.signal)).toEqual({ done: 0 })
  expect(await house.engine.waiting('baseline')).toBe(events.length)
})
