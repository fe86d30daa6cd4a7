import type { Concept } from '../../core/concept.ts'
import type { Clock, Encoder, Engine, Stage } from '../../core/ports.ts'
import { formatTime, MINUTE, parseTime } from '../../core/window.ts'
import { cameWithMarks, meaningOf } from '../meaning.ts'
import { conceptRows, levelled, rowWrite, type StandingRow } from './rows.ts'
import type { ConceptSource } from './source.ts'

export interface ScoreParts {
  engine: Pick<Engine, 'records' | 'putRecords' | 'claim' | 'settle' | 'waiting' | 'known' | 'dropMarks'>
  /** Opened where there is something to score. */
  encoder(): Promise<Encoder>
  concepts: Pick<ConceptSource, 'all'>
  contentKey: Uint8Array
  clock: Clock
}

/** Events to a ticket, and how long it is leased. */
const BATCH = 256
const LEASE_MS = 60_000
/** A version that retired may still be in the hands of whoever scores: its marks are looked for so long. */
const AFTERMATH = 2 * MINUTE

/**
 * Brings every version that is newer than the one that answers to all stored events, from stored vectors and texts: one pass
 * for all that wait when it begins, with a cursor of its own, so that it may be killed anywhere. Meanwhile new events are
 * scored by both as they are embedded; at the end the new one answers, and the marks of the one before go. Events whose text
 * is not kept stay as they came.
 * @returns events that were scored
 */
export async function scoreStored(
  parts: ScoreParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void = () => {},
): Promise<{ done: number }> {
  let done = 0
  for (;;) {
    const stage = await nextPass(parts)
    if (stage === null || signal.aborted) break
    const before = done
    done += await pass(parts, stage, signal, (n, total) => progress(before + n, before + total))
    // what others have in hand is not finished here
    if (signal.aborted || (await parts.engine.waiting(stage)) > 0) break
    await finish(parts, stage)
  }
  await dropRetired(parts, signal)
  return { done }
}

/** The pass that is under way, else one for all versions that wait for one; null where none does. */
async function nextPass({ engine, clock }: ScoreParts): Promise<Stage | null> {
  const rows = await conceptRows(engine)
  const running = rows.find(({ row }) => row.scoring !== null)?.row.scoring?.stage
  if (running !== undefined) return running
  const waiting = rows.filter(({ row }) => row.version !== null && row.version !== row.answers)
  if (waiting.length === 0) return null
  const round = Math.max(...waiting.map(({ row }) => row.rounds)) + 1
  const stage: Stage = `score:${waiting.map(({ key, row }) => `${key}@${row.version}`).join(',')}/${round}`
  const at = formatTime(clock.now())
  const begun = await engine.putRecords(
    waiting.map(({ row, written }) =>
      rowWrite({ ...row, scoring: { version: row.version!, stage }, rounds: round, changed_at: at }, written),
    ),
  )
  // somebody changed a concept in between: the next run sees it as it is then
  return begun === 'stored' ? stage : null
}

async function pass(
  { engine, encoder, concepts, contentKey }: ScoreParts,
  stage: Stage,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
): Promise<number> {
  let done = 0
  while (!signal.aborted) {
    const ticket = await engine.claim(stage, BATCH, LEASE_MS)
    if (ticket === null) break
    const speaking = (await concepts.all()).flatMap(({ row, versions }): Concept[] => {
      const concept = row.scoring?.stage === stage ? versions.get(row.scoring.version) : undefined
      return concept === undefined ? [] : [concept]
    })
    const stored = ticket.events.filter(({ event }) => !cameWithMarks(event))
    const events = stored.map(({ event }) => event)
    const { marks } = await meaningOf(
      { engine, encoder: await encoder(), concepts: speaking, contentKey },
      events,
      signal,
    )
    const effects = { marks: marks.map(({ at, ...row }) => ({ seq: stored[at]!.seq, ...row })) }
    if ((await engine.settle(ticket, effects)) === 'settled') done += ticket.events.length
    progress(done, done + (await engine.waiting(stage)))
  }
  return done
}

async function finish({ engine, clock }: ScoreParts, stage: Stage): Promise<void> {
  const rows = (await conceptRows(engine)).filter(({ row }) => row.scoring?.stage === stage)
  const at = formatTime(clock.now())
  // one by one: a change of one of them must not hold up the others
  for (const { row, written } of rows) await engine.putRecords([rowWrite(levelled(row, at), written)])
}

/** Marks of versions that nobody needs any more; those that events came with stay until their concept is removed. */
async function dropRetired({ engine, clock }: ScoreParts, signal: AbortSignal): Promise<void> {
  for (const { key, row, written } of await conceptRows(engine)) {
    if (row.retired.length === 0 || signal.aborted) continue
    for (const version of row.retired) await engine.dropMarks(key, version, row.version === null)
    // whoever scores may still have one in hand, and settle it: they are dropped again until that is over
    if (isOver(row, clock)) await engine.putRecords([rowWrite({ ...row, retired: [] }, written)])
  }
}

const isOver = ({ changed_at }: StandingRow['row'], clock: Clock): boolean =>
  clock.now() - (parseTime(changed_at) ?? 0) >= AFTERMATH
