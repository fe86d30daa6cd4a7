import {
  FILTER_FIELDS,
  type FilterField,
  NUMBER_FIELDS,
  type NumberBounds,
  type NumberField,
  narrower,
} from '../../core/filter-fields.ts'
import { prefixRange } from '../../core/ip-range.ts'
import type { Filter } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import type { SearchAsk } from '../../core/search.ts'
import { type Micros, parseWhen } from '../../core/window.ts'
import type { Redactor } from '../../redactors/index.ts'

/** What narrows a search, a count or a monitor: times, text, ids, labels, numbers, and what is left out. */
export type FilterAsk = Pick<
  SearchAsk,
  'since' | 'until' | 'in' | 'not' | FilterField | `${'min' | 'max'}_${NumberField}`
>

/** Fields and numbers that a question named, beside those that were asked for by name. */
export interface NamedFields {
  fields: Partial<Record<FilterField, readonly string[]>>
  numbers: Partial<Record<NumberField, NumberBounds>>
  not: Partial<Record<FilterField, readonly string[]>>
}

/** Turns identifiers into what is stored in their place. */
export type Forms = Pick<Redactor, 'forms'> | undefined

/**
 * The filter that an ask describes, identifiers in every form in which events may hold them. What a question in words
 * names holds besides. Throws Problem BAD_REQUEST with the path of a time that cannot be read or of bounds that exclude
 * each other.
 */
export function filterOf(
  ask: FilterAsk,
  { now, redactor, named }: { now: Micros; redactor?: Forms; named?: NamedFields },
): Filter {
  const tenantAsked = ask.tenant_id ?? onlyOf(named?.fields.tenant_id)
  const tenant = tenantAsked === undefined ? undefined : formsOf(redactor, 'tenant_id', tenantAsked)[0]
  const forms = (name: FilterField, given: string | readonly string[]) => [
    ...new Set(
      listOf(given).flatMap((value) => (isPrefix(name, value) ? [value] : formsOf(redactor, name, value, tenant))),
    ),
  ]
  const fields = new Map<string, readonly string[]>()
  for (const source of [ask, named?.fields ?? {}])
    for (const name of FILTER_FIELDS) {
      const given = source[name]
      if (given === undefined || (name === 'tenant_id' && (source === ask || ask.tenant_id === undefined))) continue
      const any = forms(name, given)
      const before = fields.get(name)
      fields.set(name, before === undefined ? any : before.filter((value) => any.includes(value)))
    }
  // several tenants are a field like any, the one a filter of its own
  const several = ask.tenant_id === undefined && tenant === undefined ? named?.fields.tenant_id : undefined
  if (several !== undefined) fields.set('tenant_id', forms('tenant_id', several))
  const ids = fields.get('event_id')
  fields.delete('event_id')
  const without = withoutOf([ask.not, named?.not], forms)
  const numbers = numbersOf(ask, named?.numbers ?? {})
  const since = whenOf(ask, 'since', now)
  const until = whenOf(ask, 'until', now)
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(ask.in === undefined || ask.in === 'any' ? {} : { part: ask.in }),
    ...(tenant === undefined ? {} : { tenant_id: tenant }),
    ...(ids === undefined ? {} : { event_ids: ids }),
    ...(fields.size === 0 ? {} : { fields: Object.fromEntries(fields) }),
    ...(Object.keys(numbers).length === 0 ? {} : { numbers }),
    ...(Object.keys(without).length === 0 ? {} : { without }),
  }
}

/** A prefix of addresses names nobody. */
const isPrefix = (name: FilterField, value: string) => name === 'ip_address' && prefixRange(value) !== null

/** Every form in which events may hold a value that is asked for. */
export const formsOf = (redactor: Forms, field: string, value: string, tenant?: string) =>
  redactor?.forms(field, value, tenant) ?? ([value] as const)

function withoutOf(
  asked: readonly (Partial<Record<FilterField, string | readonly string[]>> | undefined)[],
  forms: (name: FilterField, given: string | readonly string[]) => string[],
): NonNullable<Filter['without']> {
  const fields: Record<string, string[]> = {}
  for (const not of asked)
    for (const name of FILTER_FIELDS) {
      const given = not?.[name]
      if (given !== undefined) fields[name] = [...(fields[name] ?? []), ...forms(name, given)]
    }
  const { event_id, ...rest } = fields
  return {
    ...(event_id === undefined ? {} : { event_ids: event_id }),
    ...(Object.keys(rest).length === 0 ? {} : { fields: rest }),
  }
}

function numbersOf(ask: FilterAsk, named: NamedFields['numbers']): NonNullable<Filter['numbers']> {
  const numbers: Partial<Record<NumberField, NumberBounds>> = {}
  for (const name of Object.keys(NUMBER_FIELDS) as NumberField[]) {
    const [min, max] = [ask[`min_${name}`], ask[`max_${name}`]]
    if (min !== undefined && max !== undefined && min > max)
      throw bad(`/min_${name}`, `is more than max_${name}, so that nothing can be found`)
    const own = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
    const both = narrower(own, named[name] ?? {})
    if (Object.keys(both).length > 0) numbers[name] = both
  }
  return numbers
}

function whenOf(ask: FilterAsk, name: 'since' | 'until', now: Micros): Micros | undefined {
  const text = ask[name]
  if (text === undefined) return undefined
  const when = parseWhen(text, now)
  if (when === null || !Number.isSafeInteger(when))
    throw bad(`/${name}`, 'is neither a time (2026-01-15T10:30:00Z), nor a date (2026-01-15), nor an age (7d, 12h)')
  return when
}

const listOf = (given: string | readonly string[]): readonly string[] => (typeof given === 'string' ? [given] : given)
const onlyOf = (values: readonly string[] | undefined) => (values?.length === 1 ? values[0] : undefined)

export const bad = (path: string, message: string) =>
  new Problem('BAD_REQUEST', `${path.slice(1)} ${message}`, { errors: [{ path, message }] })
