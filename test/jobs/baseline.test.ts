import { expect, it } from 'vitest'
import { baselineJob } from '../../jobs/baseline.ts'
import type { Engine } from '../../src/core/ports.ts'
import { parseTime } from '../../src/core/window.ts'
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

it('an amended event counts as it is now, whenever it was amended', async () => {
  const later = events.map((event, i) =>
    i % 3 !== 0
      ? event
      : {
          ...event,
          user_id: i % 2 === 0 ? 'user_new' : event.user_id,
          latency_ms: i,
          timestamp: events[(i * 7) % 90]!.timestamp,
        },
  )
  const whole = await aNightHouse(START + 4 * DAY)
  await whole.say(later as typeof events)
  await baselineJob({ engine: whole.engine }, never())

  const house = await aNightHouse(START + 4 * DAY)
  await house.say(events)
  const changed = later.filter((_, i) => i % 3 === 0) as typeof events
  // a third before they are counted, all of them in parts after that, some twice
  await house.amend(changed.slice(0, changed.length / 3))
  await baselineJob({ engine: house.engine }, never())
  for (let i = 0; i < changed.length; i += 20) {
    await house.amend(changed.slice(i, i + 20))
    await house.amend(changed.slice(i, i + 10))
    if (i % 40 === 0) await baselineJob({ engine: house.engine }, never())
  }
  await baselineJob({ engine: house.engine }, never())
  expect(await sums(house.engine)).toEqual(await sums(whole.engine))
})

it('an amendment that changes no sum touches no day', async () => {
  const house = await aNightHouse(START + 4 * DAY)
  await house.say(events)
  await baselineJob({ engine: house.engine }, never())
  const written = async () =>
    (await house.engine.records('touched', {}, { order: 'rev', limit: 10 })).map(({ rev }) => rev)
  const before = [await sums(house.engine), await written()]
  await house.amend(events.map((event) => ({ ...event, prompt: 'other' })))
  expect(await baselineJob({ engine: house.engine }, never())).toEqual({ done: events.length })
  expect([await sums(house.engine), await written()]).toEqual(before)
})

it('a digest names an entity as its amended events do, and says the rest as it did', async () => {
  const house = await aNightHouse(START + 4 * DAY)
  await house.say(events)
  await baselineJob({ engine: house.engine }, never())
  const { event } = (await house.engine.events({}, { limit: 1 })).items[0]!
  const digest = (user: string) => ({
    headline: `u1 of ${event.model} is not a name here`,
    findings: [{ entity_type: 'user', entity_id: user, title: event.user_id! }],
    scores: [{ entity_type: 'session', entity_id: event.user_id! }],
    models: [{ model: event.model! }],
  })
  const row = { kind: 'digest', entity: null, tenant_id: '', rank: null }
  await house.engine.putRecords(
    ['2026-01-05', '2026-01-06'].map((id, n) => ({
      record: { ...row, id, ts: START + n * DAY, body: digest(n === 0 ? event.user_id! : 'somebody else') },
      expect: 0,
    })),
  )
  const amended = { ...event, user_id: 'user:00000000000000aa' }
  await house.engine.append([
    {
      kind: 'amendment',
      event_id: event.event_id,
      ts: parseTime(event.timestamp)!,
      body: amended,
      reason: 'redaction',
    },
  ])
  await baselineJob({ engine: house.engine }, never())
  const stored = await house.engine.records('digest', {}, { order: 'ts', limit: 10 })
  const bodies = Object.fromEntries(stored.map(({ id, body, version }) => [id, { body, version }]))
  expect(bodies['2026-01-05']).toEqual({ body: digest('user:00000000000000aa'), version: 2 })
  expect(bodies['2026-01-06']).toEqual({ body: digest('somebody else'), version: 1 })
})
