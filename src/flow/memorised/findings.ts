import { type Finding, observedIn } from '../../core/finding.ts'
import { PASSAGE, type PassageCount, type PassageRow } from '../../core/fingerprint.ts'
import type { Clock, Engine, Filter, RecordWrite, StoredRecord } from '../../core/ports.ts'
import { formatTime, type Micros, startOfDate } from '../../core/window.ts'
import { breath } from '../breath.ts'
import { findingId } from '../finding-id.ts'
import { scoreOf } from '../monitors/episodes.ts'
import { folded } from '../monitors/policy-findings.ts'
import { openFindings } from '../open-findings.ts'
import { settleFinding } from '../raise.ts'
import { isComposed } from './composed.ts'
import { MOST_ANSWERS } from './read.ts'

/** Name of the detector in findings of memorised passages. */
const MEMORISED_DETECTOR = 'memorised-passage'
/** Open findings of one tenant: of more, it is the service that is to be looked at. */
const MOST_OPEN = 200
/** Users that a passage must have gone to. */
const LEAST_USERS = 2
/**
 * Of all answers since a passage was first given out, the share from which it is what the service says to everybody: a
 * disclaimer, a form. Nothing is told before there are so many answers that two of them are less.
 */
const MOST_SHARE = 0.05
const LEAST_ANSWERS = 40
const SHOWN = 10
/** Passages that one run looks at for the first time: each takes some searches by word. Others have their turn in the next. */
const MOST_JUDGED = 10

export interface MemorisedFindingParts {
  engine: Pick<Engine, 'memorised' | 'records' | 'putRecords' | 'tally' | 'outlines' | 'events' | 'match'>
  clock: Clock
}

/**
 * Brings the finding of every passage that unrelated people were given to the answers that hold it, until two weeks are quiet.
 * A finding grows and never shrinks. Nothing is remembered between runs, so that one may be killed anywhere and run again
 * with one outcome.
 * @returns how many findings are new or grew
 */
export async function settleMemorised(parts: MemorisedFindingParts, signal: AbortSignal): Promise<{ done: number }> {
  const room = new Map<string | null, number>()
  let done = 0
  let judged = 0
  for (const one of await parts.engine.memorised()) {
    if (one.users < LEAST_USERS) continue
    const { tenant_id } = one
    if (!room.has(tenant_id)) room.set(tenant_id, MOST_OPEN - (await openOf(parts.engine, tenant_id)))
    const settled = await settleOne(parts, one, room.get(tenant_id)! > 0 && judged < MOST_JUDGED)
    if (settled === 'new') room.set(tenant_id, room.get(tenant_id)! - 1)
    if (settled === 'new' || settled === 'form') judged++
    if (settled === 'new' || settled === 'grew') done++
    signal.throwIfAborted()
    await breath()
  }
  return { done }
}

async function settleOne(
  parts: MemorisedFindingParts,
  one: PassageCount,
  hasRoom: boolean,
): Promise<'new' | 'grew' | 'same' | 'form'> {
  const { engine } = parts
  const { tenant_id, passage } = one
  const filter: Filter = { tenant_id: tenant_id ?? '', fields: { memorised: passage } }
  const days = (await engine.tally(['day'], filter)).flatMap(({ key, n }) => {
    const day = startOfDate(key[0] ?? '')
    return day === null ? [] : [{ day, n }]
  })
  const told = folded(days).at(-1)
  if (told === undefined) return 'same'
  const id = findingId(['memorised', tenant_id, passage, told.first])
  const [record] = await engine.records('finding', { ids: [id] }, { order: 'ts', limit: 1 })
  const stood = record?.body as unknown as Finding | undefined
  if (stood !== undefined) {
    const more = one.users - observedIn(stood)
    if (more < 0 || (more === 0 && stood.last_seen >= formatTime(one.last))) return 'same'
  } else {
    const row = await passageOf(engine, passage)
    if (!hasRoom || row?.body.composed || (await isSaidToAll(parts, one, filter)) || (await isDismissed(parts, one)))
      return 'same'
    if (await isComposed(parts, filter, one.events)) {
      if (row !== null) await engine.putRecords([composedWrite(row)])
      return 'form'
    }
  }
  const fresh = await findingOf(parts, one, filter, { id, since: told.first })
  await settleFinding(engine, fresh, ({ created_at, first_seen }) => ({ ...fresh, created_at, first_seen }))
  return stood === undefined ? 'new' : 'grew'
}

const monitorOf = ({ passage }: Pick<PassageCount, 'passage'>) => `memorised:${passage}`

/** Whether so large a share of the tenant's answers of the same kind hold it that it is a form; or whether that cannot be told yet. */
async function isSaidToAll(
  { engine }: MemorisedFindingParts,
  { tenant_id, events, first }: PassageCount,
  filter: Filter,
): Promise<boolean> {
  const holding = await engine.outlines(filter, { limit: SHOWN })
  const event_type = [...new Set(holding.items.map((item) => item.event_type))]
  const enough = Math.max(LEAST_ANSWERS, Math.ceil(events / MOST_SHARE))
  const all: Filter = { tenant_id: tenant_id ?? '', since: first, fields: { event_type } }
  return (await engine.outlines(all, { limit: enough })).items.length < enough
}

/** Whether somebody said of an earlier finding of the passage that there was nothing in it. */
async function isDismissed({ engine }: MemorisedFindingParts, one: PassageCount): Promise<boolean> {
  const fields = { monitor: monitorOf(one), status: 'false_positive' }
  return (await engine.records('finding', { fields }, { order: 'ts', limit: 1 })).length > 0
}

type StoredPassage = Omit<StoredRecord, 'body'> & { body: PassageRow }

async function passageOf(engine: Pick<Engine, 'records'>, passage: string): Promise<StoredPassage | null> {
  const [record] = await engine.records(PASSAGE, { ids: [passage] }, { order: 'ts', limit: 1 })
  return (record as unknown as StoredPassage | undefined) ?? null
}

/** So that it is not looked at again. */
function composedWrite({ version, rev: _, body, ...row }: StoredPassage): RecordWrite {
  return { record: { ...row, body: { ...body, composed: true } }, expect: version }
}

async function openOf(engine: Pick<Engine, 'records'>, tenant_id: string | null): Promise<number> {
  const own = { limit: MOST_OPEN, ...(tenant_id === null ? {} : { tenant_id }) }
  const open = await openFindings(engine, { detector: MEMORISED_DETECTOR }, own)
  return open.filter((record) => record.tenant_id === tenant_id).length
}

async function findingOf(
  { engine, clock }: MemorisedFindingParts,
  one: PassageCount,
  filter: Filter,
  { id, since }: { id: string; since: Micros },
): Promise<Finding> {
  const row = (await passageOf(engine, one.passage))?.body
  const { items } = await engine.outlines({ ...filter, since }, { limit: SHOWN })
  const severity = row?.sensitive ? 'high' : 'medium'
  const now = formatTime(clock.now())
  return {
    finding_id: id,
    detector: MEMORISED_DETECTOR,
    monitor: monitorOf(one),
    entity_type: 'source',
    entity_id: monitorOf(one),
    tenant_id: one.tenant_id,
    severity,
    score: scoreOf(severity),
    status: 'new',
    title: 'A long passage was given out word for word to unrelated users',
    first_seen: formatTime(Math.max(one.first, since)),
    last_seen: formatTime(one.last),
    created_at: now,
    updated_at: now,
    evidence: [
      {
        detector: MEMORISED_DETECTOR,
        weight: 1,
        observed: one.users,
        expected: 1,
        since: formatTime(one.first),
        event_ids: items.map(({ event_id }) => event_id),
        text: sentenceOf(one, row),
      },
    ],
    tags: { atlas: ['AML.T0057'], owasp: ['LLM02:2025'] },
    note: null,
  }
}

function sentenceOf({ users, events }: PassageCount, row: PassageRow | undefined): string {
  const passage = row === undefined ? 'a long passage' : `a passage of ${row.words} words`
  const answers = events >= MOST_ANSWERS ? `${events} answers and more` : `${events} answers`
  return (
    `${passage} stands word for word in ${answers} to ${users} users who asked unlike things, and in nothing that the log ` +
    `says the model was shown${row?.sensitive ? '; values in it were redacted' : ''}`
  )
}
