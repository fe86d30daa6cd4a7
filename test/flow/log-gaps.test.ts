import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../../src/core/event.ts'
import type { Finding } from '../../src/core/finding.ts'
import { formatTime, type Micros } from '../../src/core/window.ts'
import { patchFinding } from '../../src/flow/findings.ts'
import { FILLED, logGaps } from '../../src/flow/log-gaps.ts'
import { aNightHouse } from './night-house.ts'
import { DAY, HOUR, MINUTE, SECOND, START } from './traffic.ts'

function event(
  producer: string,
  sequence: number | undefined,
  at: Micros,
  id = `${producer}-${sequence}-${at}`,
): LogEvent {
  return {
    event_id: id,
    timestamp: formatTime(at),
    event_type: 'llm.completion',
    tenant_id: 'acme',
    model: 'gpt-small',
    producer_id: producer,
    ...(sequence === undefined ? {} : { sequence }),
  }
}
const sent = (producer: string, from: number, n: number, at: Micros) =>
  Array.from({ length: n }, (_, i) => event(producer, from + i, at + i * SECOND))

const gaps = async (house: Awaited<ReturnType<typeof aNightHouse>>) =>
  (await house.findings()).filter(({ detector }) => detector === 'log-gap')

describe('missing numbers', () => {
  it('become one finding of the source once the grace is over, and running again changes nothing', async () => {
    const house = await aNightHouse(START + HOUR)
    await house.say(sent('gw-1', 1, 60, START).filter(({ sequence }) => sequence !== 20 && sequence !== 21))
    await house.night()
    expect(await gaps(house)).toEqual([])
    house.clock.set(START + HOUR + 16 * MINUTE)
    await house.night()
    const [finding, ...others] = await gaps(house)
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      entity_type: 'source',
      entity_id: 'gw-1',
      tenant_id: 'acme',
      status: 'new',
      severity: 'low',
      evidence: [{ observed: 2, text: '2 records never came: numbers 20 to 21' }],
    })
    expect(finding?.evidence[0]?.event_ids).toEqual([
      `gw-1-19-${START + 18 * SECOND}`,
      `gw-1-22-${START + 21 * SECOND}`,
    ])
    const changes = await house.changes()
    house.clock.set(START + 3 * HOUR)
    await house.night()
    await house.night()
    expect(await gaps(house)).toEqual([finding])
    expect(await house.changes()).toEqual(changes)
  })

  it('that come later resolve their finding, and a further loss of that day opens it again', async () => {
    const house = await aNightHouse(START + HOUR)
    await house.say(sent('gw-1', 1, 60, START).filter(({ sequence }) => sequence !== 20 && sequence !== 50))
    house.clock.set(START + 2 * HOUR)
    await house.night()
    expect((await gaps(house))[0]?.evidence[0]?.text).toBe('2 records never came: number 20, number 50')
    await house.say([event('gw-1', 20, START + 19 * SECOND)])
    await house.night()
    expect((await gaps(house))[0]).toMatchObject({ status: 'new', evidence: [{ observed: 1 }] })
    await house.say([event('gw-1', 50, START + 49 * SECOND)])
    await house.night()
    const [filled] = await gaps(house)
    expect(filled).toMatchObject({ status: 'resolved', note: FILLED })
    expect(filled?.evidence[0]?.text).toContain('they came later')
    await house.say(sent('gw-1', 70, 5, START + 70 * SECOND))
    house.clock.set(START + 3 * HOUR)
    await house.night()
    expect(await gaps(house)).toMatchObject([{ status: 'new', note: null, evidence: [{ observed: 9 }] }])
    expect((await house.changes()).map(({ body }) => (body as { change: { kind: string } }).change.kind)).toEqual([
      'created',
      'closed',
      'updated',
    ])
  })

  it('are told of each producer and tenant apart, and what a person closed stays closed', async () => {
    const house = await aNightHouse(START + HOUR)
    const lossy = sent('gw-1', 1, 9, START).filter(({ sequence }) => sequence !== 5)
    await house.say([...lossy, ...lossy.map((one) => ({ ...one, event_id: `b-${one.event_id}`, tenant_id: 'beta' }))])
    house.clock.set(START + 2 * HOUR)
    await house.night()
    const told = await gaps(house)
    expect(told.map(({ tenant_id }) => tenant_id).sort()).toEqual(['acme', 'beta'])
    await patchFinding({ ...house, redactor: { text: (text) => text } }, (told[0] as Finding).finding_id, {
      status: 'false_positive',
    })
    await house.say([event('gw-1', 12, START + 12 * SECOND)])
    house.clock.set(START + 3 * HOUR)
    await house.night()
    const closed = (await gaps(house)).find(({ finding_id }) => finding_id === told[0]?.finding_id)
    expect(closed?.status).toBe('false_positive')
  })
})

it('a number under two event ids is a finding that shows both events', async () => {
  const house = await aNightHouse(START + HOUR)
  await house.say([...sent('gw-1', 1, 30, START), event('gw-1', 7, START + 40 * SECOND, 'forged')])
  house.clock.set(START + 2 * HOUR)
  await house.night()
  const [finding] = await gaps(house)
  expect(finding).toMatchObject({ severity: 'medium', title: 'Numbers of log records came twice' })
  expect(finding?.evidence[0]?.event_ids).toEqual([`gw-1-7-${START + 6 * SECOND}`, 'forged'])
})

it('an amended event is no repeat', async () => {
  const house = await aNightHouse(START + HOUR)
  const events = sent('gw-1', 1, 30, START)
  await house.say(events)
  await house.night()
  await house.amend(events.slice(3, 9).map((one) => ({ ...one, model: 'gpt-other' })))
  house.clock.set(START + 2 * HOUR)
  await house.night()
  expect(await gaps(house)).toEqual([])
})

it('a run that is killed at any write and begun again comes to the same end', async () => {
  const events = (['gw-1', 'gw-2', 'gw-3'] as const).flatMap((producer) => [
    ...sent(producer, 1, 40, START).filter(({ sequence }) => sequence !== 11),
    event(producer, 5, START + 50 * SECOND, `${producer}-again`),
  ])
  async function outcome(dies: number | null) {
    const house = await aNightHouse(START + HOUR)
    await house.say(events)
    await house.night()
    house.clock.set(START + 2 * HOUR)
    let writes = 0
    const engine = {
      ...house.engine,
      putRecords: (given: Parameters<typeof house.engine.putRecords>[0]) => {
        if (dies !== null && writes++ === dies) throw new Error('killed')
        return house.engine.putRecords(given)
      },
    }
    const run = () => logGaps({ ...house, engine }, new AbortController().signal)
    await run().catch(() => {})
    dies = null
    await run()
    const found = (await gaps(house)).sort((a, b) => (a.finding_id < b.finding_id ? -1 : 1))
    return { found, changes: (await house.changes()).map(({ id }) => id).sort() }
  }
  const whole = await outcome(null)
  expect(whole.found).toHaveLength(6)
  for (let dies = 0; dies < 6; dies++) expect(await outcome(dies)).toEqual(whole)
})

describe('silence', () => {
  /** Live: each hour arrives at its end. */
  async function live(hours: number, of: (hour: number) => readonly LogEvent[]) {
    const house = await aNightHouse(START)
    for (let hour = 0; hour < hours; hour++) {
      house.clock.set(START + (hour + 1) * HOUR)
      await house.say(of(hour))
    }
    return house
  }
  const steady = (hour: number) =>
    Array.from({ length: 20 }, (_, i) => event('gw-1', undefined, START + hour * HOUR + i * MINUTE))
  const beat = (hour: number): LogEvent[] => [
    {
      event_id: `beat-${hour}`,
      timestamp: formatTime(START + hour * HOUR),
      event_type: 'heartbeat',
      producer_id: 'gw-1',
      tenant_id: 'acme',
    },
  ]

  it('of a regular producer is a finding that grows, and stays one when it is heard again', async () => {
    const house = await live(9 * 24, steady)
    await house.night()
    expect(await gaps(house)).toEqual([])
    house.clock.set(START + 9 * DAY + 3 * HOUR + MINUTE)
    await house.night()
    expect(await gaps(house)).toMatchObject([{ severity: 'high', title: 'A regular source of logs fell silent' }])
    house.clock.set(START + 9 * DAY + 5 * HOUR + MINUTE)
    await house.say(steady(9 * 24 + 5))
    house.clock.set(START + 9 * DAY + 7 * HOUR + MINUTE)
    await house.night()
    const told = await gaps(house)
    expect(told).toHaveLength(1)
    expect(told[0]?.evidence[0]?.text).toContain('sent nothing for 5 hours and was then heard again')
    // what was buffered comes: first in part, then whole
    await house.say([...steady(9 * 24), ...steady(9 * 24 + 1)])
    await house.night()
    expect(await gaps(house)).toHaveLength(1)
    for (const hour of [2, 3, 4]) await house.say(steady(9 * 24 + hour))
    await house.night()
    expect(await gaps(house)).toMatchObject([{ status: 'resolved', note: FILLED }])
  }, 120_000)

  it('is not seen while heartbeats come, nor in the end of a file of older events', async () => {
    const house = await live(9 * 24, (hour) => (hour < 8 * 24 ? [...steady(hour), ...beat(hour)] : beat(hour)))
    await house.night()
    expect(await gaps(house)).toEqual([])
    const imported = await aNightHouse(START + 30 * DAY)
    await imported.say(Array.from({ length: 25 * 24 }, (_, hour) => steady(hour)).flat())
    await imported.night()
    expect(await gaps(imported)).toEqual([])
  }, 120_000)
})
