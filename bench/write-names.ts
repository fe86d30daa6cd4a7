import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/config.ts'
import type { FittedConcept } from '../src/core/concept.ts'
import { SOURCES } from './concepts/index.ts'

/**
 * Brings the words by which questions call the shipped concepts from their sources into models/concepts, and leaves what
 * was fitted as it is. Usage: node dist/bench/write-names.js
 */
for (const { name, aliases, nouns } of SOURCES) {
  const file = join(packageRoot, 'models/concepts', `${name}.json`)
  const { nouns: _, ...fitted } = JSON.parse(readFileSync(file, 'utf8')) as FittedConcept
  // in the order in which a fit writes them
  const entries = Object.entries(fitted).flatMap(([key, value]) =>
    key === 'aliases' ? [[key, aliases], ...(nouns === undefined ? [] : [['nouns', nouns]])] : [[key, value]],
  )
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(entries))}\n`)
}
