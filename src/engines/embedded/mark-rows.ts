import type { MarkRow } from '../../core/ports.ts'
import { DAY, type Micros } from '../../core/window.ts'
import type { Connection } from './connection.ts'
import { binOf, MARK_BYTES, millionths, packed, probabilityOf, unpacked } from './packed-marks.ts'

/**
 * Probability, in millionths, from which a mark is also kept in the order of probability. Lower, and every store is larger
 * for what nobody asks to see; higher, and a concept that is chosen for its recall is looked for mark by mark.
 */
export const PROBABLE = 50_000

/** The day that counts are kept by. */
export const dayOf = (ts: Micros): number => Math.floor(ts / DAY)

/** A version of a concept, and what it says of an event. */
export type Marked = Pick<MarkRow, 'concept' | 'version' | 'p'>

/** What is known of one event: millionths by the number of the concept. */
type Packed = Map<number, number>

/**
 * Marks as rows: one for each event, which holds what all concepts say of it; those that are not plainly improbable once
 * more in their order; and how many each concept has of each day and percent. Every call is part of a commit of the caller.
 */
export function markRows(db: Connection) {
  const cidOf = db.prepare<[string, number], { cid: number }>(
    'select cid from scored where concept = ? and version = ?',
  )
  const putConcept = db.prepare<[string, number], { cid: number }>(
    'insert into scored(concept, version) values (?, ?) returning cid',
  )
  const layoutOf = db.prepare<[string], { layout: number }>('select layout from layouts where cids = ?')
  const putLayout = db.prepare<[string], { layout: number }>('insert into layouts(cids) values (?) returning layout')
  const putPlace = db.prepare('insert into places values (?, ?, ?)')
  const placesOf = db.prepare<[number], { cid: number; at: number }>('select cid, at from places where layout = ?')
  const rowAt = db.prepare<[number], { layout: number; p: Buffer }>('select layout, p from marks where seq = ?')
  const put = db.prepare('insert or replace into marks values (?, ?, ?)')
  const remove = db.prepare('delete from marks where seq = ?')
  const timeOf = db.prepare<[number], { ts: number }>('select ts from events where seq = ? and body is not null')
  const putProbable = db.prepare('insert or ignore into probable values (?, ?, ?, ?)')
  const dropProbable = db.prepare('delete from probable where cid = ? and p = ? and ts = ? and seq = ?')
  const count = db.prepare('insert into mark_counts values (?, ?, ?, ?) on conflict do update set n = n + excluded.n')
  const named = db.prepare<[number], Marked>(
    `select s.concept, s.version, x.at p from marks m join places x on x.layout = m.layout join scored s on s.cid = x.cid
     where m.seq = ? order by s.concept, s.version`,
  )
  const dropEach = ['probable', 'mark_counts', 'places', 'scored'].map((table) =>
    db.prepare(`delete from ${table} where cid = ?`),
  )

  function readAt(seq: number): Packed {
    const row = rowAt.get(seq)
    const places = row === undefined ? [] : placesOf.all(row.layout)
    return new Map(places.map(({ cid, at }) => [cid, unpacked(row!.p, at - 1)]))
  }

  function layoutFor(cids: readonly number[]): number {
    const name = JSON.stringify(cids)
    const known = layoutOf.get(name)?.layout
    if (known !== undefined) return known
    const { layout } = putLayout.get(name)!
    for (const [i, cid] of cids.entries()) putPlace.run(layout, cid, i * MARK_BYTES + 1)
    return layout
  }

  /** Counts are changed once for many events. */
  function counter() {
    const changes = new Map<string, [cid: number, day: number, bin: number, n: number]>()
    return {
      add(cid: number, ts: Micros, p: number, n: number) {
        const [day, bin] = [dayOf(ts), binOf(p)]
        const name = `${cid} ${day} ${bin}`
        const one = changes.get(name)
        if (one === undefined) changes.set(name, [cid, day, bin, n])
        else one[3] += n
      },
      write() {
        for (const change of changes.values()) if (change[3] !== 0) count.run(...change)
      },
    }
  }

  function putInto(seq: number, ts: number, added: Packed, counts: ReturnType<typeof counter>): void {
    const before = readAt(seq)
    const all = [...new Map([...before, ...added])].sort(([a], [b]) => a - b)
    put.run(seq, layoutFor(all.map(([cid]) => cid)), packed(all.map(([, p]) => p)))
    for (const [cid, p] of added) {
      const old = before.get(cid)
      if (old === p) continue
      if (old !== undefined) {
        counts.add(cid, ts, old, -1)
        if (old >= PROBABLE) dropProbable.run(cid, old, ts, seq)
      }
      counts.add(cid, ts, p, 1)
      if (p >= PROBABLE) putProbable.run(cid, p, ts, seq)
    }
  }

  return {
    /** Adds to what is known of the events, which must be held; those that are not get none. The same mark given again counts once. */
    put(rows: readonly MarkRow[]): void {
      const cids = new Map<string, number>()
      const numberOf = ({ concept, version }: Marked): number => {
        const name = `${concept}@${version}`
        const cid = cids.get(name) ?? (cidOf.get(concept, version) ?? putConcept.get(concept, version))!.cid
        cids.set(name, cid)
        return cid
      }
      const bySeq = new Map<number, Packed>()
      for (const row of rows) {
        const own: Packed = bySeq.get(row.seq) ?? new Map()
        own.set(numberOf(row), millionths(row.p))
        bySeq.set(row.seq, own)
      }
      const counts = counter()
      for (const [seq, added] of bySeq) {
        const ts = timeOf.get(seq)?.ts
        if (ts !== undefined) putInto(seq, ts, added, counts)
      }
      counts.write()
    },

    /** The event that had one place in the ledger has another now; what was at the former stays until it is dropped. */
    copy(from: number, to: number, ts: number): void {
      const counts = counter()
      const all = readAt(from)
      if (all.size > 0) putInto(to, ts, all, counts)
      counts.write()
    },

    /** Before the row of the event itself is gone. */
    drop(seq: number): void {
      const counts = counter()
      const ts = timeOf.get(seq)?.ts
      if (ts === undefined) return
      for (const [cid, p] of readAt(seq)) {
        counts.add(cid, ts, p, -1)
        if (p >= PROBABLE) dropProbable.run(cid, p, ts, seq)
      }
      counts.write()
      remove.run(seq)
    },

    /** What is known of an event, by name and version. */
    of(seq: number): Marked[] {
      const bytes = rowAt.get(seq)?.p
      return named.all(seq).map((one) => ({ ...one, p: probabilityOf(unpacked(bytes!, one.p - 1)) }))
    },

    /** All that one version of a concept said. Its bytes in rows of events mean nothing from then on. */
    dropConcept(concept: string, version: number): void {
      const cid = cidOf.get(concept, version)?.cid
      if (cid !== undefined) for (const drop of dropEach) drop.run(cid)
    },
  }
}

export type MarkRows = ReturnType<typeof markRows>
