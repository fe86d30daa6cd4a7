import { DAY } from '../../../core/window.ts'
import type { Connection } from '../connection.ts'
import { binOf, MARK_BYTES, millionths, packed, unpacked } from '../packed-marks.ts'

const SCHEMA = `
create table scored(cid integer primary key autoincrement, concept text not null, version integer not null,
  unique(concept, version));
create table layouts(layout integer primary key, cids text not null unique);
create table places(layout integer not null, cid integer not null, at integer not null, primary key(layout, cid)) without rowid;
create table packed_marks(seq integer primary key, layout integer not null, p blob not null);
create table probable(cid integer not null, p integer not null, ts integer not null, seq integer not null,
  primary key(cid, p desc, ts desc, seq)) without rowid;
create table mark_counts(cid integer not null, day integer not null, bin integer not null, n integer not null,
  primary key(cid, day, bin)) without rowid;
insert into scored(concept, version) select distinct concept, version from marks order by concept, version;
`
const SWAP = `
drop table marks;
alter table packed_marks rename to marks;
`
/** Rows that are read at a time. */
const STEP = 5_000
/** Probability, in millionths, from which a mark is also kept in the order of probability. */
const FLOOR = 50_000

/**
 * What concepts say of an event is one short row: `p` has three bytes for each concept of its `layout`, and `places` says
 * where (from 1, as substr counts). `probable` has those that are not plainly improbable once more, in their order;
 * `mark_counts` how many each concept has of each day and percent.
 */
export function packedMarks(db: Connection): void {
  db.exec(SCHEMA)
  const next = db.prepare<[number, number], { seq: number; ts: number; marks: string }>(
    `select m.seq, e.ts, json_group_array(json_array(s.cid, m.p)) marks
     from marks m join scored s on s.concept = m.concept and s.version = m.version join events e on e.seq = m.seq
     where m.seq > ? group by m.seq order by m.seq limit ?`,
  )
  const putLayout = db.prepare<[string], { layout: number }>('insert into layouts(cids) values (?) returning layout')
  const putPlace = db.prepare('insert into places values (?, ?, ?)')
  const put = db.prepare('insert into packed_marks values (?, ?, ?)')
  const putProbable = db.prepare('insert into probable values (?, ?, ?, ?)')
  const count = db.prepare('insert into mark_counts values (?, ?, ?, 1) on conflict do update set n = n + 1')
  const layouts = new Map<string, number>()

  const layoutOf = (cids: readonly number[]): number => {
    const name = JSON.stringify(cids)
    const known = layouts.get(name)
    if (known !== undefined) return known
    const { layout } = putLayout.get(name)!
    for (const [i, cid] of cids.entries()) putPlace.run(layout, cid, i * MARK_BYTES + 1)
    layouts.set(name, layout)
    return layout
  }

  let rows = next.all(-1, STEP)
  while (rows.length > 0) {
    for (const { seq, ts, marks } of rows) {
      const all = (JSON.parse(marks) as [number, number][]).sort(([a], [b]) => a - b)
      const bytes = packed(all.map(([, p]) => millionths(p)))
      put.run(seq, layoutOf(all.map(([cid]) => cid)), bytes)
      for (const [i, [cid]] of all.entries()) {
        const p = unpacked(bytes, i * MARK_BYTES)
        count.run(cid, Math.floor(ts / DAY), binOf(p))
        if (p >= FLOOR) putProbable.run(cid, p, ts, seq)
      }
    }
    rows = next.all(rows.at(-1)!.seq, STEP)
  }
  db.exec(SWAP)
}
