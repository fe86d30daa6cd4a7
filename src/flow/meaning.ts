import { createHmac } from 'node:crypto'
import type { Concept } from '../core/concept.ts'
import { contextOf, type LogEvent, promptOf, type RedactedEvent, responseOf } from '../core/event.ts'
import { chunksOf } from '../core/passages.ts'
import type { Encoder, Engine, Part, Primary } from '../core/ports.ts'
import { readableOf } from '../core/withheld.ts'
import { scoreConcepts } from './mark.ts'
import { toldBySentence } from './told-by-sentence.ts'
import type { TopicJudge } from './topics/standing.ts'

export interface MeaningParts {
  engine: Pick<Engine, 'known'>
  encoder: Encoder
  concepts: readonly Concept[]
  /** Judges by what services are asked; absent where nobody does. */
  topics?: TopicJudge
  /** Key of the content hash by which equal texts share a vector. */
  contentKey: Uint8Array
}

/**
 * Vectors and concept probabilities of events, by their position among those given. Equal texts of a tenant are encoded
 * once, and so are equal chunks of long ones; those that the store knows are not encoded at all. A text that is withheld, or blank, has neither.
 * A sentence that tells by itself counts for its event, also deep in a long text.
 * Documents and results of tools get no vectors: they are long, many and the same for thousands of events.
 */
export async function meaningOf(
  { engine, encoder, concepts, topics, contentKey }: MeaningParts,
  events: readonly LogEvent[],
  signal?: AbortSignal,
): Promise<Primary> {
  const { space } = encoder.space
  const texts = events.map((event) => textsOf(event, contentKey))
  const known = await vectorsOf({ engine, encoder }, texts.flat(), signal)
  const readsContext = concepts.some(({ reads }) => reads === 'context')
  const vectorOf = (text: Text) => known.get(keyOf(text))!
  const whole = texts.map((own) => own.filter(({ chunk }) => chunk === 0))
  const said = whole.map((own) => Object.fromEntries(own.map(({ part, text }) => [part, text])))
  const told = await toldBySentence(encoder, concepts, said, signal)
  return {
    vectors: texts.flatMap((own, at) =>
      own.map((text) => {
        const { part, chunk, tenant_id, content } = text
        return { at, part, ...(chunk === 0 ? {} : { chunk }), space, tenant_id, content, vector: vectorOf(text) }
      }),
    ),
    marks: whole.flatMap((own, at) => {
      const { response, finish_reason } = events[at]!
      const blank = response !== undefined && response.trim() === '' ? { response: '' } : {}
      const read = {
        ...blank,
        ...said[at],
        ...(readsContext ? { context: contextOf(events[at]!).map(readableOf) } : {}),
      }
      const meant: { [part in Part]?: Float32Array } = Object.fromEntries(
        own.map((text) => [text.part, vectorOf(text)]),
      )
      const speaking = concepts.filter((one) => one.tenant_id === undefined || one.tenant_id === events[at]!.tenant_id)
      const off_topic = meant.prompt === undefined ? null : (topics?.(events[at]!, meant.prompt) ?? null)
      const facts = {
        ...(finish_reason === undefined ? {} : { finish_reason }),
        ...(off_topic === null ? {} : { off_topic }),
      }
      return scoreConcepts(speaking, at, read, meant, space, facts, told[at]).map(({ seq: _, ...mark }) => ({
        at,
        ...mark,
      }))
    }),
  }
}

/** Fields that concepts read: those of prompt, response and context. */
const SPOKEN = ['prompt', 'messages', 'rag_query', 'response', 'rag_documents', 'tools_called'] as const

/** True where an event lost text that concepts read: its marks were made before, of all of it. */
export const cameWithMarks = ({ redaction: { withheld } }: RedactedEvent): boolean =>
  withheld !== undefined && SPOKEN.some((field) => withheld[field] !== undefined)

interface Text {
  part: Part
  /** 0: the whole. */
  chunk: number
  text: string
  tenant_id: string | null
  content: Uint8Array
}

function textsOf(event: LogEvent, key: Uint8Array): Text[] {
  const parts: [Part, string][] = [
    ['prompt', readableOf(promptOf(event))],
    ['response', readableOf(responseOf(event))],
  ]
  return parts
    .filter(([, text]) => text.trim() !== '')
    .flatMap(([part, text]) =>
      [text, ...chunksOf(text).map(({ start, end }) => text.slice(start, end))].map((piece, chunk) => ({
        part,
        chunk,
        text: piece,
        tenant_id: event.tenant_id ?? null,
        content: createHmac('sha256', key).update(piece).digest().subarray(0, 16),
      })),
    )
}

/** Vectors by tenant and content; only texts that the store does not know are encoded. */
async function vectorsOf(
  { engine, encoder }: Pick<MeaningParts, 'engine' | 'encoder'>,
  texts: readonly Text[],
  signal: AbortSignal | undefined,
): Promise<Map<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>()
  for (const tenant of new Set(texts.map(({ tenant_id }) => tenant_id))) {
    const own = texts.filter(({ tenant_id }) => tenant_id === tenant)
    const contents = own.map(({ content }) => content)
    for (const [hex, vector] of await engine.known(encoder.space.space, tenant, contents))
      vectors.set(`${tenant ?? ''}|${hex}`, vector)
  }
  const missing = new Map<string, string>()
  for (const text of texts) if (!vectors.has(keyOf(text))) missing.set(keyOf(text), text.text)
  const made = await encoder.encode([...missing.values()], signal)
  for (const [i, key] of [...missing.keys()].entries()) vectors.set(key, made[i]!)
  return vectors
}

const keyOf = ({ tenant_id, content }: Text): string => `${tenant_id ?? ''}|${Buffer.from(content).toString('hex')}`
