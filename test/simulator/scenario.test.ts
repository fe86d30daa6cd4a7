import { expect, it } from 'vitest'
import { Problem } from '../../src/core/problem.ts'
import { resized, scenarioOf, scenarios } from '../../src/simulator/scenario.ts'

it('every named scenario stands its own check', () => {
  for (const name of Object.keys(scenarios)) expect(scenarioOf(name)).toEqual(scenarios[name as 'demo'])
})

it('a change replaces what it names and keeps the rest', () => {
  const changed = scenarioOf('demo', { days: 10, attacks: { campaign: 0 }, topics: ['travel'], upgrade_day: -1 })
  expect(changed.days).toBe(10)
  expect(changed.attacks).toEqual({ ...scenarios.demo.attacks, campaign: 0 })
  expect(changed.topics).toEqual(['travel'])
  expect(changed.shares).toEqual(scenarios.demo.shares)
})

it.each([
  ['a scenario nobody knows', 'nowhere', {}],
  ['a name nobody knows', 'demo', { dayz: 3 }],
  ['an unknown name further in', 'demo', { attacks: { flood: 3 } }],
  ['an inherited name', 'demo', JSON.parse('{"__proto__": {"days": 3}}')],
  ['a topic nobody knows', 'demo', { topics: ['astrology'] }],
  ['a text for a number', 'demo', { days: '3' }],
  ['a fraction of a day', 'demo', { days: 2.5 }],
  ['a share above one', 'demo', { shares: { error: 2 } }],
  ['a negative number', 'demo', { users: -1 }],
  ['no day at all', 'demo', { days: 0 }],
  ['more roles than accounts', 'demo', { users: 3 }],
  ['a list', 'demo', []],
])('%s is refused', (_, name, changes) => {
  expect(() => scenarioOf(name, changes)).toThrow(Problem)
})

it('another size keeps the story in proportion', () => {
  const half = resized(scenarios.study, { days: 30, users: 1000 })
  expect(half.attacks.campaign).toBe(20)
  expect(half.attack_days.campaign).toBe(11)
  expect(half.upgrade_day).toBe(15)
  expect(resized(scenarios.demo, { users: 75 }).attacks.brute_force).toBe(1)
  expect(resized(scenarios.calm, { days: 3 }).incident.day).toBe(-1)
})
