import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { yamlMapping } from '../config.ts'
import type { CopiesSettings } from '../core/copies.ts'
import { checkCopies } from '../core/copies-check.ts'
import { Problem } from '../core/problem.ts'

/** Faults told at once; the rest would mostly say the same again. */
const TOLD = 5

/**
 * A copies file, in YAML; paths within it are taken from where it lies. Throws Problem CONFIG_INVALID that names the file,
 * the places within it (JSON Pointers) and what may stand there.
 */
export function readCopiesFile(path: string): CopiesSettings {
  if (!existsSync(path)) throw new Problem('CONFIG_INVALID', `there is no copies file ${path}`)
  const value = yamlMapping(path)
  const faults = checkCopies(value)
  if (faults.length === 0) return located(value, dirname(path)) as CopiesSettings
  const told = faults.slice(0, TOLD).map((fault) => `${fault.path || 'the whole'} ${fault.message}`)
  const more = faults.length > TOLD ? `; and ${faults.length - TOLD} more` : ''
  throw new Problem('CONFIG_INVALID', `${path}: ${told.join('; ')}${more}`)
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
