import { existsSync } from 'node:fs'
import { type Config, yamlMapping } from '../config.ts'
import { type FieldError, Problem } from '../core/problem.ts'
import type { RedactionPolicy } from '../core/redaction-policy.ts'
import { checkPolicy } from '../core/redaction-policy-check.ts'
import { faultsOf } from '../redactors/policy.ts'

/** Faults told at once; the rest would mostly say the same again. */
const TOLD = 5

/** What the house decides about what it keeps: its redaction file, or the standard where it names none. Throws CONFIG_INVALID. */
export const redactionPolicy = ({ redaction_file }: Pick<Config, 'redaction_file'>): RedactionPolicy =>
  redaction_file === '' ? {} : readRedactionFile(redaction_file)

/**
 * A redaction file, in YAML. Throws Problem CONFIG_INVALID that names the file, the places within it (JSON Pointers) and
 * what may stand there.
 */
export function readRedactionFile(path: string): RedactionPolicy {
  if (!existsSync(path)) throw new Problem('CONFIG_INVALID', `there is no redaction file ${path}`)
  const value = yamlMapping(path)
  const shape = checkPolicy(value)
  // what has the wrong shape cannot be looked into
  const errors: readonly FieldError[] = shape.length > 0 ? shape : faultsOf(value as RedactionPolicy)
  if (errors.length === 0) return value as RedactionPolicy
  const told = errors.slice(0, TOLD).map((error) => `${error.path || 'the whole'} ${error.message}`)
  const more = errors.length > TOLD ? `; and ${errors.length - TOLD} more` : ''
  throw new Problem('CONFIG_INVALID', `${path}: ${told.join('; ')}${more}`, { errors })
}
