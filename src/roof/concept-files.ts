import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { conceptOf } from '../concepts/classifier.ts'
import { rememberingFeatures } from '../concepts/features.ts'
import type { Concept, FittedConcept } from '../core/concept.ts'
import { Problem } from '../core/problem.ts'

/** The concepts that come with the package: every `models/concepts/*.json`. Throws Problem MODEL_BROKEN naming a file that is none. */
export function readConcepts(modelsDir: string): Concept[] {
  const folder = join(modelsDir, 'concepts')
  let names: string[]
  try {
    names = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch (error) {
    throw new Problem('MODEL_BROKEN', `the folder ${folder} is missing: install the package again`, { cause: error })
  }
  const read = rememberingFeatures()
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
