import { expect, it } from 'vitest'
import { bootstrapped, grouped, told } from '../../bench/figure.ts'
import { type Goal, type Section, searchPage, verdictOf } from '../../bench/search-page.ts'

const goal = (value: number): Goal => ({
  what: 'refusals: F1',
  least: 0.93,
  reached: { value, low: value - 0.01, high: value + 0.01 },
})
const section: Section = {
  title: 'Refusals',
  about: 'Two sets.',
  head: ['on', 'method', 'F1'],
  rows: [
    ['both', 'ours', '0.931'],
    ['both', 'a | b', '0.900'],
    ['one', 'ours', '0.800'],
  ],
  goals: [goal(0.931)],
}
const made = { command: 'npm run eval -- search', day: '2026-01-15', machine: '2 cores' }

it('a goal is met by what the table shows, and one that is missed says so', () => {
  expect(verdictOf(goal(0.93))).toBe('met')
  expect(verdictOf(goal(0.9296))).toBe('met')
  expect(verdictOf(goal(0.9294))).toBe('**missed**')
  expect(verdictOf(goal(Number.NaN))).toBe('**missed**')
})

it('a page names its command, day and machine, and has every goal before the tables', () => {
  const page = searchPage([section, { ...section, title: 'Few', goals: [{ ...goal(0.5), what: 'few' }] }], made)
  expect(page).toContain('npm run eval -- search\n')
  expect(page).toContain('Made on 2026-01-15; 2 cores.')
  expect(page).toContain('| refusals: F1 | 0.930 | 0.931 [0.921, 0.941] | met |')
  expect(page).toContain('| few | 0.930 | 0.500 [0.490, 0.510] | **missed** |')
  expect(page.indexOf('missed')).toBeLessThan(page.indexOf('## Refusals'))
})

it('a table says once what its rows share, and no cell breaks it', () => {
  const lines = searchPage([section], made).split('\n')
  expect(lines).toContain('| both | ours | 0.931 |')
  expect(lines).toContain('|  | a \\| b | 0.900 |')
  expect(lines).toContain('| one | ours | 0.800 |')
})

it('an interval draws groups whole, and is the same each time', () => {
  const texts = Array.from({ length: 40 }, (_, i) => ({ group: `g${i % 8}`, right: i % 8 < 4 ? 1 : 0 }))
  const share = (sample: readonly { right: number }[]) => ({
    share: sample.reduce((sum, { right }) => sum + right, 0) / sample.length,
  })
  const { share: figure } = bootstrapped(grouped(texts), share)
  expect(figure.value).toBe(0.5)
  // eight groups that are right or wrong as a whole: an eighth is the least step
  expect((figure.low * 8) % 1).toBe(0)
  expect(figure.high - figure.low).toBeGreaterThan(0.4)
  expect(bootstrapped(grouped(texts), share).share).toEqual(figure)
  expect(told({ value: 0.12345, low: 0, high: 1 })).toBe('0.123 [0.000, 1.000]')
})
