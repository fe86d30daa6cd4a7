import type { FingerprintRow, PassageCount } from '../../core/fingerprint.ts'
import type { Micros } from '../../core/window.ts'
import type { Connection } from './connection.ts'

/** Fingerprints that one turn of trimming looks at. */
const TURN = 5_000

/** Fingerprints of answers, and the passages that some of them lie in. */
export function fingerprintRows(db: Connection) {
  // nothing of an event that is gone; what is known of a passage is not forgotten by a stage that reads an event again
  const put = db.prepare(
    `insert into fingerprints(tenant, print, seq, passage) select tenant, ?, seq, ? from events where seq = ? and body is not null
     on conflict do update set passage = coalesce(excluded.passage, passage)`,
  )
  const drop = db.prepare(
    'delete from fingerprints where tenant = (select tenant from events where seq = ?) and seq = ?',
  )
  // asked together, which is eight times as fast as one by one
  const sharing = db.prepare<[string, string, string, number], FingerprintRow>(
    `select f.print, f.seq, f.passage from json_each(?) j cross join fingerprints f
     where f.tenant = ? and f.print = j.value and f.seq >= coalesce(
       (select g.seq from fingerprints g where g.tenant = ? and g.print = j.value order by g.seq desc limit 1 offset ?), 0)
     order by j.id, f.seq desc`,
  )
  const counts = db.prepare<[], PassageCount>(
    `select passage, nullif(e.tenant, '') tenant_id, count(*) events, min(e.ts) first, max(e.ts) last,
       count(distinct coalesce('u' || e.user_id, 's' || e.session_id)) users
     from (select distinct passage, seq from fingerprints where passage is not null) f join events e on e.seq = f.seq
     group by passage order by passage`,
  )
  const nextTenant = db
    .prepare<[string], string>('select tenant from fingerprints where tenant > ? order by tenant limit 1')
    .pluck()
  const noTenant = db.prepare<[], unknown>("select 1 from fingerprints where tenant = '' limit 1")
  const firstSince = db.prepare<[Micros], number>('select seq from events where ts >= ? order by ts limit 1').pluck()
  const size = db.prepare<[], number>('select size from head').pluck()
  const beyond = db
    .prepare<[string, number], number>(
      'select seq from fingerprints indexed by fingerprints_seq where tenant = ? order by seq desc limit 1 offset ?',
    )
    .pluck()
  const oldest = db.prepare<[string, number, number], { print: number; seq: number }>(
    `select print, seq from fingerprints indexed by fingerprints_seq
     where tenant = ? and seq < ? and passage is null order by seq limit ?`,
  )
  const dropOne = db.prepare('delete from fingerprints where tenant = ? and print = ? and seq = ?')

  function* tenants(): Generator<string> {
    if (noTenant.get() !== undefined) yield ''
    for (let at = nextTenant.get(''); at !== undefined; at = nextTenant.get(at)) yield at
  }

  return {
    /** Inside the commit of its caller. */
    put(rows: readonly FingerprintRow[]): void {
      for (const { seq, print, passage } of rows) put.run(print, passage, seq)
    },

    /** Inside the commit that takes the text of an event away, while its row is still there. */
    forget: (seq: number): void => void drop.run(seq, seq),

    fingerprintsOf(tenant_id: string | null, prints: readonly number[], limit: number): FingerprintRow[] {
      const tenant = tenant_id ?? ''
      return limit < 1 ? [] : sharing.all(JSON.stringify(prints), tenant, tenant, limit - 1)
    },

    memorised: (): PassageCount[] => counts.all(),

    trimFingerprints: db.transaction((before: Micros, most: number): number => {
      const until = firstSince.get(before) ?? size.get()!
      let room = TURN
      for (const tenant of tenants()) {
        const rows = oldest.all(tenant, Math.max(until, beyond.get(tenant, most) ?? 0), room)
        for (const { print, seq } of rows) dropOne.run(tenant, print, seq)
        room -= rows.length
        if (room === 0) break
      }
      return TURN - room
    }).immediate,
  }
}

export type FingerprintStore = ReturnType<typeof fingerprintRows>
