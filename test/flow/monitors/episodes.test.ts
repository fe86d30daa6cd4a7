import { expect, it } from 'vitest'
import { DAY, HOUR } from '../../../src/core/window.ts'
import { episodes } from '../../../src/flow/monitors/episodes.ts'
import { START } from './a-monitor-house.ts'

const RULE = { least: 3, sensitivity: 'medium', severity: null, silence: true } as const
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
