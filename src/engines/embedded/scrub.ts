import type { Connection } from './connection.ts'
import { BUSY_MS } from './failures.ts'

/** How long a reader may hold up the emptying of the journal before it is put off, where it will be tried again. */
const PATIENCE_MS = 250

/**
 * Wipes the journal of texts that were destroyed: SQLite overwrites their pages, but its write-ahead log keeps what was
 * written before until it is truncated. That something is to be wiped is written down in the commit that destroys, so
 * that whoever opens the store next does it where this process dies first.
 */
export function scrubber(db: Connection) {
  const mark = db.prepare("update counters set value = value + 1 where name = 'scrub'")
  const marked = db.prepare<[], { value: number }>("select value from counters where name = 'scrub'")
  const clear = db.prepare("update counters set value = 0 where name = 'scrub' and value = ?")
  let vids: number[] = []
  // whoever marked it before this process began may have died with what he knew
  let orphaned = marked.get()!.value > 0

  return {
    /** Inside the commit that destroys. `gone` are rows of vectors that went with it. */
    later(gone: readonly number[]): void {
      mark.run()
      for (const vid of gone) vids.push(vid)
    },

    /**
     * Whether the journal holds nothing that was destroyed; tries to see to it.
     * @param patienceMs how long readers may hold it up
     */
    now(patienceMs = PATIENCE_MS): boolean {
      const seen = marked.get()!.value
      if (seen === 0) return true
      db.pragma(`busy_timeout = ${patienceMs}`)
      try {
        const [{ busy }] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }]
        if (busy !== 0) return false
      } finally {
        db.pragma(`busy_timeout = ${BUSY_MS}`)
      }
      clear.run(seen)
      return true
    },

    /** Rows of vectors that were destroyed since it was last asked; null where nobody knows them any more. */
    takeVids(): readonly number[] | null {
      const taken = orphaned ? null : vids
      orphaned = false
      vids = []
      return taken
    },
  }
}
