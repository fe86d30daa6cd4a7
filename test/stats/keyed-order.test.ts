import { expect, it } from 'vitest'
import { firstOf, keyedOrder } from '../../src/stats/keyed-order.ts'

const draw = (limit: number, salt: number, from = 0, step = 1) => {
  const first = firstOf<{ seq: number }>(limit, salt)
  for (let i = 0; i < 3_000; i++) first.take(from + i * step, () => ({ seq: from + i * step }))
  return first.drawn()
}

it('keeps so many of what it was given, the same for the same salt, those of fewer first', () => {
  const { size, items } = draw(40, 7)
  expect([size, items.length]).toEqual([3_000, 40])
  expect(draw(40, 7).items).toEqual(items)
  expect(draw(10, 7).items).toEqual(items.slice(0, 10))
  expect(draw(40, 8).items).not.toEqual(items)
  const all = Array.from({ length: 3_000 }, (_, seq) => seq).sort((a, b) => keyedOrder(a, 7) - keyedOrder(b, 7))
  expect(items.map(({ seq }) => seq)).toEqual(all.slice(0, 40))
})

it('takes each part of the ledger alike, also where every third event is of another kind', () => {
  const tenths = new Array<number>(10).fill(0)
  const kinds = [0, 0, 0]
  for (let salt = 0; salt < 100; salt++)
    for (const { seq } of draw(30, salt * 7919).items) {
      tenths[Math.floor(seq / 300)]!++
      kinds[seq % 3]!++
    }
  // of 3,000 draws 300 and 1,000 are expected; four standard deviations are 66 and 103
  for (const n of tenths) expect(Math.abs(n - 300)).toBeLessThan(66)
  for (const n of kinds) expect(Math.abs(n - 1_000)).toBeLessThan(103)
})
