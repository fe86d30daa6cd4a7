import type { ErasedCounts, Selection } from '../../core/erasure.ts'
import type { Connection } from './connection.ts'
import { type DoomedRecords, doomedRecords } from './doomed-records.ts'
import { LISTED, recordCounts, rowCounter } from './erased-counts.ts'
import { type KeyRing, subjectOf } from './key-ring.ts'
import { selected } from './selection.ts'

/** An event that is to go; whose it is says which key its text lies under. */
export interface Doomed {
  seq: number
  event_id: string
  tenant: string
  user_id: string | null
  session_id: string | null
  subject: Buffer | null
  ip_address: string | null
}

/** Somebody or something that nothing is left of. `tenant` is null where it is gone in every one. */
export interface GoneEntity {
  type: 'user' | 'session' | 'ip'
  id: string
  tenant: string | null
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
  /** Events of others whose texts lie under one of these keys. */
  others: number[]
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
        `select 1 from events e where ${column} = ? and tenant = ? and body is not null and (${sql}) is not true limit 1`,
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
         where body is not null and meta ->> '$.ip_address' in ${LISTED} and (${sql}) is not true`,
      )
      .all(JSON.stringify(asked.map(({ ip }) => ip)), ...values)
    const still = new Set(left.map(({ tenant, ip }) => JSON.stringify([tenant, ip])))
    return asked.flatMap(({ tenant, ip }) =>
      still.has(JSON.stringify([tenant, ip])) ? [] : [{ type: 'ip' as const, id: ip, tenant }],
    )
  }

  /** Whose keys go, and whose texts lie under one of them besides. */
  function keysOf(selection: Selection, rows: readonly Doomed[]): Pick<Survey, 'subjects' | 'others'> {
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
      db
        .prepare<unknown[], number>(
          `select seq from events e where ${whose} and tenant = ? and subject = ? and body is not null and (${sql}) is not true`,
        )
        .pluck()
    // by the indexes that there are; of an event that is its own subject there is no other
    const [ofUser, ofSession] = [under('user_id = ?'), under('user_id is null and session_id = ?')]
    const others: number[] = []
    for (const { user_id: user, session_id: session, tenant, subject } of owners.values()) {
      if (user !== null) others.push(...ofUser.all(user, tenant, subject, ...values))
      else if (session !== null) others.push(...ofSession.all(session, tenant, subject, ...values))
    }
    return { subjects: [...subjects.values()], others }
  }

  return (selection: Selection): Survey => {
    const { sql, values } = selected(selection)
    const rows = db
      .prepare<unknown[], Doomed>(
        `select seq, event_id, tenant, user_id, session_id, subject, meta ->> '$.ip_address' ip_address from events e
         where ${sql} and body is not null order by seq`,
      )
      .all(...values)
    const isWhole = selection.tenant_id !== undefined && Object.keys(selection).length === 1
    const tenant = isWhole && selection.tenant_id !== '' ? selection.tenant_id! : null
    const entities = entitiesOf(selection, rows)
    const records = recordsOf(tenant, selection.tenant_id, rows, entities)
    const { subjects, others } = keysOf(selection, rows)
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
      counts: {
        ...rowCounts(rows.map(({ seq }) => seq)),
        rollups: count(rollups, rollupsOfTenant),
        states: count(states, statesOfTenant),
        ...recordCounts(records),
        keys: subjects.filter((subject) => ring.keyOf(subject) !== null).length,
        resealed: others.length,
      },
    }
  }
}
