import type { Concept } from '../core/concept.ts'
import type { RedactedEvent } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import type { Keep, RedactionPolicy, WithholdRule } from '../core/redaction-policy.ts'
import { isTextField, TEXT_FIELDS, type Verdict } from '../redactors/withhold.ts'

/** What a house keeps of its texts. */
export interface KeepRules {
  /** What is kept of an event's fields whatever it says; null where nothing is withheld. */
  verdict(event: RedactedEvent): Verdict | null
  /** Rules that ask a concept before they withhold. */
  asking(tenant: string | undefined): readonly (Omit<WithholdRule, 'concept'> & { concept: Concept })[]
}

/**
 * Reads the parts of the redaction file that say what is kept. Null where all is kept, redacted: then nothing needs to be
 * decided. A field goes by the first rule of `keep` that fits; a tenant of `hash_only` keeps the hash of a text at most.
 * Throws CONFIG_INVALID naming a concept that there is not, or a field that holds no text: a rule that never fits would
 * keep what it was meant to withhold.
 * @param identifier of the redactor: tenants are compared as they are stored
 */
export function keepRules(
  { keep = [], withhold = [], hash_only = [] }: RedactionPolicy,
  concepts: readonly Concept[],
  identifier: (field: string, value: string) => string,
): KeepRules | null {
  if (keep.length + withhold.length + hash_only.length === 0) return null
  const tenantsOf = (raw: readonly string[] | undefined) =>
    raw === undefined ? null : new Set(raw.map((tenant) => identifier('tenant_id', tenant)))
  const rules = keep.map((rule, n) => ({ ...rule, fields: fieldsOf(rule.fields, n), tenants: tenantsOf(rule.tenants) }))
  const asked = withhold.map((rule, n) => ({
    ...rule,
    concept: conceptOf(concepts, rule.concept, n),
    tenants: tenantsOf(rule.tenants),
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
    asking: (tenant) =>
      asked
        .filter((rule) => isOf(rule.tenants, tenant))
        .map(({ concept, above, keep: kept }) => ({ concept, above, keep: kept })),
  }
}

const ORDER: readonly Keep[] = ['redacted', 'hash', 'drop']

/** Of two verdicts the one that keeps less. */
export const stricter = (a: Keep, b: Keep): Keep => (ORDER.indexOf(a) < ORDER.indexOf(b) ? b : a)

function fieldsOf(names: readonly string[] | undefined, rule: number): ReadonlySet<string> | null {
  for (const name of names ?? [])
    if (!isTextField(name))
      throw new Problem(
        'CONFIG_INVALID',
        `keep[${rule}] of the redaction file names ${JSON.stringify(name)}, which is no field with text; there are ${TEXT_FIELDS.join(', ')}`,
      )
  return names === undefined ? null : new Set(names)
}

function conceptOf(concepts: readonly Concept[], name: string, rule: number): Concept {
  const found = concepts.find((concept) => concept.name === name)
  if (found !== undefined) return found
  const known = concepts.map((concept) => concept.name).join(', ')
  throw new Problem(
    'CONFIG_INVALID',
    `withhold[${rule}] of the redaction file names the concept ${JSON.stringify(name)}, which there is not; there are ${known}`,
  )
}
