import type { Concept } from '../core/concept.ts'
import type { RedactedEvent } from '../core/event.ts'
import { type FieldError, Problem } from '../core/problem.ts'
import type { Keep, RedactionPolicy, WithholdRule } from '../core/redaction-policy.ts'
import type { Verdict } from '../redactors/withhold.ts'

/** What a house keeps of its texts. */
export interface KeepRules {
  /** What is kept of an event's fields whatever it says; null where nothing is withheld. */
  verdict(event: RedactedEvent): Verdict | null
  /** Rules that ask a concept before they withhold. */
  asking(tenant: string | undefined): readonly (Pick<WithholdRule, 'above' | 'keep'> & { concept: Concept })[]
}

/**
 * Reads the parts of the redaction file that say what is kept. Null where all is kept, redacted: then nothing needs to be
 * decided. A field goes by the first rule of `keep` that fits; a tenant of `hash_only` keeps the hash of a text at most.
 * Throws CONFIG_INVALID where a rule names a concept that there is not.
 * @param policy one that a redactor takes
 * @param identifier of the redactor: tenants are compared as they are stored
 */
export function keepRules(
  policy: RedactionPolicy,
  concepts: readonly Concept[],
  identifier: (field: string, value: string) => string,
): KeepRules | null {
  const { keep = [], withhold = [], hash_only = [] } = policy
  if (keep.length + withhold.length + hash_only.length === 0) return null
  const tenantsOf = (raw: readonly string[] | undefined) =>
    raw === undefined ? null : new Set(raw.map((tenant) => identifier('tenant_id', tenant)))
  const rules = keep.map(({ fields, tenants, ...rule }) => ({
    ...rule,
    fields: fields === undefined ? null : new Set(fields),
    tenants: tenantsOf(tenants),
  }))
  const byName = new Map(concepts.map((concept) => [concept.name, concept]))
  const errors = conceptFaults(policy, [...byName.keys()])
  if (errors.length > 0) {
    const told = errors.map(({ path, message }) => `${path} ${message}`).join('; ')
    throw new Problem('CONFIG_INVALID', `the redaction policy cannot be used: ${told}`, { errors })
  }
  const asked = withhold.map(({ concept, above, keep: kept, tenants }) => ({
    concept: byName.get(concept)!,
    above,
    keep: kept,
    tenants: tenantsOf(tenants),
  }))
  const everyTenant = hash_only.includes('*')
  const hashed = tenantsOf(hash_only)!
  const isOf = (tenants: ReadonlySet<string> | null, tenant = '') => tenants === null || tenants.has(tenant)

  return {
    verdict({ tenant_id: tenant = '', event_type }) {
      const least: Keep = everyTenant || hashed.has(tenant) ? 'hash' : 'redacted'
      const own = rules.filter((rule) => isOf(rule.tenants, tenant) && (rule.event_types?.includes(event_type) ?? true))
      if (least === 'redacted' && own.every((rule) => rule.keep === 'redacted')) return null
      return (field) => stricter(least, own.find((rule) => rule.fields?.has(field) ?? true)?.keep ?? 'redacted')
    },
    asking: (tenant) => asked.filter((rule) => isOf(rule.tenants, tenant)),
  }
}

const ORDER: readonly Keep[] = ['redacted', 'hash', 'drop']

/** Of two verdicts the one that keeps less. */
export const stricter = (a: Keep, b: Keep): Keep => (ORDER.indexOf(a) < ORDER.indexOf(b) ? b : a)

/** Rules that ask a concept that there is not; paths are JSON Pointers into the redaction file. */
export function conceptFaults({ withhold = [] }: RedactionPolicy, names: readonly string[]): FieldError[] {
  return withhold.flatMap(({ concept }, n) =>
    names.includes(concept)
      ? []
      : [{ path: `/withhold/${n}/concept`, message: `is no concept; there are ${names.join(', ')}` }],
  )
}
