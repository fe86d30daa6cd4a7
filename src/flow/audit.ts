import type { Actor, AuditEntry, Deed } from '../core/audit.ts'
import { FILTER_FIELDS, type FilterField } from '../core/filter-fields.ts'
import type { Clock, Engine, Entry, Json } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { Interpretation, SearchAsk } from '../core/search.ts'
import { formatTime, type Micros, parseWhen } from '../core/window.ts'
import type { Redactor } from '../redactors/index.ts'

export interface RecordParts {
  /** Its append makes entries durable before it resolves. */
  engine: { append(batch: readonly Entry[]): Promise<unknown> }
  clock: Clock
  /** Id of the entry in the ledger. */
  newId(): string
}

/**
 * Writes down who did what, from where, and how much. Resolves once that is on the disk; whoever calls lets nothing out
 * and changes nothing before. Throws Problem as the engine does (ENGINE_BUSY, DISK_FULL), and then it is not to be done.
 */
export async function recordDeed({ engine, clock, newId }: RecordParts, actor: Actor, deed: Deed): Promise<void> {
  const ts = clock.now()
  const body = { ...actor, ...deed, at: formatTime(ts) } as unknown as { [name: string]: Json | undefined }
  await engine.append([{ kind: 'audit', event_id: newId(), ts, body }])
}

export interface AuditAsk {
  /** ISO 8601, a date, or an age such as `7d`; half-open. */
  since?: string
  until?: string
  by?: string
  action?: string
  /** Of whoever is bound to this tenant. */
  tenant_id?: string
  /** 1 to 1,000; default 100. */
  limit?: number
  cursor?: string
}

/**
 * Entries of the access audit, newest first. The cursor is a place in the ledger, so that what is written meanwhile shifts
 * nothing. Throws BAD_REQUEST for a time or a cursor that is none.
 */
export async function audits(
  { engine, clock }: { engine: Pick<Engine, 'others'>; clock: Clock },
  ask: AuditAsk,
): Promise<{ items: AuditEntry[]; next_cursor: string | null }> {
  const { by, action, tenant_id, limit = 100 } = ask
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE)
    throw new Problem('BAD_REQUEST', `limit is a whole number from 1 to ${LARGEST_PAGE}`)
  const now = clock.now()
  const fields = Object.fromEntries(
    Object.entries({ by, action, tenant_id }).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
  const rows = await engine.others(
    'audit',
    {
      fields,
      ...(ask.since === undefined ? {} : { since: when('since', ask.since, now) }),
      ...(ask.until === undefined ? {} : { until: when('until', ask.until, now) }),
    },
    { limit: limit + 1, ...(ask.cursor === undefined ? {} : { before_seq: readCursor(ask.cursor) }) },
  )
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(({ seq, event_id, ts, body }) => ({
      by: null,
      role: null,
      tenant_id: null,
      from: null,
      action: 'unknown',
      ...body,
      entry_id: event_id,
      seq,
      at: formatTime(ts),
    })),
    next_cursor: rows.length > limit && last !== undefined ? writeCursor(last.seq) : null,
  }
}

const LARGEST_PAGE = 1_000
/** Fields whose values name a person or lead to one. */
export const PERSONAL: ReadonlySet<string> = new Set([
  'user_id',
  'session_id',
  'ip_address',
  'api_key_id',
  'agent_id',
  'auth_subject',
  'device_id',
])

type Values = Partial<Record<FilterField, string | readonly string[]>>

/**
 * What the audit keeps of a search: words redacted, ids of persons as their pseudonyms, so that an erasure leaves no name here.
 * @param read how the words were understood, so that the ids among them are known
 */
export function searchAsked(
  redactor: Pick<Redactor, 'text' | 'pseudonym' | 'identifier'>,
  ask: SearchAsk,
  read?: Interpretation,
): NonNullable<Deed['asked']> {
  const { q, cursor, unfold, like, unlike, not, ...rest } = ask
  const ids = (given: readonly string[]) => given.map((id) => redactor.identifier('event_id', id))
  const told = (field: string, value: string) =>
    PERSONAL.has(field) ? redactor.pseudonym(field, value) : redactor.text(value)
  const valuesOf = (fields: Values) =>
    Object.fromEntries(
      FILTER_FIELDS.flatMap((field): [string, Json][] => {
        const value = fields[field]
        if (value === undefined) return []
        return [[field, typeof value === 'string' ? told(field, value) : value.map((one) => told(field, one))]]
      }),
    )
  return {
    ...(rest as { [name: string]: Json | undefined }),
    ...(q === undefined ? {} : { q: redactor.text(withoutIds(redactor, q, read)) }),
    ...(like === undefined ? {} : { like: ids(like) }),
    ...(unlike === undefined ? {} : { unlike: ids(unlike) }),
    ...valuesOf(ask),
    ...(not === undefined ? {} : { not: valuesOf(not) }),
    ...(cursor === undefined ? {} : { further_page: true }),
    ...(unfold === undefined ? {} : { unfolded: true }),
  }
}

/** Words of a question with the pseudonyms of the persons that it names as such. */
function withoutIds(redactor: Pick<Redactor, 'pseudonym'>, q: string, read?: Interpretation): string {
  const named = [read?.fields, read?.not?.fields].flatMap((fields) => Object.entries(fields ?? {}))
  const ids = named.flatMap(([field, values]) => (PERSONAL.has(field) ? values.map((id) => [field, id] as const) : []))
  // the longest first: one id may begin with another
  return ids
    .sort(([, a], [, b]) => b.length - a.length)
    .reduce((text, [field, id]) => text.replaceAll(id, () => redactor.pseudonym(field, id)), q)
}

function when(name: string, text: string, now: Micros): Micros {
  const at = parseWhen(text, now)
  if (at === null)
    throw new Problem('BAD_REQUEST', `${name} is an ISO 8601 time, a date, or an age such as 7d`, {
      errors: [{ path: `/${name}`, message: 'is no time' }],
    })
  return at
}

const writeCursor = (seq: number) => Buffer.from(`audit:${seq}`).toString('base64url')

function readCursor(cursor: string): number {
  const seq = /^audit:(0|[1-9]\d{0,14})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  if (seq === undefined || writeCursor(Number(seq)) !== cursor)
    throw new Problem('BAD_REQUEST', 'the cursor is none of ours; begin without one', {
      errors: [{ path: '/cursor', message: 'is no cursor of this service' }],
    })
  return Number(seq)
}
