import { createHash } from 'node:crypto'
import type { Engine, Json, RecordWrite } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { SEARCH, type StoredSearch } from '../../core/stored-search.ts'
import { DAY, type Micros, parseTime } from '../../core/window.ts'
import { changeRecords } from '../change-records.ts'

/**
 * Where searches are kept: for each owner 64 shelves of four. A question has two shelves, so that a search is found, and what
 * has to make room for it, by reading eight records, and labelled ones fill nearly all places before one finds none
 * (Azar and others, Balanced allocations, 1994); of one owner there are never more than 256.
 */
const SHELVES = 64
const PLACES = 4
/** How long one is kept after its last use. */
export const KEPT = 30 * DAY

/** A search with the number of writes that its place has seen. */
export interface Kept {
  place: string
  written: number
  search: StoredSearch
}

/** A place on a shelf, and what lies there. */
export interface Place {
  id: string
  shelf: string
  written: number
  kept: Kept | null
}

/** The two shelves of a question. */
export function shelvesOf(question: string): readonly [string, string] {
  const digest = createHash('sha256').update(question).digest()
  const one = digest[0]! % SHELVES
  const other = (one + 1 + (digest[1]! % (SHELVES - 1))) % SHELVES
  return [nameOf(one), nameOf(other)]
}

const nameOf = (shelf: number) => shelf.toString(16).padStart(2, '0')

/** An id that tells the shelf, and nothing else to whoever does not know `random`. */
export const searchIdOn = (shelf: string, random: string): string =>
  `${shelf}${createHash('sha256').update(random).digest('hex').slice(0, 22)}`

/** The places of shelves in their order; what was not used for thirty days is passed over. */
export async function readShelves(
  engine: Pick<Engine, 'records'>,
  owner: string | null,
  shelves: readonly string[],
  now: Micros,
): Promise<Place[]> {
  const whose = createHash('sha256').update(JSON.stringify(owner)).digest('hex').slice(0, 16)
  const places = shelves.flatMap((shelf) =>
    Array.from({ length: PLACES }, (_, place) => ({ id: `${whose}-${shelf}-${place}`, shelf })),
  )
  const ids = places.map(({ id }) => id)
  const records = await engine.records(SEARCH, { ids }, { order: 'ts', limit: ids.length })
  const held = new Map(records.map((record) => [record.id, record]))
  return places.map((place) => {
    const record = held.get(place.id)
    if (record === undefined) return { ...place, written: 0, kept: null }
    const search = record.body as unknown as StoredSearch
    const alive = search.owner === owner && now - record.ts < KEPT
    const { version: written } = record
    return { ...place, written, kept: alive ? { place: place.id, written, search } : null }
  })
}

/** The search of an id. Throws NOT_FOUND where there is none, it is another's, or it was not used for thirty days. */
export async function searchKept(
  engine: Pick<Engine, 'records'>,
  owner: string | null,
  searchId: string,
  now: Micros,
): Promise<Kept> {
  const shelf = searchId.slice(0, 2)
  const places = /^[0-9a-f]{24}$/.test(searchId) ? await readShelves(engine, owner, [shelf], now) : []
  const found = places.find(({ kept }) => kept?.search.search_id === searchId)?.kept
  if (found == null) throw new Problem('NOT_FOUND', 'there is no such search, or it was not used for thirty days')
  return found
}

/** The write of a search. One of a tenant that asks for a user goes with all that is held of him; of several, of the first. */
export function searchWrite(place: string, written: number, search: StoredSearch): RecordWrite {
  const { owner, set } = search
  const user = set.filter.fields?.user_id
  // of the forms of a name that may be stored the first is
  const named = typeof user === 'string' ? user : user?.[0]
  const record = {
    kind: SEARCH,
    id: place,
    ts: parseTime(search.used_at) ?? 0,
    // the house's may be about a user of any tenant, whom an erasure strikes out of it
    entity: owner === null || named === undefined ? null : `user:${named}`,
    tenant_id: owner,
    rank: null,
    body: search as unknown as Json,
  }
  return { record, expect: written }
}

/**
 * Changes a search that is kept. Throws NOT_FOUND as searchKept does, and CONFLICT where others kept changing it.
 * @param change gives the search as it is to be; the same one where nothing is to change
 */
export async function changeSearch(
  engine: Pick<Engine, 'records' | 'putRecords'>,
  owner: string | null,
  searchId: string,
  now: Micros,
  change: (search: StoredSearch) => Promise<StoredSearch> | StoredSearch,
): Promise<StoredSearch> {
  return await changeRecords(engine, 'the search', async () => {
    const { place, written, search } = await searchKept(engine, owner, searchId, now)
    const made = await change(search)
    return { writes: made === search ? [] : [searchWrite(place, written, made)], made }
  })
}
