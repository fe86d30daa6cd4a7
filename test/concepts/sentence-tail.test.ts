import { describe, expect, it } from 'vitest'
import { fitTail, liftedTo, stricterTail } from '../../src/concepts/sentence-tail.ts'
import { seeded } from '../../src/stats/seeded.ts'

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
/** Probabilities whose logits have an exponential tail: share exp(-decay * (z - from)) above z. */
const drawn = (n: number, decay: number, from: number, seed: number) => {
  const random = seeded(seed)
  return Array.from({ length: n }, () => sigmoid(from - Math.log(1 - random()) / decay))
}

describe('the tail of harmless sentences', () => {
  it('is found again where it is exponential', () => {
    const tail = fitTail(drawn(50_000, 1.5, -3, 1))!
    expect(tail.decay).toBeCloseTo(1.5, 0)
    // share above z is exp(-1.5 * (z + 3)) = exp(-4.5 - 1.5 z)
    expect(tail.rate - tail.decay * 2).toBeCloseTo(-4.5 - 1.5 * 2, 0)
  })

  it('is not made of a few sentences', () => {
    expect(fitTail(drawn(1_000, 1, 0, 1))).toBeNull()
  })

  it('of two is the one that asks more of a sentence', () => {
    const [light, heavy] = [
      { rate: -4, decay: 2 },
      { rate: -4, decay: 1 },
    ]
    expect(stricterTail(light, heavy)).toBe(heavy)
    expect(stricterTail(heavy, light)).toBe(heavy)
  })
})

describe('a telling sentence', () => {
  const tail = fitTail(drawn(50_000, 1, -4, 2))!

  it('lifts a harmless text to the threshold three times in a thousand at most, however long it is', () => {
    for (const sentences of [3, 30, 300]) {
      const n = 2_000_000 / sentences
      const texts = drawn(sentences * 2_000, 1, -4, sentences)
      let lifted = 0
      for (let text = 0; text < 2_000; text++) {
        const own = texts.slice(text * sentences, (text + 1) * sentences)
        if (liftedTo(tail, 0.5, sentences, Math.max(...own)) !== null) lifted++
      }
      expect(n).toBeGreaterThan(0)
      expect(lifted / 2_000).toBeLessThan(0.008)
    }
  })

  it('counts for more the more probable it is and the fewer there are, and for no more than it says', () => {
    const p = (sentences: number, own: number) => liftedTo(tail, 0.5, sentences, own) ?? 0
    expect(p(10, 0.9999)).toBeGreaterThan(p(10, 0.999))
    expect(p(10, 0.999)).toBeGreaterThanOrEqual(p(100, 0.999))
    expect(p(10, 0.9)).toBeLessThanOrEqual(0.9)
  })

  it('below the threshold says nothing', () => {
    expect(liftedTo(tail, 0.5, 10, 0.2)).toBeNull()
    expect(liftedTo(tail, 0.5, 10, 0)).toBeNull()
  })
})
