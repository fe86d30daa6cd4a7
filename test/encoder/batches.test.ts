import fc from 'fast-check'
import { expect, it } from 'vitest'
import { batchesOf, pad } from '../../src/encoder/batches.ts'

it('every text is in one batch, at most 32 to a batch and, beyond one row, 8,192 places', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 200 }), (lengths) => {
      const batches = batchesOf(lengths, 3_000)
      expect(batches.flatMap((batch) => batch.places).sort((a, b) => a - b)).toEqual(lengths.map((_, place) => place))
      for (const { places, width } of batches) {
        expect(places.length).toBeLessThanOrEqual(32)
        if (places.length > 1) expect(places.length * width).toBeLessThanOrEqual(8_192)
        for (const place of places) expect(width).toBeGreaterThanOrEqual(lengths[place] ?? 0)
      }
    }),
  )
})

it('a text has the same width in any company, an eighth of it or 7 tokens more than it needs at most', () => {
  for (let length = 1; length <= 2_048; length++) {
    const [alone] = batchesOf([length], 2_048)
    const among = batchesOf([3, 77, length, length + 1, 900], 2_049).find((batch) => batch.places.includes(2))
    expect(among?.width).toBe(alone?.width)
    expect((alone?.width ?? 0) - length).toBeLessThan(Math.max(8, length / 8))
  }
})

it('no width is beyond what the model takes', () => {
  expect(batchesOf([500, 499], 500)).toEqual([{ places: [0, 1], width: 500 }])
})

it('rows are padded at the end with the padding token and masked there', () => {
  const { ids, mask, count } = pad([[5], [6, 7, 8]], 4, 9, 3)
  expect(count).toBe(3)
  expect([...ids]).toEqual([5n, 9n, 9n, 9n, 6n, 7n, 8n, 9n, 9n, 9n, 9n, 9n])
  expect([...mask]).toEqual([1n, 0n, 0n, 0n, 1n, 1n, 1n, 0n, 0n, 0n, 0n, 0n])
})
