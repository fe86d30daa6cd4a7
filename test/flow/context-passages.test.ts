import { describe, expect, it } from 'vitest'
import { contextPassages } from '../../src/flow/context-passages.ts'

describe('passages of what a model read', () => {
  it('are sentences and lines, short ones joined', () => {
    expect(
      contextPassages(['The first sentence is long enough. Yes. No. And this is the second one.\nA line of its own']),
    ).toEqual(['The first sentence is long enough.', 'Yes. No. And this is the second one.', 'A line of its own'])
  })

  it('keep a fenced block with the line before it', () => {
    expect(
      contextPassages(['Add this to your code:\n```\nimport os\nos.remove("a")\n```\nThat is all for today.']),
    ).toEqual(['Add this to your code:\n```\nimport os\nos.remove("a")\n```', 'That is all for today.'])
  })

  it('say the same thing once, and nothing where nothing is', () => {
    const twice = 'The same long line of a document.'
    expect(contextPassages([twice, `${twice}\n\n`, '', ' \n '])).toEqual([twice])
    expect(contextPassages([])).toEqual([])
  })

  it('read the beginning and the end of what is too long', () => {
    const long = `first sentence of the document. ${'x'.repeat(200_000)}. last sentence of the document.`
    const passages = contextPassages([long])
    expect(passages[0]).toContain('first sentence')
    expect(passages.at(-1)).toContain('last sentence')
    expect(passages.join('').length).toBeLessThan(70_000)
    expect(Math.max(...passages.map(({ length }) => length))).toBeLessThan(1_500)
  })

  it('are bounded, however many texts there are', () => {
    const passages = contextPassages(Array.from({ length: 10_000 }, (_, i) => `${i} ${'word '.repeat(500)}`))
    expect(passages.join('').length).toBeLessThan(80_000)
  })

  it('of a block that is never closed end somewhere', () => {
    const lines = Array.from({ length: 1_000 }, (_, i) => `line ${i} of the code`)
    const passages = contextPassages([`\`\`\`\n${lines.join('\n')}`, `\`\`\`\n${'x'.repeat(9_000)}`])
    expect(passages.length).toBeGreaterThan(10)
    expect(Math.max(...passages.map(({ length }) => length))).toBeLessThan(1_500)
  })
})
