import { describe, expect, it } from 'vitest'
import { Random } from '../../src/simulator/random.ts'

const N = 20_000
const draw = (one: (random: Random) => number) => {
  const random = new Random('moments')
  const values = Array.from({ length: N }, () => one(random))
  const mean = values.reduce((a, b) => a + b, 0) / N
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / N }
}

describe('a stream', () => {
  it('is the same for the same key and another for another', () => {
    const take = (key: string) =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.bits()
        )(new Random(key)),
      )
    expect(take('a')).toEqual(take('a'))
    expect(take('a')).not.toEqual(take('b'))
  })

  it('gives the same stream below it however much was drawn before', () => {
    const used = new Random('a')
    used.unit()
    expect(used.fork('b').bits()).toBe(new Random('a').fork('b').bits())
  })
})

it.each([
  ['uniform', (r: Random) => r.unit(), 1 / 2, 1 / 12],
  ['normal', (r: Random) => r.normal(3, 2), 3, 4],
  ['exponential', (r: Random) => r.exponential(2), 2, 4],
  ['gamma', (r: Random) => r.gamma(3), 3, 3],
  ['gamma of a small shape', (r: Random) => r.gamma(0.5), 0.5, 0.5],
  ['beta', (r: Random) => r.beta(2, 6), 0.25, 12 / (64 * 9)],
  ['Poisson', (r: Random) => r.poisson(4), 4, 4],
  ['Poisson of a large mean', (r: Random) => r.poisson(80), 80, 80],
])('%s draws have the mean and the variance of their distribution', (_, one, mean, variance) => {
  const got = draw(one)
  expect(Math.abs(got.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / N))
  expect(got.variance / variance).toBeGreaterThan(0.93)
  expect(got.variance / variance).toBeLessThan(1.07)
})

it('weights decide how often something is picked', () => {
  const random = new Random('weights')
  const hits = Array.from({ length: 4000 }, () => random.weighted([1, 0, 3], (w) => w)).filter((w) => w === 3).length
  expect(hits / 4000).toBeCloseTo(0.75, 1)
})

it('a shuffle keeps every item', () => {
  expect(new Random('s').shuffled([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4])
})
