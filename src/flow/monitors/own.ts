import {
  type Backtest,
  MONITOR_COUNTS,
  MOST_MONITORS,
  type MonitorAnswer,
  type MonitorAsk,
  type MonitorCounts,
  type MonitorItem,
  type MonitorRow,
  type MonitorRule,
  monitorKey,
} from '../../core/monitor.ts'
import type { Clock, Engine } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { formatTime, HOUR, startOfHour } from '../../core/window.ts'
import type { Redactor } from '../../redactors/index.ts'
import { changeRecords } from '../change-records.ts'
import type { ConceptSource } from '../concepts/source.ts'
import { openOf } from './policy-findings.ts'
import { countsOf, monitorRow, monitorRows, rowWrite, type Stored } from './rows.ts'
import { checkName, ruleOf } from './rule.ts'

export interface MonitorParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
  redactor: Pick<Redactor, 'text' | 'forms'>
  concepts: Pick<ConceptSource, 'answering'>
  /** Throws as flow/monitors/backtest.ts does. */
  backtest(rule: MonitorRule, tenant_id: string | undefined): Promise<Backtest>
}

/** Whoever saves monitors: the only tenant that he sees, as it is stored (absent: the house), and how the audit names him. */
export interface MonitorOwner {
  tenant_id?: string
  by: string
}

/** As refusals name it. */
const WHAT = 'the monitor'

/**
 * What a monitor would have raised; nothing is kept. Throws BAD_REQUEST with the path of what cannot stand, and as the back-test does.
 */
export async function tryMonitor(
  parts: MonitorParts,
  ask: MonitorAsk,
  { tenant_id }: Pick<MonitorOwner, 'tenant_id'>,
): Promise<{ rule: MonitorRule; backtest: Backtest }> {
  const { tenant_id: asked } = ask.search
  if (tenant_id !== undefined && asked !== undefined && parts.redactor.forms('tenant_id', asked)[0] !== tenant_id)
    throw new Problem('FORBIDDEN', 'this key belongs to another tenant')
  const concepts = await parts.concepts.answering({ bound: tenant_id, asked })
  const rule = ruleOf(parts.redactor, ask, concepts, parts.clock.now())
  return { rule, backtest: await parts.backtest(rule, tenant_id) }
}

/**
 * Keeps a monitor, in place of one of its name. What is looked for or how it is judged being another, it is counted anew
 * and raises findings of what comes from now on; those of before stay. Throws BAD_REQUEST for a name that is none, CONFLICT
 * where there are too many, or others kept changing it.
 */
export async function keepMonitor(
  parts: MonitorParts,
  name: string,
  { rule, backtest }: { rule: MonitorRule; backtest: Backtest },
  { tenant_id, by }: MonitorOwner,
): Promise<MonitorAnswer> {
  const { engine, clock } = parts
  await checkRoom(parts, name, tenant_id ?? null)
  const kept = await changeRecords(engine, WHAT, async () => {
    const stored = await monitorRow(engine, name, tenant_id ?? null)
    const now = clock.now()
    const at = formatTime(now)
    const before = stored?.body.standing === 'kept' ? (stored.body as MonitorRow) : null
    const same = before !== null && JSON.stringify(judgedBy(before)) === JSON.stringify(judgedBy(rule))
    const row: MonitorRow = {
      standing: 'kept',
      name,
      tenant_id: tenant_id ?? null,
      ...rule,
      made_by: before?.made_by ?? by,
      made_at: before?.made_at ?? at,
      changed_at: at,
      revision: same ? before.revision : (stored?.body.revision ?? 0) + 1,
      watches_from: same ? before.watches_from : formatTime(startOfHour(now)),
    }
    return { writes: [rowWrite(row, stored?.written ?? 0)], made: row }
  })
  return { ...(await itemOf(parts, kept)), backtest }
}

/** Throws as keepMonitor does, before anything is counted for nothing. */
export async function checkRoom({ engine }: Pick<MonitorParts, 'engine'>, name: string, tenant_id: string | null) {
  checkName(name)
  const own = await monitorRows(engine, tenant_id)
  if (own.length >= MOST_MONITORS && !own.some(({ body }) => body.name === name))
    throw new Problem('CONFLICT', `there are ${MOST_MONITORS} monitors; delete one first`)
}

const judgedBy = ({
  search,
  concepts,
  action,
  silence,
  measure,
  sensitivity,
  least,
  severity,
  paused,
}: MonitorRule) => ({
  search,
  concepts,
  action,
  silence,
  measure,
  sensitivity,
  least,
  severity,
  paused,
})

/** The monitors that somebody sees, by name: a tenant its own, the house all. */
export async function listMonitors(
  parts: Pick<MonitorParts, 'engine' | 'clock'>,
  { tenant_id }: Pick<MonitorOwner, 'tenant_id'>,
): Promise<MonitorItem[]> {
  const rows = await monitorRows(parts.engine, tenant_id)
  return await Promise.all(rows.map(({ body }) => itemOf(parts, body)))
}

/** One of them. Throws NOT_FOUND, also where it is another tenant's. */
export async function showMonitor(
  parts: Pick<MonitorParts, 'engine' | 'clock'>,
  name: string,
  { tenant_id }: Pick<MonitorOwner, 'tenant_id'>,
): Promise<MonitorItem> {
  return await itemOf(parts, (await seen(parts, name, tenant_id)).body)
}

/** Removes one with what was counted of it; its findings stay. Throws NOT_FOUND. */
export async function removeMonitor(
  parts: Pick<MonitorParts, 'engine' | 'clock'>,
  name: string,
  { tenant_id }: Pick<MonitorOwner, 'tenant_id'>,
): Promise<void> {
  const { engine, clock } = parts
  await changeRecords(engine, WHAT, async () => {
    const { body, key, written } = await seen(parts, name, tenant_id)
    const now = clock.now()
    const { revision } = body
    const row = { standing: 'removed' as const, name, tenant_id: body.tenant_id, revision, changed_at: formatTime(now) }
    const counts = { kind: MONITOR_COUNTS, id: key, ts: now, entity: null, tenant_id: body.tenant_id, rank: null }
    const writes = [rowWrite(row, written), { record: { ...counts, body: { revision: 0 } }, expect: null }]
    return { writes, made: null }
  })
}

async function seen(
  { engine }: Pick<MonitorParts, 'engine'>,
  name: string,
  tenant_id: string | undefined,
): Promise<Stored<MonitorRow>> {
  const stored = await monitorRow(engine, name, tenant_id ?? null)
  if (stored?.body.standing !== 'kept')
    throw new Problem('NOT_FOUND', 'there is no monitor of this name; GET /v1/monitors lists them')
  return stored as Stored<MonitorRow>
}

async function itemOf(
  { engine, clock }: Pick<MonitorParts, 'engine' | 'clock'>,
  row: MonitorRow,
): Promise<MonitorItem> {
  const key = monitorKey(row.name, row.tenant_id)
  const counts = (await countsOf(engine, [key])).get(key)?.body
  const known = counts?.revision === row.revision && counts.by !== '' ? counts : null
  const { standing: _, revision: __, ...shown } = row
  const state = counts?.revision === row.revision ? counts.state : 'counting'
  return {
    ...shown,
    state: row.paused ? 'paused' : state,
    reason: counts?.revision === row.revision ? counts.reason : null,
    counted_until: known === null ? null : formatTime(Math.min(known.first + known.counts.length * HOUR, clock.now())),
    last_day: known === null ? null : sumOf(known.counts.slice(-24)),
    open_findings: await openOf(engine, row),
    held_back: known?.held_back ?? 0,
  }
}

const sumOf = (counts: MonitorCounts['counts']) => counts.reduce((sum, n) => sum + n, 0)
