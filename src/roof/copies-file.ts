import { dirname, resolve } from 'node:path'
import type { CopiesSettings } from '../core/copies.ts'
import { checkCopies } from '../core/copies-check.ts'
import { checkedYaml } from './checked-yaml.ts'

/**
 * A copies file, in YAML; paths within it are taken from where it lies. Throws Problem CONFIG_INVALID that names the file,
 * the places within it (JSON Pointers) and what may stand there.
 */
export function readCopiesFile(path: string): CopiesSettings {
  return located(checkedYaml(path, 'copies file', checkCopies), dirname(path)) as CopiesSettings
}

/** Settings that name a file or a folder. */
const PATHS = new Set(['path', 'file', 'ca_file', 'tsa_ca_file', 'client_cert_file', 'client_key_file'])

function located(value: unknown, base: string): unknown {
  if (Array.isArray(value)) return value.map((one) => located(one, base))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      PATHS.has(name) && typeof one === 'string' ? resolve(base, one) : located(one, base),
    ]),
  )
}
