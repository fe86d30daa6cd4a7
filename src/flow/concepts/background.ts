import type { FittedConcept } from '../../core/concept.ts'
import type { Engine, Part } from '../../core/ports.ts'
import { type Example, textsOf } from './examples.ts'

/** Stored events that are read for it, and texts of them that are taken. */
const READ = 400
const TAKEN = 200

/**
 * What else there is: ordinary texts of the package, and those of the newest stored events, each once. Negatives that are
 * given are those that are near. Most stored texts are none of a concept that is rare; some may be.
 */
export async function backgroundOf(
  parts: { engine: Pick<Engine, 'events'>; background(): Readonly<Record<Part, readonly string[]>> },
  { reads, tenant_id }: Pick<FittedConcept, 'reads'> & { tenant_id?: string },
  examples: readonly Example[],
): Promise<Example[]> {
  const own = tenant_id === undefined ? {} : { tenant_id }
  const { items } = await parts.engine.events(own, { limit: READ })
  const known = new Set(examples.flatMap(({ event_id }) => event_id ?? []))
  const stored = items.flatMap(({ event }) => (known.has(event.event_id) ? [] : textsOf(event, reads)))
  const ordinary = parts.background()
  const packaged = (['prompt', 'response'] as const).flatMap((part) =>
    reads === part || reads === 'any' ? ordinary[part] : [],
  )
  const given = new Set(examples.flatMap(({ texts }) => texts))
  const texts = [...new Set([...[...new Set(stored)].slice(0, TAKEN), ...packaged])].filter((text) => !given.has(text))
  return texts.map((text) => ({
    texts: [text],
    label: false,
    group: `text ${text}`,
    event_id: null,
    labelled: false,
    background: true,
  }))
}
