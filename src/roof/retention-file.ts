import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import type { RetentionRule, RetentionSettings } from '../core/retention.ts'
import { checkRetention } from '../core/retention-check.ts'
import { retentionRules } from '../flow/retention-rules.ts'
import type { Redactor } from '../redactors/index.ts'
import { checkedYaml } from './checked-yaml.ts'
import { located } from './located.ts'

/** How long the house keeps events; no rules where it names no file. Throws CONFIG_INVALID. */
export const retentionOf = (
  { retention_file }: Pick<Config, 'retention_file'>,
  { identifier }: Pick<Redactor, 'identifier'>,
): RetentionRule[] => (retention_file === '' ? [] : retentionRules(readRetentionFile(retention_file), identifier))

/**
 * A retention file, in YAML; where the archive lies is taken from where the file does. Throws Problem CONFIG_INVALID that names the file, the places within it (JSON Pointers) and
 * what may stand there.
 */
export function readRetentionFile(path: string): RetentionSettings {
  const { archive, ...settings } = checkedYaml(path, 'retention file', checkRetention) as RetentionSettings
  return archive === undefined
    ? settings
    : { ...settings, archive: located(archive, dirname(path)) as NonNullable<typeof archive> }
}
