import { createHash } from 'node:crypto'
import type { Json } from '../core/ports.ts'
import type { RetentionClash, RetentionRule, RetentionSettings } from '../core/retention.ts'
import { days } from '../core/retention-check.ts'
import { RETENTION_PRESETS } from '../core/retention-presets.ts'
import { DAY } from '../core/window.ts'
import { serialise } from '../ledger/leaf.ts'

/**
 * The rules of a retention file as they are applied.
 * @param identifier of the redactor: tenants are compared as they are stored
 */
export function retentionRules(
  { rules }: RetentionSettings,
  identifier: (field: string, value: string) => string,
): RetentionRule[] {
  return rules.map((entry) => {
    const { name, preset, event_types = null, tenants, tags = {}, from = 'receipt' } = entry
    const { beats_minimum = false, keep_vectors = false } = entry
    const periodOf = (period: string | undefined) => (period === undefined ? null : days(period) * DAY)
    const asked = preset === undefined ? null : RETENTION_PRESETS[preset].keep
    const keep = entry.keep === undefined ? asked : days(entry.keep)
    const archive = periodOf(entry.archive_after)
    const rule = {
      name,
      event_types,
      tenants: tenants?.map((tenant) => identifier('tenant_id', tenant)) ?? null,
      tags,
      from,
      keep: keep === null ? null : keep * DAY,
      after: { delete: periodOf(entry.delete_after), anonymise: periodOf(entry.anonymise_after), archive },
      beats_minimum,
      keep_vectors,
    }
    const hash = createHash('sha256')
      .update(serialise(hashed(rule) as unknown as Record<string, Json>))
      .digest('hex')
    return { ...rule, hash }
  })
}

/** A rule that does not archive has the hash that it had before rules could. */
function hashed(rule: Omit<RetentionRule, 'hash'>): object {
  const { archive, ...ends } = rule.after
  return archive === null ? { ...rule, after: ends } : rule
}

/** A maximum that is shorter than a minimum which may be of the same events. */
export interface RuleClash extends Omit<RetentionClash, 'events'> {
  rule: string
}

/** Rules that contradict each other, whether there are such events or not. */
export function clashesOf(rules: readonly RetentionRule[]): RuleClash[] {
  return rules.flatMap((one) => {
    // to be archived is to be kept
    const shortest = Math.min(...[one.after.delete, one.after.anonymise].flatMap((after) => after ?? []))
    return rules
      .filter((other) => other !== one && other.keep !== null && other.keep > shortest && mayMeet(one, other))
      .map((other) => ({ rule: one.name, keep: other.name, wins: one.beats_minimum ? 'maximum' : 'minimum' }) as const)
  })
}

/** Whether an event may be under both. */
function mayMeet(one: RetentionRule, other: RetentionRule): boolean {
  const shares = (a: readonly string[] | null, b: readonly string[] | null, same: (a: string, b: string) => boolean) =>
    a === null || b === null || a.some((x) => b.some((y) => same(x, y)))
  return (
    shares(one.tenants, other.tenants, (a, b) => a === b) &&
    shares(one.event_types, other.event_types, meet) &&
    Object.entries(one.tags).every(([field, values]) => shares(values, other.tags[field] ?? null, (a, b) => a === b))
  )
}

/** Whether an event type may fit both, either of which may end in a *. */
function meet(a: string, b: string): boolean {
  const [begin, other] = [a, b].map((type) => type.replace(/\*$/, '')) as [string, string]
  if (a.endsWith('*') && b.endsWith('*')) return begin.startsWith(other) || other.startsWith(begin)
  if (a.endsWith('*')) return b.startsWith(begin)
  if (b.endsWith('*')) return a.startsWith(other)
  return a === b
}

/** A rule in a few words, for a reader. */
export function ruleText({ name, keep, after, from }: RetentionRule): string {
  const days = (period: number) => `${Math.round(period / DAY)} days`
  const terms = [
    ...(keep === null ? [] : [`kept ${days(keep)}`]),
    ...(after.archive === null ? [] : [`archived after ${days(after.archive)}`]),
    ...(after.anonymise === null ? [] : [`anonymised after ${days(after.anonymise)}`]),
    ...(after.delete === null ? [] : [`deleted after ${days(after.delete)}`]),
  ]
  return `${name} ${terms.join(', ')}${from === 'timestamp' ? ' of its timestamp' : ''}`
}
