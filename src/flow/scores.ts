import type { Engine, RecordPage, StoredRecord } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { type EntityType, type Score, severityOf } from '../core/score.ts'
import { formatTime, HOUR, MINUTE, type Micros, parseTime } from '../core/window.ts'
import type { Redactor } from '../redactors/index.ts'
import { type Insiders, recordsOf } from './finding-records.ts'
import { ENTITY_FIELDS, FAST_S } from './rollup.ts'

export interface ScoreParts {
  engine: Pick<Engine, 'records' | 'rollups'>
  /** Turns what somebody asks by into what is stored; without one, ids are taken as they stand. */
  redactor?: Pick<Redactor, 'forms'>
}

export interface ScoresAsk extends Insiders {
  entity_type?: EntityType
  /** 0 to 100; default 0, which leaves out entities that had no score for as long as history reaches. */
  min_score?: number
  /** Risk as it stood then: at the end of the last day before. The evidence is the present one that had begun. */
  at?: Micros
  tenant_id?: string
  /** 1 to 1,000; default 100. */
  limit?: number
  cursor?: string
}

/** Score of the end of a day; for the present day, of now. */
export interface ScorePoint {
  /** ISO 8601 */
  at: string
  score: number
}

export type ScoreItem = Score & { history: ScorePoint[] }

const LARGEST_PAGE = 1000

/**
 * Entities by risk, highest first. The cursor stands for the last one shown.
 * Throws BAD_REQUEST for a limit out of bounds or a cursor that is none.
 */
export async function scores(
  { engine }: ScoreParts,
  ask: ScoresAsk,
): Promise<{ items: Score[]; next_cursor: string | null }> {
  const limit = ask.limit ?? 100
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE)
    throw new Problem('BAD_REQUEST', `limit is a whole number from 1 to ${LARGEST_PAGE}`)
  const after = ask.cursor === undefined ? undefined : readPlace(ask.cursor)
  const rows =
    ask.at === undefined ? await present(engine, ask, limit + 1, after) : await past(engine, ask, ask.at, after)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(({ item: { history: _, ...score } }) => score),
    next_cursor: rows.length > limit && last !== undefined ? writePlace(last) : null,
  }
}

/**
 * One entity with its history, oldest first, one point a day. An entity that events name and that nothing speaks
 * against has score 0. Throws NOT_FOUND for one that no event of the tenant names.
 */
export async function scoreOf(
  { engine, redactor }: ScoreParts,
  entity_type: EntityType,
  entity_id: string,
  { tenant_id, insiders = false }: { tenant_id?: string } & Insiders = {},
): Promise<ScoreItem> {
  const field = ENTITY_FIELDS[entity_type as keyof typeof ENTITY_FIELDS]
  const ids = redactor === undefined || field === undefined ? [entity_id] : redactor.forms(field, entity_id, tenant_id)
  const tenant = tenant_id === undefined ? {} : { tenant_id }
  const filter = { entities: ids.map((id) => `${entity_type}:${id}`), ...tenant }
  // of several tenants that use the same name, the one at most risk
  const [record] = await recordsOf(engine, 'score', filter, { order: 'rank', limit: 1 }, { insiders })
  if (record !== undefined) return record.body as unknown as ScoreItem
  for (const id of ids) {
    const item = await calm(engine, entity_type, id, tenant_id)
    if (item !== null) return item
  }
  throw new Problem('NOT_FOUND', `no event names this ${entity_type.replaceAll('_', ' ')}`)
}

/** An entity that has roll-ups and no score; null for one that has none. */
async function calm(
  engine: ScoreParts['engine'],
  entity_type: EntityType,
  entity_id: string,
  tenant_id?: string,
): Promise<ScoreItem | null> {
  const tenant = tenant_id === undefined ? {} : { tenant_id }
  const hourly = await engine.rollups({ period: 3600, entity_type, entity_id, ...tenant })
  const rows = hourly.length > 0 ? hourly : await engine.rollups({ period: FAST_S, entity_type, entity_id, ...tenant })
  const first = rows[0]
  if (first === undefined) return null
  const length = hourly.length > 0 ? HOUR : 5 * MINUTE
  let [from, to] = [first.start, first.start]
  for (const { start } of rows) {
    from = Math.min(from, start)
    to = Math.max(to, start)
  }
  return {
    entity_type,
    entity_id,
    tenant_id: first.tenant_id === '' ? null : first.tenant_id,
    score: 0,
    severity: severityOf(0),
    first_seen: formatTime(from),
    last_seen: formatTime(to + length - 1),
    evidence: [],
    history: [],
  }
}

interface Row {
  id: string
  item: ScoreItem
}

type Place = { rank: number; id: string }

async function present(engine: ScoreParts['engine'], ask: ScoresAsk, limit: number, after?: Place): Promise<Row[]> {
  const page: RecordPage = {
    order: 'rank',
    limit,
    ...(after === undefined ? {} : { after: { ts: 0, rev: 0, ...after } }),
  }
  const filter = { ...filterOf(ask), min_rank: ask.min_score ?? 0 }
  const records = await recordsOf(engine, 'score', filter, page, ask)
  return records.map(rowOf)
}

/** Every score as it stood at a time: history is small, and who asks of the past asks seldom. */
async function past(engine: ScoreParts['engine'], ask: ScoresAsk, at: Micros, after?: Place): Promise<Row[]> {
  const rows: Row[] = []
  for (let last: StoredRecord | undefined; ; ) {
    const page: RecordPage = { order: 'rank', limit: LARGEST_PAGE, ...(last === undefined ? {} : { after: last }) }
    const records = await recordsOf(engine, 'score', filterOf(ask), page, ask)
    for (const record of records) {
      const then = asItStood(record.body as unknown as ScoreItem, at)
      if (then !== null && then.score >= (ask.min_score ?? 0)) rows.push({ id: record.id, item: then })
    }
    last = records.at(-1)
    if (records.length < LARGEST_PAGE) break
  }
  const order = (a: Place, b: Place) => b.rank - a.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  const placeOf = ({ id, item }: Row) => ({ id, rank: item.score })
  rows.sort((a, b) => order(placeOf(a), placeOf(b)))
  return after === undefined ? rows : rows.filter((row) => order(placeOf(row), after) > 0)
}

function asItStood(item: ScoreItem, at: Micros): ScoreItem | null {
  const point = item.history.findLast((one) => (parseTime(one.at) ?? 0) <= at)
  if (point === undefined) return null
  const evidence = item.evidence.filter(({ since }) => (parseTime(since) ?? 0) <= at)
  return { ...item, score: point.score, severity: severityOf(point.score), evidence }
}

function filterOf({ entity_type, tenant_id }: ScoresAsk) {
  return {
    ...(entity_type === undefined ? {} : { fields: { entity_type } }),
    ...(tenant_id === undefined ? {} : { tenant_id }),
  }
}

const rowOf = (record: StoredRecord): Row => ({ id: record.id, item: record.body as unknown as ScoreItem })

function writePlace({ id, item }: Row): string {
  return Buffer.from(JSON.stringify(['scores', item.score, id])).toString('base64url')
}

function readPlace(cursor: string): Place {
  try {
    const [tag, rank, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (tag === 'scores' && typeof rank === 'number' && typeof id === 'string') return { rank, id }
  } catch {
    // falls through to the one answer there is for a bad cursor
  }
  throw new Problem('BAD_REQUEST', 'the cursor is none of ours; begin without one')
}
