import type { Config } from '../config.ts'
import type { Clock } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { ReadToken } from '../core/token.ts'
import { tokenReader } from '../oidc/access-token.ts'
import type { Reach } from '../oidc/issuer-document.ts'
import { issuerKeys } from '../oidc/issuer-keys.ts'
import { type KeySource, readKeySet } from '../oidc/key-set.ts'
import { httpRequest } from '../senders/http-request.ts'
import { mfaValues } from './mfa-values.ts'
import { isSafeUrl } from './safe-url.ts'

/** An issuer that does not answer by then is away. */
const TIMEOUT_MS = 5_000
/** Largest document of an issuer; sets of keys with certificates have some ten thousand bytes. */
const MOST_BYTES = 2 ** 18

/** Reads access tokens of the issuer that the configuration names; null where it names none. Throws CONFIG_INVALID. */
export function openTokens(config: Config, clock: Clock): ReadToken | null {
  const source = sourceOf(config)
  if (source === null) return null
  const rules = {
    issuer: source.issuer,
    audience: config.oidc_audience,
    rolesClaim: config.oidc_roles_claim,
    tenantClaim: config.oidc_tenant_claim,
    mfaFor: config.oidc_mfa_for,
    mfaValues: mfaValues(config),
  }
  const keys = issuerKeys(() => readKeySet(source, reach), clock)
  return tokenReader(rules, keys, clock)
}

/**
 * Whether the issuer can be asked for its keys now, in a few words. Throws CONFIG_INVALID, and ISSUER_UNREACHABLE, which
 * says what is wrong.
 */
export async function issuerState(config: Config): Promise<string> {
  const source = sourceOf(config)
  if (source === null) return 'none is set; keys alone open'
  const { keys } = await readKeySet(source, reach)
  if (keys.length === 0) throw new Problem('ISSUER_UNREACHABLE', `${source.issuer} has no keys: no token of it opens`)
  return `${source.issuer} shows ${keys.length} keys`
}

/** Null where no issuer is named. Throws CONFIG_INVALID. */
function sourceOf({ oidc_issuer: issuer, oidc_audience: audience, oidc_jwks_url: address }: Config): KeySource | null {
  if (issuer === '') return null
  if (audience === '')
    throw new Problem('CONFIG_INVALID', 'oidc_issuer asks for oidc_audience: the aud of this service')
  if (address !== '' && !isSafe(address))
    throw new Problem('CONFIG_INVALID', 'oidc_jwks_url must be the https address of the keys of the issuer')
  if (address === '' && (!isSafe(issuer) || /[?#]/.test(issuer)))
    throw new Problem(
      'CONFIG_INVALID',
      'oidc_issuer must be an https URL without query, or oidc_jwks_url must name the https address of its keys',
    )
  return { issuer, address }
}

const isSafe = (address: string) => URL.canParse(address) && isSafeUrl(new URL(address))

/** What whoever runs this service named may be on a private network; what an issuer tells of may not. */
const reach: Reach = async (url, told) =>
  await httpRequest(
    url,
    { method: 'GET', headers: { accept: 'application/json' }, mostBytes: MOST_BYTES },
    { allowPrivate: !told, allowedBy: 'oidc_jwks_url', timeoutMs: TIMEOUT_MS },
    new AbortController().signal,
  )
