import { type FingerprintRow, PASSAGE, type PassageRow } from '../../core/fingerprint.ts'
import type { Clock, Effects, Engine, Json, RecordWrite, StoredEvent } from '../../core/ports.ts'
import { DAY } from '../../core/window.ts'
import { breath } from '../breath.ts'
import { type Answer, answerOf } from './answer.ts'
import { answersBefore, type Before } from './before.ts'
import { sharedPassages } from './compare.ts'
import { isExplained } from './explained.ts'
import { fingerprinter } from './fingerprints.ts'
import { GRAM, type Span } from './passage.ts'

export interface ReadParts {
  engine: Pick<Engine, 'fingerprintsOf' | 'eventsAt' | 'events'>
  clock: Clock
  /** What fingerprints are made under, 32 bytes. */
  fingerprintKey: Uint8Array
}

/** How long answers are compared with later ones. */
export const KEPT = 30 * DAY
/** Passages of one tenant, and answers of one passage, beyond which no more are followed: of so many, it is the service that speaks so. */
const MOST_PASSAGES = 1_000
export const MOST_ANSWERS = 200

/** Passages that are followed, by tenant, with how many answers hold each. */
export type Followed = Map<string | null, Map<string, number>>

type Made = { [effect in 'fingerprints' | 'records']: NonNullable<Effects[effect]>[number][] }

/**
 * The fingerprints of some events' answers, and the passages that unrelated people were given as well, as effects of their
 * ticket. The same again where it is run again. Time grows with the texts alone: an answer is compared with eight others at most.
 */
export async function readAnswers(parts: ReadParts, events: readonly StoredEvent[], followed: Followed): Promise<Made> {
  const since = parts.clock.now() - KEPT
  const byTenant = new Map<string | null, StoredEvent[]>()
  for (const one of events) {
    if (one.ts < since) continue
    const tenant_id = one.event.tenant_id ?? null
    const own = byTenant.get(tenant_id) ?? []
    byTenant.set(tenant_id, own)
    own.push(one)
  }
  const made: Made = { fingerprints: [], records: [] }
  for (const [tenant_id, own] of byTenant) {
    const printsOf = fingerprinter(parts.fingerprintKey, tenant_id)
    const answers: Answer[] = []
    for (const event of own) {
      const answer = answerOf(event, printsOf)
      if (answer !== null) answers.push(answer)
      await breath()
    }
    const before = await answersBefore(parts.engine, tenant_id, answers, printsOf)
    const passages = followed.get(tenant_id) ?? new Map<string, number>()
    followed.set(tenant_id, passages)
    for (const answer of answers) {
      made.fingerprints.push(...answer.prints.map(({ print }) => ({ seq: answer.seq, print, passage: null })))
      for (const { passage, words, sensitive, rows } of await passagesIn(parts, tenant_id, answer, before, passages)) {
        made.fingerprints.push(...rows)
        if (!passages.has(passage)) made.records.push(recordOf(passage, tenant_id, answer, { words, sensitive }))
        passages.set(passage, 1 + (passages.get(passage) ?? 1))
      }
      before.enter(answer)
      await breath()
    }
  }
  return made
}

interface Found extends PassageRow {
  passage: string
  rows: FingerprintRow[]
}

/** Passages of an answer that were given to others before. */
async function passagesIn(
  parts: ReadParts,
  tenant_id: string | null,
  answer: Answer,
  before: Before,
  followed: ReadonlyMap<string, number>,
): Promise<Found[]> {
  const found: Found[] = []
  for (const other of await before.others(answer))
    for (const { here, there } of sharedPassages(answer, other)) {
      const own = printsIn(answer, here)
      const passage = before.passageOf(own) ?? nameOf(own)
      if (before.holds(answer, passage)) continue
      const answers = followed.get(passage)
      if (answers === undefined ? followed.size >= MOST_PASSAGES : answers >= MOST_ANSWERS) continue
      if (await isExplained(parts, tenant_id, answer, here)) continue
      if (!before.holds(other, passage) && (await isExplained(parts, tenant_id, other, there))) continue
      const theirs = printsIn(other, there)
      before.hold(answer, passage, own)
      before.hold(other, passage, theirs)
      const rows = [
        ...own.map((print) => ({ seq: answer.seq, print, passage })),
        ...theirs.map((print) => ({ seq: other.seq, print, passage })),
      ]
      const { hashes, redacted } = answer.words
      const sensitive = redacted.size > 0 && hashes.subarray(here.from, here.to).some((word) => redacted.has(word))
      found.push({ passage, words: here.to - here.from, sensitive, rows })
    }
  return found
}

const printsIn = ({ prints }: Answer, { from, to }: Span): number[] =>
  prints.flatMap(({ print, at }) => (at >= from && at + GRAM <= to ? [print] : []))

/** Tells nothing of the text to whoever has not the key. */
const nameOf = (prints: readonly number[]): string =>
  `p${Math.min(...prints)
    .toString(16)
    .padStart(12, '0')}`

function recordOf(passage: string, tenant_id: string | null, { ts }: Answer, row: PassageRow): RecordWrite {
  const body = { ...row } as Json
  return { record: { kind: PASSAGE, id: passage, ts, entity: null, tenant_id, rank: null, body }, expect: 0 }
}
