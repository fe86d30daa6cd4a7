import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createKernel, MOST_RECORDS } from '../../../src/engines/embedded/kernel.ts'
import { seeded } from './a-vector-store.ts'

it('runs what its source says', async () => {
  const { assembled } = await import('../../../scripts/build-kernel.mjs')
  const kept = readFileSync(new URL('../../../src/engines/embedded/kernel-code.ts', import.meta.url), 'utf8')
  expect(kept).toBe(await assembled())
})

for (const codes of [16, 32, 64, 128, 256, 384, 768])
  it(`scores ${codes} codes as a plain loop does, whatever is left over of four`, () => {
    const random = seeded(codes)
    const kernel = createKernel(codes)
    const record = codes + 4
    const base = kernel.take(MOST_RECORDS * record)!
    const bytes = kernel.bytes()
    for (let i = 0; i < codes; i++) kernel.question[i] = Math.floor(random() * 4001) - 2000
    for (const n of [0, 1, 2, 3, 4, 5, 7, 8, 101]) {
      const plain: number[] = []
      for (let at = 0; at < n; at++) {
        // backwards, so that a place is not an offset
        const offset = (n - 1 - at) * record
        const vector = new Int8Array(bytes, base + offset, codes)
        for (let i = 0; i < codes; i++) vector[i] = Math.floor(random() * 255) - 127
        const scale = Math.fround(random() / 100)
        new Float32Array(bytes, base + offset + codes, 1)[0] = scale
        kernel.offsets[at] = offset
        plain.push(vector.reduce((sum, code, i) => sum + code * kernel.question[i]!, 0) * 1e-4 * scale)
      }
      expect(kernel.near(base, kernel.offsets, n, 1e-4, 0, Number.NEGATIVE_INFINITY)).toBe(n)
      for (const [at, score] of plain.entries()) {
        expect(kernel.places[at]).toBe(at)
        expect(kernel.scores[at]!).toBeCloseTo(score, 4)
      }
      const floor = [...plain].sort((a, b) => a - b)[n >>> 1] ?? 0
      const found = kernel.near(base, kernel.offsets, n, 1e-4, 0, floor + 1e-5)
      expect(Array.from(kernel.places.subarray(0, found))).toEqual(
        plain.flatMap((score, at) => (score > floor + 1e-5 ? [at] : [])),
      )
    }
  })

it('adds nothing up wrongly at the ends of what codes can be', () => {
  const kernel = createKernel(768)
  const base = kernel.take(772)!
  kernel.question.fill(22_017)
  new Int8Array(kernel.bytes(), base, 768).fill(127)
  new Float32Array(kernel.bytes(), base + 768, 1)[0] = 1
  kernel.offsets[0] = 0
  expect(kernel.near(base, kernel.offsets, 1, 1, 0, 0)).toBe(1)
  expect(kernel.scores[0]).toBe(Math.fround(768 * 127 * 22_017))
})

it('finds whatever may reach the floor, by the scale of each', () => {
  const kernel = createKernel(16)
  const base = kernel.take(40)!
  kernel.question.fill(1)
  for (const [at, scale] of [0.1, 0.2].entries()) {
    new Int8Array(kernel.bytes(), base + at * 20, 16).fill(1)
    new Float32Array(kernel.bytes(), base + at * 20 + 16, 1)[0] = scale
    kernel.offsets[at] = at * 20
  }
  const found = (slack: number, floor: number) =>
    Array.from(kernel.places.subarray(0, kernel.near(base, kernel.offsets, 2, 1, slack, floor)))
  expect(found(0, 2)).toEqual([1])
  expect(found(4, 1.99)).toEqual([0, 1])
  expect(found(4, 2.1)).toEqual([1])
  expect(found(4, 4.1)).toEqual([])
})
