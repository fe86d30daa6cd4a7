import { setImmediate as breathe } from 'node:timers/promises'
import type { NearEvent } from '../../core/near.ts'
import { dot } from '../../stats/dot.ts'
import type { Connection } from './connection.ts'
import { type ToldFilter, where } from './filter.ts'
import { floatsOf, PARTS } from './vector-rows.ts'

/** Events whose vectors are read before others get their turn: about 5 ms. */
const TURN = 500

/** Events near to a vector, by the rows of vectors: see core/near.ts. */
export function nearReader(db: Connection) {
  const idOf = db.prepare<[string], { id: number }>('select id from spaces where space = ?')
  const vectors = db.prepare<[number, number], { part: number; emb: Buffer }>(
    'select v.part, m.emb from vectors v join embeddings m on m.id = v.embedding_id where v.seq = ? and v.space_id = ?',
  )

  return async (q: Float32Array, space: string, cosine: number, filter: ToldFilter & { part?: keyof typeof PARTS }) => {
    const id = idOf.get(space)?.id
    if (id === undefined) return []
    const { sql, values } = where(filter)
    const wanted = filter.part === undefined ? null : PARTS[filter.part]
    const events = db
      .prepare<unknown[], { seq: number; event_id: string; ts: number }>(
        `select e.seq, e.event_id, e.ts from events e where ${sql} and e.body is not null`,
      )
      .all(...values)
    const near: NearEvent[] = []
    for (const [i, { seq, event_id, ts }] of events.entries()) {
      const scores = vectors
        .all(seq, id)
        .filter(({ part }) => wanted === null || part === wanted)
        .map(({ emb }) => dot(q, floatsOf(emb)))
      const score = Math.max(-1, ...scores)
      if (score >= cosine) near.push({ event_id, ts, score })
      if (i % TURN === TURN - 1) await breathe()
    }
    return near
  }
}
