import type { RedactedEvent } from '../core/event.ts'
import type { EventAnswer } from '../core/event-answer.ts'
import type { Engine, Filter, Part } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { Score } from '../core/score.ts'
import { shownMarks } from './concepts/shown-marks.ts'
import type { ConceptSource } from './concepts/source.ts'
import { ENTITY_FIELDS } from './rollup.ts'
import { scoreId } from './watched.ts'

/** Neighbours that an event is shown with. */
const NEIGHBOURS = 5

/** Entities whose present risk an event is shown with. */
const SCORED = ['user', 'session', 'api_key', 'agent', 'ip'] as const

export interface EventParts {
  engine: Pick<Engine, 'events' | 'marksOf' | 'vectorOf' | 'nearest' | 'spaces' | 'records' | 'cold'>
  redactor: { identifier(field: string, value: string): string }
  concepts: Pick<ConceptSource, 'answering'>
}

/**
 * One event by its id (raw or as stored), of the tenant given (as stored) or of any. One that was not embedded yet has no
 * concepts and no neighbours. Throws NOT_FOUND where there is none, or none of that tenant: the two are not told apart; and
 * where its text is archived, which the message says.
 */
export async function eventOf(
  { engine, redactor, concepts }: EventParts,
  id: string,
  tenant_id?: string,
): Promise<EventAnswer> {
  const event_id = redactor.identifier('event_id', id)
  const within = tenant_id === undefined ? {} : { tenant_id }
  const { items } = await engine.events({ ...within, event_ids: [event_id] }, { limit: 1 })
  const event = items[0]?.event
  if (event === undefined) throw new Problem('NOT_FOUND', await whyNot(engine, { ...within, event_ids: [event_id] }))
  const [marks, seen, scores, neighbours] = await Promise.all([
    engine.marksOf([event_id]),
    concepts.answering({ bound: tenant_id, asked: event.tenant_id }),
    scoresOf(engine, event),
    neighboursOf(engine, event_id, within),
  ])
  return { ...event, concepts: shownMarks(marks.get(event_id) ?? {}, seen), scores, neighbours }
}

async function whyNot(engine: Pick<Engine, 'cold'>, filter: Filter): Promise<string> {
  const [file] = await engine.cold(filter)
  if (file === undefined) return 'there is no event with this id'
  const { file: name, day } = file.manifest
  return `the text of this event is archived, in file ${name} of ${day}: undercurrent archive restore --event ID brings it back`
}

async function scoresOf(engine: EventParts['engine'], event: RedactedEvent): Promise<EventAnswer['scores']> {
  const ids = SCORED.flatMap((type) => {
    const id = event[ENTITY_FIELDS[type]]
    return id === undefined ? [] : [scoreId(event.tenant_id ?? '', type, id)]
  })
  if (ids.length === 0) return []
  const records = await engine.records('score', { ids }, { order: 'rank', limit: ids.length })
  return records.map(({ body }) => {
    const { entity_type, entity_id, score, severity } = body as unknown as Score
    return { entity_type, entity_id, score, severity }
  })
}

/** By the question where it has a vector, else by the answer; within the active space. */
async function neighboursOf(
  engine: EventParts['engine'],
  event_id: string,
  within: { tenant_id?: string },
): Promise<string[]> {
  const space = (await engine.spaces()).find(({ state }) => state === 'active')?.space
  if (space === undefined) return []
  for (const part of ['prompt', 'response'] satisfies Part[]) {
    const vector = await engine.vectorOf(event_id, part, space)
    if (vector === null) continue
    const { hits } = await engine.nearest(vector, space, NEIGHBOURS + 1, { ...within, part })
    return [...new Set(hits.map((hit) => hit.event_id))].filter((other) => other !== event_id).slice(0, NEIGHBOURS)
  }
  return []
}
