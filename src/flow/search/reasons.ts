import { isRuled } from '../../concepts/classifier.ts'
import { type Concept, calledOf, NO_VECTOR } from '../../core/concept.ts'
import { contextOf, type LogEvent, promptOf, responseOf } from '../../core/event.ts'
import { partsOf } from '../../core/parts.ts'
import type { Encoder, Part } from '../../core/ports.ts'
import type { SearchItem } from '../../core/search.ts'
import { readableOf } from '../../core/withheld.ts'
import { dot } from '../../stats/dot.ts'
import { contextPassages } from '../context-passages.ts'
import { type Closest, closestSentences, type Sought } from './closest.ts'
import type { Found } from './items.ts'

/** What was looked for by meaning. */
export interface Meant {
  /** Unit vector of the question, where there is one. */
  q?: Float32Array | undefined
  concept: Concept | null
}

export type Reasons = Pick<SearchItem['highlights'], 'closest' | 'telling'>

/** A longer page is not for reading. */
const MOST_EVENTS = 100

/**
 * Why events were found by meaning: of the text that is nearest to the question the closest sentence, and of the texts
 * that the concept reads the sentence that it finds most probable. Neither of more than 100 events; nor of a text that is
 * not kept, nor of a concept that goes by a rule over the whole of a text.
 */
export async function reasonsOf(
  encoder: Pick<Encoder, 'encode'>,
  events: readonly { event: LogEvent; found: Pick<Found, 'at'> }[],
  { q, concept }: Meant,
): Promise<Reasons[]> {
  const none = events.map((): Reasons => ({}))
  const telling = concept === null || isRuled(concept.fitted) ? null : concept
  if (events.length > MOST_EVENTS || (q === undefined && telling === null)) return none
  const asked = events.flatMap(({ event, found }, i) => [
    ...(q === undefined || found.at === undefined ? [] : [nearTo(q, event, found.at, i)]),
    ...(telling === null ? [] : tellingFor(telling, event, i)),
  ])
  const closest = await closestSentences(encoder, asked)
  if (telling?.reads === 'context')
    for (const [i, { event }] of events.entries()) Object.assign(none[i]!, inContext(telling, event))
  for (const [j, { of, part, shown, name, text }] of asked.entries()) {
    const place = closest[j]
    const start = place ? startIn(shown, text, place) : null
    if (!place || start === null) continue
    const said = text.slice(place.start, place.end)
    const passage = { part, start, end: start + said.length, text: said, score: place.score }
    const reasons = none[of]!
    if (name === null) reasons.closest = passage
    else if ((reasons.telling?.score ?? -1) < place.score) reasons.telling = { concept: name, ...passage }
  }
  return none
}

interface Asked extends Sought {
  /** Place of its event. */
  of: number
  part: Part
  /** The text as it is shown: with what stands for pieces of it that are not kept. */
  shown: string
  /** What the concept is called that is asked for; null for the question. */
  name: string | null
}

function nearTo(q: Float32Array, event: LogEvent, { part, chunk }: NonNullable<Found['at']>, of: number): Asked {
  const nearness = (_: string, vector: Float32Array) => dot(vector, q)
  return { ...textOf(event, part), chunk, nearness, of, name: null }
}

function tellingFor(concept: Concept, event: LogEvent, of: number): Asked[] {
  if (concept.reads === 'context') return []
  const nearness = (piece: string, vector: Float32Array) => concept.probability(piece, vector)
  return partsOf(concept.reads).map((part) => ({ ...textOf(event, part), nearness, of, name: calledOf(concept) }))
}

/** The passage of documents and results of tools that a concept of them finds most probable, by words alone as it does. */
function inContext(concept: Concept, event: LogEvent): Reasons {
  let telling: Reasons['telling']
  for (const text of contextPassages(contextOf(event).map(readableOf))) {
    const score = concept.probability(text, NO_VECTOR)
    if (score > (telling?.score ?? -1)) telling = { concept: calledOf(concept), part: 'context', text, score }
  }
  return telling === undefined ? {} : { telling }
}

function textOf(event: LogEvent, part: Part) {
  const shown = part === 'prompt' ? promptOf(event) : responseOf(event)
  return { part, shown, text: readableOf(shown) }
}

/** Where a passage begins in the text as it is shown; null where it cannot be told. */
function startIn(shown: string, text: string, { start, end }: Closest): number | null {
  if (shown === text) return start
  const at = shown.indexOf(text.slice(start, end))
  return at === -1 ? null : at
}
