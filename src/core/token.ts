import type { Read, Role } from './key.ts'

/** Who an access token speaks for, as its claims say. */
export interface TokenHolder {
  subject: string
  /** What he may do now, in the order in which the roles are listed. */
  roles: readonly { role: Role; read: Read }[]
  /** Roles that he has and that ask for an authentication by more than one factor, which the token does not tell of. */
  withoutMfa: readonly Role[]
  /** The only tenant that he sees; null for all. */
  tenant_id: string | null
}

/**
 * Reads an access token; null where it is none of the issuer's, not for this service, or not valid at this time.
 * Throws ISSUER_UNREACHABLE where the issuer's keys cannot be had.
 */
export type ReadToken = (text: string) => Promise<TokenHolder | null>
