import { expect, it } from 'vitest'
import { highlight } from '../../../src/flow/search/highlight.ts'
import { cpuMs } from '../../cpu-time.ts'

it('marks phrases whole and words alone', () => {
  expect(highlight('The capital of France is the capital.', ['capital of france', 'capital'])).toEqual([
    'The «capital of France» is the «capital».',
  ])
})

it('marks a run of a script without spaces in one piece, and one letter of it alone', () => {
  expect(highlight('如何重置密码？', ['重置', '置密', '密码'])).toEqual(['如何«重置密码»？'])
  expect(highlight('三毛猫と犬', ['猫'])).toEqual(['三毛«猫»と犬'])
})

it('shows accents as they stand', () => {
  expect(highlight('Une CRÊPE, s’il vous plaît', ['crepe'])).toEqual(['Une «CRÊPE», s’il vous plaît'])
  expect(highlight('Une cre\u0302pe', ['crepe'])).toEqual(['Une «crêpe»'])
})

it('puts the passage with most of the terms first', () => {
  const text = `alpha ${'x '.repeat(100)} alpha beta ${'x '.repeat(100)} beta`
  expect(highlight(text, ['alpha', 'beta'])![0]).toContain('«alpha» «beta»')
})

it('says nothing where nothing matches', () => {
  expect(highlight('nothing here', ['needle'])).toBeUndefined()
  expect(highlight('nothing here', [])).toBeUndefined()
  expect(highlight('nothing', ['->'])).toBeUndefined()
})

it('does bounded work over hostile text', () => {
  const terms = Array.from({ length: 32 }, (_, i) => `a ${'a '.repeat(i)}b`)
  let passages: string[] = []
  expect(cpuMs(() => (passages = highlight('a '.repeat(5_000_000), [...terms, 'a'])!))).toBeLessThan(5_000)
  expect(passages.join('').length).toBeLessThan(2_000)
})
