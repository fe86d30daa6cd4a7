import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { conceptOf } from '../concepts/classifier.ts'
import { corrected } from '../concepts/correct.ts'
import { rememberingFeatures } from '../concepts/features.ts'
import type { Concept, FittedConcept } from '../core/concept.ts'
import type { Engine, Part } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { type ConceptSource, conceptSource } from '../flow/concepts/source.ts'

/** Concepts of the package and of the store, as they stand whenever it is asked. Throws as readConcepts does. */
export function openConcepts(modelsDir: string, engine: Pick<Engine, 'records'>): ConceptSource {
  const read = rememberingFeatures()
  return conceptSource({
    engine,
    builtIn: readConcepts(modelsDir, read),
    make: (fitted, correction) => {
      const concept = conceptOf(fitted, read)
      return correction === null ? concept : corrected(concept, correction)
    },
  })
}

/** The concepts that come with the package: every `models/concepts/*.json`. Throws Problem MODEL_BROKEN naming a file that is none. */
export function readConcepts(modelsDir: string, read = rememberingFeatures()): Concept[] {
  const folder = join(modelsDir, 'concepts')
  let names: string[]
  try {
    names = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch (error) {
    throw new Problem('MODEL_BROKEN', `the folder ${folder} is missing: install the package again`, { cause: error })
  }
  return names.map((name) => {
    try {
      return conceptOf(JSON.parse(readFileSync(join(folder, name), 'utf8')) as FittedConcept, read)
    } catch (error) {
      throw new Problem('MODEL_BROKEN', `${join(folder, name)} holds no concept: install the package again`, {
        cause: error,
      })
    }
  })
}

/** Ordinary prompts and responses that come with the package, by which a concept of few examples learns what is not meant. English. Throws Problem MODEL_BROKEN. */
export function readBackground(modelsDir: string): Readonly<Record<Part, readonly string[]>> {
  const file = join(modelsDir, 'background/en.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<Part, string[]>
  } catch (error) {
    throw new Problem('MODEL_BROKEN', `${file} is missing or damaged: install the package again`, { cause: error })
  }
}
