import type { Rule } from '../rule.ts'
import { assignment } from './assignment.ts'
import { authorization } from './authorization.ts'
import { callCredentials } from './call-credentials.ts'
import { commandPasswords } from './command-password.ts'
import { jsonWebToken } from './json-web-token.ts'
import { kubernetesSecret } from './kubernetes-secret.ts'
import { namedKey } from './named-key.ts'
import { passwordHashes } from './password-hash.ts'
import { privateKey } from './private-key.ts'
import { randomToken } from './random-token.ts'
import { spokenAnswer } from './spoken-answer.ts'
import { spokenSecret } from './spoken-secret.ts'
import { tabledSecret } from './tabled-secret.ts'
import { urlCredentials } from './url-credentials.ts'
import { vendorKeys } from './vendor-key.ts'

/** What opens a door. */
export const secrets: readonly Rule[] = [
  privateKey,
  jsonWebToken,
  ...vendorKeys,
  namedKey,
  ...passwordHashes,
  urlCredentials,
  authorization,
  ...commandPasswords,
  callCredentials,
  kubernetesSecret,
  assignment,
  tabledSecret,
  spokenSecret,
  spokenAnswer,
  randomToken,
]
