import { beforeAll, describe, expect, it } from 'vitest'
import { baselineJob } from '../../jobs/baseline.ts'
import { detectJob } from '../../jobs/detect.ts'
import type { LogEvent } from '../../src/core/event.ts'
import type { Engine } from '../../src/core/ports.ts'
import { WITHDRAWN } from '../../src/flow/raise.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { aNightHouse, type NightHouse, outcomeOf } from './night-house.ts'
import { calls, DAY, failures, HOUR, MINUTE, normalOf, type Plan, SECOND, START, traffic } from './traffic.ts'

const DAYS = 27
const END = START + DAYS * DAY
const EVIL = 'x|CEF:0|forged|y|1|1|z|10|\n<script>alert(1)</script>'

/** Thirty users; one drips, one pours out longer answers, one bursts; everybody's answers grow by 15 % one day. */
const planted: Plan = {
  seed: 11,
  users: 30,
  days: DAYS,
  requests: (user, day) => (user === 4 && day >= 15 ? 2 : user === 5 && day === 22 ? 15 : 1),
  tokens: (user, day) => (day >= 19 ? 1.15 : 1) * (user === 7 && day >= 15 ? 1.8 : 1),
}

const everything = (): LogEvent[] => [
  ...traffic(planted),
  ...failures('f', START + 20 * DAY + HOUR + 4 * MINUTE, 12, 10 * SECOND, { user_id: EVIL, ip_address: '203.0.113.9' }),
  ...calls('c', START + 20 * DAY, START + 20 * DAY + 5 * HOUR, (at) =>
    at >= START + 20 * DAY + 4 * HOUR && at < START + 20 * DAY + 4.5 * HOUR ? 5000 : 900,
  ),
]

const shuffled = <T>(items: T[], seed: number): T[] => {
  const random = seeded(seed)
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

describe('nights over planted traffic', () => {
  let house: NightHouse
  beforeAll(async () => {
    house = await aNightHouse(END)
    await house.say(everything())
    expect(await house.night()).toEqual({ done: DAYS })
  })

  it('raise the drip, the longer answers, the burst, the guessed password and the slow model', async () => {
    const reasons = (await house.findings()).flatMap(({ entity_id, evidence }) =>
      evidence.map(({ detector }) => `${detector} ${entity_id}`),
    )
    expect(reasons).toEqual(
      expect.arrayContaining([
        'slow-drip u4',
        'token-drip u7',
        'volume u5',
        `brute-force ${EVIL}`,
        'latency-shift gpt-big',
      ]),
    )
  })

  it('raise next to nothing else, although everybody’s answers grew', async () => {
    const known = new Set(['u4', 'u5', 'u7', EVIL, 'gpt-big'])
    expect((await house.findings()).filter(({ entity_id }) => !known.has(entity_id)).length).toBeLessThanOrEqual(1)
  })

  it('tell the failed logins of one user from one address once', async () => {
    const bursts = (await house.findings()).filter(({ detector }) => detector === 'brute-force')
    expect(bursts.map(({ entity_type }) => entity_type)).toEqual(['user'])
    expect(bursts[0]?.evidence[0]?.text).toBe('12 failed logins within five minutes')
    expect(bursts[0]?.evidence[0]?.event_ids).toHaveLength(10)
  })

  it('give reasons in a sentence and events to read, and no text of the log', async () => {
    for (const { title, evidence } of await house.findings())
      for (const { text, event_ids, since } of evidence) {
        expect(`${title} ${text}`).not.toMatch(/[<>|\n]|u\d/)
        expect(event_ids.length).toBeLessThanOrEqual(10)
        expect(since).toMatch(/^2026-01-\d\dT/)
      }
    const drip = (await house.findings())
      .find(({ entity_id }) => entity_id === 'u4')
      ?.evidence.find(({ detector }) => detector === 'slow-drip')
    expect(drip?.text).toMatch(/^sent \S+ to \S+ requests on each of \d+ days, usually \S+; /)
  })

  it('write one change for each finding, which the feed can follow', async () => {
    const kinds = (await house.changes()).map(({ body }) => (body as { change: { kind: string } }).change.kind)
    expect(kinds).toEqual((await house.findings()).map(() => 'created'))
  })

  it('date the history by the day it speaks of, one point a day, oldest first', async () => {
    const { history, score } = (await house.scores()).find(({ entity_id }) => entity_id === 'u4') ?? {
      history: [],
      score: 0,
    }
    const at = history.map((point) => point.at)
    expect(at).toEqual([...new Set(at)].sort())
    expect(at.every((time) => time.endsWith('T23:59:59.999999Z') && time < '2026-02-01')).toBe(true)
    expect(history.at(-1)?.score).toBe(score)
  })

  it('change nothing when nothing has changed', async () => {
    const before = await outcomeOf(house)
    expect(await house.night()).toEqual({ done: 0 })
    expect(await outcomeOf(house)).toEqual(before)
  })

  it('come to the same end whatever order the events came in and however often they were worked through', async () => {
    const late = await aNightHouse(END)
    const events = shuffled(everything(), 5)
    for (let part = 0; part < 3; part++) {
      await late.say(events.slice((part * events.length) / 3, ((part + 1) * events.length) / 3))
      await late.night()
    }
    expect(await outcomeOf(late)).toEqual(await outcomeOf(house))
  })

  it('come to the same end when each night is worked through as it ends', async () => {
    const nightly = await aNightHouse(START)
    const events = everything().sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
    for (let day = 0; day < DAYS; day++) {
      const until = START + (day + 1) * DAY
      nightly.clock.set(until)
      const today = events.filter(({ timestamp }) =>
        timestamp.startsWith(new Date((until - DAY) / 1000).toISOString().slice(0, 10)),
      )
      await nightly.say(today)
      const { done } = await nightly.night()
      // three days back at most: the rest stands in stored states
      expect(done).toBeLessThanOrEqual(3)
    }
    const [one, other] = [await outcomeOf(nightly), await outcomeOf(house)]
    expect(one.scores.map(({ entity_id, score, history }) => ({ entity_id, score, history }))).toEqual(
      other.scores.map(({ entity_id, score, history }) => ({ entity_id, score, history })),
    )
    expect(one.findings.map(({ finding_id, score }) => ({ finding_id, score }))).toEqual(
      other.findings.map(({ finding_id, score }) => ({ finding_id, score })),
    )
  })

  it('come to the same end when killed at any write or in the middle', async () => {
    const killed = await aNightHouse(END)
    await killed.say(everything())
    await baselineJob({ engine: killed.engine }, new AbortController().signal)
    for (const [call, survives] of [
      ['putRecords', 0],
      ['putRecords', 1],
      ['putRecords', 1],
      ['settle', 0],
    ] as const) {
      let calls = 0
      const dying = async (...args: unknown[]) => {
        if (calls++ >= survives) throw new Error('killed')
        return (killed.engine[call] as (...all: unknown[]) => Promise<unknown>)(...args)
      }
      const engine: Engine = { ...killed.engine, [call]: dying }
      await expect(detectJob({ engine, clock: killed.clock }, new AbortController().signal)).rejects.toThrow('killed')
    }
    const stop = new AbortController()
    const { done } = await detectJob({ engine: killed.engine, clock: killed.clock }, stop.signal, (n) => {
      if (n === 9) stop.abort()
    })
    expect(done).toBe(0)
    // the lease of the run that died in its last write has to run out
    killed.clock.set(END + MINUTE)
    await killed.night()
    expect(await outcomeOf(killed)).toEqual(await outcomeOf(house))
    expect(await killed.changes()).toHaveLength((await house.changes()).length)
  })
})

describe('the findings of a night', () => {
  const normal = normalOf(seeded(3))
  /** A user with `n` requests a day, give or take. */
  const habit = (user: string, days: number, n: (day: number) => number): LogEvent[] =>
    Array.from({ length: days }, (_, day) =>
      Array.from({ length: Math.max(1, Math.round(n(day) + normal())) }, (_, i) => ({
        event_id: `${user}-${day}-${i}`,
        timestamp: new Date((START + day * DAY + 9 * HOUR) / 1000 + i * 60_000).toISOString(),
        event_type: 'llm.completion',
        user_id: user,
      })),
    ).flat()

  it('keep to the budget, worst first, and the rest waits for the next night', async () => {
    const house = await aNightHouse(START + 17 * DAY)
    for (let user = 0; user < 20; user++)
      await house.say(habit(`u${user}`, 17, (day) => (day >= 16 && user < 4 ? 60 * (user + 2) : 8)))
    await house.night(2)
    const raised = (await house.findings()).filter(({ detector }) => detector === 'volume')
    expect(raised.map(({ entity_id }) => entity_id).sort()).toEqual(['u2', 'u3'])
  })

  it('say nothing above 39 while a user is still being learnt', async () => {
    const house = await aNightHouse(START + 12 * DAY)
    await house.say(habit('new', 12, (day) => (day === 11 ? 400 : 8)))
    await house.night()
    const [score] = await house.scores()
    expect(score?.score).toBeGreaterThan(20)
    expect(score?.score).toBeLessThanOrEqual(39)
    expect(await house.findings()).toEqual([])
  })

  it('are withdrawn when late events show that the burst was usual, and keep what a person decided', async () => {
    const house = await aNightHouse(START + 17 * DAY)
    const burst = (day: number) => (day === 16 ? 200 : 8)
    await house.say([...habit('late', 17, burst), ...habit('known', 17, burst)])
    await house.night()
    const before = await house.findings()
    expect(before.map(({ entity_id }) => entity_id).sort()).toEqual(['known', 'late'])

    const known = before.find(({ entity_id }) => entity_id === 'known')
    const [row] = await house.engine.records('finding', { ids: [known?.finding_id ?? ''] }, { order: 'ts', limit: 1 })
    if (row === undefined || known === undefined) throw new Error('no finding to decide on')
    const decided = { ...known, status: 'false_positive', note: 'load test' }
    await house.engine.putRecords([{ record: { ...row, body: decided }, expect: row.version }])

    const missing = habit('late', 14, () => 190).map((event) => ({ ...event, event_id: `missing-${event.event_id}` }))
    await house.say(missing)
    await house.night()
    const after = new Map((await house.findings()).map((finding) => [finding.entity_id, finding]))
    expect(after.get('late')).toMatchObject({ status: 'resolved', note: WITHDRAWN })
    expect(after.get('known')).toMatchObject({ status: 'false_positive', note: 'load test' })
    const last = (await house.changes()).at(-1)?.body as { change: { kind: string } }
    expect(last.change.kind).toBe('closed')
  })

  it('find five failures in five minutes across the border of two windows, and not four', async () => {
    const house = await aNightHouse(START + 2 * DAY)
    const border = START + DAY
    await house.say([
      ...failures('five', border - 2 * MINUTE, 5, MINUTE, { user_id: 'five' }),
      ...failures('four', border - 2 * MINUTE, 4, MINUTE, { user_id: 'four' }),
      ...failures('slow', border - 8 * MINUTE, 8, 2 * MINUTE, { user_id: 'slow' }),
    ])
    await house.night()
    expect((await house.findings()).map(({ entity_id }) => entity_id)).toEqual(['five'])
  })

  it('live through events of far past and far future', async () => {
    const house = await aNightHouse(START + 2 * DAY)
    const [one] = habit('u', 1, () => 3)
    if (one === undefined) throw new Error('no event')
    await house.say(
      ['1970-01-01T00:00:00Z', '2026-01-06T10:00:00Z', '2199-12-31T00:00:00Z'].map((timestamp) => ({
        ...one,
        event_id: timestamp,
        timestamp,
      })),
    )
    expect(await house.night()).toEqual({ done: 2 })
    expect(await house.night()).toEqual({ done: 0 })
  })
})
