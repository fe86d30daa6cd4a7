import { createHash } from 'node:crypto'
import type { Clock, Engine } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import type { SearchAnswer, SearchAsk, SearchItem } from '../../core/search.ts'
import type {
  AskedSet,
  DrawnEvent,
  SetSample,
  SetStratum,
  StoredSearch,
  StoredSearchAnswer,
  UncertainAnswer,
  UncertainItem,
} from '../../core/stored-search.ts'
import { formatTime } from '../../core/window.ts'
import { ERASED, estimatesOf } from './estimates.ts'
import { changeSearch } from './rows.ts'

export interface UncertainParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
  search(ask: SearchAsk, bound: string | undefined): Promise<SearchAnswer>
  /** As flow/search/draw-set.ts. */
  drawSet(set: AskedSet, salt: number): Promise<SetSample>
}

/**
 * The next events of a search's sample that have no label, and notes that they were handed out: labels of these alone count
 * for the estimates, since what somebody picks himself is no random sample. The same again until they are labelled.
 * Throws NOT_FOUND for a search that is not there, CONFLICT where its set can no longer be told.
 * @param owner as in remember.ts
 */
export async function uncertain(
  parts: UncertainParts,
  { search_id, k }: { search_id: string; k: number },
  owner: string | null,
): Promise<UncertainAnswer> {
  const { engine, clock } = parts
  let next: number[] = []
  const search = await changeSearch(engine, owner, search_id, clock.now(), async (before) => {
    const sample = before.sample ?? (await parts.drawSet(before.set, saltOf(search_id)))
    next = waiting(sample).slice(0, k)
    const handed = Math.max(before.handed, (next.at(-1) ?? -1) + 1)
    if (before.sample !== null && handed === before.handed) return before
    return { ...before, used_at: formatTime(clock.now()), sample, handed }
  })
  const { sample, handed } = search
  const { strata, drawn } = sample!
  const ids = next.map((place) => drawn[place]!.event_id)
  const byId = await shown(parts, search.set, ids, owner)
  const handedOf = (stratum: number) => drawn.slice(0, handed).filter((one) => one.stratum === stratum).length
  return {
    search_id,
    items: next.flatMap((place): UncertainItem[] => {
      const { event_id, stratum, score } = drawn[place]!
      const item = byId.get(event_id)
      if (item === undefined) return []
      const { from, size, matched } = strata[stratum]!
      return [
        {
          ...item,
          score,
          matched: 'semantic',
          reason: reasonOf(strata, stratum),
          stratum: { from, size, matched },
          sampling_probability: Math.round((1e6 * handedOf(stratum)) / size) / 1e6,
        },
      ]
    }),
    left: waiting(sample!).length,
    estimates: estimatesOf(search),
  }
}

/** Events by id as a search shows them, with the passage that tells what whoever labels is asked about, where there is one. */
async function shown(
  { search }: Pick<UncertainParts, 'search'>,
  { filter, concept, words, like, unlike }: AskedSet,
  ids: readonly string[],
  owner: string | null,
): Promise<Map<string, SearchItem>> {
  const found = new Map<string, SearchItem>()
  const { tenant_id, part } = filter
  const whose = tenant_id === undefined ? {} : { tenant_id }
  const about: SearchAsk =
    concept !== null
      ? { concept: concept.called, scope: 'all', min_probability: 0 }
      : {
          mode: 'semantic',
          literal: true,
          ...(words === '' ? {} : { q: words }),
          ...(like.length === 0 ? {} : { like: [...like] }),
          ...(unlike.length === 0 ? {} : { unlike: [...unlike] }),
          ...(part === undefined ? {} : { in: part }),
        }
  // those that it finds no more, or that a concept which is gone cannot be asked about, are shown as they are
  for (const ask of [about, {}]) {
    const event_id = ids.filter((id) => !found.has(id))
    if (event_id.length === 0) break
    const { items } = await search({ ...ask, ...whose, event_id, k: event_id.length }, owner ?? undefined).catch(
      (error: unknown) => {
        if (ask === about && error instanceof Problem && error.code === 'BAD_REQUEST') return { items: [] }
        throw error
      },
    )
    for (const item of items) found.set(item.event_id, item)
  }
  return found
}

/** Places in the sample that wait for a label, in their order. */
const waiting = ({ drawn }: SetSample): number[] =>
  drawn.flatMap(({ label, event_id }: DrawnEvent, place) => (label === null && event_id !== ERASED ? [place] : []))

/** Nobody knows it before the search is kept: ids of searches are made by chance. */
const saltOf = (searchId: string): number => createHash('sha256').update(searchId).digest().readUInt32BE()

function reasonOf(strata: readonly SetStratum[], stratum: number): UncertainItem['reason'] {
  const { matched } = strata[stratum]!
  const last = strata.findLastIndex((one) => one.matched === matched)
  if (matched)
    return stratum === last && strata.some((one, i) => one.matched && i !== last) ? 'match' : 'doubtful_match'
  return stratum === last && stratum > 0 ? 'near_miss' : 'elusion'
}

/** A search as it is shown. */
export function showSearch(search: StoredSearch): StoredSearchAnswer {
  const { concept, threshold, total } = search.set
  const told = { concept: concept?.called ?? null, version: concept?.version ?? null }
  return { search_id: search.search_id, ...told, threshold, total, estimates: estimatesOf(search) }
}

/** Whether somebody has to see texts to ask what it asks. */
export const asksForWords = ({ words, filter }: StoredSearch['set']): boolean =>
  words !== '' || (filter.words?.length ?? 0) > 0 || (filter.without?.words?.length ?? 0) > 0
