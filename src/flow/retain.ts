import type { Actor } from '../core/audit.ts'
import type { KeyRenewal } from '../core/key-copy.ts'
import type { Clock, Engine, Json } from '../core/ports.ts'
import {
  type EndingAction,
  type RetentionDue,
  type RetentionPlace,
  type RetentionRule,
  retentionSteps,
} from '../core/retention.ts'
import { formatTime } from '../core/window.ts'
import { recordDeed } from './audit.ts'
import { breath } from './breath.ts'
import { clashesOf, type RuleClash } from './retention-rules.ts'

export interface RetainParts {
  engine: Pick<Engine, 'due' | 'retain' | 'append'>
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
 * its receipt. It may be killed anywhere, and ends the rest when it runs next.
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
  const done: Retained[] = []
  let ended = 0
  let keys = 0
  for (const { rule, at, action } of retentionSteps(rules)) {
    if (action === 'archive') continue
    const one: Retained = { rule: rule.name, action, events: 0, receipts: [] }
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
    if (one.events > 0) done.push(one)
  }
  const key_copies = keys > 0 ? await parts.renewKeyCopies() : []
  return { dues, clashes: clashesOf(rules), done, key_copies }
}

/** What a rule would end, as it is told to others: times in ISO 8601. */
export const dueTold = ({ since, ...due }: RetentionDue) => ({
  ...due,
  since: since === null ? null : formatTime(since),
})
