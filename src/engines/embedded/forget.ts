import type { Connection } from './connection.ts'
import type { FingerprintStore } from './fingerprint-rows.ts'
import type { MarkRows } from './mark-rows.ts'
import type { primaryRows } from './primary.ts'
import type { scrubber } from './scrub.ts'
import type { wordIndex } from './words.ts'

/**
 * Destroys what was made of an entry's text, inside the commit that takes the text away: words, vectors, marks,
 * fingerprints, what baselines still had to compare it with. The vector index learns of it through `gone`. Freed bytes are overwritten with
 * zeros (secure_delete); what the journal still holds of them is for `tend` to scrub.
 */
export function forgetter(
  db: Connection,
  words: Pick<ReturnType<typeof wordIndex>, 'forget'>,
  primaries: Pick<ReturnType<typeof primaryRows>, 'drop'>,
  marks: Pick<MarkRows, 'drop'>,
  scrub: Pick<ReturnType<typeof scrubber>, 'later'>,
  fingerprints: Pick<FingerprintStore, 'forget'>,
) {
  const vectors = db.prepare<[number], { vid: number; embedding_id: number }>(
    'delete from vectors where seq = ? returning vid, embedding_id',
  )
  const orphan = db.prepare(
    'delete from embeddings where id = ? and not exists (select 1 from vectors where embedding_id = embeddings.id)',
  )
  const gone = db.prepare(
    "insert into gone(seq, upto) values (?, coalesce((select seq from sqlite_sequence where name = 'vectors'), 0))",
  )
  const counted = db.prepare('delete from counted where seq = ?')
  const place = db.prepare('delete from cluster_of where seq = ?')

  /** @param text RFC 8785 text of the entry; null where it cannot be read any more */
  return (seq: number, text: string | null): void => {
    words.forget(seq, text)
    marks.drop(seq)
    counted.run(seq)
    place.run(seq)
    fingerprints.forget(seq)
    primaries.drop(seq)
    const vids: number[] = []
    for (const { vid, embedding_id } of vectors.all(seq)) {
      vids.push(vid)
      orphan.run(embedding_id)
    }
    gone.run(seq)
    scrub.later(vids)
  }
}
