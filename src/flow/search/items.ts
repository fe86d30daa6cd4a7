import type { Concept } from '../../core/concept.ts'
import { promptOf, responseOf } from '../../core/event.ts'
import type { Encoder, Engine, Filter, Hit } from '../../core/ports.ts'
import type { SearchItem } from '../../core/search.ts'
import { formatTime, type Micros } from '../../core/window.ts'
import { readableOf } from '../../core/withheld.ts'
import { shownMarks } from '../concepts/shown-marks.ts'
import { highlight } from './highlight.ts'
import { type Meant, reasonsOf } from './reasons.ts'

/** An event that was found, and why. */
export interface Found {
  event_id: string
  ts: Micros
  score: number
  matched: SearchItem['matched']
  /** Which text was nearest, and which chunk of it; absent where it was not found by nearness. */
  at?: Pick<Hit, 'part' | 'chunk'>
  /** How many near copies it stands for, itself among them; absent where it stands alone. */
  copies?: number
  /** What lists them. */
  unfold?: string
}

/** The events as they are shown, in the order given; those that were erased meanwhile are left out. */
export async function itemsOf(
  {
    engine,
    encoder,
    concepts,
  }: { engine: Pick<Engine, 'events' | 'marksOf'>; encoder: Pick<Encoder, 'encode'>; concepts: readonly Concept[] },
  found: readonly Found[],
  { terms, ...meant }: Meant & { terms: readonly string[] },
  { tenant_id }: Pick<Filter, 'tenant_id'>,
): Promise<SearchItem[]> {
  if (found.length === 0) return []
  const ids = found.map(({ event_id }) => event_id)
  const own = tenant_id === undefined ? {} : { tenant_id }
  const [{ items }, marks] = await Promise.all([
    engine.events({ ...own, event_ids: ids }, { limit: ids.length }),
    engine.marksOf(ids),
  ])
  const byId = new Map(items.map((stored) => [stored.event.event_id, stored]))
  const shown = found.flatMap((one) => {
    const stored = byId.get(one.event_id)
    return stored === undefined ? [] : [{ found: one, ...stored }]
  })
  const reasons = await reasonsOf(encoder, shown, meant)
  return shown.map(({ found: { event_id, score, matched, copies, unfold }, event, ts }, i): SearchItem => {
    const [prompt, response] = [promptOf(event), responseOf(event)]
    const inPrompt = highlight(readableOf(prompt), terms)
    const inResponse = highlight(readableOf(response), terms)
    return {
      event_id,
      timestamp: formatTime(ts),
      user_id: event.user_id ?? null,
      session_id: event.session_id ?? null,
      model: event.model ?? null,
      prompt,
      response,
      status: event.status ?? null,
      score,
      matched,
      ...(copies === undefined ? {} : { copies }),
      ...(unfold === undefined ? {} : { unfold }),
      concepts: shownMarks(marks.get(event_id) ?? {}, concepts),
      highlights: {
        ...(inPrompt === undefined ? {} : { prompt: inPrompt }),
        ...(inResponse === undefined ? {} : { response: inResponse }),
        ...reasons[i],
      },
    }
  })
}
