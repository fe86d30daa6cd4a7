import { createHmac } from 'node:crypto'
import type { Concept } from '../src/core/concept.ts'
import { promptOf, responseOf } from '../src/core/event.ts'
import type { Encoder, Engine, MarkRow, Part, StoredEvent, VectorRow } from '../src/core/ports.ts'
import { embedStage } from '../src/flow/embed-stage.ts'
import { scoreConcepts } from '../src/flow/mark.ts'

export interface EmbedParts {
  engine: Pick<Engine, 'claim' | 'settle' | 'known' | 'waiting' | 'spaces' | 'putSpace'>
  encoder: Encoder
  concepts: readonly Concept[]
  /** Key of the content hash by which equal texts share a vector. */
  contentKey: Uint8Array
}

/** Events to a ticket: small enough that a killed run repeats a second of work. */
const BATCH = 256
/** A ticket not settled in this time is taken over. */
const LEASE_MS = 60_000

interface Text {
  event: StoredEvent
  part: Part
  text: string
  content: Buffer
}

/**
 * Gives every waiting event its vectors and its concept probabilities. A new model fills a space of its own through its
 * own stage while the active one goes on answering; once level, it becomes the active one.
 */
export async function embedJob(
  { engine, encoder, concepts, contentKey }: EmbedParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void = () => {},
): Promise<{ done: number }> {
  const { space } = encoder.space
  const stage = embedStage(space)
  const spaces = await engine.spaces()
  const active = spaces.find((known) => known.state === 'active')
  if (!spaces.some((known) => known.space === space))
    await engine.putSpace({ ...encoder.space, state: active === undefined ? 'active' : 'filling' })

  let done = 0
  while (!signal.aborted) {
    const ticket = await engine.claim(stage, BATCH, LEASE_MS)
    if (ticket === null) break
    const texts = ticket.events.flatMap((event) => textsOf(event, contentKey))
    const vectors = await encodeAll({ engine, encoder }, texts, signal)
    const marks = ticket.events.flatMap((event) => marksOf(concepts, event, texts, vectors, space))
    const rows = texts.map(({ event, part, content }): VectorRow => {
      const vector = vectors.get(keyOf(event, content))!
      return { seq: event.seq, part, space, tenant_id: event.event.tenant_id ?? null, content, vector }
    })
    if ((await engine.settle(ticket, { vectors: rows, marks })) === 'settled') done += ticket.events.length
    progress(done, done + (await engine.waiting(stage)))
  }
  // an idle run, one every few seconds, writes nothing
  if (active?.space !== space && !signal.aborted && (await engine.waiting(stage)) === 0)
    await engine.putSpace({ ...encoder.space, state: 'active' })
  return { done }
}

function textsOf(event: StoredEvent, key: Uint8Array): Text[] {
  const parts: [Part, string][] = [
    ['prompt', promptOf(event.event)],
    ['response', responseOf(event.event)],
  ]
  return parts
    .filter(([, text]) => text.trim() !== '')
    .map(([part, text]) => ({
      event,
      part,
      text,
      content: createHmac('sha256', key).update(text).digest().subarray(0, 16),
    }))
}

/** Vectors by tenant and content; only texts that the store does not know are encoded. */
async function encodeAll(
  { engine, encoder }: Pick<EmbedParts, 'engine' | 'encoder'>,
  texts: readonly Text[],
  signal: AbortSignal,
) {
  const vectors = new Map<string, Float32Array>()
  const tenants = new Set(texts.map((one) => one.event.event.tenant_id ?? null))
  for (const tenant of tenants) {
    const own = texts.filter((one) => (one.event.event.tenant_id ?? null) === tenant)
    const known = await engine.known(
      encoder.space.space,
      tenant,
      own.map((one) => one.content),
    )
    for (const [hex, vector] of known) vectors.set(`${tenant ?? ''}|${hex}`, vector)
  }
  const missing = new Map<string, string>()
  for (const one of texts) {
    const key = keyOf(one.event, one.content)
    if (!vectors.has(key)) missing.set(key, one.text)
  }
  const made = await encoder.encode([...missing.values()], signal)
  for (const [i, key] of [...missing.keys()].entries()) vectors.set(key, made[i]!)
  return vectors
}

function keyOf(event: StoredEvent, content: Buffer): string {
  return `${event.event.tenant_id ?? ''}|${content.toString('hex')}`
}

function marksOf(
  concepts: readonly Concept[],
  event: StoredEvent,
  texts: readonly Text[],
  vectors: Map<string, Float32Array>,
  space: string,
): MarkRow[] {
  const own = texts.filter((one) => one.event === event)
  const text: Partial<Record<Part, string>> = {}
  const vector: Partial<Record<Part, Float32Array>> = {}
  for (const one of own) {
    text[one.part] = one.text
    vector[one.part] = vectors.get(keyOf(event, one.content))!
  }
  return scoreConcepts(concepts, event.seq, text, vector, space)
}
