import type { ColdStore } from '../core/archive.ts'
import type { Actor } from '../core/audit.ts'
import { ERASURE, type Erased, type ErasedCounts, type ErasureOrder, type Selection } from '../core/erasure.ts'
import type { KeyRenewal } from '../core/key-copy.ts'
import type { Clock, Engine } from '../core/ports.ts'
import { Problem, type ProblemCode } from '../core/problem.ts'
import type { NoteSigner } from '../ledger/note.ts'
import type { Redactor } from '../redactors/index.ts'
import { recordDeed } from './audit.ts'
import { erasedOf } from './erasures.ts'
import { receiptNote } from './receipt-note.ts'
import { type SubjectAsk, selectionOf, subjectName } from './subject.ts'
import { thawWhole } from './thaw.ts'

export interface EraseParts {
  engine: Pick<Engine, 'survey' | 'erase' | 'records' | 'sealed' | 'append' | 'coldBeside' | 'thaw'>
  /** Where archived texts lie; absent where no archive is configured. */
  cold?: ColdStore
  clock: Clock
  redactor: Pick<Redactor, 'forms' | 'identifier' | 'pseudonym' | 'text'>
  signer: Pick<NoteSigner, 'name' | 'sign'>
  /** What names of subjects in receipts are keyed with, 32 bytes. */
  subjectKey: Uint8Array
  /** Ids of entries in the ledger. */
  newId(): string
  /** Takes destroyed keys out of copies of the key ring as well, and says of each whether they are gone. */
  renewKeyCopies(): Promise<KeyRenewal[]>
}

export interface EraseAsk {
  subject: SubjectAsk
  /** Who orders it. */
  actor: Actor
  reason?: string
}

export interface EraseAnswer {
  /** `before`: nothing is held of the subject any more, and this is the receipt of that time. `nothing`: nothing ever was. */
  outcome: 'erased' | 'before' | 'nothing'
  /** Null where there is none. */
  erased: Erased | null
  /** The receipt as a signed note, to be kept outside; null where there is none. */
  note: string | null
  /** Copies of the key ring, and whether the destroyed keys are gone from there. */
  key_copies: KeyRenewal[]
}

/** What an erasure would take away, by place. Changes nothing. Throws BAD_REQUEST where the subject is none. */
export async function surveyErasure(
  { engine, redactor }: Pick<EraseParts, 'engine' | 'redactor'>,
  subject: SubjectAsk,
): Promise<ErasedCounts> {
  return engine.survey(selectionOf(redactor, subject))
}

/**
 * Destroys what is known of a subject, under every form that its ids may have in the store, and answers with the receipt.
 * Running it again finds nothing and answers with the same receipt. What is not erased and lies in archive files under keys
 * that go comes back into the store first. Throws Problem: CONFLICT under a legal hold, and COPY_FAILED where such a file
 * cannot be read, both of which are recorded in the ledger; BAD_REQUEST where the subject is none.
 */
export async function erase(parts: EraseParts, ask: EraseAsk): Promise<EraseAnswer> {
  const { engine, redactor, signer } = parts
  const selection = selectionOf(redactor, ask.subject)
  const subject = subjectName(redactor, parts.subjectKey, ask.subject)
  const reason = ask.reason === undefined ? null : redactor.text(ask.reason)
  const order = { receipt_id: parts.newId(), subject, by: ask.actor.by, reason }
  // who ordered it from where is told before anything is gone; the receipt tells what went
  await recordDeed(parts, ask.actor, { action: 'erase', asked: { subject, reason, receipt_id: order.receipt_id } })
  const done = await eraseWhole(parts, selection, order, ask.actor).catch(async (error: unknown) => {
    if (error instanceof Problem && REFUSED.has(error.code)) await recordRefusal(parts, subject, ask.actor, error)
    throw error
  })
  const erased = done ?? (await lastOf(engine, subject.hash))
  // one that was away when they were destroyed may be back
  const key_copies = await parts.renewKeyCopies()
  if (erased === null) return { outcome: 'nothing', erased: null, note: null, key_copies }
  const note = await receiptNote(engine, signer, erased.seq, key_copies)
  return { outcome: done === null ? 'before' : 'erased', erased, note, key_copies }
}

const REFUSED: ReadonlySet<ProblemCode> = new Set(['CONFLICT', 'COPY_FAILED'])
/** What comes back may be archived again before it is erased; the next try finds that. */
const TRIES = 3

async function eraseWhole(
  parts: EraseParts,
  selection: Selection,
  order: ErasureOrder,
  actor: Actor,
): Promise<Erased | null> {
  for (let tries = 1; ; tries++) {
    const beside = await parts.engine.coldBeside(selection)
    try {
      for (const one of beside) await thawWhole(parts, one, actor)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'COPY_FAILED') throw error
      const count = beside.reduce((sum, { seqs }) => sum + seqs.length, 0)
      throw new Problem(
        'COPY_FAILED',
        `nothing was erased: ${count} other texts of the same subject lie in archive files and would be lost with it (${error.message})`,
        { cause: error },
      )
    }
    try {
      return await parts.engine.erase(selection, order)
    } catch (error) {
      const isBehind = error instanceof Problem && error.code === 'ENGINE_BUSY'
      if (!isBehind || tries >= TRIES || (await parts.engine.coldBeside(selection)).length === 0) throw error
    }
  }
}

async function recordRefusal(parts: EraseParts, subject: Subject, actor: Actor, { message }: Problem): Promise<void> {
  await recordDeed(parts, actor, { action: 'erase.refused', asked: { subject, why: message } })
}

type Subject = ReturnType<typeof subjectName>

/** The newest erasure of a subject. */
async function lastOf(engine: Pick<Engine, 'records'>, hash: string): Promise<Erased | null> {
  const [record] = await engine.records(ERASURE, { fields: { subject: hash } }, { order: 'ts', limit: 1 })
  return record === undefined ? null : erasedOf(record)
}
