import { existsSync } from 'node:fs'
import { yamlMapping } from '../config.ts'
import { type FieldError, Problem } from '../core/problem.ts'

/** Faults told at once; the rest would mostly say the same again. */
const TOLD = 5

/**
 * A file of the house, in YAML, that is checked as a whole. Throws Problem CONFIG_INVALID that names the file, the places
 * within it (JSON Pointers) and what may stand there.
 * @param what the file is called, as in *there is no copies file*
 * @param faultsOf what keeps a value from being one; empty where nothing does
 */
export function checkedYaml(path: string, what: string, faultsOf: (value: unknown) => readonly FieldError[]): unknown {
  if (!existsSync(path)) throw new Problem('CONFIG_INVALID', `there is no ${what} ${path}`)
  const value = yamlMapping(path)
  const faults = faultsOf(value)
  if (faults.length === 0) return value
  const told = faults.slice(0, TOLD).map((fault) => `${fault.path || 'the whole'} ${fault.message}`)
  const more = faults.length > TOLD ? `; and ${faults.length - TOLD} more` : ''
  throw new Problem('CONFIG_INVALID', `${path}: ${told.join('; ')}${more}`)
}
