import { expect, it } from 'vitest'
import { DAY, HOUR } from '../../../src/core/window.ts'
import { episodes } from '../../../src/flow/monitors/episodes.ts'
import { START } from './a-monitor-house.ts'

const RULE = { least: 3, measure: 'count', sensitivity: 'medium', severity: null, silence: true } as const
const WEEKS = 4
const hours = (each: (at: number) => number) => Array.from({ length: WEEKS * 168 }, (_, at) => each(at))
const busy = hours(() => 14)
const calm = hours((at) => (at % 3 === 0 ? 1 : 0) + (at % 24 < 6 ? 1 : 0))
const told = (counts: number[], events = busy, rule = {}) =>
  episodes(
    { first: START, counts, events },
    { ...RULE, ...rule },
    START + 14 * DAY,
    START,
    START + counts.length * HOUR,
  )

it('makes one episode of alarms that lie together, with the strongest of them, and another after a day', () => {
  const surge = (at: number) => (at === 400 ? 30 : at === 403 ? 60 : at === 500 ? 40 : 0)
  const [first, second, ...others] = told(calm.map((n, at) => n + surge(at)))
  expect(others).toEqual([])
  expect(first).toMatchObject({ kind: 'surge', since: START + 400 * HOUR, began: START + 400 * HOUR })
  expect(first!.observed).toBeGreaterThanOrEqual(60)
  expect(first!.until).toBeLessThan(START + 440 * HOUR)
  expect(second).toMatchObject({ kind: 'surge', began: START + 500 * HOUR })
  expect(told(calm)).toEqual([])
})

it('scores by how improbable it is, or by the severity that was chosen', () => {
  const of = (more: number, rule = {}) =>
    told(
      calm.map((n, at) => n + (at === 400 ? more : 0)),
      busy,
      rule,
    )[0]!
  expect(of(9).score).toBeGreaterThanOrEqual(40)
  expect(of(9).score).toBeLessThan(of(20).score)
  expect(of(500)).toMatchObject({ score: 95, severity: 'critical' })
  expect(of(500, { severity: 'low' })).toMatchObject({ score: 30, severity: 'low' })
})

it('takes an end for silence, and an outage of the log for none', () => {
  const ended = calm.map((n, at) => (at >= 500 ? 0 : n))
  expect(told(ended)).toMatchObject([{ kind: 'silence', observed: 0 }])
  expect(told(ended, busy, { silence: false })).toEqual([])
  const outage = hours((at) => (at >= 500 && at < 620 ? 0 : 14))
  expect(
    told(
      calm.map((n, at) => (outage[at] === 0 ? 0 : n)),
      outage,
    ),
  ).toEqual([])
})

it('of a share, more traffic is no surge, and more of the same traffic is one', () => {
  const share = { measure: 'share' }
  const usual = hours((at) => (at % 24 >= 8 && at % 24 < 18 ? 200 : 40))
  const from = (begin: number, end: number, list: number[], change: (n: number) => number) =>
    list.map((n, at) => (at >= begin && at < end ? change(n) : n))
  const matches = (events: number[]) => events.map((n) => n / 20)
  const tripled = from(480, 504, usual, (n) => 3 * n)
  expect(told(matches(tripled), tripled)).toMatchObject([{ kind: 'surge' }])
  expect(told(matches(tripled), tripled, share)).toEqual([])
  const more = from(560, 566, matches(usual), (n) => n + 30)
  const [only, ...others] = told(more, usual, share)
  expect(others).toEqual([])
  expect(only).toMatchObject({ kind: 'surge', began: START + 560 * HOUR })
  expect(only!.expected / only!.of!).toBeCloseTo(0.05, 2)
  // as many of a quarter of the events: no count stands out
  const few = from(560, 578, usual, (n) => n / 4)
  expect(told(matches(usual), few)).toEqual([])
  expect(told(matches(usual), few, share)).toMatchObject([{ kind: 'surge' }])
  // an outage is no silence of a share, and an end is
  const ended = from(560, WEEKS * 168, matches(usual), () => 0)
  expect(
    told(
      ended,
      from(560, WEEKS * 168, usual, () => 0),
      share,
    ),
  ).toEqual([])
  expect(told(ended, usual, share)).toMatchObject([{ kind: 'silence', observed: 0 }])
})
