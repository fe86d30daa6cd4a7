import { describe, expect, it } from 'vitest'
import { corrected, fitCorrection, type LabelledText } from '../../src/concepts/correct.ts'
import type { Concept, FittedConcept } from '../../src/core/concept.ts'

/** A concept that says 0.3 of every text but of silence. */
const base: Concept = {
  name: 'c',
  version: 1,
  reads: 'any',
  threshold: 0.5,
  fitted: {} as FittedConcept,
  probability: (text) => (text === '' ? 0 : 0.3),
}

/** A generator of Park and Miller, so that every run sees the same. */
function chance(seed: number) {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Unit vectors that lean to one side by `lean`. */
function vectorOf(random: () => number, lean: number): Float32Array {
  const v = Float32Array.from({ length: 16 }, (_, i) => (i === 0 ? lean : 0.25 * (random() - 0.5)))
  const norm = Math.hypot(...v)
  return v.map((x) => x / norm)
}

function labels(n: number, label: (i: number) => boolean, random = chance(7)): LabelledText[] {
  return Array.from({ length: n }, (_, i) => ({
    text: `text ${i}`,
    vector: vectorOf(random, label(i) ? 0.3 : -0.3),
    label: label(i),
    group: `${i}`,
  }))
}

describe('a correction by labels', () => {
  it('moves texts like those that were labelled, and tells labels better that it had not seen', () => {
    const told = labels(40, (i) => i % 2 === 0)
    const { correction, lossBefore, lossAfter, recalibrated } = fitCorrection(base, told)
    expect(lossAfter).toBeLessThan(lossBefore - 0.1)
    expect(recalibrated).toBe(true)
    const concept = corrected(base, correction)
    const random = chance(11)
    expect(concept.probability('new', vectorOf(random, 0.3))).toBeGreaterThan(0.6)
    expect(concept.probability('new', vectorOf(random, -0.3))).toBeLessThan(0.3)
  })

  it('few labels move little, and leave the calibration', () => {
    const few = fitCorrection(
      base,
      labels(2, (i) => i === 0),
    )
    expect(few.recalibrated).toBe(false)
    const concept = corrected(base, few.correction)
    expect(concept.probability('new', vectorOf(chance(11), 0.3))).toBeGreaterThan(0.3)
    expect(concept.probability('new', vectorOf(chance(11), 0.3))).toBeLessThan(0.5)
  })

  it('does not pay where labels have nothing to do with the texts', () => {
    // as many as the concept says, of texts that are all alike
    const noise = labels(60, () => false).map((one, i) => ({ ...one, label: i % 10 < 3 }))
    const { lossBefore, lossAfter } = fitCorrection(base, noise)
    expect(lossAfter).toBeGreaterThan(lossBefore - 0.01)
  })

  it('a text without a word stays what it was, and a vector of another space leaves the constant to decide', () => {
    const concept = corrected(base, { constant: 1, slope: 1, offset: 0, weights: Buffer.alloc(64).toString('base64') })
    expect(concept.probability('', new Float32Array(16))).toBe(0)
    expect(concept.probability('word', new Float32Array(0))).toBeCloseTo(
      1 / (1 + Math.exp(-(Math.log(0.3 / 0.7) + 1))),
      6,
    )
  })

  it('is the same for the same labels', () => {
    const told = labels(20, (i) => i % 3 === 0)
    expect(fitCorrection(base, told)).toEqual(fitCorrection(base, told))
  })
})
