import { expect, it } from 'vitest'
import { compare, medianOf, ratioOf } from '../../bench/bench-compare.ts'
import { type Row, tableOf, verdictOf } from '../../bench/bench-row.ts'

const row: Row = {
  name: 'x',
  what: 'a / b',
  ours: 1_234.5,
  peer: null,
  unit: 'n/s',
  ratio: 0.15,
  goal: { atLeast: 0.15 },
}

it('a ratio meets a goal that it just reaches, from either side', () => {
  expect(verdictOf(row)).toBe('meets')
  expect(verdictOf({ ...row, ratio: 0.149 })).toBe('misses')
  expect(verdictOf({ ...row, goal: { atMost: 0.15 } })).toBe('meets')
  expect(verdictOf({ ...row, ratio: 0.151, goal: { atMost: 0.15 } })).toBe('misses')
  expect(verdictOf({ ...row, goal: null })).toBe('-')
})

it('what could not be measured misses its goal', () => {
  expect(verdictOf({ ...row, ratio: Number.NaN })).toBe('misses')
})

it('a table has a line to a row, with three digits of each figure', () => {
  expect(tableOf([row]).split('\n')[1]).toMatch(/^x\s+1,230\s+n\/s\s+0\.15\s+>= 0\.15\s+meets\s+a \/ b$/)
})

it('medians do not mind one bad round', () => {
  expect(medianOf([3, 1, 100])).toBe(3)
  expect(medianOf([4, 1, 2, 100])).toBe(3)
  expect(ratioOf([10, 20, 3], [10, 10, 3])).toBe(1)
})

it('tasks take turns, after one round that does not count', async () => {
  const order: string[] = []
  const task = (name: string) => ({
    before: () => order.push(`before ${name}`),
    run: () => order.push(name),
  })
  const rates = await compare(2, { a: task('a'), b: task('b') })
  expect(order.slice(0, 4)).toEqual(['before a', 'a', 'before b', 'b'])
  expect(order).toHaveLength(12)
  expect([rates.a.length, rates.b.length]).toEqual([2, 2])
})
