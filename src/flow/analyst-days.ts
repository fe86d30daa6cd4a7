import type { AnalystDay } from '../core/analyst.ts'
import { type Finding, isOpen } from '../core/finding.ts'
import type { Engine, Json, OtherEntry } from '../core/ports.ts'
import { DAY, HOUR, type Micros, parseTime, startOfDay } from '../core/window.ts'
import { allRecords } from './all-records.ts'

export interface AnalystDaysParts {
  engine: Pick<Engine, 'others' | 'events' | 'records'>
  /** The keyed pseudonym of a raw id, as the audit has it. */
  pseudonym(field: string, value: string): string
}

/** What one analyst did on a day, and who that is. `tenant` is '' for one of all tenants. */
export interface Worked {
  analyst: string
  tenant: string
  day: AnalystDay
}

/** What the access audit tells of that shows events; all but copies are also deeds at an hour. */
const SHOWN: ReadonlySet<string> = new Set([
  'event.read',
  'search',
  'search.export',
  'search.uncertain',
  'case.export',
  'subject.export',
  'archive.export',
])
const COPIED: ReadonlySet<string> = new Set(['backup', 'ledger.export'])
/** Whoever is no person at a desk: what applications and other systems do has detectors of its own. */
const NO_ANALYSTS: ReadonlySet<unknown> = new Set(['ingest', 'siem'])
/** Days after the end of a finding in which whoever closes it still looks. */
const AFTER: Micros = 3 * DAY
/** A finding is looked into from the day on that it was raised, which may be the day after what it tells of. */
const BEFORE: Micros = DAY
const PAGE = 500

/** Figures of a day while they are added up. */
interface Sums {
  shown: number
  copied: number
  hours: number[]
  persons: Map<string, number>
  /** Events that were read one by one; whose they are is looked up at the end. */
  read: string[]
}

/** What the audit holds of some days, by day and analyst, and the place up to which it was read. */
export interface Audited {
  days: ReadonlyMap<Micros, ReadonlyMap<string, Sums>>
  /** By day: place of the last entry that was counted to it or to an earlier one. */
  reached: ReadonlyMap<Micros, number>
}

/**
 * Adds up the audit from a place in the ledger on, up to the end of a day. What was written under an earlier day than
 * those that are open, as where a clock was set back, counts to the first of them.
 * @param after place of the last entry that is known; -1 for none
 * @param from start of the first day that is open; null where none was looked at
 * @param last start of the last day that is over
 */
export async function auditedDays(
  engine: Pick<Engine, 'others'>,
  { after, from, last }: { after: number; from: Micros | null; last: Micros },
  signal: AbortSignal,
): Promise<Audited> {
  const days = new Map<Micros, Map<string, Sums>>()
  const reached = new Map<Micros, number>()
  let over = false
  for (let before_seq: number | undefined; !signal.aborted; ) {
    const page = await engine.others('audit', {}, { limit: PAGE, ...(before_seq === undefined ? {} : { before_seq }) })
    for (const entry of page) {
      if (entry.seq <= after) return { days, reached }
      const written = startOfDay(entry.ts)
      over ||= written <= last
      if (!over) continue
      // newer than an entry that is over, by a clock that was ahead: of the same day then
      const day = Math.min(last, Math.max(from ?? written, written))
      reached.set(day, Math.max(reached.get(day) ?? -1, entry.seq))
      add(days, day, entry)
    }
    before_seq = page.at(-1)?.seq
    if (page.length < PAGE) break
  }
  return { days, reached }
}

function add(days: Map<Micros, Map<string, Sums>>, day: Micros, { ts, body }: OtherEntry): void {
  const { by, role, tenant_id, action, rows, event_ids, asked } = body
  if (typeof by !== 'string' || typeof action !== 'string' || by.startsWith('job:') || NO_ANALYSTS.has(role)) return
  if (!SHOWN.has(action) && !COPIED.has(action)) return
  const n = typeof rows === 'number' ? rows : Array.isArray(event_ids) ? event_ids.length : 0
  const analysts = days.get(day) ?? new Map<string, Sums>()
  days.set(day, analysts)
  const key = JSON.stringify([typeof tenant_id === 'string' ? tenant_id : '', by])
  const sums: Sums = analysts.get(key) ?? {
    shown: 0,
    copied: 0,
    hours: Array(24).fill(0),
    persons: new Map(),
    read: [],
  }
  analysts.set(key, sums)
  if (COPIED.has(action)) {
    sums.copied += n
    return
  }
  sums.shown += n
  const hour = Math.floor((ts - startOfDay(ts)) / HOUR)
  sums.hours[hour] = (sums.hours[hour] ?? 0) + 1
  const person = personAsked(asked)
  if (person !== null) sums.persons.set(person, (sums.persons.get(person) ?? 0) + 1)
  if (action === 'event.read' && Array.isArray(event_ids))
    for (const id of event_ids) if (typeof id === 'string') sums.read.push(id)
}

/** Whom a search is about; a further page of one is the same look-up. */
function personAsked(asked: Json | undefined): string | null {
  if (asked === null || typeof asked !== 'object' || Array.isArray(asked)) return null
  return typeof asked.user_id === 'string' && asked.further_page !== true ? asked.user_id : null
}

/** What each analyst did on a day, whom he read included, in a fixed order. */
export async function workedOn(
  parts: AnalystDaysParts,
  at: Micros,
  analysts: ReadonlyMap<string, Sums>,
  isExcused: (person: string, tenant: string, at: Micros) => boolean,
): Promise<Worked[]> {
  const worked: Worked[] = []
  for (const [key, sums] of [...analysts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [tenant, analyst] = JSON.parse(key) as [string, string]
    const looked = new Map(sums.persons)
    for (const [person, n] of await readersOf(parts, sums.read)) looked.set(person, (looked.get(person) ?? 0) + n)
    const excused = new Set([...looked.keys()].filter((person) => isExcused(person, tenant, at)))
    const persons = new Map([...looked].filter(([person]) => !excused.has(person)).sort(([a], [b]) => (a < b ? -1 : 1)))
    const { shown, copied, hours } = sums
    worked.push({ analyst, tenant, day: { at, shown, copied, hours, persons, excused } })
  }
  return worked
}

/** How often events of each user are among these, by pseudonym. What is erased is of nobody. */
async function readersOf(
  { engine, pseudonym }: AnalystDaysParts,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1)
  const users = new Map<string, number>()
  const unique = [...times.keys()]
  for (let i = 0; i < unique.length; i += PAGE) {
    const event_ids = unique.slice(i, i + PAGE)
    const { items } = await engine.events({ event_ids }, { limit: PAGE })
    for (const { event } of items) {
      if (event.user_id === undefined) continue
      const user = pseudonym('user_id', event.user_id)
      users.set(user, (users.get(user) ?? 0) + (times.get(event.event_id) ?? 0))
    }
  }
  return users
}

/**
 * Whose events an analyst was shown on a day: how many users, among at most so many events; null where none can be told.
 * Read anew from the audit, since that is needed of the few days alone that something is told of.
 */
export async function usersShown(
  { engine, pseudonym }: AnalystDaysParts,
  analyst: string,
  tenant: string,
  day: Micros,
  most = 20_000,
): Promise<number | null> {
  const ids = new Set<string>()
  const span = { since: day, until: day + DAY, fields: { by: analyst } }
  for (let before_seq: number | undefined; ids.size < most; ) {
    const page = await engine.others('audit', span, {
      limit: PAGE,
      ...(before_seq === undefined ? {} : { before_seq }),
    })
    for (const { body } of page)
      if ((body.tenant_id ?? '') === tenant && SHOWN.has(String(body.action)) && Array.isArray(body.event_ids))
        for (const id of body.event_ids) if (typeof id === 'string') ids.add(id)
    before_seq = page.at(-1)?.seq
    if (page.length < PAGE) break
  }
  const users = await readersOf({ engine, pseudonym }, [...ids].slice(0, most))
  return users.size === 0 ? null : users.size
}

/** Whether a person was the subject of a finding that was open on a day, or closed some days before: looking is work then. */
export async function excuses(
  parts: AnalystDaysParts,
): Promise<(person: string, tenant: string, at: Micros) => boolean> {
  const open = new Map<string, { tenant: string | null; from: Micros; to: Micros }[]>()
  for (const { body } of await allRecords(parts.engine, 'finding', { fields: { entity_type: 'user' } })) {
    const finding = body as unknown as Finding
    const { entity_id, tenant_id, created_at, updated_at } = finding
    const from = startOfDay(parseTime(created_at) ?? 0) - BEFORE
    const to = isOpen(finding) ? Number.POSITIVE_INFINITY : (parseTime(updated_at) ?? 0) + AFTER
    const person = parts.pseudonym('user_id', entity_id)
    open.set(person, [...(open.get(person) ?? []), { tenant: tenant_id, from, to }])
  }
  return (person, tenant, at) =>
    (open.get(person) ?? []).some((one) => at >= one.from && at <= one.to && (tenant === '' || one.tenant === tenant))
}
