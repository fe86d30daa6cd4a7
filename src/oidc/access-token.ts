import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { READS, type Read, ROLES, type Role, TEXT_ROLES } from '../core/key.ts'
import type { Clock } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { ReadToken, TokenHolder } from '../core/token.ts'

/** What is asked of a token, and where in it roles and tenant are told. */
export interface TokenRules {
  issuer: string
  audience: string
  /** Claim of the roles: a list, or a text with blanks; a dot leads into a claim. */
  rolesClaim: string
  /** Claim of the tenant; `*` in it stands for all. Empty: every token is of all tenants. */
  tenantClaim: string
  /** Who must have authenticated by more than one factor: admins, or whoever sees texts. */
  mfaFor: 'admin' | 'text'
  /** Values of `acr` or among `amr` that tell of it. */
  mfaValues: readonly string[]
}

/** Signatures alone: a key that is shared or absent proves nothing. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
  ...['EdDSA', 'Ed25519'],
]
/** Clocks differ by this much, in seconds. */
const TOLERANCE_S = 30
/** Longest token, in characters; longer ones are not looked at. */
const TOKEN_LENGTH = 8_192
/** Where the texts of events are kept from a role: `analyst:metadata`. */
const NAMED = new RegExp(`^(${ROLES.join('|')})(?::(${READS.join('|')}))?$`)

/**
 * Reads access tokens as RFC 9068 has them: a signature of the issuer's keys, `typ` at+jwt, `iss`, `aud`, `exp`, `iat`,
 * `sub`, `client_id` and `jti`. A token whose roles or tenant are not told opens nothing.
 * @param keys the issuer's keys, as `jose` makes them of a JWKS
 */
export function tokenReader(rules: TokenRules, keys: JWTVerifyGetKey, clock: Clock): ReadToken {
  return async (text) => {
    if (text.length > TOKEN_LENGTH) return null
    try {
      const { payload } = await jwtVerify(text, keys, {
        issuer: rules.issuer,
        audience: rules.audience,
        algorithms: ALGORITHMS,
        typ: 'at+jwt',
        requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti'],
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(clock.now() / 1000),
      })
      return holderOf(payload, rules)
    } catch (error) {
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid)) return null
      throw new Problem('ISSUER_UNREACHABLE', 'the keys of the token issuer cannot be had; try again later', {
        cause: error,
      })
    }
  }
}

function holderOf(payload: JWTPayload, rules: TokenRules): TokenHolder | null {
  const tenant_id = tenantOf(payload, rules.tenantClaim)
  if (tenant_id === undefined || payload.sub === undefined || payload.sub === '') return null
  const named = rolesOf(claimOf(payload, rules.rolesClaim))
  const passes = hasMfa(payload, rules.mfaValues)
  const asks = ({ role, read }: { role: Role; read: Read }) =>
    !passes && (role === 'admin' || (rules.mfaFor === 'text' && read === 'text'))
  return {
    subject: payload.sub,
    tenant_id,
    roles: named.filter((one) => !asks(one)),
    withoutMfa: named.filter(asks).map(({ role }) => role),
  }
}

/** Of a role that is named twice, the lesser reading. */
function rolesOf(claim: unknown): { role: Role; read: Read }[] {
  const names = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : []
  const found = names.flatMap(
    (name) => (typeof name === 'string' ? (NAMED.exec(name)?.slice(1) ?? []) : []) as string[],
  )
  const readings = new Map<Role, Read>()
  for (let i = 0; i < found.length; i += 2) {
    const role = found[i] as Role
    const read = TEXT_ROLES.includes(role) ? ((found[i + 1] as Read | undefined) ?? 'text') : 'metadata'
    if (readings.get(role) !== 'metadata') readings.set(role, read)
  }
  return ROLES.flatMap((role) => {
    const read = readings.get(role)
    return read === undefined ? [] : [{ role, read }]
  })
}

/** Undefined where the token does not tell. */
function tenantOf(payload: JWTPayload, claim: string): string | null | undefined {
  if (claim === '') return null
  const value = claimOf(payload, claim)
  if (typeof value !== 'string' || !/^.{1,512}$/su.test(value)) return undefined
  return value === '*' ? null : value
}

function hasMfa({ acr, amr }: JWTPayload, values: readonly string[]): boolean {
  const told = [acr, ...(Array.isArray(amr) ? amr : [])]
  return told.some((one) => typeof one === 'string' && values.includes(one))
}

/** A claim by its name, else by the path that its dots make: names may have dots of their own, as URLs do. */
function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name]
  let at: unknown = payload
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Record<string, unknown>)[part]
  }
  return at
}
