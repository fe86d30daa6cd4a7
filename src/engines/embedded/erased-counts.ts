import type { ErasedCounts } from '../../core/erasure.ts'
import type { Connection } from './connection.ts'
import type { DoomedRecords } from './doomed-records.ts'

type OfRows = Pick<ErasedCounts, 'events' | 'words' | 'vectors' | 'marks'>
type OfRecords = Pick<ErasedCounts, 'scores' | 'findings' | 'other_records' | 'struck_records'>

/** SQL for the numbers of a JSON list. */
export const LISTED = '(select value from json_each(?))'

/** Counts what the rows at some places have, of what goes with them. Before they go. */
export function rowCounter(db: Connection): (seqs: readonly number[]) => OfRows {
  const indexed = db.prepare<[], number>("select value from counters where name = 'words'").pluck()
  const vectors = db.prepare<[string], number>(`select count(*) from vectors where seq in ${LISTED}`).pluck()
  const marks = db.prepare<[string], number>(`select count(*) from marks where seq in ${LISTED}`).pluck()
  return (seqs) => {
    const listed = JSON.stringify(seqs)
    const until = indexed.get()!
    return {
      events: seqs.length,
      words: seqs.filter((seq) => seq < until).length,
      vectors: vectors.get(listed)!,
      marks: marks.get(listed)!,
    }
  }
}

/** How many records go, by their kinds, and how many lose a name. */
export function recordCounts({ gone, struck }: DoomedRecords): OfRecords {
  const of = (wanted: string) => gone.filter(({ kind }) => kind === wanted).length
  const [scores, findings] = [of('score'), of('finding')]
  return { scores, findings, other_records: gone.length - scores - findings, struck_records: struck.length }
}
