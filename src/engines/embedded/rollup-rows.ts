import type { Rollup, RollupFilter, StateRow } from '../../core/ports.ts'
import type { EntityType } from '../../core/score.ts'
import type { Connection } from './connection.ts'

/** Reading roll-ups and detector states, in the order of period, entity type, metric, start, entity. */
export function rollupReader(db: Connection) {
  const states = db.prepare<[string, string], Omit<StateRow, 'state'> & { state: string }>(
    `select detector, entity_type, entity_id, tenant tenant_id, version, day, state from states
     where detector = ? and entity_type = ? order by entity_id, tenant`,
  )

  return {
    rollups(filter: RollupFilter): Rollup[] {
      const parts = ['period = ?']
      const values: unknown[] = [filter.period]
      const add = (sql: string, value: unknown) => {
        if (value === undefined) return
        parts.push(sql)
        values.push(value)
      }
      add('entity_type = ?', filter.entity_type)
      add('metric = ?', filter.metric)
      add('start >= ?', filter.since)
      add('start < ?', filter.until)
      add('entity_id = ?', filter.entity_id)
      add('tenant = ?', filter.tenant_id)
      // SQLite would rather read in the order asked for, through the rows of all entities
      const from = filter.entity_id === undefined ? 'rollups' : 'rollups indexed by rollups_entity'
      return db
        .prepare<unknown[], Rollup>(
          `select period, start, entity_type, entity_id, tenant tenant_id, metric, n, total, sketch from ${from}
           where ${parts.join(' and ')} order by entity_type, metric, start, entity_id, tenant`,
        )
        .all(...values)
    },

    states: (detector: string, entityType: EntityType): StateRow[] =>
      states.all(detector, entityType).map((row) => ({ ...row, state: JSON.parse(row.state) })),
  }
}
