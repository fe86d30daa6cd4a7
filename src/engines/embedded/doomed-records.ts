import type { Json } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import { type Names, striker } from './strike.ts'
import type { Doomed, GoneEntity } from './survey.ts'

/** Records that go, and those that lose a name; states of analysts that lose one, for they remember whom they looked up. */
export interface DoomedRecords {
  gone: { kind: string; id: string }[]
  struck: { kind: string; id: string; body: string }[]
  states: { detector: string; entity_id: string; tenant: string; state: string }[]
}

/** Records that keep house: they hold no data of a subject, or must outlast him. */
const KEPT_KINDS = [
  'key',
  'key-copy',
  'hold',
  'erasure',
  'reseal',
  'checkpoint',
  'timestamp',
  'setting',
  'job',
  'run',
  'verify',
  'touched',
  'night',
  'copy',
  'producer',
  'archive',
]

/**
 * Says which records go with events, entities and a whole tenant, and what is left of those that only name one. `of` is the
 * tenant that all of them are of, where there is one.
 */
export function doomedRecords(db: Connection) {
  const records = db.prepare<
    [],
    { kind: string; id: string; entity: string | null; tenant: string | null; body: string }
  >(`select kind, id, entity, tenant, body from records where kind not in (${KEPT_KINDS.map((kind) => `'${kind}'`)})`)

  const analysts = db.prepare<[], DoomedRecords['states'][number]>(
    "select detector, entity_id, tenant, state from states where entity_type = 'analyst'",
  )

  return (
    tenant: string | null,
    of: string | undefined,
    rows: readonly Pick<Doomed, 'event_id'>[],
    entities: readonly GoneEntity[],
  ): DoomedRecords => {
    const gone: DoomedRecords['gone'] = []
    const struck: DoomedRecords['struck'] = []
    const about = new Set(entities.map((one) => JSON.stringify([`${one.type}:${one.id}`, one.tenant])))
    const named = (type: GoneEntity['type']) => new Set(entities.flatMap((one) => (one.type === type ? [one.id] : [])))
    const names: Names = {
      event: new Set(rows.map(({ event_id }) => event_id)),
      user: named('user'),
      session: named('session'),
      ip: named('ip'),
    }
    const strike = striker(names)
    const mayName = (whose: string) => of === undefined || whose === '' || whose === of
    /** What is left of a document that names one of them; null where it names none. */
    const without = (text: string) => {
      const document = JSON.parse(text) as Json
      const left = strike(document)
      return left === document ? null : JSON.stringify(left)
    }
    for (const { kind, id, entity, ...record } of records.iterate()) {
      const whose = record.tenant ?? ''
      const isGone =
        (tenant !== null && whose === tenant) ||
        (entity !== null && (about.has(JSON.stringify([entity, whose])) || about.has(JSON.stringify([entity, null]))))
      if (isGone) gone.push({ kind, id })
      else if (mayName(whose)) {
        const left = without(record.body)
        if (left !== null) struck.push({ kind, id, body: left })
      }
    }
    const states = [...analysts.iterate()].flatMap(({ state, ...whose }) => {
      const left = whose.tenant !== tenant && mayName(whose.tenant) ? without(state) : null
      return left === null ? [] : [{ ...whose, state: left }]
    })
    return { gone, struck, states }
  }
}
