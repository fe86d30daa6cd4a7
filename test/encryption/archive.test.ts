import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import {
  type ArchivedVector,
  openTexts,
  openVectors,
  sealTexts,
  sealVectors,
} from '../../src/encryption/archive-blocks.ts'
import { openArchive, sealArchive } from '../../src/encryption/archive-container.ts'

const key = randomBytes(32)
const texts = Array.from({ length: 256 }, (_, i) => ({
  salt: new Uint8Array(randomBytes(32)),
  text: JSON.stringify({ event_id: `e${i}`, prompt: `zanzibar\n🦊 ${i}` }),
  marks: i % 3 === 0 ? [] : [{ concept: 'refusal', version: 2, p: i / 256 }],
}))
const content = new Uint8Array(randomBytes(16))
const vector = new Uint8Array(randomBytes(1024))
const vectors: ArchivedVector[] = [
  { at: 0, part: 'prompt', chunk: 0, space: 's/q8', content, vector },
  { at: 3, part: 'response', chunk: 16, space: 's/q8', content, vector },
  { at: 3, part: 'prompt', chunk: 0, space: 's2', content, vector: new Uint8Array(randomBytes(512)) },
]

it('seals texts and vectors of a block under its name, and gives each back as it was', () => {
  const sealed = sealTexts(key, texts, 'file 0')
  expect(openTexts(key, sealed, 'file 0')).toEqual(texts)
  expect(sealed.includes('zanzibar')).toBe(false)
  // salts cannot shrink, and the rest does
  expect(sealed.length).toBeLessThan(256 * 32 + 4000)
  const both = sealVectors(key, vectors, 'file 0')
  expect(openVectors(key, both, 'file 0')).toEqual(vectors)
  expect(both.length).toBeLessThan(1024 + 512 + 300)
  expect(openVectors(key, sealVectors(key, [], 'x'), 'x')).toEqual([])
})

it('opens nothing under another key or name, nor what was altered or cut short', () => {
  const sealed = sealTexts(key, texts.slice(0, 2), 'file 0')
  const altered = Buffer.from(sealed)
  altered[40]! ^= 1
  for (const open of [
    () => openTexts(randomBytes(32), sealed, 'file 0'),
    () => openTexts(key, sealed, 'file 1'),
    () => openTexts(key, altered, 'file 0'),
    () => openTexts(key, sealed.subarray(0, -1), 'file 0'),
    () => openVectors(key, sealed, 'file 0'),
  ])
    expect(open).toThrow('it was altered, or sealed under another key or name')
})

it('seals a file as a whole, so that nothing in it is readable and none stands for another', () => {
  const plain = Buffer.from('PAR1 zanzibar')
  const sealed = sealArchive(key, plain, '2026-01-15.ab12')
  expect(sealed.includes('PAR1')).toBe(false)
  expect(openArchive(key, sealed, '2026-01-15.ab12')).toEqual(plain)
  expect(() => openArchive(key, sealed, '2026-01-15.ab13')).toThrow('not the file that its name says')
  expect(() => openArchive(randomBytes(32), sealed, '2026-01-15.ab12')).toThrow('altered')
  const swapped = Buffer.concat([Buffer.from('undercurrent-archive/1 2026-01-15.ab13\n'), sealed.subarray(39)])
  expect(() => openArchive(key, swapped, '2026-01-15.ab13')).toThrow('altered')
})
