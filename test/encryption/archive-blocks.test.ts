import { expect, test } from 'vitest'
import { openTexts, sealTexts } from '../../src/encryption/archive-blocks.ts'

const KEY = new Uint8Array(32).fill(7)
const salt = new Uint8Array(32).fill(1)

test('each event of a block gets its marks back in their order, also where another has fewer', () => {
  const mark = (concept: string, version: number, p: number) => ({ concept, version, p })
  const texts = [
    { salt, text: '{"a":1}', marks: [mark('refusal', 1, 0.5)] },
    {
      salt,
      text: '{"a":2}',
      marks: [mark('indirect-injection', 1, 0.25), mark('refusal', 1, 0), mark('refusal', 2, 1)],
    },
    { salt, text: '{"a":3}', marks: [] },
  ]
  expect(openTexts(KEY, sealTexts(KEY, texts, 'file 1'), 'file 1')).toEqual(texts)
})
