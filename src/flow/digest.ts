import type { Digest, DigestEntry, DigestFormat } from '../core/digest.ts'
import type { Clock, Engine, Json, RecordPage } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { DAY, dateOf, type Micros, startOfDate, startOfDay } from '../core/window.ts'
import { DIGEST_STYLE } from '../formats/digest/html.ts'
import { digestFormats } from '../formats/digest/index.ts'
import { CLOSES_AFTER, type DayParts, digestOfDay } from './digest-day.ts'
import { digestId, SERIES_DAYS } from './digest-past.ts'
import { insidersOfDay } from './digest-risk.ts'
import type { FindingsSeen } from './findings.ts'

export interface DigestParts extends DayParts {
  clock: Clock
}

/** Making one takes seconds; a run that died is taken over after this. */
const LEASE_MS = 5 * 60_000
/** Days back that a list looks for days without a stored digest, and the job for days to write. */
export const DAYS_BACK = 35

/**
 * The digest of a UTC day (`YYYY-MM-DD`), of everything or of one tenant. The one of a day that has closed is stored
 * when it is first made, and repeated byte for byte ever after; that of an open day is made anew each time.
 * Throws BAD_REQUEST where the date is none, NOT_FOUND for a day to come or one before the first event.
 */
export async function digestOf(parts: DigestParts, date: string, tenant_id?: string): Promise<Digest> {
  const from = startOfDate(date)
  if (from === null) throw new Problem('BAD_REQUEST', 'a digest is named by its day, as YYYY-MM-DD')
  const stored = await storedDigest(parts, date, tenant_id)
  if (stored !== null) return stored
  const now = parts.clock.now()
  const today = startOfDay(now)
  if (from > today) throw new Problem('NOT_FOUND', 'that day has not begun')
  if (from < today && !(await isKnown(parts, from, tenant_id)))
    throw new Problem('NOT_FOUND', 'there is no event on that day, nor in the weeks before it')
  if (isClosed(from, now)) {
    await writeDigest(parts, from, tenant_id)
    const written = await storedDigest(parts, date, tenant_id)
    if (written !== null) return written
    // somebody else is writing it at this moment: what is shown meanwhile does not claim to be final
  }
  return await digestOfDay(parts, from, now, false, tenant_id)
}

/**
 * The same with what stands out in how analysts read, where whoever asks sees that. It is no part of what is stored, nor of
 * any count in it, so that the digest of everybody else is the same whether there is something or not.
 */
export async function digestSeen(
  parts: DigestParts,
  date: string,
  { tenant_id, insiders = false }: FindingsSeen,
): Promise<Digest> {
  const digest = await digestOf(parts, date, tenant_id)
  if (!insiders) return digest
  const from = startOfDate(date) as Micros
  return { ...digest, insiders: await insidersOfDay(parts, from, tenant_id === undefined ? {} : { tenant_id }) }
}

/** The digest of a day, written out. Throws as digestOf, and BAD_REQUEST for an unknown format. */
export async function digestAs(
  parts: DigestParts,
  date: string,
  format: DigestFormat,
  seen: FindingsSeen = {},
): Promise<{ body: string; mediaType: string }> {
  if (!Object.hasOwn(digestFormats, format))
    throw new Problem('BAD_REQUEST', `format must be one of ${Object.keys(digestFormats).join(', ')}`)
  const { write, mediaType } = digestFormats[format]
  return { body: write(await digestSeen(parts, date, seen)), mediaType }
}

/** The style sheet inside every HTML digest, always the same text: a page that shows one allows it by its hash. */
export const digestStyle: string = DIGEST_STYLE

/**
 * Days with a digest, newest first. The first page begins with the days whose digest is made when it is asked for.
 * Throws BAD_REQUEST for a cursor that is none of ours.
 */
export async function digests(
  parts: Pick<DigestParts, 'engine' | 'clock'>,
  ask: { limit?: number; cursor?: string; tenant_id?: string } = {},
): Promise<{ items: DigestEntry[]; next_cursor: string | null }> {
  const { tenant_id, limit = 35 } = ask
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new Problem('BAD_REQUEST', 'limit is a whole number from 1 to 1000')
  // those of all tenants together have none of their own
  const filter = { tenant_id: tenant_id ?? '' }
  const page: RecordPage = { order: 'ts', limit: limit + 1 }
  if (ask.cursor !== undefined) page.after = readCursor(ask.cursor, tenant_id)
  const rows = await parts.engine.records('digest', filter, page)
  const shown = rows.slice(0, limit)
  const items = shown.map(({ body }): DigestEntry => {
    const { date, closed, generated_at, headline } = body as unknown as Digest
    return { date, closed, generated_at, headline }
  })
  const open = ask.cursor === undefined ? await unwrittenDays(parts, tenant_id) : []
  const last = shown.at(-1)
  return {
    items: [...open.map((day) => ({ date: dateOf(day), closed: false, generated_at: null, headline: null })), ...items],
    next_cursor: rows.length > limit && last !== undefined ? Buffer.from(dateOf(last.ts)).toString('base64url') : null,
  }
}

/** Starts of the days, newest first, that have events and no stored digest. */
export async function unwrittenDays(
  { engine, clock }: Pick<DigestParts, 'engine' | 'clock'>,
  tenant_id?: string,
): Promise<Micros[]> {
  const today = startOfDay(clock.now())
  const since = today - (DAYS_BACK - 1) * DAY
  const narrow = tenant_id === undefined ? {} : { tenant_id }
  const rows = await engine.tally(['day'], { ...narrow, since, until: today + DAY })
  const days = rows.flatMap(({ key }) => startOfDate(key[0] ?? '') ?? []).sort((a, b) => b - a)
  const ids = days.map((day) => digestId(dateOf(day), tenant_id))
  const stored = await engine.records('digest', { ids }, { order: 'ts', limit: ids.length + 1 })
  const written = new Set(stored.map(({ id }) => id))
  return days.filter((_, i) => !written.has(ids[i] ?? ''))
}

/** Whether late events are no longer waited for. */
export function isClosed(from: Micros, now: Micros): boolean {
  return now >= from + DAY + CLOSES_AFTER
}

/** Makes and stores the final digest of a day, once whoever asks. False where it is done or in other hands. */
export async function writeDigest(parts: DigestParts, from: Micros, tenant_id?: string): Promise<boolean> {
  const id = digestId(dateOf(from), tenant_id)
  const ticket = await parts.engine.slot('digest', id, LEASE_MS)
  if (ticket === 'done' || ticket === 'busy') return false
  const digest = await digestOfDay(parts, from, parts.clock.now(), true, tenant_id)
  const record = { kind: 'digest', id, ts: from, entity: null, tenant_id: tenant_id ?? '', rank: null }
  const settled = await parts.engine.settle(ticket, {
    records: [{ record: { ...record, body: digest as unknown as Json }, expect: 0 }],
  })
  return settled === 'settled'
}

async function storedDigest(
  { engine }: { engine: Pick<Engine, 'records'> },
  date: string,
  tenant_id?: string,
): Promise<Digest | null> {
  const [record] = await engine.records('digest', { ids: [digestId(date, tenant_id)] }, { order: 'ts', limit: 1 })
  return record === undefined ? null : (record.body as unknown as Digest)
}

/** A day is worth a digest where it has events, or where the weeks before it had: silence is news too. */
async function isKnown({ engine }: DigestParts, from: Micros, tenant_id?: string): Promise<boolean> {
  const narrow = tenant_id === undefined ? {} : { tenant_id }
  const { items } = await engine.events({ ...narrow, since: from - SERIES_DAYS * DAY, until: from + DAY }, { limit: 1 })
  return items.length > 0
}

function readCursor(cursor: string, tenant_id?: string): NonNullable<RecordPage['after']> {
  const date = Buffer.from(cursor, 'base64url').toString()
  const ts = startOfDate(date)
  if (ts === null || Buffer.from(date).toString('base64url') !== cursor)
    throw new Problem('BAD_REQUEST', 'the cursor is none of ours; begin without one')
  return { ts, rank: null, rev: 0, id: digestId(date, tenant_id) }
}
