import type { SpaceInfo } from '../../core/ports.ts'
import type { Connection } from './connection.ts'

/** One text of one event, or a chunk of one, as the store has it. */
export interface FeedRow {
  vid: number
  seq: number
  /** 0 prompt, 1 response; and twice the number of the chunk. */
  part: number
  embedding: number
  ts: number
  tenant: string
  user: string | null
}

/** An event whose texts left the store, up to a vid: those behind it are of one that came back. Null: all. */
export interface GoneRow {
  gid: number
  seq: number
  upto: number | null
}

export type FeedSpace = Pick<SpaceInfo, 'space' | 'dims'> & { id: number }

export type VectorFeed = ReturnType<typeof vectorFeed>

/** What the vector index reads from the store: rows by `vid`, erasures by `gid`, both given once and never again. */
export function vectorFeed(db: Connection) {
  const spaces = db.prepare<[], FeedSpace>("select id, space, dims from spaces where state <> 'retired' order by id")
  const active = db.prepare<[], string>("select space from spaces order by state = 'active' desc, id desc").pluck()
  const others = db.prepare<[], number>('pragma data_version').pluck()
  const own = db.prepare<[], number>('select total_changes()').pluck()
  const lastVid = db.prepare<[], number | null>('select max(vid) from vectors').pluck()
  const lastGid = db.prepare<[], number | null>('select max(gid) from gone').pluck()
  const given = db.prepare<[], number>("select seq from sqlite_sequence where name = 'vectors'").pluck()
  // cross join: the order of reading is the order of vids
  const rows = db.prepare<[number, number, number, number], FeedRow>(
    `select v.vid, v.seq, v.part + 2 * v.chunk as part, v.embedding_id as embedding, e.ts, e.tenant, e.user_id as user
     from vectors v cross join events e on e.seq = v.seq
     where v.space_id = ? and v.vid > ? and v.vid <= ? order by v.vid limit ?`,
  )
  const keys = db
    .prepare<[number, number, number], [number, number, number]>(
      'select vid, seq, part + 2 * chunk from vectors where space_id = ? and vid between ? and ? order by vid',
    )
    .raw()
  const embedding = db.prepare<[number], Buffer>('select emb from embeddings where id = ?').pluck()
  const embeddingOf = db
    .prepare<[number], Buffer>('select emb from vectors v join embeddings m on m.id = v.embedding_id where vid = ?')
    .pluck()
  const gone = db.prepare<[number, number], GoneRow>(
    'select gid, seq, upto from gone where gid > ? order by gid limit ?',
  )
  const stored = db.prepare<[number], number>('select count(*) from vectors where space_id = ?').pluck()

  return {
    /** Another text after every commit, whoever made it. */
    stamp: () => `${others.get()} ${own.get()}`,
    /** Spaces that are to be searched: the active one and those that fill. */
    spaces: () => spaces.all(),
    activeSpace: () => active.get() ?? null,
    lastVid: () => lastVid.get() ?? 0,
    lastGid: () => lastGid.get() ?? 0,
    /** The highest vid ever given, also where its row is gone. */
    lastGivenVid: () => given.get() ?? 0,
    /** Rows of a space with after < vid <= upTo, ascending. */
    rows: (spaceId: number, after: number, upTo: number, limit: number) => rows.all(spaceId, after, upTo, limit),
    /** [vid, seq, part] of a space's rows with first <= vid <= last, ascending. */
    keys: (spaceId: number, first: number, last: number) => keys.all(spaceId, first, last),
    embedding: (id: number) => vectorOf(embedding.get(id)),
    embeddingOf: (vid: number) => vectorOf(embeddingOf.get(vid)),
    gone: (after: number, limit: number) => gone.all(after, limit),
    stored: (spaceId: number) => stored.get(spaceId) ?? 0,
  }
}

/** A copy: SQLite's buffers are not aligned to floats. Null where there is none. */
function vectorOf(bytes: Buffer | undefined): Float32Array | null {
  if (bytes === undefined || bytes.length % Float32Array.BYTES_PER_ELEMENT !== 0) return null
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}
