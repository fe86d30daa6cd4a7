import { expect, it } from 'vitest'
import type { Rule } from '../../src/redactors/rule.ts'
import { joined, type Match } from '../../src/redactors/span.ts'

const rule = (name: string): Rule => ({ name, type: name.toUpperCase(), find: () => undefined })
const rules = ['first', 'second', 'third'].map(rule)
const text = 'abcdefghij'
const match = (start: number, end: number, order: number, score = 1): Match => ({
  ...{ start, end, order, score, text },
  ...{ from: start, to: end },
})
const told = (...matches: Match[]) =>
  joined(matches, rules).map(({ rule, start, end, score }) => [rule, start, end, score])

it('the surest rule names what several share, whatever the order', () => {
  expect(told(match(0, 4, 0, 0.6), match(0, 4, 1, 0.9))).toEqual([['second', 0, 4, 0.9]])
  expect(told(match(0, 4, 1, 0.9), match(2, 8, 0, 0.6))).toEqual([['second', 0, 8, 0.9]])
})

it('of rules that are equally sure the first in the list names it', () => {
  expect(told(match(0, 4, 2), match(1, 6, 1), match(3, 8, 2))).toEqual([['second', 0, 8, 1]])
})

it('what does not overlap stays apart', () => {
  expect(told(match(4, 6, 1), match(0, 4, 0))).toEqual([
    ['first', 0, 4, 1],
    ['second', 4, 6, 1],
  ])
})
