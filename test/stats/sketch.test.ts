import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addTo,
  countOf,
  decodeSketch,
  emptySketch,
  encodeSketch,
  lessSketch,
  mergeSketches,
  quantileOf,
  quantilesOf,
  RELATIVE_ERROR,
} from '../../src/stats/sketch.ts'

const of = (values: readonly number[]) => {
  const sketch = emptySketch()
  for (const value of values) addTo(sketch, value)
  return sketch
}
const value = fc.oneof(
  fc.constant(0),
  fc.double({ min: 1e-6, max: 1e12, noNaN: true }),
  fc.double({ min: -1e12, max: -1e-6, noNaN: true }),
)

describe('a quantile sketch', () => {
  // The guarantee of Masson, Rim and Lee (2019), Definition 1: |estimate - x_q| <= alpha · |x_q|, x_q of rank 1 + floor(q(n - 1)).
  it('answers every quantile within one percent of the value of that rank', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const sorted = [...values].sort((a, b) => a - b)
          const truth = sorted[Math.floor(q * (values.length - 1))]!
          const estimate = quantileOf(of(values), q)!
          expect(Math.abs(estimate - truth)).toBeLessThanOrEqual(RELATIVE_ERROR * Math.abs(truth) * (1 + 1e-9))
        },
      ),
    )
  })

  it('merges to the bytes of the sketch of all values, in any order', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), fc.array(value), (a, b, c) => {
        const [x, y, z] = [a, b, c].map((values) => encodeSketch(of(values))) as [Uint8Array, Uint8Array, Uint8Array]
        const whole = encodeSketch(of([...a, ...b, ...c]))
        expect(mergeSketches(mergeSketches(x, y), z)).toEqual(whole)
        expect(mergeSketches(x, mergeSketches(z, y))).toEqual(whole)
      }),
    )
  })

  it('gives back the bytes from before where values are taken out again', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (a, b) => {
        const [x, y] = [a, b].map((values) => encodeSketch(of(values))) as [Uint8Array, Uint8Array]
        expect(lessSketch(mergeSketches(x, y), y)).toEqual(x)
        expect(lessSketch(x, mergeSketches(x, y))).toEqual(new Uint8Array(0))
      }),
    )
  })

  it('takes an empty array for no values', () => {
    const some = encodeSketch(of([1, 2]))
    expect(mergeSketches(new Uint8Array(0), some)).toEqual(some)
    expect(mergeSketches(some, new Uint8Array(0))).toEqual(some)
    expect(encodeSketch(emptySketch())).toHaveLength(0)
    expect(quantilesOf(decodeSketch(new Uint8Array(0)), [0.5])).toBeNull()
  })

  it('counts what it was given and leaves out what is no number', () => {
    const sketch = of([1, -1, 0, Number.NaN, Number.POSITIVE_INFINITY, 5])
    expect(countOf(sketch)).toBe(4)
    expect(countOf(decodeSketch(encodeSketch(sketch)))).toBe(4)
  })

  it('stays small: a thousand latencies over three decades fit in two kilobytes', () => {
    const sketch = of(Array.from({ length: 1000 }, (_, i) => 10 * 1000 ** (i / 999)))
    expect(encodeSketch(sketch).length).toBeLessThan(2048)
  })

  it('cannot be blown up by extreme values', () => {
    const sketch = of([Number.MAX_VALUE, Number.MIN_VALUE, 1e300, -1e300])
    expect(quantileOf(sketch, 1)).toBeLessThan(1.02e18)
    expect(sketch.zero).toBe(1)
  })

  it('refuses bytes that are no sketch', () => {
    expect(() => decodeSketch(Uint8Array.of(9, 1))).toThrow(RangeError)
    expect(() => decodeSketch(Uint8Array.of(1, 0, 2, 4))).toThrow(RangeError)
    expect(() => decodeSketch(Uint8Array.of(1, ...new Array(12).fill(255)))).toThrow(RangeError)
  })
})
