import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConcepts } from '../src/roof/concept-files.ts'
import { cardsPage } from './concept-cards.ts'

/** Writes docs/concepts.md from the cards of the shipped concepts. Usage: node dist/bench/write-cards.js */
const root = join(import.meta.dirname, import.meta.dirname.includes('dist') ? '../..' : '..')
const concepts = readConcepts(join(root, 'models')).map(({ fitted }) => fitted)
writeFileSync(join(root, 'docs/concepts.md'), cardsPage(concepts))
