import { readQuestion } from '../../concepts/read-question.ts'
import { type Concept, calledOf } from '../../core/concept.ts'
import { FILTER_FIELDS } from '../../core/filter-fields.ts'
import { MONITOR_NAME, type MonitorAsk, type MonitorRule, type MonitorSearch, TAKEN_NAMES } from '../../core/monitor.ts'
import type { Micros } from '../../core/window.ts'
import type { Redactor } from '../../redactors/index.ts'
import { PERSONAL } from '../audit.ts'
import { bad } from '../search/filter-of.ts'

const LEAST = 3

/** A monitor with everything that was not said; its words redacted, its ids as they are stored. Throws BAD_REQUEST where it cannot be kept. */
export function ruleOf(
  redactor: Pick<Redactor, 'text' | 'forms'>,
  ask: MonitorAsk,
  concepts: readonly Concept[],
  now: Micros,
): MonitorRule {
  const {
    action = 'surge',
    silence = false,
    measure = 'count',
    sensitivity = 'medium',
    least = LEAST,
    paused = false,
  } = ask
  if (action === 'each' && silence) throw bad('/silence', 'is for action surge: a policy tells of each match')
  if (action === 'each' && measure === 'share')
    throw bad('/measure', 'is for action surge: a policy tells of each match')
  return {
    description: redactor.text(ask.description ?? ''),
    search: keptSearch(redactor, ask.search),
    concepts: namedIn(ask.search, concepts, now),
    action,
    silence,
    measure,
    sensitivity,
    least,
    severity: ask.severity ?? null,
    paused,
  }
}

/** Throws BAD_REQUEST for a name that is none. */
export function checkName(name: string): void {
  if (!new RegExp(MONITOR_NAME).test(name))
    throw bad('/name', 'begins with a small letter and has at most 64 of a-z, 0-9, - and _')
  if (TAKEN_NAMES.has(name)) throw bad('/name', 'is that of a route; choose another')
}

/** Concepts that its words name. Throws BAD_REQUEST where they name a person. */
function namedIn({ q = '', literal, mode }: MonitorSearch, concepts: readonly Concept[], now: Micros): string[] {
  if (literal === true || mode === 'keyword') return []
  const { fields, not, concepts: named } = readQuestion(q, concepts, now)
  const person = [...Object.keys(fields), ...Object.keys(not.fields)].find((field) => PERSONAL.has(field))
  if (person !== undefined)
    throw bad('/search/q', `names a ${person}; give it as a field of the search, so that an erasure finds it`)
  return [...named, ...not.concepts].map(calledOf)
}

/**
 * A search as it may lie in the store: an erasure has to find whom it names, so persons stand in fields, never in words,
 * and words hold nothing that a text may not.
 */
function keptSearch(redactor: Pick<Redactor, 'text' | 'forms'>, search: MonitorSearch): MonitorSearch {
  const { q = '' } = search
  if (Object.values(search).every((value) => value === undefined)) throw bad('/search', 'asks for nothing')
  if (redactor.text(q) !== q)
    throw bad('/search/q', 'holds something that is not to be kept, such as a name, an address or a key; leave it out')
  const tenant = search.tenant_id
  const kept = (field: string, given: string | string[] | undefined) => {
    if (given === undefined) return undefined
    const stored = (value: string) => redactor.forms(field, value, tenant)[0]
    return typeof given === 'string' ? stored(given) : [...new Set(given.map(stored))]
  }
  const fieldsOf = (of: Partial<Record<string, string | string[]>>) =>
    Object.fromEntries(
      FILTER_FIELDS.flatMap((field) => {
        const value = kept(field, of[field])
        return value === undefined ? [] : [[field, field === 'tenant_id' && Array.isArray(value) ? value[0]! : value]]
      }),
    )
  const ids = (given: readonly string[]) => given.map((id) => redactor.forms('event_id', id)[0])
  return {
    ...search,
    ...fieldsOf(search as Record<string, string | string[]>),
    ...(search.not === undefined ? {} : { not: fieldsOf(search.not as Record<string, string | string[]>) }),
    ...(search.like === undefined ? {} : { like: ids(search.like) }),
    ...(search.unlike === undefined ? {} : { unlike: ids(search.unlike) }),
  }
}
