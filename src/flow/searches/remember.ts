import type { Clock, Engine } from '../../core/ports.ts'
import type { SearchAnswer } from '../../core/search.ts'
import type { AskedSet, FoundAnswer, StoredSearch } from '../../core/stored-search.ts'
import { formatTime, HOUR, parseTime } from '../../core/window.ts'
import type { Redactor } from '../../redactors/index.ts'
import { estimatesOf } from './estimates.ts'
import { readShelf, type Shelf, searchIdOn, searchWrite, shelfOf } from './rows.ts'

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

/** Nothing that the redactor takes out of a text may lie in a record. */
function isKeepable(redactor: Pick<Redactor, 'text'>, { words, filter }: AskedSet): boolean {
  const texts = [words, ...(filter.words ?? []), ...(filter.without?.words ?? [])]
  return texts.every((text) => text === '' || redactor.text(text) === text)
}

/** The search that a set is kept as. Null on a later page of one that is not, and where others write as well. */
async function searchOf(
  { engine, clock, newId }: RememberParts,
  set: AskedSet,
  owner: string | null,
  first: boolean,
): Promise<StoredSearch | null> {
  const now = clock.now()
  const shelf = await readShelf(engine, owner, shelfOf(set.question), now)
  const same = shelf.places.flatMap(({ kept }) => (kept !== null && isSame(kept.search.set, set) ? [kept.search] : []))
  const standing = same.find((one) => one.sample !== null || now - (parseTime(one.asked_at) ?? 0) < HOUR)
  if (standing !== undefined || !first) return standing ?? same[0] ?? null
  const at = formatTime(now)
  const search_id = searchIdOn(shelf.number, newId())
  const search: StoredSearch = { search_id, owner, asked_at: at, used_at: at, set, sample: null, handed: 0 }
  const { id, written } = placeFor(shelf, set)
  return (await engine.putRecords([searchWrite(id, written, search)])) === 'stored' ? search : null
}

const isSame = (a: AskedSet, b: AskedSet): boolean =>
  a.question === b.question &&
  a.threshold === b.threshold &&
  a.space === b.space &&
  a.concept?.name === b.concept?.name &&
  a.concept?.version === b.concept?.version &&
  Math.abs(a.total - b.total) <= CHANGED * a.total

/** A free place, else that of the same question without labels, else of whoever has none, else of whatever was used longest ago. */
function placeFor({ places }: Shelf, { question }: AskedSet): Shelf['places'][number] {
  const rank = ({ kept }: Shelf['places'][number]) =>
    kept === null ? 0 : kept.search.sample !== null ? 3 : kept.search.set.question === question ? 1 : 2
  const usedAt = ({ kept }: Shelf['places'][number]) => kept?.search.used_at ?? ''
  return places.toSorted((a, b) => rank(a) - rank(b) || (usedAt(a) < usedAt(b) ? -1 : 1))[0]!
}
