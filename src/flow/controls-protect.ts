import { DAY } from '../core/window.ts'
import { deeds, type Look, policySince, told } from './compliance-probe.ts'
import { isLive } from './keys.ts'

const redaction: Look = (facts) => {
  const { strength, rules_sha256, policy_sha256, own_rules } = facts.house.redaction
  const before = facts.noted.get('redaction')?.strength ?? {}
  const weaker = Object.entries(before).filter(([aspect, was]) => (strength[aspect] ?? 0) < was)
  return {
    on: true,
    about: `${own_rules} rules of the house besides the built-in ones; policy ${policy_sha256.slice(0, 12)}`,
    faults: weaker.map(
      ([aspect, was]) =>
        `${aspect.replaceAll('_', ' ')}: ${strength[aspect] ?? 0} is weaker than the recorded ${was}; put the former redaction file back, or say that it is meant: undercurrent compliance accept redaction --by NAME`,
    ),
    since: policySince(facts, ['redaction/rules', 'redaction/policy']),
    strength,
    evidence: {
      rules_sha256,
      policy_sha256,
      own_rules,
      strength: { ...strength },
      applied_to_stored: deeds(facts, 'redaction.apply').n,
    },
  }
}

const SOURCES = { kms: 'AWS KMS', command: 'a command', variable: 'a variable', file: 'a file' } as const

const encryption: Look = (facts) => {
  const { source, fault } = facts.house.master_key
  const [rewrap, rekey] = [facts.audits.get('key.rewrap'), facts.audits.get('key.rekey')]
  return {
    on: true,
    about: `AES-256, each page with a code; the master key is from ${SOURCES[source]}`,
    faults: fault === null ? [] : [fault],
    notes:
      source === 'file'
        ? ['the master key is a file on this machine: who has the whole disk has both; `keys rewrap` moves it']
        : [],
    since: rewrap && { at: rewrap.last, from: 'the audit entry key.rewrap' },
    evidence: {
      master_key_source: source,
      last_rewrap: told(rewrap?.last),
      last_rekey: told(rekey?.last),
      cipher: 'SQLCipher 4 pages (AES-256-CBC, HMAC-SHA512); AES-256-GCM snapshots and bodies',
    },
  }
}

const tls: Look = ({ house: { listens }, now }) => {
  const { tls: served, loopback, host, fault } = listens
  const faults = [
    ...(fault === null ? [] : [fault]),
    ...(fault === null && served === null && !loopback
      ? [`plain HTTP is served on ${host}, beyond loopback: give tls_cert_file and tls_key_file`]
      : []),
    ...(served?.key_readable ? ['others can read the private key of the certificate: chmod 600 it'] : []),
    ...(served !== null && served.expires_at <= now ? ['the certificate has ended: put a new one there'] : []),
  ]
  const days = served === null ? null : Math.floor((served.expires_at - now) / DAY)
  return {
    on: served !== null || !loopback || fault !== null,
    about:
      served === null
        ? `plain HTTP on ${host}${loopback ? ', which does not leave the machine' : ''}`
        : `${served.min_version} or newer on ${host}`,
    faults,
    notes: days !== null && days >= 0 && days < 30 ? [`the certificate ends in ${days} days`] : [],
    ...(loopback ? { excused: 'nothing but loopback is listened on' } : {}),
    evidence: {
      host,
      loopback,
      tls: served !== null,
      min_version: served?.min_version ?? null,
      client_certificates: served?.client_certificates ?? null,
      certificate_expires_at: told(served?.expires_at),
    },
  }
}

/** Values of amr that tell of one factor, or of none (RFC 8176, section 2): all but `mfa`; and levels of acr below two. */
const ONE_FACTOR = new Set(
  ['face fpt geo hwk iris kba mca otp pin pop pwd rba retina sc sms swk tel user vbm wia', '0 1'].join(' ').split(' '),
)

const mfa: Look = ({ house: { oidc }, keys, now }) => {
  const loose = oidc?.mfa_values.filter((value) => ONE_FACTOR.has(value)) ?? []
  const admins = keys.filter((key) => key.role === 'admin' && isLive(key, now)).length
  return {
    on: oidc !== null,
    about: oidc === null ? 'keys alone open' : `more than one factor is asked of ${oidc.mfa_for}`,
    faults: loose.map((value) => `oidc_mfa_values takes ${value}, which is one factor alone: take it out`),
    notes: oidc !== null && admins > 0 ? [`${admins} live admin keys open without a second factor`] : [],
    evidence: {
      oidc: oidc !== null,
      mfa_for: oidc?.mfa_for ?? null,
      mfa_values: oidc === null ? null : [...oidc.mfa_values],
      live_admin_keys: admins,
    },
  }
}

/** Controls that keep what is stored and sent from those who may not see it. */
export const protecting = { redaction, encryption, tls, mfa }
