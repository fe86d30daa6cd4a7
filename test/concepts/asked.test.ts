import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readQuestion } from '../../src/concepts/read-question.ts'
import { readConcepts } from '../../src/roof/concept-files.ts'
import { now } from './questions.ts'

const shipped = readConcepts(join(import.meta.dirname, '../../models'))

/**
 * A half, a concept and a question in each line; no concept where none is meant. Written down before the words of the
 * concepts were grown: with the half in view, the other held out.
 */
const rows = readFileSync(join(import.meta.dirname, 'asked.tsv'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [half: string, concept: string, q: string])

const namedIn = (q: string) => readQuestion(q, shipped, now).concepts.map(({ name }) => name)

describe('the shipped concepts', () => {
  it.each([
    // what was understood when it was written
    ['in view', 75, 75],
    ['held out', 65, 75],
  ])('are understood in the words of people: those %s', (half, least, of) => {
    const asked = rows.filter(([part, concept]) => part === half && concept !== '')
    expect(asked).toHaveLength(of)
    const understood = asked.filter(([, concept, q]) => namedIn(q).join() === concept)
    expect(understood.length).toBeGreaterThanOrEqual(least)
  })

  it('are not seen in what merely has a word of theirs', () => {
    const others = rows.filter(([, concept]) => concept === '')
    expect(others.length).toBeGreaterThan(140)
    expect(others.filter(([, , q]) => namedIn(q).length > 0)).toEqual([])
  })
})
