import { CANARY_HIT, type CanaryHit, type CanaryRow, type CanarySide, type CanarySpell } from '../../core/canary.ts'
import { type Finding, observedIn } from '../../core/finding.ts'
import type { Clock, Engine, StoredRecord } from '../../core/ports.ts'
import type { EntityType } from '../../core/score.ts'
import { formatTime } from '../../core/window.ts'
import { allRecords } from '../all-records.ts'
import { breath } from '../breath.ts'
import { findingId } from '../finding-id.ts'
import { scoreOf } from '../monitors/episodes.ts'
import { openFindings } from '../open-findings.ts'
import { settleFinding } from '../raise.ts'
import { recordsById } from '../records-by-id.ts'
import { canaryRows, keyOf } from './rows.ts'

/** Name of the detector in findings of canaries. */
const CANARY_DETECTOR = 'canary'
const SEVERITY = 'high'
/** Open findings of one canary: of more, it is the canary that is everywhere. */
const MOST_OPEN = 200
/** Hits that are told of together. */
const PAGE = 200
/** Up to which write of a hit findings were told, and of which canaries some found no room. */
const TOLD = { kind: 'setting', id: 'canaries' }

export interface CanaryFindingParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
}

/** How a canary came up, as findings tell it. */
const SIDES: Record<CanarySide, { title: (name: string) => string; text: (n: number) => string }> = {
  output: {
    title: (name) => `The canary ${name} was given out`,
    text: (n) => `${n === 1 ? 'one answer holds' : `${n} answers hold`} it`,
  },
  input: {
    title: (name) => `The canary ${name} was sent to a model`,
    text: (n) => `${n === 1 ? 'one prompt holds' : `${n} prompts hold`} it: whoever sent it has read it somewhere`,
  },
}

interface Told {
  rev: number
  full: string[]
}

/**
 * Brings the findings of every canary that stands to what came up of it (hits.ts): one for each user (those that name none are the
 * canary's own) and side, until two weeks are quiet. Only what is new since the last run is read. A finding grows and never
 * shrinks. How far it came is noted last, so that a run may be killed anywhere and run again with one outcome.
 * @returns how many findings are new or grew
 */
export async function settleCanaries(parts: CanaryFindingParts, signal: AbortSignal): Promise<{ done: number }> {
  const { engine, clock } = parts
  const [record] = await engine.records(TOLD.kind, { ids: [TOLD.id] }, { order: 'ts', limit: 1 })
  const { rev = 0, full = [] } = (record?.body ?? {}) as Partial<Told>
  const room = roomOf(engine)
  let done = 0
  const stillFull: string[] = []
  for (const canary of full) {
    if ((await room.left(canary)) > 0)
      done += await tell(parts, await allRecords(engine, CANARY_HIT, { fields: { canary } }), room, signal)
    else stillFull.push(canary)
  }
  for (let at = rev, level = false; !level; ) {
    const after = { ts: 0, rank: null, rev: at, id: '' }
    const page = await engine.records(CANARY_HIT, {}, { order: 'rev', limit: PAGE, after })
    level = page.length < PAGE
    done += await tell(parts, page, room, signal)
    at = page.at(-1)?.rev ?? at
    const told: Told = { rev: at, full: [...new Set([...stillFull, ...room.wanted])] }
    if (told.rev !== rev || told.full.join() !== full.join())
      await engine.putRecords([
        {
          record: { ...TOLD, ts: clock.now(), entity: null, tenant_id: null, rank: null, body: { ...told } },
          expect: null,
        },
      ])
  }
  return { done }
}

type Room = ReturnType<typeof roomOf>

/** How many findings each canary has room for, counted once a run. */
function roomOf(engine: Pick<Engine, 'records'>) {
  const known = new Map<string, number>()
  const wanted = new Set<string>()
  const left = async (canary: string) => {
    const n = known.get(canary) ?? MOST_OPEN - (await openOf(engine, canary))
    known.set(canary, n)
    return n
  }
  return {
    left,
    /** Canaries of which a finding found none. */
    wanted,
    async take(canary: string): Promise<boolean> {
      const n = await left(canary)
      if (n > 0) known.set(canary, n - 1)
      else wanted.add(canary)
      return n > 0
    },
  }
}

async function openOf(engine: Pick<Engine, 'records'>, canary: string): Promise<number> {
  return (await openFindings(engine, { monitor: monitorOf(canary) }, { limit: MOST_OPEN })).length
}

/** A spell of a hit of a canary that stands, with the id of its finding. */
interface Case {
  row: CanaryRow
  hit: CanaryHit
  tenant_id: string | null
  spell: CanarySpell
  id: string
}

async function tell(
  parts: CanaryFindingParts,
  records: readonly StoredRecord[],
  room: Room,
  signal: AbortSignal,
): Promise<number> {
  if (records.length === 0) return 0
  const rows = new Map((await canaryRows(parts.engine)).map((row) => [keyOf(row), row]))
  const cases = records.flatMap(({ id: hitId, tenant_id, body }): Case[] => {
    const hit = body as unknown as CanaryHit
    const row = rows.get(hit.canary)
    if (row?.made_at !== hit.made_at) return []
    return hit.spells.map((spell, at) => ({ row, hit, tenant_id, spell, id: findingId(['canary', hitId, at]) }))
  })
  const standing = await recordsById(
    parts.engine,
    'finding',
    cases.map(({ id }) => id),
  )
  let done = 0
  for (const one of cases) {
    const stood = standing.get(one.id)?.body as unknown as Finding | undefined
    if (stood === undefined ? !(await room.take(one.hit.canary)) : observedIn(stood) >= one.spell.n) continue
    const fresh = findingOf(one, formatTime(parts.clock.now()))
    await settleFinding(parts.engine, fresh, ({ created_at }) => ({ ...fresh, created_at }))
    done++
    signal.throwIfAborted()
    await breath()
  }
  return done
}

const monitorOf = (canary: string) => `canary:${canary}`

function findingOf({ row, hit, tenant_id, spell, id }: Case, now: string): Finding {
  const { canary, side, user_id } = hit
  const [entity_type, entity_id]: [EntityType, string] =
    user_id === null ? ['source', monitorOf(canary)] : ['user', user_id]
  const since = formatTime(spell.first)
  return {
    finding_id: id,
    detector: CANARY_DETECTOR,
    monitor: monitorOf(canary),
    entity_type,
    entity_id,
    tenant_id,
    severity: SEVERITY,
    score: scoreOf(SEVERITY),
    status: 'new',
    title: SIDES[side].title(row.name),
    first_seen: since,
    last_seen: formatTime(spell.last),
    created_at: now,
    updated_at: now,
    evidence: [
      {
        detector: CANARY_DETECTOR,
        weight: 1,
        observed: spell.n,
        expected: 0,
        since,
        event_ids: spell.event_ids,
        text: SIDES[side].text(spell.n),
      },
    ],
    tags: { atlas: ['AML.T0057'], owasp: ['LLM02:2025'] },
    note: null,
  }
}
