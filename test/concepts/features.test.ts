import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocksOf, featuresOf, rememberingFeatures } from '../../src/concepts/features.ts'
import { words } from '../../src/concepts/word-scan.ts'

const SHAPE = { bits: 15 }
const BUCKETS = 2 ** 15

/** The features of one block: 0 of grams, 1 of openers, 2 of the length. */
function block(text: string, number: number): Map<number, number> {
  const { index, value } = featuresOf(text, SHAPE)
  const pairs = [...index].map((at, i) => [at, value[i]!] as const)
  return new Map(pairs.filter(([at]) => Math.floor(at / BUCKETS) === number))
}

describe('features that are remembered', () => {
  it('are those of the text and shape that are asked for', () => {
    const read = rememberingFeatures()
    for (const text of ['one', 'two', 'one', 'three', 'two', '', 'one', 'one'])
      for (const bits of [15, 8]) expect(read(text, { bits })).toEqual(featuresOf(text, { bits }))
    expect(read('one', SHAPE)).toBe(read('one', SHAPE))
  })
})

describe('words', () => {
  it('keep contractions whole, and are the same in any case and with any apostrophe', () => {
    expect(words("I can't wait!")).toEqual(['i', "can't", 'wait'])
    expect(words('I CAN’T WAIT')).toEqual(['i', "can't", 'wait'])
    expect(words("'quoted' rock'n'roll o'")).toEqual(['quoted', "rock'n'roll", 'o'])
  })

  it('are one per character in scripts without spaces', () => {
    expect(words('我不能 help できます')).toEqual(['我', '不', '能', 'help', 'で', 'き', 'ま', 'す'])
  })

  it('hold letters, marks and digits of every script, and nothing else', () => {
    expect(words('naïve Straße 3.14 — año_2 हिन्दी 𝒳 🙂')).toEqual([
      'naïve',
      'straße',
      '3',
      '14',
      'año',
      '2',
      'हिन्दी',
      'x',
    ])
    expect(words('🙂 … !!!')).toEqual([])
  })
})

describe('features', () => {
  it('are the single words and the pairs, of unit length', () => {
    expect(block('one two three', 0).size).toBe(5)
    const squares = [...block('one two three two', 0).values()].reduce((sum, x) => sum + x * x, 0)
    expect(squares).toBeCloseTo(1, 5)
  })

  it('know how sentences begin', () => {
    expect(block('It is late.', 1)).toEqual(block('it is late', 1))
    expect(block('a b c d e f', 1)).toEqual(block('a b c d x y', 1))
    expect(block('a b c d. e', 1)).not.toEqual(block('a b c d e', 1))
    expect(block('a b c d\ne', 1)).toEqual(block('a b c d! e', 1))
    expect(block('好。我', 1)).not.toEqual(block('好我', 1))
  })

  it('take a full stop within a number or a name for no end', () => {
    expect(block('pi is 3.14', 1)).toEqual(block('pi is 3 14', 1))
  })

  it('move by little from one length to the next', () => {
    const [a, b] = [block('word '.repeat(62), 2), block('word '.repeat(63), 2)]
    for (const at of new Set([...a.keys(), ...b.keys()]))
      expect(Math.abs((a.get(at) ?? 0) - (b.get(at) ?? 0))).toBeLessThan(0.01)
  })

  it('of a text without a word are none', () => {
    expect(featuresOf('🙂 … !!!', SHAPE).index).toHaveLength(0)
  })

  it('of any text lie within the blocks, each once, and are finite', () => {
    const size = blocksOf(SHAPE).reduce((sum, n) => sum + n, 0)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { index, value } = featuresOf(text, SHAPE)
        expect(new Set(index).size).toBe(index.length)
        for (const at of index) expect(at >= 0 && at < size).toBe(true)
        for (const x of value) expect(x >= 0 && x <= 1).toBe(true)
      }),
    )
  })
})
