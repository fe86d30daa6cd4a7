import type { Config } from '../config.ts'
import type { Clock } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { ReadToken } from '../core/token.ts'
import { tokenReader } from '../oidc/access-token.ts'
import { issuerKeys } from '../oidc/issuer-keys.ts'

/** Reads access tokens of the issuer that the configuration names; null where it names none. Throws CONFIG_INVALID. */
export function openTokens(config: Config, clock: Clock): ReadToken | null {
  const { oidc_issuer: issuer, oidc_audience: audience, oidc_jwks_url: address } = config
  if (issuer === '') return null
  if (audience === '')
    throw new Problem('CONFIG_INVALID', 'oidc_issuer asks for oidc_audience: the aud of this service')
  if (!isSafe(address))
    throw new Problem('CONFIG_INVALID', 'oidc_issuer asks for oidc_jwks_url: the https address of its keys')
  const rules = {
    issuer,
    audience,
    rolesClaim: config.oidc_roles_claim,
    tenantClaim: config.oidc_tenant_claim,
    mfaFor: config.oidc_mfa_for,
    mfaValues: config.oidc_mfa_values.split(/[\s,]+/).filter((value) => value !== ''),
  }
  return tokenReader(rules, issuerKeys(address), clock)
}

/** Over TLS, or on this machine: whoever changes the keys on their way is any role. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && /^(127\.0\.0\.1|\[::1\]|localhost)$/.test(hostname))
}
