import {
  CANARY,
  CANARY_HIT,
  CANARY_SIDES,
  type CanaryHit,
  type CanaryRow,
  type CanarySide,
  type CanarySpell,
  type RemovedCanary,
} from '../../core/canary.ts'
import type { Engine, Json, RecordWrite, StoredEvent, StoredRecord } from '../../core/ports.ts'
import { DAY, type Micros, parseTime } from '../../core/window.ts'
import { recordsById } from '../records-by-id.ts'
import { nameOf } from '../watched.ts'

/** Without an event for longer than this, a further one begins anew. */
const QUIET = 14 * DAY
const SHOWN = 10

/** A canary in an event. */
interface Seen {
  canary: string
  side: CanarySide
  tenant_id: string | null
  user_id: string | null
  event_id: string
  ts: Micros
  received: Micros
}

/**
 * What a ticket of the stage that sums changes in what came up of canaries, to be settled with it, so that each event counts
 * once. An event counts for the canary that stands, if it came in since that was made, whenever it is said to have
 * happened: marks of one that was deleted are none of another of its name.
 */
export async function canaryHits(
  engine: Pick<Engine, 'records'>,
  events: readonly StoredEvent[],
): Promise<RecordWrite[]> {
  const seen = events.flatMap(canariesIn)
  if (seen.length === 0) return []
  const rows = await recordsById(engine, CANARY, [...new Set(seen.map(({ canary }) => canary))])
  const groups = new Map<string, { made_at: string; own: Seen[] }>()
  for (const one of seen) {
    const made_at = madeAt(rows.get(one.canary))
    if (made_at === null || one.received < (parseTime(made_at) ?? 0)) continue
    const id = JSON.stringify([one.canary, made_at, one.side, one.tenant_id, one.user_id])
    const group = groups.get(id) ?? { made_at, own: [] }
    group.own.push(one)
    groups.set(id, group)
  }
  const known = await recordsById(engine, CANARY_HIT, [...groups.keys()])
  return Array.from(groups, ([id, { made_at, own }]) => {
    const { canary, side, tenant_id, user_id } = own[0]!
    const before = known.get(id)?.body as unknown as CanaryHit | undefined
    const spells = own.reduce(lengthened, before?.spells ?? [])
    const hit: CanaryHit = { canary, made_at, side, user_id, spells }
    const ts = Math.max(...spells.map(({ last }) => last))
    const entity = user_id === null ? null : nameOf({ type: 'user', id: user_id })
    return {
      record: { kind: CANARY_HIT, id, ts, entity, tenant_id, rank: null, body: hit as unknown as Json },
      expect: null,
    }
  })
}

/** Canaries that an event is marked with and was not when it was counted before. */
function canariesIn({ event, was, ts, received }: StoredEvent): Seen[] {
  const { event_id, tenant_id = null, user_id = null } = event
  const { canaries } = event.redaction
  if (canaries === undefined) return []
  const counted = was?.event.redaction.canaries
  return CANARY_SIDES.flatMap((side) =>
    (canaries[side] ?? [])
      .filter((canary) => counted?.[side]?.includes(canary) !== true)
      .map((canary) => ({ canary, side, tenant_id, user_id, event_id, ts, received })),
  )
}

/** When the canary was made that stands; null where none does. */
function madeAt(record: StoredRecord | undefined): string | null {
  const row = record?.body as unknown as CanaryRow | RemovedCanary | undefined
  return row?.standing === 'kept' ? row.made_at : null
}

/** One event joins the spell that it is near to, or begins one. */
function lengthened(spells: readonly CanarySpell[], { event_id, ts }: Seen): CanarySpell[] {
  const at = spells.findLastIndex(({ first, last }) => ts >= first - QUIET && ts <= last + QUIET)
  if (at === -1) return [...spells, { first: ts, last: ts, n: 1, event_ids: [event_id] }]
  const { first, last, n, event_ids } = spells[at]!
  const longer = {
    first: Math.min(first, ts),
    last: Math.max(last, ts),
    n: n + 1,
    event_ids: [event_id, ...event_ids].slice(0, SHOWN),
  }
  return spells.with(at, longer)
}
