import { existsSync } from 'node:fs'
import { type Config, yamlMapping } from '../config.ts'
import { type FieldError, Problem } from '../core/problem.ts'
import type { RedactionPolicy } from '../core/redaction-policy.ts'
import { checkPolicy } from '../core/redaction-policy-check.ts'
import { conceptFaults } from '../flow/keep-rules.ts'
import { faultsOf } from '../redactors/policy.ts'
import { readConcepts } from './concept-files.ts'

/** Faults told at once; the rest would mostly say the same again. */
const TOLD = 5

/** What the house decides about what it keeps: its redaction file, or the standard where it names none. Throws CONFIG_INVALID. */
export const redactionPolicy = (config: Pick<Config, 'redaction_file' | 'models_dir'>): RedactionPolicy =>
  config.redaction_file === '' ? {} : readRedactionFile(config.redaction_file, config)

/**
 * A redaction file, in YAML. Throws Problem CONFIG_INVALID that names the file, the places within it (JSON Pointers) and
 * what may stand there.
 */
export function readRedactionFile(path: string, { models_dir }: Pick<Config, 'models_dir'>): RedactionPolicy {
  if (!existsSync(path)) throw new Problem('CONFIG_INVALID', `there is no redaction file ${path}`)
  const value = yamlMapping(path)
  const shape = checkPolicy(value)
  // what has the wrong shape cannot be looked into
  const errors = shape.length > 0 ? shape : meantFaults(value as RedactionPolicy, models_dir)
  if (errors.length === 0) return value as RedactionPolicy
  const told = errors.slice(0, TOLD).map((error) => `${error.path || 'the whole'} ${error.message}`)
  const more = errors.length > TOLD ? `; and ${errors.length - TOLD} more` : ''
  throw new Problem('CONFIG_INVALID', `${path}: ${told.join('; ')}${more}`)
}

function meantFaults(policy: RedactionPolicy, modelsDir: string): FieldError[] {
  const asks = (policy.withhold ?? []).length > 0
  const concepts = asks
    ? conceptFaults(
        policy,
        readConcepts(modelsDir).map(({ name }) => name),
      )
    : []
  return [...faultsOf(policy), ...concepts]
}
