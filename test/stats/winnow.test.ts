import { expect, it } from 'vitest'
import { seeded } from '../../src/stats/seeded.ts'
import { winnow } from '../../src/stats/winnow.ts'

it('chooses what the paper chooses of its example (Schleimer, Wilkerson & Aiken, 2003, figure 2)', () => {
  const hashes = [77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98]
  expect(winnow(hashes, 4)).toEqual([3, 6, 8, 11, 15])
})

it('has one in every window, whatever the hashes, and the same one wherever a window comes again', () => {
  const random = seeded(3)
  for (let round = 0; round < 60; round++) {
    const window = 1 + Math.floor(random() * 12)
    const different = 1 + Math.floor(random() * 40)
    const some = (n: number) => Array.from({ length: n }, () => Math.floor(random() * different))
    const shared = some(window + Math.floor(random() * 20))
    const texts = [some(20), some(7)].map((before) => [...before, ...shared, ...some(9)])
    const chosen = texts.map((text) => winnow(text, window))
    for (const [i, places] of chosen.entries()) {
      for (let at = 0; at + window <= texts[i]!.length; at++)
        if (!places.some((place) => place >= at && place < at + window)) expect.fail(`nothing from ${at}`)
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b))
    }
    const values = chosen.map((places, i) => new Set(places.map((place) => texts[i]![place])))
    expect([...values[0]!].some((value) => values[1]!.has(value))).toBe(true)
  }
})

it('chooses two in a window and one of hashes that fall at random, few of equal ones, and none of too few', () => {
  const random = seeded(4)
  const hashes = Array.from({ length: 100_000 }, () => Math.floor(random() * 2 ** 32))
  expect(winnow(hashes, 41).length / hashes.length).toBeCloseTo(2 / 42, 3)
  expect(winnow(new Uint32Array(1_000), 41)).toHaveLength(Math.floor(1_000 / 41))
  expect(winnow(hashes.slice(0, 40), 41)).toEqual([])
  expect(winnow([], 1)).toEqual([])
})
