import { expect, it } from 'vitest'
import { chunksOf, sentencesOf } from '../../src/core/passages.ts'
import { cpuMs } from '../cpu-time.ts'

const cut = (text: string, most?: number) => sentencesOf(text, most).map(({ start, end }) => text.slice(start, end))

it.each([
  ['One. Two!  Three?', ['One.', 'Two!', 'Three?']],
  ['It costs 3.50 at shop.example today. Fine', ['It costs 3.50 at shop.example today.', 'Fine']],
  ['a heading\n\n- a point\n- another', ['a heading', '- a point', '- another']],
  ['She said "no." Then (he left.) Done', ['She said "no."', 'Then (he left.)', 'Done']],
  ['申し訳ありません。できません！', ['申し訳ありません。', 'できません！']],
  [' \n\t ', []],
])('%j is read sentence by sentence', (text, sentences) => {
  expect(cut(text)).toEqual(sentences)
})

it('as many sentences are read as are asked for', () => {
  expect(cut('One. Two. Three.', 2)).toEqual(['One.', 'Two.'])
})

it('a sentence without an end is cut, never inside a character', () => {
  const text = '🦊'.repeat(1_000)
  const pieces = cut(text)
  expect(pieces.join('')).toBe(text)
  expect(pieces.every((piece) => piece.isWellFormed() && piece.length <= 401)).toBe(true)
})

it('a short text has no chunks', () => {
  expect(chunksOf('One sentence. '.repeat(140))).toEqual([])
})

it.each([2_001, 5_000, 12_000, 40_000, 400_000])(
  'chunks of %i characters cover them, overlap a little and are few',
  (length) => {
    const text = Array.from({ length: length / 40 }, (_, i) => `Sentence ${i} says something of no great length.`)
      .join(' ')
      .slice(0, length)
    const chunks = chunksOf(text)
    expect(chunks.length).toBeGreaterThan(1)
    expect(chunks.length).toBeLessThanOrEqual(16)
    expect(chunks[0]!.start).toBe(0)
    expect(chunks.at(-1)!.end).toBe(text.trimEnd().length)
    for (const [i, { start, end }] of chunks.entries()) {
      expect(end - start).toBeLessThanOrEqual(Math.max(400, length / 8))
      if (i === 0) continue
      const before = chunks[i - 1]!
      expect(start).toBeGreaterThan(before.start)
      expect(start).toBeLessThanOrEqual(before.end + 1)
      expect(before.end - start).toBeLessThanOrEqual(80)
    }
  },
)

it.each(['.', '"', '. ', '\n', 'a\n', '。', ' '])('a megabyte of %j is read at once', (unit) => {
  const text = unit.repeat(1_000_000 / unit.length)
  expect(cpuMs(() => expect(chunksOf(text).length).toBeLessThanOrEqual(16))).toBeLessThan(5_000)
})
