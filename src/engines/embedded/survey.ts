import type { ErasedCounts, Selection } from '../../core/erasure.ts'
import { TEXTS } from './class-rows.ts'
import type { Connection } from './connection.ts'
import { type DoomedRecords, doomedRecords } from './doomed-records.ts'
import { LISTED, recordCounts, rowCounter } from './erased-counts.ts'
import { type KeyRing, subjectOf } from './key-ring.ts'
import { HELD, selected } from './selection.ts'

/** An event that is to go; whose it is says which key its text lies under. */
export interface Doomed {
  seq: number
  event_id: string
  tenant: string
  user_id: string | null
  session_id: string | null
  subject: Buffer | null
  /** Number of the file that its text lies in; null where the store has it. */
  archive: number | null
  ip_address: string | null
}

/** Somebody or something that nothing is left of. `tenant` is null where it is gone in every one. */
export interface GoneEntity {
  type: 'user' | 'session' | 'ip'
  id: string
  tenant: string | null
}

/** A row whose text lies in a file, by the number of that. */
export interface ColdRow {
  seq: number
  archive: number
}

/** What an erasure of a selection takes away, as it stands at this moment. */
export interface Survey {
  rows: Doomed[]
  entities: GoneEntity[]
  /** The tenant that goes as a whole, with all that is derived of it. */
  tenant: string | null
  /** Records that go, and those that lose a name. */
  records: DoomedRecords
  /** Whose keys are destroyed. */
  subjects: Buffer[]
  /** Events of others whose texts lie under one of these keys, in the store. */
  others: number[]
  /** The same of those whose texts lie in files. */
  cold: ColdRow[]
  counts: Omit<ErasedCounts, 'upgrade_copies'>
}

/** Says what an erasure would take away. Inside one transaction, for whoever goes on to do it. */
export function surveyor(db: Connection, ring: Pick<KeyRing, 'keyOf'>) {
  const rollups = ofEntities('rollups')
  const states = ofEntities('states')
  const rollupsOfTenant = db.prepare<[string], number>('select count(*) from rollups where tenant = ?').pluck()
  const statesOfTenant = db.prepare<[string], number>('select count(*) from states where tenant = ?').pluck()
  const rowCounts = rowCounter(db)
  const recordsOf = doomedRecords(db)
  const summedIps = db
    .prepare<[string], string>(
      `select distinct entity_id from rollups where entity_type = 'ip' and entity_id in ${LISTED}`,
    )
    .pluck()
  function ofEntities(table: 'rollups' | 'states') {
    return db
      .prepare<[string, string, string | null, string | null], number>(
        `select count(*) from ${table} where entity_id = ? and entity_type = ? and (? is null or tenant = ?)`,
      )
      .pluck()
  }

  /** Those of the rows that nothing is left of once these are gone, and who is named as a whole. */
  function entitiesOf(selection: Selection, rows: readonly Doomed[]): GoneEntity[] {
    const { user_id, session_id, event_id, tenant_id = null } = selection
    const gone = new Map<string, GoneEntity>()
    const add = (one: GoneEntity) => gone.set(JSON.stringify([one.type, one.id, one.tenant]), one)
    if (session_id === undefined && event_id === undefined)
      for (const id of user_id ?? []) add({ type: 'user', id, tenant: tenant_id })
    if (user_id === undefined && event_id === undefined)
      for (const id of session_id ?? []) add({ type: 'session', id, tenant: tenant_id })
    const { sql, values } = selected(selection)
    const left = (column: string) =>
      db.prepare<unknown[], unknown>(
        `select 1 from events e where ${column} = ? and tenant = ? and ${HELD} and (${sql}) is not true limit 1`,
      )
    const [userLeft, sessionLeft] = [left('user_id'), left('session_id')]
    const seen = new Set<string>()
    for (const { tenant, ...row } of rows)
      for (const [type, id] of [
        ['user', row.user_id],
        ['session', row.session_id],
      ] as const) {
        const key = JSON.stringify([type, id, tenant])
        if (id === null || seen.has(key) || gone.has(JSON.stringify([type, id, null]))) continue
        seen.add(key)
        if ((type === 'user' ? userLeft : sessionLeft).get(id, tenant, ...values) === undefined)
          add({ type, id, tenant })
      }
    for (const one of ipsOf(rows, sql, values)) add(one)
    return [...gone.values()]
  }

  /** Addresses have no index: only those that sums are kept of are looked for, all at once. */
  function ipsOf(rows: readonly Doomed[], sql: string, values: readonly string[]): GoneEntity[] {
    const all = new Map(
      rows.flatMap(({ tenant, ip_address: ip }) =>
        ip === null ? [] : [[JSON.stringify([tenant, ip]), { tenant, ip }]],
      ),
    )
    const summed = new Set(summedIps.all(JSON.stringify([...new Set([...all.values()].map(({ ip }) => ip))])))
    const asked = [...all.values()].filter(({ ip }) => summed.has(ip))
    if (asked.length === 0) return []
    const left = db
      .prepare<unknown[], { tenant: string; ip: string }>(
        `select distinct tenant, meta ->> '$.ip_address' ip from events e
         where ${HELD} and meta ->> '$.ip_address' in ${LISTED} and (${sql}) is not true`,
      )
      .all(JSON.stringify(asked.map(({ ip }) => ip)), ...values)
    const still = new Set(left.map(({ tenant, ip }) => JSON.stringify([tenant, ip])))
    return asked.flatMap(({ tenant, ip }) =>
      still.has(JSON.stringify([tenant, ip])) ? [] : [{ type: 'ip' as const, id: ip, tenant }],
    )
  }

  /** Whose keys go, and whose texts lie under one of them besides. */
  function keysOf(selection: Selection, rows: readonly Doomed[]): Pick<Survey, 'subjects' | 'others' | 'cold'> {
    const { user_id, session_id, event_id, tenant_id } = selection
    const subjects = new Map<string, Buffer>()
    const add = (subject: Buffer) => subjects.set(subject.toString('hex'), subject)
    // copies may hold what is no more in any row
    if (session_id === undefined && event_id === undefined)
      for (const id of user_id ?? []) add(subjectOf({ event_id: '', tenant_id, user_id: id }))
    if (user_id === undefined && event_id === undefined)
      for (const id of session_id ?? []) add(subjectOf({ event_id: '', tenant_id, session_id: id }))
    if (user_id === undefined && session_id === undefined)
      for (const id of event_id ?? []) add(subjectOf({ event_id: id, tenant_id }))
    const owners = new Map<string, Doomed>()
    for (const row of rows) {
      if (row.subject === null) continue
      add(row.subject)
      owners.set(row.subject.toString('hex'), row)
    }
    const { sql, values } = selected(selection)
    const under = (whose: string) =>
      db.prepare<unknown[], { seq: number; archive: number | null }>(
        `select seq, archive from events e where ${whose} and tenant = ? and subject = ? and ${HELD} and (${sql}) is not true`,
      )
    // by the indexes that there are; of an event that is its own subject there is no other
    const [ofUser, ofSession] = [under('user_id = ?'), under('user_id is null and session_id = ?')]
    const all: { seq: number; archive: number | null }[] = []
    for (const { user_id: user, session_id: session, tenant, subject } of owners.values()) {
      if (user !== null) all.push(...ofUser.all(user, tenant, subject, ...values))
      else if (session !== null) all.push(...ofSession.all(session, tenant, subject, ...values))
    }
    const others = all.flatMap(({ seq, archive }) => (archive === null ? [seq] : []))
    const cold = all.filter((one): one is ColdRow => one.archive !== null)
    return { subjects: [...subjects.values()], others, cold }
  }

  return (selection: Selection): Survey => {
    const { sql, values } = selected(selection)
    // asked one by one: each has an index by tenant
    const rows = Object.values(TEXTS)
      .flatMap(({ has }) =>
        db
          .prepare<unknown[], Doomed>(
            `select seq, event_id, tenant, user_id, session_id, subject, archive, meta ->> '$.ip_address' ip_address
             from events e where ${sql} and ${has}`,
          )
          .all(...values),
      )
      .sort((a, b) => a.seq - b.seq)
    const isWhole = selection.tenant_id !== undefined && Object.keys(selection).length === 1
    const tenant = isWhole && selection.tenant_id !== '' ? selection.tenant_id! : null
    const entities = entitiesOf(selection, rows)
    const records = recordsOf(tenant, selection.tenant_id, rows, entities)
    const { subjects, others, cold } = keysOf(selection, rows)
    const count = (table: typeof rollups, whole: typeof rollupsOfTenant) =>
      tenant !== null
        ? whole.get(tenant)!
        : entities.reduce((sum, one) => sum + table.get(one.id, one.type, one.tenant, one.tenant)!, 0)
    return {
      rows,
      entities,
      tenant,
      records,
      subjects,
      others,
      cold,
      counts: {
        ...rowCounts(rows),
        rollups: count(rollups, rollupsOfTenant),
        states: count(states, statesOfTenant),
        ...recordCounts(records),
        keys: subjects.filter((subject) => ring.keyOf(subject) !== null).length,
        resealed: others.length + cold.length,
      },
    }
  }
}
