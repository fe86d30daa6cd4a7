import type { ErasedCounts } from '../../core/erasure.ts'
import type { Connection } from './connection.ts'
import type { DoomedRecords } from './doomed-records.ts'
import type { Doomed } from './survey.ts'

type OfRows = Pick<ErasedCounts, 'events' | 'archives' | 'words' | 'vectors' | 'marks'>
type Row = Pick<Doomed, 'seq' | 'archive'>
type OfRecords = Pick<ErasedCounts, 'scores' | 'findings' | 'other_records' | 'struck_records'>

/** SQL for the numbers of a JSON list. */
export const LISTED = '(select value from json_each(?))'

/** Counts what the rows at some places have, of what goes with them. Before they go. */
export function rowCounter(db: Connection): (rows: readonly Row[]) => OfRows {
  const indexed = db.prepare<[], number>("select value from counters where name = 'words'").pluck()
  const vectors = db.prepare<[string], number>(`select count(*) from vectors where seq in ${LISTED}`).pluck()
  const marks = db
    .prepare<[string], number>(
      `select count(*) from marks m join places x on x.layout = m.layout where seq in ${LISTED}`,
    )
    .pluck()
  return (rows) => {
    const seqs = rows.flatMap(({ seq, archive }) => (archive === null ? [seq] : []))
    const listed = JSON.stringify(seqs)
    const until = indexed.get()!
    return {
      events: rows.length,
      archives: rows.length - seqs.length,
      words: seqs.filter((seq) => seq < until).length,
      vectors: vectors.get(listed)!,
      marks: marks.get(listed)!,
    }
  }
}

/** How many records go, by their kinds, and how many records and states lose a name. */
export function recordCounts({ gone, struck, states }: DoomedRecords): OfRecords {
  const of = (wanted: string) => gone.filter(({ kind }) => kind === wanted).length
  const [scores, findings] = [of('score'), of('finding')]
  return {
    scores,
    findings,
    other_records: gone.length - scores - findings,
    struck_records: struck.length + states.length,
  }
}
