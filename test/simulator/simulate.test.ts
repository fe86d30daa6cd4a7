import { createHash } from 'node:crypto'
import { Compile } from 'typebox/compile'
import { beforeAll, describe, expect, it } from 'vitest'
import { LogEvent, promptOf, responseOf } from '../../src/core/event.ts'
import { DAY, parseTime, startOfDate } from '../../src/core/window.ts'
import { ATTACKS, resized, scenarioOf } from '../../src/simulator/scenario.ts'
import { simulate, simulateWithTruth, truthOf } from '../../src/simulator/simulate.ts'
import type { Truth } from '../../src/simulator/truth.ts'

const start = startOfDate('2026-01-05')!
const demo = scenarioOf('demo')
const small = resized(demo, { days: 6, users: 40 })

const bytes = (seed: number) => {
  const hash = createHash('sha256')
  for (const event of simulate(small, seed, start)) hash.update(JSON.stringify(event))
  return hash.digest('hex')
}

describe('a simulation', () => {
  let events: LogEvent[]
  let truth: Truth
  beforeAll(() => {
    events = []
    const run = simulateWithTruth(demo, 1, start)
    let next = run.next()
    for (; next.done !== true; next = run.next()) events.push(next.value)
    truth = next.value
  })

  it('is as large as the demonstration says', () => {
    expect(events.length).toBeGreaterThan(20_000)
    expect(events.length).toBeLessThan(26_000)
    expect(truth.events).toBe(events.length)
  })

  it('writes nothing but valid events, each with an id of its own', () => {
    const schema = Compile(LogEvent)
    const wrong = events.filter((event) => !schema.Check(event))
    expect(wrong.map((event) => [...schema.Errors(event)][0])).toEqual([])
    expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length)
  })

  it('goes forward in time within its period, and leaves no gap in a gateway’s numbers', () => {
    let before = start
    const last = new Map<string, number>()
    for (const { timestamp, producer_id = '', sequence } of events) {
      const at = parseTime(timestamp)!
      expect(at).toBeGreaterThanOrEqual(before)
      before = at
      expect(sequence).toBe((last.get(producer_id) ?? 0) + 1)
      last.set(producer_id, sequence!)
    }
    expect(before).toBeLessThan(start + demo.days * DAY)
  })

  it('has people say tens of thousands of different things', () => {
    const texts = new Set(events.flatMap((event) => [promptOf(event), responseOf(event)]))
    expect(texts.size).toBeGreaterThan(25_000)
  })

  it('declines ordinary requests at the rate of the scenario, and attackers far more often', () => {
    const attackers = new Set(truth.attackers.map(({ user_id }) => user_id))
    const unusual = new Set([...attackers, ...truth.risky])
    const refusals = new Set(truth.refusals)
    const answered = events.filter((event) => event.response !== undefined)
    const share = (some: LogEvent[]) => some.filter(({ event_id }) => refusals.has(event_id)).length / some.length
    const ordinary = share(answered.filter(({ user_id = '' }) => !unusual.has(user_id)))
    expect(ordinary).toBeGreaterThan(0.002)
    expect(ordinary).toBeLessThan(0.008)
    const probing = new Set(truth.attackers.filter((a) => a.kind === 'slow_jailbreak').flatMap((a) => a.event_ids))
    expect(share(answered.filter(({ event_id }) => probing.has(event_id)))).toBeGreaterThan(0.1)
  })

  it('words refusals in many ways, and has answers that only sound like one', () => {
    const of = (ids: string[]) => {
      const wanted = new Set(ids)
      return events.filter(({ event_id }) => wanted.has(event_id)).map(responseOf)
    }
    const refusals = of(truth.refusals)
    expect(refusals.length).toBeGreaterThan(80)
    expect(new Set(refusals).size / refusals.length).toBeGreaterThan(0.9)
    const near = of(truth.near_refusals)
    expect(near.length).toBeGreaterThan(refusals.length)
    expect(near.some((text) => /sorry|can't|unfortunately/i.test(text))).toBe(true)
  })

  it('fails, is blocked and locks people out as often as a service does', () => {
    const completions = events.filter(({ event_type }) => event_type === 'llm.completion')
    const errors = completions.filter(({ status }) => status === 'error').length / completions.length
    expect(errors).toBeGreaterThan(0.01)
    expect(errors).toBeLessThan(0.03)
    for (const type of ['guardrail.block', 'auth.success', 'auth.failure', 'tool.call', 'evaluation', 'model.deploy'])
      expect(events.some(({ event_type }) => event_type === type)).toBe(true)
  })

  it('knows every attacker of the scenario, with events of that account from the first attack on', () => {
    const byId = new Map(events.map((event) => [event.event_id, event]))
    for (const kind of ATTACKS)
      expect([kind, truth.attackers.filter((a) => a.kind === kind).length]).toEqual([kind, demo.attacks[kind]])
    for (const { user_id, first_attack, event_ids, kind } of truth.attackers) {
      expect([kind, event_ids.length > 3]).toEqual([kind, true])
      const theirs = event_ids.map((id) => byId.get(id)!)
      expect(new Set(theirs.map((event) => event.user_id))).toEqual(new Set([user_id]))
      expect(theirs[0]?.timestamp).toBe(first_attack)
    }
    expect(truth.campaign?.user_ids.length).toBe(demo.attacks.campaign)
    expect(new Set([...truth.refusals, ...truth.near_refusals, ...truth.details].map((id) => byId.has(id)))).toEqual(
      new Set([true]),
    )
  })

  it('tells nothing of the truth in the events', () => {
    // topics speak of campaigns and of extraction, so only names that no topic has
    const names = /slow_|new_account|boiling|metronome|brute_force|decoy|switcher|grower|traveller|attack|truth/
    const said = (event: LogEvent) => ({ ...event, prompt: '', response: '', messages: [], rag_documents: [] })
    expect(events.filter((event) => names.test(JSON.stringify(said(event))))).toEqual([])
    expect(events.filter(({ user_id = 'user_00000' }) => !/^(user_[0-9a-z]{5}|svc_summaries)$/.test(user_id))).toEqual(
      [],
    )
  })

  it('makes one model several times as slow for a quarter of an hour', () => {
    const incident = truth.incidents[0]!
    const medianOf = (from: number) => {
      const some = events
        .filter(({ model, status, timestamp }) => {
          const at = parseTime(timestamp)!
          return model === incident.model && status === 'success' && at >= from && at < from + 900e6
        })
        .map(({ latency_ms = 0 }) => latency_ms)
        .sort((a, b) => a - b)
      expect(some.length).toBeGreaterThan(40)
      return some[some.length >> 1]!
    }
    const from = parseTime(incident.from)!
    expect(medianOf(from) / medianOf(from - DAY)).toBeGreaterThan(4)
  })
})

describe('the seed', () => {
  it('decides every byte', () => {
    expect(bytes(7)).toBe(bytes(7))
    expect(bytes(7)).not.toBe(bytes(8))
  })

  it('gives the same truth whether or not the events are looked at', () => {
    const run = simulateWithTruth(small, 3, start)
    let next = run.next()
    while (next.done !== true) next = run.next()
    expect(truthOf(small, 3, start)).toEqual(next.value)
  })

  it('leaves an account as it was when the story gets another attacker', () => {
    const quiet = { ...small, attacks: { ...small.attacks, slow_drip: 0 } }
    const ofBatch = (scenario: typeof small) =>
      [...simulate(scenario, 5, start)].filter((e) => e.user_id === 'svc_summaries').map((e) => e.event_id)
    expect(ofBatch(quiet)).toEqual(ofBatch(small))
  })
})

it('a calm month holds no attack at all', () => {
  const calm = resized(scenarioOf('calm'), { days: 5, users: 40 })
  const truth = truthOf(calm, 1, start)
  expect(truth.attackers).toEqual([])
  expect(truth.campaign).toBeNull()
  expect(truth.incidents).toEqual([])
})
