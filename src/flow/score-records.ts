import type { Clock, Engine, Json, RecordWrite } from '../core/ports.ts'
import { severityOf } from '../core/score.ts'
import { DAY, formatTime, type Micros, startOfDay } from '../core/window.ts'
import { breath } from './breath.ts'
import { evidenceOf } from './evidence.ts'
import { asOf } from './raise.ts'
import { type Entity, nameOf, scoreId } from './watched.ts'

type ScoreEngine = Pick<Engine, 'events' | 'records' | 'putRecords'>

/** Scores from which the events behind are looked up, and for how many of the highest. */
const SHOWN_FROM = 10
const SHOWN_MOST = 500
const RECORDS_AT_ONCE = 500

/** Writes the score of every entity that was looked at and ever had one; also a 0 where an earlier run, with fewer events, had found more. */
export async function writeScores(
  engine: ScoreEngine,
  clock: Clock,
  evaluated: ReadonlySet<Entity>,
  day: Micros,
): Promise<void> {
  const blank: Entity[] = []
  const scored: Entity[] = []
  for (const entity of evaluated) (entity.watch.history.length > 0 ? scored : blank).push(entity)
  for (let i = 0; i < blank.length; i += RECORDS_AT_ONCE) {
    const some = new Map(
      blank.slice(i, i + RECORDS_AT_ONCE).map((entity) => [scoreId(entity.tenant, entity.type, entity.id), entity]),
    )
    const held = await engine.records('score', { ids: [...some.keys()] }, { order: 'ts', limit: RECORDS_AT_ONCE })
    for (const { id } of held) scored.push(some.get(id) as Entity)
    await breath()
  }
  scored.sort((a, b) => b.watch.score - a.watch.score)
  let writes: RecordWrite[] = []
  for (const [i, entity] of scored.entries()) {
    const show = i < SHOWN_MOST && entity.watch.score >= SHOWN_FROM
    writes.push({ record: await scoreRow(engine, clock, entity, day, show), expect: null })
    if (writes.length < RECORDS_AT_ONCE && i < scored.length - 1) continue
    await engine.putRecords(writes)
    writes = []
    await breath()
  }
}

async function scoreRow(engine: ScoreEngine, clock: Clock, entity: Entity, day: Micros, show: boolean) {
  const { type, id, tenant, watch } = entity
  const tenant_id = tenant === '' ? null : tenant
  const last = watch.history.at(-1)?.[0] ?? day
  const evidence = show
    ? await evidenceOf(engine, entity, watch.reasons, last + DAY)
    : watch.reasons.map(({ since, ...reason }) => ({ ...reason, since: formatTime(since), event_ids: [] }))
  const body = {
    entity_type: type,
    entity_id: id,
    tenant_id,
    score: watch.score,
    severity: severityOf(watch.score),
    first_seen: formatTime(watch.first),
    last_seen: formatTime(Math.min(watch.last, asOf(startOfDay(watch.last), clock))),
    evidence,
    history: watch.history.map(([at, score]) => ({ at: formatTime(asOf(at, clock)), score })),
  }
  return {
    kind: 'score',
    id: scoreId(tenant, type, id),
    ts: asOf(last, clock),
    entity: nameOf(entity),
    tenant_id,
    rank: watch.score,
    body: body as Json,
  }
}
