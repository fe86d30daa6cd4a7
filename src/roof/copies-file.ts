import { dirname } from 'node:path'
import type { CopiesSettings } from '../core/copies.ts'
import { checkCopies } from '../core/copies-check.ts'
import { checkedYaml } from './checked-yaml.ts'
import { located } from './located.ts'

/**
 * A copies file, in YAML; paths within it are taken from where it lies. Throws Problem CONFIG_INVALID that names the file,
 * the places within it (JSON Pointers) and what may stand there.
 */
export function readCopiesFile(path: string): CopiesSettings {
  return located(checkedYaml(path, 'copies file', checkCopies), dirname(path)) as CopiesSettings
}
