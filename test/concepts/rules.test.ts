import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SOURCES } from '../../bench/concepts/index.ts'
import { quality } from '../../src/concepts/calibrate.ts'
import { conceptOf } from '../../src/concepts/classifier.ts'
import { loopIn } from '../../src/concepts/rules/loop.ts'
import { RULES } from '../../src/concepts/rules/rules.ts'
import { truncated } from '../../src/concepts/rules/truncated.ts'
import { scoreConcepts } from '../../src/flow/mark.ts'
import { readConcepts } from '../../src/roof/concept-files.ts'
import { cpuMs } from '../cpu-time.ts'

const shipped = readConcepts(join(import.meta.dirname, '../../models'))
const named = (name: string) => shipped.find((one) => one.name === name)!

describe.each(Object.keys(RULES))('the rule %s', (name) => {
  it('tells texts by hand apart', () => {
    const texts = SOURCES.find((source) => source.name === name)!.texts()
    const judged = texts.map(({ text, label }) => ({ p: RULES[name]!(text, {}), label }))
    const { precision, recall } = quality(judged, 0.5)
    expect(precision).toBeGreaterThanOrEqual(0.8)
    expect(recall).toBeGreaterThanOrEqual(0.7)
  })

  it('answers any text in good time with a share', () => {
    const huge = ['a', ' ', '(', '```\n', '| 1.00 ', 'x = ', '\n', '. ', '1,000 ', '<', '"a": ', 'select '].map(
      (piece) => piece.repeat(200_000),
    )
    const took = cpuMs(() => {
      for (const text of ['', ' ', '\u0000', ...huge]) {
        const p = RULES[name]!(text, {})
        expect(p).toBeGreaterThanOrEqual(0)
        expect(p).toBeLessThanOrEqual(1)
      }
    })
    expect(took).toBeLessThan(3_000)
  })
})

describe('a truncated answer', () => {
  it('is told by the reason that the model gave, however it is written', () => {
    for (const finish_reason of ['length', 'max_tokens', 'MAX_TOKENS', 'max_output_tokens'])
      expect(truncated('All done.', { finish_reason })).toBeGreaterThan(0.9)
    expect(truncated('All done.', { finish_reason: 'stop' })).toBeLessThan(0.1)
  })

  it('may be blank, unless a tool was called', () => {
    expect(truncated('  \n', { finish_reason: 'stop' })).toBeGreaterThan(0.9)
    expect(truncated('', { finish_reason: 'tool_calls' })).toBeLessThan(0.1)
  })

  it('is marked where the answer is blank, which other concepts pass over', () => {
    const marks = scoreConcepts(shipped, 1, { response: '' }, {}, '', { finish_reason: 'stop' })
    expect(marks.map(({ concept }) => concept)).toEqual(['truncated'])
    expect(scoreConcepts(shipped, 1, {}, {}, '')).toEqual([])
  })
})

describe('a loop', () => {
  const loopOf = (text: string) => {
    const loop = loopIn(text)!
    return { ...loop, said: text.slice(loop.start, loop.end) }
  }

  it('is the phrase that comes most often in a row, and what follows is its tail', () => {
    const text = `Of course. ${'poem '.repeat(50)}\nJ. Harrow, Quay Street 14`
    expect(loopOf(text)).toMatchObject({ period: 1, times: 50 })
    expect(text.slice(loopIn(text)!.end)).toBe(' \nJ. Harrow, Quay Street 14')
    expect(loopOf('so: the cat sat, '.repeat(9))).toMatchObject({ period: 4, times: 9 })
    expect(loopOf('x'.repeat(100))).toMatchObject({ times: 100, said: 'x'.repeat(100) })
  })

  it('is found at the end of a text that is longer than what is read', () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `word${i}`).join(' ')
    expect(loopOf(`${words} ${'again '.repeat(60)}`)).toMatchObject({ period: 1, times: 60 })
    expect(loopIn(words)).toBeNull()
  })

  it('is not made of numbers, nor of one time', () => {
    for (const text of ['0, '.repeat(500), 'one two three', '']) expect(loopIn(text)).toBeNull()
  })
})

it('a concept whose rule is unknown is refused by name', () => {
  const { fitted } = named('code')
  for (const rule of ['none', 'toString', '__proto__'])
    expect(() => conceptOf({ ...fitted, weights: { rule } })).toThrow(/concept code is damaged: there is no rule/)
})
