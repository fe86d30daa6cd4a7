import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/config.ts'
import { readConcepts } from '../src/roof/concept-files.ts'
import { cardsPage } from './concept-cards.ts'

/** Writes docs/concepts.md from the cards of the shipped concepts. Usage: node dist/bench/write-cards.js */
const concepts = readConcepts(join(packageRoot, 'models')).map(({ fitted }) => fitted)
writeFileSync(join(packageRoot, 'docs/concepts.md'), cardsPage(concepts))
