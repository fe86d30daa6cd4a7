import type { Engine } from '../../core/ports.ts'
import { type Answer, shownGrams, shownTo } from './answer.ts'
import { gramsOf, type Span, unquoted } from './passage.ts'

/** Earlier events of whoever asked that are looked at. */
const LOOKED_AT = 20

/**
 * Whether whoever was given a passage had shown it to the model before: in an earlier turn, of which the log of this one
 * says nothing.
 */
export async function isExplained(
  { engine }: { engine: Pick<Engine, 'events'> },
  tenant_id: string | null,
  { asker, ts, event_id, words }: Answer,
  { from, to }: Span,
): Promise<boolean> {
  const filter = { tenant_id: tenant_id ?? '', until: ts + 1, fields: { [asker.field]: asker.id } }
  const { items } = await engine.events(filter, { limit: LOOKED_AT })
  const shown = items.filter(({ event }) => event.event_id !== event_id).flatMap(({ event }) => shownTo(event))
  const grams = gramsOf({ hashes: words.hashes.subarray(from, to) })
  return unquoted(grams, to - from, shownGrams(shown)).length === 0
}
