import type { ColdEnded, ColdStore } from '../core/archive.ts'
import type { Actor } from '../core/audit.ts'
import type { KeyRenewal } from '../core/key-copy.ts'
import type { Clock, Engine, Json } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import {
  type EndingAction,
  type RetentionDue,
  type RetentionPlace,
  type RetentionRule,
  retentionSteps,
} from '../core/retention.ts'
import { formatTime, type Micros } from '../core/window.ts'
import { recordDeed } from './audit.ts'
import { breath } from './breath.ts'
import { clashesOf, type RuleClash } from './retention-rules.ts'
import { thawWhole } from './thaw.ts'

export interface RetainParts {
  engine: Pick<Engine, 'due' | 'retain' | 'append' | 'coldDue' | 'endCold' | 'thaw' | 'records'>
  /** Where archived texts lie; absent where no archive is configured. */
  cold?: ColdStore
  clock: Clock
  /** Ids of entries in the ledger. */
  newId(): string
  /** Takes destroyed keys out of copies of the key ring as well, and says of each whether they are gone. */
  renewKeyCopies(): Promise<KeyRenewal[]>
}

/** What rules of retention would do. */
export interface RetentionPlan {
  dues: RetentionDue[]
  /** Rules that contradict each other, also where no event shows it yet. */
  clashes: RuleClash[]
}

/** What was ended under one rule. */
export interface Retained {
  rule: string
  action: EndingAction
  events: number
  /** Ids of the receipts in the ledger. */
  receipts: string[]
}

export interface RetainAnswer extends RetentionPlan {
  done: Retained[]
  /** Archive files in which something is due and whose other texts could not be brought back, so that they stay as they are. */
  files_failed: { file: string; why: string }[]
  /** Copies of the key ring, and whether the destroyed keys are gone from there; empty where none was destroyed. */
  key_copies: KeyRenewal[]
}

/**
 * Events of one commit, for which whoever else writes waits: most of it is the word index that wipes their words. More to a
 * commit cost less each and hold others up for longer; one that is made anonymous costs more than one that goes.
 */
const STEP = { delete: 100, anonymise: 50 } as const satisfies Record<EndingAction, number>

/** What is due under each rule now, what is kept from it, and by what. Changes nothing. */
export async function planRetention(
  { engine, clock }: Pick<RetainParts, 'engine' | 'clock'>,
  rules: readonly RetentionRule[],
): Promise<RetentionPlan> {
  return { dues: await engine.due(rules, clock.now()), clashes: clashesOf(rules) }
}

/**
 * Ends what is due under the rules, in their order, oldest first. The audit says beforehand what that is; each step leaves
 * its receipt. It may be killed anywhere, and ends the rest when it runs next. A file that has to be read and cannot be is
 * told in the answer, and the rest is done.
 */
export async function retain(
  parts: RetainParts,
  { rules, actor }: { rules: readonly RetentionRule[]; actor: Actor },
  signal?: AbortSignal,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<RetainAnswer> {
  const { engine, clock, newId } = parts
  const now = clock.now()
  const dues = (await engine.due(rules, now)).filter(({ action }) => action !== 'archive')
  const total = dues.reduce((sum, { events }) => sum + events, 0)
  const asked = { rules: rules.map(({ name, hash }) => [name, hash]), due: dues.map(dueTold) } as unknown as {
    [name: string]: Json
  }
  await recordDeed(parts, actor, { action: 'retain', rows: total, asked })
  const steps = retentionSteps(rules).flatMap(({ rule, at, action }) =>
    action === 'archive' ? [] : [{ at, action, one: { rule: rule.name, action, events: 0, receipts: [] } as Retained }],
  )
  let ended = 0
  let keys = 0
  // files first: what has to stay of them is in the store when its own turn comes
  const files = await endFiles(parts, { rules, actor, now }, signal)
  for (const { rule, events, receipt_id, keys: gone } of files.ended) {
    const one = steps.find((step) => step.action === 'delete' && step.one.rule === rule)!.one
    one.events += events
    one.receipts.push(receipt_id)
    ended += events
    keys += gone
    onProgress(ended, Math.max(total, ended))
  }
  for (const { at, action, one } of steps) {
    for (let after: RetentionPlace | null = null; !signal?.aborted; ) {
      const order = { rules, at, action, now, after, limit: STEP[action], receipt_id: newId(), by: actor.by }
      const step = await engine.retain(order)
      if (step === null) break
      one.events += step.counts.events
      one.receipts.push(step.receipt_id)
      ended += step.counts.events
      keys += step.counts.keys
      after = step.next
      onProgress(ended, Math.max(total, ended))
      await breath()
    }
  }
  const done = steps.flatMap(({ one }) => (one.events > 0 ? [one] : []))
  const key_copies = keys > 0 || files.ended.length > 0 ? await parts.renewKeyCopies() : []
  return { dues, clashes: clashesOf(rules), done, files_failed: files.failed, key_copies }
}

/** Ends archive files in which something is due: what is not comes back into the store first. */
async function endFiles(
  parts: RetainParts,
  { rules, actor, now }: { rules: readonly RetentionRule[]; actor: Actor; now: Micros },
  signal?: AbortSignal,
): Promise<{ ended: ColdEnded[]; failed: RetainAnswer['files_failed'] }> {
  const { engine, newId } = parts
  const ended: ColdEnded[] = []
  const failed: RetainAnswer['files_failed'] = []
  for (const { file, ends, stay } of await engine.coldDue(rules, now)) {
    if (signal?.aborted) break
    try {
      if (stay.length > 0) await thawWhole(parts, { file, seqs: stay }, actor)
    } catch (error) {
      // the others are no reason to wait for it
      if (!(error instanceof Problem) || error.code !== 'COPY_FAILED') throw error
      failed.push({ file, why: error.message })
      continue
    }
    const receipt_ids = rules.map(() => newId())
    // null where a hold came meanwhile: the next run brings that back too
    if (ends > 0) ended.push(...((await engine.endCold({ file, rules, now, receipt_ids, by: actor.by })) ?? []))
    await breath()
  }
  return { ended, failed }
}

/** Throws COPY_FAILED, after all that could be done, where texts of a file could not be brought back. */
export function checkFiles(failed: RetainAnswer['files_failed']): void {
  const [first] = failed
  if (first !== undefined)
    throw new Problem(
      'COPY_FAILED',
      `${failed.length} archive files hold what is due, and cannot be read: ${first.why}`,
    )
}

/** What a rule would end, as it is told to others: times in ISO 8601. */
export const dueTold = ({ since, ...due }: RetentionDue) => ({
  ...due,
  since: since === null ? null : formatTime(since),
})
