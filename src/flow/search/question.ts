import { resolve } from '../../concepts/resolve.ts'
import type { Concept } from '../../core/concept.ts'
import type { Clock, Filter } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { FILTER_FIELDS, type SearchAnswer, type SearchAsk } from '../../core/search.ts'
import { type Micros, parseTime, parseWhen } from '../../core/window.ts'
import type { Redactor } from '../../redactors/index.ts'
import { type Cursor, readCursor } from './cursor.ts'

/** An ask, understood. */
export interface Question {
  ask: SearchAsk
  /** Words that rank or order; '' where nothing of them is left. */
  words: string
  concept: Concept | null
  scope: 'top' | 'all'
  k: number
  filter: Filter
  cursor: Cursor | null
  interpreted: SearchAnswer['interpreted_as']
}

export interface QuestionParts {
  concepts: readonly Concept[]
  clock: Clock
  /** Turns identifiers into what is stored in their place. */
  redactor?: Pick<Redactor, 'forms'>
}

/**
 * Reads what is asked. A plain `q` that names a concept in other words becomes that concept, unless it shall be taken
 * literally or by word alone. Throws Problem BAD_REQUEST naming the part that cannot be read; never quotes it.
 */
export function questionOf({ concepts, clock, redactor }: QuestionParts, ask: SearchAsk): Question {
  const now = clock.now()
  const cursor = ask.cursor === undefined ? null : readCursor(ask.cursor, ask)
  const q = (ask.q ?? '').trim()
  const plain = ask.literal !== true && ask.mode !== 'keyword' && !ask.like?.length && !ask.unlike?.length
  const named = q !== '' && (plain || ask.concept !== undefined) ? resolve(q, concepts, now) : null
  const asked = ask.concept === undefined ? null : conceptNamed(concepts, ask.concept)
  // with a concept, a q that says the same adds nothing but its time; any other q orders
  const said = named !== null && (asked === null || asked === named.concept) ? named : null
  const concept = asked ?? said?.concept ?? null
  if (ask.min_probability !== undefined && concept === null)
    throw bad('/min_probability', 'needs a concept that it is a probability of')

  const since = latest(whenOf(ask, 'since', now), timeOf(said?.since))
  const until = earliest(whenOf(ask, 'until', now), timeOf(said?.until))
  const times = cursor ?? { since, until }
  return {
    ask: withStoredExamples(ask, redactor),
    words: said === null ? q : '',
    concept,
    scope: said !== null && asked === null ? 'all' : (ask.scope ?? 'top'),
    k: ask.k ?? DEFAULT_K,
    filter: {
      ...(times.since === undefined ? {} : { since: times.since }),
      ...(times.until === undefined ? {} : { until: times.until }),
      ...(ask.in === undefined || ask.in === 'any' ? {} : { part: ask.in }),
      ...fieldsOf(ask, redactor),
    },
    cursor,
    interpreted:
      said === null || asked !== null
        ? undefined
        : {
            concept: said.concept.name,
            scope: 'all',
            ...(said.since === undefined ? {} : { since: said.since }),
            ...(said.until === undefined ? {} : { until: said.until }),
          },
  }
}

const DEFAULT_K = 20

function conceptNamed(concepts: readonly Concept[], name: string): Concept {
  const concept = concepts.find((one) => one.name === name)
  if (concept === undefined) throw bad('/concept', 'there is no concept of this name; GET /v1/concepts lists them')
  return concept
}

function fieldsOf(
  ask: SearchAsk,
  redactor: QuestionParts['redactor'],
): Pick<Filter, 'tenant_id' | 'event_ids' | 'fields'> {
  const { tenant_id, event_id } = ask
  const tenant = tenant_id === undefined ? undefined : formsOf(redactor, 'tenant_id', tenant_id)[0]
  const fields: Record<string, readonly string[]> = {}
  for (const name of FILTER_FIELDS) {
    const value = ask[name]
    if (value !== undefined && name !== 'tenant_id' && name !== 'event_id')
      fields[name] = formsOf(redactor, name, value, tenant)
  }
  return {
    ...(tenant === undefined ? {} : { tenant_id: tenant }),
    ...(event_id === undefined ? {} : { event_ids: formsOf(redactor, 'event_id', event_id) }),
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
  }
}

/** Every form in which events may hold a value that is asked for. */
const formsOf = (redactor: QuestionParts['redactor'], field: string, value: string, tenant?: string) =>
  redactor?.forms(field, value, tenant) ?? ([value] as const)

/** Events may be named by the ids that they were sent with. */
function withStoredExamples(ask: SearchAsk, redactor: QuestionParts['redactor']): SearchAsk {
  const stored = (ids: readonly string[]) => ids.map((id) => formsOf(redactor, 'event_id', id)[0])
  return {
    ...ask,
    ...(ask.like === undefined ? {} : { like: stored(ask.like) }),
    ...(ask.unlike === undefined ? {} : { unlike: stored(ask.unlike) }),
  }
}

function whenOf(ask: SearchAsk, name: 'since' | 'until', now: Micros): Micros | undefined {
  const text = ask[name]
  if (text === undefined) return undefined
  const when = parseWhen(text, now)
  if (when === null || !Number.isSafeInteger(when))
    throw bad(`/${name}`, 'is neither a time (2026-01-15T10:30:00Z), nor a date (2026-01-15), nor an age (7d, 12h)')
  return when
}

const timeOf = (text: string | undefined) => (text === undefined ? undefined : (parseTime(text) ?? undefined))
const latest = (a: Micros | undefined, b: Micros | undefined) =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b)
const earliest = (a: Micros | undefined, b: Micros | undefined) =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b)

const bad = (path: string, message: string) =>
  new Problem('BAD_REQUEST', `${path.slice(1)} ${message}`, { errors: [{ path, message }] })
