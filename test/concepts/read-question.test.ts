import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { piecesOf } from '../../src/concepts/question-pieces.ts'
import { readQuestion } from '../../src/concepts/read-question.ts'
import { interpretationOf } from '../../src/flow/search/interpretation.ts'
import { cpuMs } from '../cpu-time.ts'
import { concepts, now } from './questions.ts'

const read = (q: string) => interpretationOf(readQuestion(q, concepts, now)) ?? {}

/** A question and what it is taken for, as JSON, in each line; times in it are cut after the last figure that is not 0. */
const rows = readFileSync(join(import.meta.dirname, 'questions.tsv'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split('\t') as [q: string, expected: string])

const short = (told: unknown) =>
  JSON.stringify(told)
    .replaceAll(/(?::00)?\.000000Z/g, 'Z')
    .replaceAll('T00:00Z', '')

describe('a question in words', () => {
  it('has a table of more than 200 rows', () => expect(rows.length).toBeGreaterThan(200))

  it.each(rows)('is read by rules: %s', (q, expected) => expect(short(read(q))).toBe(expected))

  it('that was pasted is meaning, all of it', () => {
    const q = `all refusals user:bob since Monday ${'and so on '.repeat(60)}`
    expect(read(q)).toEqual({ meaning: q.trim() })
  })

  it('is read in the documentation as it is read here', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/search.md'), 'utf8')
    const told = [...docs.matchAll(/^\| `(?<q>[^`]+)` \| `(?<json>\{[^`]*\})` \|$/gm)].map(({ groups }) => groups!)
    expect(told.length).toBeGreaterThan(30)
    for (const { q, json } of told) expect([q, short(read(q!))]).toEqual([q, json])
  })
})

describe('whatever is asked', () => {
  const bits = fc.constantFrom(
    'all',
    'refusals',
    'since',
    'Monday',
    'not',
    'but',
    'except',
    'from',
    'user',
    'bob',
    'user:',
    ':',
    '"',
    '“',
    '”',
    '-',
    'latency:>',
    '2s',
    '..',
    'between',
    '9',
    'and',
    '11',
    '2026-01-01',
    '/',
    'yesterday',
    'who',
    'about',
    'x',
    '\n',
    '🙂',
    '\ud800',
  )
  const questions = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc.array(bits, { maxLength: 80 }).map((list) => list.join(' ')),
    fc.array(bits, { maxLength: 120 }).map((list) => list.join('')),
  )

  it('is read, and every character is taken for something or is meaning', () => {
    fc.assert(
      fc.property(questions, (q) => {
        const { parts, meaning, phrases, not } = readQuestion(q, concepts, now)
        let at = 0
        for (const { from, to } of parts) {
          expect(from).toBe(at)
          expect(to).toBeGreaterThan(from)
          at = to
        }
        if (q.trim() !== '') expect(at).toBe(q.length)
        for (const text of [meaning, ...phrases, ...not.meanings, ...not.words, ...not.phrases])
          for (const piece of text.split(' ')) expect(q).toContain(piece)
        const said = parts.filter(({ as }) => as === 'meaning').map(({ from, to }) => q.slice(from, to))
        expect(meaning.replace(/\s+/g, '')).toBe(said.join('').replace(/\s+/g, ''))
      }),
      { numRuns: 500 },
    )
  })

  it('is read the same again as what is left of it', () => {
    fc.assert(
      fc.property(questions, (q) => {
        const once = readQuestion(q, concepts, now)
        expect(readQuestion(q, concepts, now)).toEqual(once)
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    ['quotation marks', '"'],
    ['opening marks', '“a'],
    ['minus signs', '-'],
    ['colons', 'a:'],
    ['exceptions', 'but not '],
    ['names', 'from user '],
    ['times', 'between 9 and '],
    ['dates', '2026-01-01/'],
    ['asking', 'who has been '],
  ])('is cut and read in a time that grows with its length alone: %s', (_, unit) => {
    const long = unit.repeat(100_000 / unit.length)
    expect(cpuMs(() => piecesOf(long))).toBeLessThan(2_000)
    const whole = unit.repeat(Math.floor(512 / unit.length))
    expect(cpuMs(() => readQuestion(whole, concepts, now))).toBeLessThan(1_000)
  })
})
