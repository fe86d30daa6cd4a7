import type { Clock, Engine } from '../../core/ports.ts'
import type { SearchAnswer, SearchNotice } from '../../core/search.ts'
import type { AskedSet, FoundAnswer, StoredSearch } from '../../core/stored-search.ts'
import { formatTime, HOUR, parseTime } from '../../core/window.ts'
import type { Redactor } from '../../redactors/index.ts'
import { estimatesOf } from './estimates.ts'
import { type Place, readShelves, searchIdOn, searchWrite, shelvesOf } from './rows.ts'

export interface RememberParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
  redactor: Pick<Redactor, 'text'>
  newId(): string
}

/** A set is asked for anew when it has grown or shrunk by more than this share of its matches: labels speak of the one before. */
const CHANGED = 0.1

/**
 * An answer as it goes out: that of a set with the search that it is kept as, and with what labels of that say. A question that
 * was asked before goes on as that search while its concept is of the same version and threshold and there are about as
 * many matches; without labels it begins anew every hour. What holds words that may not be kept is not kept.
 * @param owner the only tenant that whoever asks sees, as it is stored; null for the house
 */
export async function remembered(
  parts: RememberParts,
  { set, ...answer }: FoundAnswer,
  ask: { cursor?: string | undefined },
  owner: string | null,
): Promise<SearchAnswer> {
  if (set === undefined || !isKeepable(parts.redactor, set)) return answer
  const search = await searchOf(parts, set, owner, ask.cursor === undefined)
  if (search === null) return answer
  if (search === 'full') return { ...answer, notices: [...(answer.notices ?? []), FULL] }
  const estimates = estimatesOf(search)
  const { precision, recall, labelled } = estimates
  return {
    ...answer,
    search_id: search.search_id,
    ...(labelled > 0 && precision !== null ? { estimated_precision: precision.value } : {}),
    ...(labelled > 0 && recall !== null ? { estimated_recall: recall.value } : {}),
    estimates,
  }
}

const FULL: SearchNotice = {
  code: 'searches_full',
  message:
    'this set is not kept, and has no estimates: labels lie wherever it could be; they make room when a search was not used for thirty days',
}

/** Nothing that the redactor takes out of a text may lie in a record. */
function isKeepable(redactor: Pick<Redactor, 'text'>, { words, filter }: AskedSet): boolean {
  const texts = [words, ...(filter.words ?? []), ...(filter.without?.words ?? [])]
  return texts.every((text) => text === '' || redactor.text(text) === text)
}

/** The search that a set is kept as. Null on a later page of one that is not, and where others write as well; full where there is no room. */
async function searchOf(
  { engine, clock, newId }: RememberParts,
  set: AskedSet,
  owner: string | null,
  first: boolean,
): Promise<StoredSearch | 'full' | null> {
  const now = clock.now()
  const places = await readShelves(engine, owner, shelvesOf(set.question), now)
  const same = places.flatMap(({ kept }) => (kept !== null && isSame(kept.search.set, set) ? [kept.search] : []))
  const standing = same.find((one) => one.sample !== null || now - (parseTime(one.asked_at) ?? 0) < HOUR)
  if (standing !== undefined || !first) return standing ?? same[0] ?? null
  const place = placeFor(places, set)
  if (place === null) return 'full'
  const at = formatTime(now)
  const search_id = searchIdOn(place.shelf, newId())
  const search: StoredSearch = { search_id, owner, asked_at: at, used_at: at, set, sample: null, handed: 0 }
  return (await engine.putRecords([searchWrite(place.id, place.written, search)])) === 'stored' ? search : null
}

const isSame = (a: AskedSet, b: AskedSet): boolean =>
  a.question === b.question &&
  a.threshold === b.threshold &&
  a.space === b.space &&
  a.concept?.name === b.concept?.name &&
  a.concept?.version === b.concept?.version &&
  Math.abs(a.total - b.total) <= CHANGED * a.total

/** What makes room for another: the lower, the sooner; of equals the one unused longest, on the shelf with fewer of them. */
const ROOM = { free: 0, own: 1, unread: 2, read: 3, superseded: 4, labelled: 5 } as const

/**
 * Where a set of a question is kept. What somebody labelled makes room for nothing but a later set of its own question. Null
 * where all places are taken by such.
 */
function placeFor(places: readonly Place[], { question }: AskedSet): Place | null {
  const room = ({ kept }: Place): number => {
    if (kept === null) return ROOM.free
    const { set, sample } = kept.search
    const own = set.question === question
    if (sample === null) return own ? ROOM.own : ROOM.unread
    if (sample.drawn.every(({ label }) => label === null)) return ROOM.read
    return own ? ROOM.superseded : ROOM.labelled
  }
  const usedAt = ({ kept }: Place) => kept?.search.used_at ?? ''
  const labelled = (shelf: string) => places.filter((one) => one.shelf === shelf && room(one) >= ROOM.superseded).length
  const [best] = places.toSorted(
    (a, b) =>
      room(a) - room(b) ||
      (usedAt(a) < usedAt(b) ? -1 : usedAt(a) > usedAt(b) ? 1 : labelled(a.shelf) - labelled(b.shelf)),
  )
  return best === undefined || room(best) === ROOM.labelled ? null : best
}
