import type { Engine } from '../src/core/ports.ts'
import { dateOf, startOfDay } from '../src/core/window.ts'
import { type MemorisedFindingParts, settleMemorised } from '../src/flow/memorised/findings.ts'
import { type Followed, KEPT, type ReadParts, readAnswers } from '../src/flow/memorised/read.ts'

export type MemorisedParts = Omit<ReadParts & MemorisedFindingParts, 'engine'> & {
  engine: ReadParts['engine'] &
    MemorisedFindingParts['engine'] &
    Pick<Engine, 'claim' | 'settle' | 'waiting' | 'slot' | 'trimFingerprints'>
}

const STAGE = 'fingerprints'
/** Events to a ticket: small enough that a killed run repeats a second of work. */
const BATCH = 512
/** A ticket not settled in this time is taken over. */
const LEASE_MS = 60_000
/** Fingerprints of one tenant that are kept: of some 100,000 answers. */
const MOST_PRINTS = 1_000_000
/** So many events in one run are worth another look at how many there are, also by day. */
const MANY = 10_000

/**
 * Takes fingerprints of every waiting answer, notes the passages that unrelated users were given before, and raises findings of
 * them. Each ticket is one commit, and findings are made of what the store holds: a run may be killed anywhere. Once a day, or
 * after many events, fingerprints that are over their time go.
 * @returns how many events it read
 */
export async function memorisedJob(
  parts: MemorisedParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void = () => {},
): Promise<{ done: number }> {
  const { engine } = parts
  const followed: Followed = new Map()
  for (const { tenant_id, passage, events } of await engine.memorised())
    followed.set(tenant_id, (followed.get(tenant_id) ?? new Map()).set(passage, events))
  let done = 0
  while (!signal.aborted) {
    const ticket = await engine.claim(STAGE, BATCH, LEASE_MS)
    if (ticket === null) break
    const effects = await readAnswers(parts, ticket.events, followed)
    if ((await engine.settle(ticket, effects)) === 'settled') done += ticket.events.length
    progress(done, done + (await engine.waiting(STAGE)))
  }
  if (!signal.aborted) await settleMemorised(parts, signal)
  if (!signal.aborted) await trim(parts, done >= MANY, signal)
  return { done }
}

async function trim({ engine, clock }: MemorisedParts, isDue: boolean, signal: AbortSignal): Promise<void> {
  const now = clock.now()
  const ticket = await engine.slot(STAGE, dateOf(startOfDay(now)), LEASE_MS)
  if (typeof ticket !== 'object' && !isDue) return
  let went = 1
  while (went > 0 && !signal.aborted) went = await engine.trimFingerprints(now - KEPT, MOST_PRINTS)
  if (typeof ticket === 'object' && !signal.aborted) await engine.settle(ticket, {})
}
