import type { Effects, Rollup, StateRow, VectorRow } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import type { FingerprintStore } from './fingerprint-rows.ts'
import type { MarkRows } from './mark-rows.ts'
import type { recordStore } from './records.ts'
import type { vectorRows } from './vector-rows.ts'

/** Writes what a stage or job made, inside the commit of its caller. Each effect may be written twice and counts once, save roll-ups, which the caller's fence protects. */
export function effectWriter(
  db: Connection,
  vectors: ReturnType<typeof vectorRows>,
  marks: Pick<MarkRows, 'put'>,
  records: ReturnType<typeof recordStore>,
  fingerprints: Pick<FingerprintStore, 'put'>,
) {
  const putRollup = db.prepare(
    `insert into rollups values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict do update set n = n + excluded.n, total = total + excluded.total,
       sketch = merge_sketches(sketch, excluded.sketch)`,
  )
  const putState = db.prepare('insert or replace into states values (?, ?, ?, ?, ?, ?, ?)')

  const takeOff = db.prepare<unknown[], { n: number }>(
    `update rollups set n = n - ?, total = total - ?, sketch = less_sketch(sketch, ?)
     where period = ? and entity_type = ? and metric = ? and start = ? and entity_id = ? and tenant = ? returning n`,
  )
  const dropRollup = db.prepare(
    `delete from rollups where period = ? and entity_type = ? and metric = ? and start = ? and entity_id = ? and tenant = ?`,
  )
  const known = db.prepare<[string, string, string], unknown>(
    'select 1 from rollups indexed by rollups_entity where entity_id = ? and entity_type = ? and tenant = ? limit 1',
  )
  const dropStates = db.prepare('delete from states where entity_id = ? and entity_type = ? and tenant = ?')
  const dropRecords = db.prepare("delete from records where entity = ? and coalesce(tenant, '') = ?")

  function less({ n, total, sketch, ...of }: Rollup): void {
    const key = [of.period, of.entity_type, of.metric, of.start, of.entity_id, of.tenant_id]
    const left = takeOff.get(n, total, sketch, ...key)
    if (left === undefined || left.n > 0) return
    dropRollup.run(...key)
    if (known.get(of.entity_id, of.entity_type, of.tenant_id) !== undefined) return
    dropStates.run(of.entity_id, of.entity_type, of.tenant_id)
    dropRecords.run(`${of.entity_type}:${of.entity_id}`, of.tenant_id)
  }

  return (effects: Effects) => {
    for (const row of effects.vectors ?? ([] as VectorRow[])) vectors.put(row)
    marks.put(effects.marks ?? [])
    fingerprints.put(effects.fingerprints ?? [])
    for (const row of effects.rollups ?? ([] as Rollup[]))
      putRollup.run(
        row.period,
        row.entity_type,
        row.metric,
        row.start,
        row.entity_id,
        row.tenant_id,
        row.n,
        row.total,
        row.sketch,
      )
    for (const row of effects.less ?? ([] as Rollup[])) less(row)
    for (const row of effects.states ?? ([] as StateRow[]))
      putState.run(
        row.detector,
        row.entity_type,
        row.entity_id,
        row.tenant_id,
        row.version,
        row.day,
        JSON.stringify(row.state),
      )
    for (const write of effects.records ?? []) records.write(write)
  }
}
