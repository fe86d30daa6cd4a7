import {
  CONCEPT,
  CONCEPT_VERSION,
  type ConceptRow,
  type ConceptVersion,
  conceptKey,
  SHIPPED_STEP,
  versionId,
  versionIds,
} from '../../core/concept-record.ts'
import type { Engine, Json, RecordWrite } from '../../core/ports.ts'
import { type Micros, parseTime } from '../../core/window.ts'
import { allRecords } from '../all-records.ts'

/** A concept's row with the number of writes it has seen, for whoever changes it. */
export interface StandingRow {
  key: string
  row: ConceptRow
  written: number
}

/** How every concept stands that the store knows, removed ones too. */
export async function conceptRows(engine: Pick<Engine, 'records'>): Promise<StandingRow[]> {
  const records = await allRecords(engine, CONCEPT)
  return records.map(({ id, body, version }) => ({ key: id, row: body as unknown as ConceptRow, written: version }))
}

/** How one stands; null where the store knows none of that name. */
export async function conceptRow(engine: Pick<Engine, 'records'>, key: string): Promise<StandingRow | null> {
  const [record] = await engine.records(CONCEPT, { ids: [key] }, { order: 'ts', limit: 1 })
  return record === undefined ? null : { key, row: record.body as unknown as ConceptRow, written: record.version }
}

/** The write of a row; `written` is how often it was written before, 0 for a new one. */
export function rowWrite(row: ConceptRow, written: number): RecordWrite {
  return {
    record: {
      kind: CONCEPT,
      id: conceptKey(row.name, row.tenant_id),
      ts: parseTime(row.changed_at) ?? 0,
      entity: null,
      tenant_id: row.tenant_id,
      rank: null,
      body: row as unknown as Json,
    },
    expect: written,
  }
}

/** A row of which nothing is known yet. */
export const newRow = (
  of: Pick<ConceptRow, 'name' | 'tenant_id' | 'built_in' | 'shipped'>,
  changed_at: string,
): ConceptRow => ({
  ...of,
  version: null,
  answers: null,
  scoring: null,
  retired: [],
  last: (of.shipped ?? 0) * SHIPPED_STEP,
  rounds: 0,
  labels_rev: 0,
  labels_at: null,
  changed_at,
})

/** The write of a version; it takes the place of the one that is kept longest. */
export function versionWrite(row: ConceptRow, made: ConceptVersion, now: Micros): RecordWrite {
  return {
    record: {
      kind: CONCEPT_VERSION,
      id: versionId(row, made.version),
      ts: now,
      entity: null,
      tenant_id: row.tenant_id,
      rank: null,
      body: made as unknown as Json,
    },
    expect: null,
  }
}

/** Versions that can be gone back to, newest first. */
export async function versionsOf(engine: Pick<Engine, 'records'>, row: ConceptRow): Promise<ConceptVersion[]> {
  const ids = versionIds(row)
  const records = await engine.records(CONCEPT_VERSION, { ids }, { order: 'ts', limit: ids.length })
  return records
    .flatMap(({ body }) => (body === null ? [] : [body as unknown as ConceptVersion]))
    .sort((a, b) => b.version - a.version)
}

/** One version; null where it is not kept any more. */
export async function versionOf(
  engine: Pick<Engine, 'records'>,
  row: ConceptRow,
  version: number,
): Promise<ConceptVersion | null> {
  const ids = [versionId(row, version)]
  const [record] = await engine.records(CONCEPT_VERSION, { ids }, { order: 'ts', limit: 1 })
  const made = (record?.body ?? null) as ConceptVersion | null
  return made?.version === version ? made : null
}

/** Writes that leave nothing of what versions were made of, nor of their numbers. */
export function blankVersions(row: ConceptRow, held: readonly ConceptVersion[], now: Micros): RecordWrite[] {
  return held.map((made) => {
    const { record, expect } = versionWrite(row, made, now)
    return { record: { ...record, body: null }, expect }
  })
}

/** The versions that events are scored by: those that answer, are on the way, or will be. */
export const liveVersions = ({ version, answers, scoring }: ConceptRow): number[] =>
  [...new Set([answers, scoring?.version ?? null, version])].filter((one) => one !== null)

/** The next number to give: one whose record does not hold a version that is still needed. */
export function nextVersion(row: ConceptRow): number {
  const needed = new Set(liveVersions(row).map((version) => versionId(row, version)))
  let next = row.last + 1
  while (needed.has(versionId(row, next))) next++
  return next
}

/** The row once `version` is the newest (null: none): what nobody needs any more retires. */
export function turnedTo(row: ConceptRow, version: number | null, at: string): ConceptRow {
  const before = liveVersions(row)
  const turned: ConceptRow =
    version === null
      ? { ...row, version, answers: null, scoring: null }
      : { ...row, version, last: Math.max(row.last, version) }
  return { ...turned, retired: retiredIn(turned, [...row.retired, ...before]), changed_at: at }
}

/** The row once a pass has brought its version to every event: it answers, and the one before retires. */
export function levelled(row: ConceptRow, at: string): ConceptRow {
  if (row.scoring === null) return row
  const turned: ConceptRow = { ...row, answers: row.scoring.version, scoring: null }
  return { ...turned, retired: retiredIn(turned, [...row.retired, ...liveVersions(row)]), changed_at: at }
}

function retiredIn(row: ConceptRow, candidates: readonly number[]): number[] {
  const live = new Set(liveVersions(row))
  return [...new Set(candidates)].filter((version) => !live.has(version))
}
