import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import type { VectorHit } from '../../../src/engines/embedded/best.ts'
import { migrated } from './migrated.ts'

export interface Said {
  seq: number
  part: 0 | 1
  ts: number
  vector: Float32Array
  tenant?: string
  user?: string
}

/** A real store in a folder of its own, with the rows that a vector index reads and nothing else. */
export function aVectorStore() {
  const dir = mkdtempSync(join(tmpdir(), 'vectors-'))
  const db = new Database(join(dir, 'store.db'))
  db.pragma('synchronous = OFF')
  migrated(db)
  const putSpace = db.prepare(
    "insert into spaces(space, model, revision, dtype, dims, state) values (?, 'm', 'r', 'f32', ?, ?)",
  )
  const idOf = db.prepare<[string], number>('select id from spaces where space = ?').pluck()
  const putEvent = db.prepare(
    "insert or ignore into events(seq, event_id, ts, received, tenant, event_type, user_id) values (?, ?, ?, 0, ?, 'llm.completion', ?)",
  )
  const held = db
    .prepare<[number, Buffer], number>('select id from embeddings where space_id = ? and content = ?')
    .pluck()
  const putEmbedding = db.prepare("insert into embeddings(space_id, tenant, content, emb) values (?, '', ?, ?)")
  const putVector = db.prepare('insert into vectors(seq, part, space_id, embedding_id) values (?, ?, ?, ?)')

  return {
    db,
    dir: join(dir, 'index'),
    space(name: string, dims: number, state = 'active') {
      putSpace.run(name, dims, state)
    },
    /** Equal vectors stand for equal texts, and share their embedding as those do. */
    add: db.transaction((space: string, said: readonly Said[]) => {
      const id = idOf.get(space)!
      for (const { seq, part, ts, vector, tenant, user } of said) {
        const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
        putEvent.run(seq, `e${seq}`, ts, tenant ?? '', user ?? null)
        const embedding = held.get(id, bytes) ?? Number(putEmbedding.run(id, bytes, bytes).lastInsertRowid)
        putVector.run(seq, part, id, embedding)
      }
    }),
    erase: db.transaction((seqs: readonly number[]) => {
      for (const seq of seqs) {
        db.prepare('delete from vectors where seq = ?').run(seq)
        db.prepare('insert into gone(seq) values (?)').run(seq)
      }
      db.prepare('delete from embeddings where id not in (select embedding_id from vectors)').run()
    }),
    /** A folder with the index's files of before, for a fault to be put into. */
    folder(name: string) {
      const path = join(dir, name)
      mkdirSync(path)
      return path
    },
    close() {
      db.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Numbers in [0, 1) that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export function unit(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values)
  return Float32Array.from(values, (value) => value / length)
}

/** Vectors as logs have them: around few centres, every `repeat`-th the same as an earlier one. */
export function clustered(n: number, dims: number, random: () => number, repeat = 10): Float32Array[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const centres = Array.from({ length: 20 }, () => Array.from({ length: dims }, normal))
  const vectors: Float32Array[] = []
  for (let i = 0; i < n; i++) {
    const centre = centres[Math.floor(random() * centres.length)]!
    const again = i > 0 && i % repeat === 0
    vectors.push(again ? vectors[Math.floor(random() * i)]! : unit(centre.map((value) => value + 0.6 * normal())))
  }
  return vectors
}

/** Each vector said once: prompt and response of an event in turn. */
export function saidOf(vectors: readonly Float32Array[], firstSeq = 0): Said[] {
  return vectors.map((vector, i) => ({
    seq: firstSeq + (i >>> 1),
    part: (i % 2) as 0 | 1,
    ts: 1_000_000 * (firstSeq + (i >>> 1)),
    vector,
  }))
}

/** The plain truth: every text with its cosine, in the order that hits have. */
export function truthOf(said: readonly Said[], q: Float32Array): VectorHit[] {
  return said
    .map(({ seq, part, ts, vector }) => ({
      seq,
      part: part === 0 ? ('prompt' as const) : ('response' as const),
      chunk: 0,
      ts,
      score: vector.reduce((sum, value, i) => sum + value * q[i]!, 0),
    }))
    .sort((a, b) => b.score - a.score || b.ts - a.ts || a.seq - b.seq || (a.part < b.part ? -1 : 1))
}

/** Share of the truth's first k that the hits have, or have an equal of. */
export function recall(hits: readonly VectorHit[], truth: readonly VectorHit[], k: number): number {
  const least = truth[Math.min(k, truth.length) - 1]!.score - 1e-6
  return hits.filter(({ score }) => score >= least).length / Math.min(k, truth.length)
}
