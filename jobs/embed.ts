import type { ConceptsNow } from '../src/core/concept.ts'
import type { Encoder, Engine } from '../src/core/ports.ts'
import { embedStage, enterSpace } from '../src/flow/embed-stage.ts'
import { cameWithMarks, meaningOf } from '../src/flow/meaning.ts'
import { topicJudge } from '../src/flow/topics/standing.ts'

export interface EmbedParts {
  engine: Pick<Engine, 'claim' | 'settle' | 'known' | 'waiting' | 'spaces' | 'putSpace' | 'records'>
  encoder: Encoder
  concepts: ConceptsNow
  /** Key of the content hash by which equal texts share a vector. */
  contentKey: Uint8Array
}

/** Events to a ticket: small enough that a killed run repeats a second of work. */
const BATCH = 256
/** A ticket not settled in this time is taken over. */
const LEASE_MS = 60_000

/**
 * Gives every waiting event its vectors and its concept probabilities. A new model fills a space of its own through its
 * own stage while the active one goes on answering; once level, it becomes the active one. Events whose text is withheld
 * keep what they came with.
 */
export async function embedJob(
  parts: EmbedParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void = () => {},
): Promise<{ done: number }> {
  const { engine, encoder } = parts
  const { space } = encoder.space
  const stage = embedStage(space)
  const answers = await enterSpace(engine, encoder)

  let done = 0
  while (!signal.aborted) {
    const ticket = await engine.claim(stage, BATCH, LEASE_MS)
    if (ticket === null) break
    const events = ticket.events.map(({ event }) => event)
    // asked after the claim: whatever is fitted later finds this range in the ledger, and has a stage of its own for it
    const concepts = typeof parts.concepts === 'function' ? await parts.concepts() : parts.concepts
    const topics = await topicJudge(engine, space, events)
    const { vectors, marks } = await meaningOf({ ...parts, concepts, topics }, events, signal)
    const seqOf = (at: number) => ticket.events[at]!.seq
    const effects = {
      vectors: vectors.map(({ at, ...row }) => ({ seq: seqOf(at), ...row })),
      // what is left of a withheld event says less than all of it did
      marks: marks.flatMap(({ at, ...row }) => (cameWithMarks(events[at]!) ? [] : [{ seq: seqOf(at), ...row }])),
    }
    if ((await engine.settle(ticket, effects)) === 'settled') done += ticket.events.length
    progress(done, done + (await engine.waiting(stage)))
  }
  // an idle run, one every few seconds, writes nothing
  if (!answers && !signal.aborted && (await engine.waiting(stage)) === 0)
    await engine.putSpace({ ...encoder.space, state: 'active' })
  return { done }
}
