import type { Config } from '../config.ts'
import type { RedactionPolicy } from '../core/redaction-policy.ts'
import type { Secrets } from '../encryption/wrapped-keys.ts'
import { createRedactor, type Redactor } from '../redactors/index.ts'
import { keyFor, keyIn } from './key-file.ts'
import { redactionPolicy } from './redaction-file.ts'

/**
 * The redactor of a data directory, under its redaction file. Throws CONFIG_INVALID.
 * @param policy in place of that of the file
 */
export function openRedactor(
  config: Config,
  secrets: Secrets,
  policy: RedactionPolicy = redactionPolicy(config),
): Redactor {
  return createRedactor({
    key: pseudonymKey(config, secrets),
    policy,
    maxFieldBytes: config.field_limit_bytes,
    elapsed: () => performance.now(),
  })
}

/**
 * The key of pseudonyms and placeholders: that of a file of its own, made where it is absent, else one that hangs on the
 * root secret. Under another key old and new pseudonyms of the same value differ. Throws CONFIG_INVALID.
 */
export const pseudonymKey = ({ pseudonym_key_file }: Config, { root }: Secrets): Uint8Array =>
  pseudonym_key_file === '' ? keyFor(root, 'pseudonym') : keyIn(pseudonym_key_file, '--pseudonym-key-file')
