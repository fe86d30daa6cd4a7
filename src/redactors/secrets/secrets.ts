import type { Rule } from '../rule.ts'
import { assignment } from './assignment.ts'
import { authorization } from './authorization.ts'
import { jsonWebToken } from './json-web-token.ts'
import { namedKey } from './named-key.ts'
import { passwordHash } from './password-hash.ts'
import { privateKey } from './private-key.ts'
import { urlCredentials } from './url-credentials.ts'
import { vendorKeys } from './vendor-key.ts'

/** What opens a door. */
export const secrets: readonly Rule[] = [
  privateKey,
  jsonWebToken,
  ...vendorKeys,
  namedKey,
  passwordHash,
  urlCredentials,
  authorization,
  assignment,
]
