import { existsSync } from 'node:fs'
import { type Config, yamlMapping } from '../config.ts'
import { Problem } from '../core/problem.ts'
import type { RetentionRule, RetentionSettings } from '../core/retention.ts'
import { checkRetention } from '../core/retention-check.ts'
import { retentionRules } from '../flow/retention-rules.ts'
import type { Redactor } from '../redactors/index.ts'

/** Faults told at once; the rest would mostly say the same again. */
const TOLD = 5

/** How long the house keeps events; no rules where it names no file. Throws CONFIG_INVALID. */
export const retentionOf = (
  { retention_file }: Pick<Config, 'retention_file'>,
  { identifier }: Pick<Redactor, 'identifier'>,
): RetentionRule[] => (retention_file === '' ? [] : retentionRules(readRetentionFile(retention_file), identifier))

/**
 * A retention file, in YAML. Throws Problem CONFIG_INVALID that names the file, the places within it (JSON Pointers) and
 * what may stand there.
 */
export function readRetentionFile(path: string): RetentionSettings {
  if (!existsSync(path)) throw new Problem('CONFIG_INVALID', `there is no retention file ${path}`)
  const value = yamlMapping(path)
  const faults = checkRetention(value)
  if (faults.length === 0) return value as RetentionSettings
  const told = faults.slice(0, TOLD).map((fault) => `${fault.path || 'the whole'} ${fault.message}`)
  const more = faults.length > TOLD ? `; and ${faults.length - TOLD} more` : ''
  throw new Problem('CONFIG_INVALID', `${path}: ${told.join('; ')}${more}`)
}
