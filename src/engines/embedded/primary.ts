import type { Examined, Part, Primary } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import type { MarkRows } from './mark-rows.ts'
import { nameOfPart, type vectorRows } from './vector-rows.ts'

/** What an event came with: pairs of part and space, and of concept and version. */
interface Made {
  vectors: [Part, string][]
  marks: [string, number][]
}

/**
 * Vectors and marks that came with their events, whose text is not kept. They cannot be made again, so it is written
 * down what each event has: events of one model and one set of concepts form a cohort, and cohorts are counted.
 */
export function primaryRows(
  db: Connection,
  vectors: ReturnType<typeof vectorRows>,
  marks: Pick<MarkRows, 'put' | 'of'>,
) {
  const join = db.prepare<[string], { id: number }>(
    'insert into cohorts(made, n) values (?, 1) on conflict(made) do update set n = n + 1 returning id',
  )
  const putFirst = db.prepare('insert into firsts values (?, ?)')
  const leave = db.prepare<[number], { cohort: number }>('delete from firsts where seq = ? returning cohort')
  const shrink = db.prepare('update cohorts set n = n - 1 where id = ?')
  const move = db.prepare('update firsts set seq = ? where seq = ?')
  const standing = db.prepare<[number], { made: string }>(
    'select made from firsts f join cohorts c on c.id = f.cohort where seq = ?',
  )
  const list = db.prepare<[], { made: string; n: number }>('select made, n from cohorts where n > 0')
  const listOf = db.prepare<[string], { made: string; n: number }>(
    `select made, count(*) n from firsts f join events e on e.seq = f.seq join cohorts c on c.id = f.cohort
     where e.tenant = ? group by c.id`,
  )

  /** What an event has that goes on with what it came with. */
  const before = (seq: number): Made => {
    const name = standing.get(seq)?.made
    return name === undefined ? { vectors: [], marks: [] } : JSON.parse(name)
  }

  /** Inside the commit of `append`. `seqs` has the seq of each position that was stored. */
  function put(primary: Primary, seqs: readonly (number | undefined)[]): void {
    const made = new Map<number, Made>()
    const madeOf = (seq: number) => {
      const one = made.get(seq) ?? before(seq)
      made.set(seq, one)
      return one
    }
    for (const { at, ...row } of primary.vectors) {
      const seq = seqs[at]
      if (seq === undefined) continue
      vectors.putFirst({ ...row, seq })
      madeOf(seq).vectors.push([row.part, row.space])
    }
    const placed = primary.marks.flatMap(({ at, ...mark }) => {
      const seq = seqs[at]
      return seq === undefined ? [] : [{ ...mark, seq }]
    })
    marks.put(placed)
    for (const { seq, concept, version } of placed) madeOf(seq).marks.push([concept, version])
    for (const [seq, one] of made) {
      drop(seq)
      putFirst.run(seq, join.get(nameOf(one))!.id)
    }
  }

  /** The event is gone. */
  function drop(seq: number): void {
    const cohort = leave.get(seq)?.cohort
    if (cohort !== undefined) shrink.run(cohort)
  }

  const vectorsAt = db.prepare<[number], { part: number; space: string }>(
    'select part, space from vectors v join spaces s on s.id = v.space_id where seq = ?',
  )

  return {
    put,
    drop,

    /** Whatever an event has from now on it came with. */
    adopt(seq: number): void {
      const scored = marks.of(seq).map(({ concept, version }): [string, number] => [concept, version])
      const own = vectorsAt.all(seq).map(({ part, space }): [Part, string] => [nameOfPart(part), space])
      if (scored.length + own.length > 0) putFirst.run(seq, join.get(nameOf({ vectors: own, marks: scored }))!.id)
    },

    /** The event goes on under another seq. */
    move: (from: number, to: number) => void move.run(to, from),

    unexamined(of: Examined, tenant?: string): number {
      const all = missing(list.all(), of)
      // a tenant's own are counted one by one, so only where there are any
      return tenant === undefined || all === 0 ? all : missing(listOf.all(tenant), of)
    },
  }
}

/** Events of the cohorts that lack what is asked about. */
function missing(cohorts: readonly { made: string; n: number }[], of: Examined): number {
  let sum = 0
  for (const { made, n } of cohorts) {
    const { vectors: own, marks } = JSON.parse(made) as Made
    const parts = new Set(own.flatMap(([part]) => (of.part === undefined || of.part === part ? [part] : [])))
    const lacks =
      'space' in of
        ? [...parts].some((part) => !own.some(([other, space]) => other === part && space === of.space))
        : parts.size > 0 && !marks.some(([concept, version]) => concept === of.concept && version === of.version)
    if (lacks) sum += n
  }
  return sum
}

/** One text for one cohort, whatever the order. */
function nameOf({ vectors, marks }: Made): string {
  const sorted = (pairs: readonly unknown[]) => [...new Set(pairs.map((pair) => JSON.stringify(pair)))].sort()
  return `{"vectors":[${sorted(vectors)}],"marks":[${sorted(marks)}]}`
}
