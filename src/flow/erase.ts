import type { Actor } from '../core/audit.ts'
import { ERASURE, type Erased, type ErasedCounts } from '../core/erasure.ts'
import type { KeyRenewal } from '../core/key-copy.ts'
import type { Clock, Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { NoteSigner } from '../ledger/note.ts'
import type { Redactor } from '../redactors/index.ts'
import { recordDeed } from './audit.ts'
import { erasedOf } from './erasures.ts'
import { receiptNote } from './receipt-note.ts'
import { type SubjectAsk, selectionOf, subjectName } from './subject.ts'

export interface EraseParts {
  engine: Pick<Engine, 'survey' | 'erase' | 'records' | 'sealed' | 'append'>
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
 * Running it again finds nothing and answers with the same receipt. Throws Problem: CONFLICT under a legal hold, which
 * is recorded in the ledger; BAD_REQUEST where the subject is none.
 */
export async function erase(parts: EraseParts, ask: EraseAsk): Promise<EraseAnswer> {
  const { engine, redactor, signer } = parts
  const selection = selectionOf(redactor, ask.subject)
  const subject = subjectName(redactor, parts.subjectKey, ask.subject)
  const reason = ask.reason === undefined ? null : redactor.text(ask.reason)
  const order = { receipt_id: parts.newId(), subject, by: ask.actor.by, reason }
  // who ordered it from where is told before anything is gone; the receipt tells what went
  await recordDeed(parts, ask.actor, { action: 'erase', asked: { subject, reason, receipt_id: order.receipt_id } })
  const done = await engine.erase(selection, order).catch(async (error: unknown) => {
    if (error instanceof Problem && error.code === 'CONFLICT') await recordRefusal(parts, subject, ask.actor, error)
    throw error
  })
  const erased = done ?? (await lastOf(engine, subject.hash))
  // one that was away when they were destroyed may be back
  const key_copies = await parts.renewKeyCopies()
  if (erased === null) return { outcome: 'nothing', erased: null, note: null, key_copies }
  const note = await receiptNote(engine, signer, erased.seq, key_copies)
  return { outcome: done === null ? 'before' : 'erased', erased, note, key_copies }
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
