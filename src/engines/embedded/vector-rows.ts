import type { Part, Space, VectorRow } from '../../core/ports.ts'
import type { Connection } from './connection.ts'

/** Parts as rows have them. */
export const PARTS: Record<Part, number> = { prompt: 0, response: 1 }

export const nameOfPart = (part: number): Part => (Object.keys(PARTS) as Part[]).find((name) => PARTS[name] === part)!

/** Vectors as rows: one per text and one per chunk of a long one, shared by keyed content hash within a tenant and a space. */
export function vectorRows(db: Connection) {
  const idOf = db.prepare<[string], { id: number }>('select id from spaces where space = ?')
  const list = db.prepare<[], Space>('select space, model, revision, dtype, dims, state from spaces order by id')
  const putSpace = db.prepare(
    `insert into spaces(space, model, revision, dtype, dims, state) values (:space, :model, :revision, :dtype, :dims, :state)
     on conflict(space) do update set state = excluded.state`,
  )
  const retire = db.prepare("update spaces set state = 'retired' where state = 'active' and space <> ?")
  const tenantOf = db.prepare<[number], { tenant: string }>(
    'select tenant from events where seq = ? and body is not null',
  )
  const shared = db.prepare<[number, string, Uint8Array], { id: number }>(
    'select id from embeddings where space_id = ? and tenant = ? and content = ?',
  )
  const embed = db.prepare<[number, string, Uint8Array, Uint8Array], { id: number }>(
    'insert into embeddings(space_id, tenant, content, emb) values (?, ?, ?, ?) returning id',
  )
  const put = db.prepare(
    'insert or ignore into vectors(seq, part, space_id, chunk, embedding_id) values (?, ?, ?, ?, ?)',
  )
  const one = db.prepare<[string, number, number], { emb: Buffer }>(
    `select emb from events e join vectors v on v.seq = e.seq join embeddings m on m.id = v.embedding_id
     where e.event_id = ? and v.part = ? and v.space_id = ? and v.chunk = 0`,
  )

  const all = db.prepare<[string, number], { part: number; emb: Buffer }>(
    `select v.part, emb from events e join vectors v on v.seq = e.seq join embeddings m on m.id = v.embedding_id
     where e.event_id = ? and v.space_id = ?`,
  )

  function putInto(space: number, row: VectorRow) {
    const tenant = tenantOf.get(row.seq)?.tenant
    if (tenant === undefined) return
    const id =
      shared.get(space, tenant, row.content)?.id ?? embed.get(space, tenant, row.content, bytesOf(row.vector))!.id
    put.run(row.seq, PARTS[row.part], space, row.chunk ?? 0, id)
  }

  return {
    spaces: () => list.all(),

    putSpace: db.transaction((space: Space) => {
      if (space.state === 'active') retire.run(space.space)
      putSpace.run(space)
    }).immediate,

    /** Inside a commit of the caller. An event erased or amended in the meantime gets none. */
    put(row: VectorRow) {
      const space = idOf.get(row.space)?.id
      if (space !== undefined) putInto(space, row)
    },

    /** The same for a vector that cannot be made again. Throws where its space is not known. */
    putFirst(row: VectorRow) {
      const space = idOf.get(row.space)?.id
      if (space === undefined)
        throw new Error(`the space ${row.space} must be put before vectors come with their events`)
      putInto(space, row)
    },

    vectorOf(eventId: string, part: Part, space: string): Float32Array | null {
      const id = idOf.get(space)?.id
      const row = id === undefined ? undefined : one.get(eventId, PARTS[part], id)
      return row === undefined ? null : floatsOf(row.emb)
    },

    vectorsOf(eventIds: readonly string[], space: string): Map<string, { [part in Part]?: Float32Array }> {
      const id = idOf.get(space)?.id
      const found = new Map<string, { [part in Part]?: Float32Array }>()
      if (id === undefined) return found
      for (const eventId of eventIds) {
        const rows = all.all(eventId, id)
        if (rows.length > 0)
          found.set(eventId, Object.fromEntries(rows.map(({ part, emb }) => [nameOfPart(part), floatsOf(emb)])))
      }
      return found
    },

    known(space: string, tenant: string | null, content: readonly Uint8Array[]): Map<string, Float32Array> {
      const found = new Map<string, Float32Array>()
      const id = idOf.get(space)?.id
      if (id === undefined) return found
      const emb = db.prepare<[number, string, Uint8Array], { emb: Buffer }>(
        'select emb from embeddings where space_id = ? and tenant = ? and content = ?',
      )
      for (const hash of content) {
        const row = emb.get(id, tenant ?? '', hash)
        if (row !== undefined) found.set(Buffer.from(hash).toString('hex'), floatsOf(row.emb))
      }
      return found
    },
  }
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
}

/** A copy: bytes of others are not aligned to floats. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer)
}
