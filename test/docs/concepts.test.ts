import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cardsPage } from '../../bench/concept-cards.ts'
import { SOURCES } from '../../bench/concepts/index.ts'
import { readConcepts } from '../../src/roof/concept-files.ts'

const root = join(import.meta.dirname, '../..')
const concepts = readConcepts(join(root, 'models')).map(({ fitted }) => fitted)

it('shows the cards of the concepts as they are shipped: node dist/bench/write-cards.js writes it anew', () => {
  expect(readFileSync(join(root, 'docs/concepts.md'), 'utf8')).toBe(cardsPage(concepts))
})

it('has a source for every shipped concept, and a shipped concept for every source', () => {
  expect(concepts.map(({ name }) => name).sort()).toEqual(SOURCES.map(({ name }) => name).sort())
  for (const { name, description, version, reads, aliases, nouns } of SOURCES)
    expect(concepts.find((one) => one.name === name)).toMatchObject({
      description,
      version,
      reads,
      aliases,
      ...(nouns && { nouns }),
    })
})

it('says of every concept what it means, what it is mistaken for and how well it is told', () => {
  for (const { name, card } of concepts) {
    expect(card?.definition, name).toBeTruthy()
    expect(card?.confusions.length, name).toBeGreaterThan(0)
    expect(card?.measured.length, name).toBeGreaterThan(0)
  }
})

it('holds out no text that is fitted on', () => {
  for (const source of SOURCES) {
    const texts = source.texts()
    const fitted = new Set(texts.flatMap(({ text, part }) => (part === 'fit' ? [text] : [])))
    expect(texts.filter(({ text, part }) => part === 'held-out' && fitted.has(text))).toEqual([])
  }
})
