import type { Config } from '../config.ts'
import { createRedactor, type Redactor } from '../redactors/index.ts'
import { keyFor, masterKey } from './key-file.ts'

/** The redactor of a data directory: its pseudonyms hang on the master key. Throws CONFIG_INVALID. */
export function openRedactor(config: Config): Redactor {
  return createRedactor({
    key: keyFor(masterKey(config.key_file), 'pseudonym'),
    maxFieldBytes: config.field_limit_bytes,
  })
}
