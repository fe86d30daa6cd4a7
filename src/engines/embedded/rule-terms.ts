import type { Selection } from '../../core/erasure.ts'
import {
  type EventClass,
  isOf,
  type RetentionAction,
  type RetentionRule,
  retentionSteps,
} from '../../core/retention.ts'
import type { Micros } from '../../core/window.ts'
import { where } from './filter.ts'
import { selected } from './selection.ts'

/** A condition over `events e`, and its values. It is true or false, never null. */
export interface Condition {
  sql: string
  values: readonly unknown[]
}

/** Whether a rule ends events of a class by an action; what is anonymous is not made so again. */
export const meets = (rule: RetentionRule, action: RetentionAction, of: EventClass) =>
  isOf(rule, of) && (action !== 'anonymise' || of.anonymised === 0)

/** What rules say of the events of one class. */
export function termsOf(rules: readonly RetentionRule[], of: EventClass, now: Micros) {
  const here = rules.filter((rule) => isOf(rule, of))
  const older = ({ from }: RetentionRule, than: Micros): Condition => ({
    sql: `e.${from === 'receipt' ? 'received' : 'ts'} <= ?`,
    values: [now - than],
  })
  /** Its period is over. What an action does not say is never over. */
  const over = (rule: RetentionRule, action: RetentionAction) => both(older(rule, rule.after[action]!), tagged(rule))
  /** It asks to keep them longer. */
  const kept = (rule: RetentionRule) => both(not(older(rule, rule.keep!)), tagged(rule))
  const keeping = (rule: RetentionRule) => here.filter((other) => other !== rule && other.keep !== null)
  /** No other rule keeps them from it; to be archived is to be kept. */
  const may = (rule: RetentionRule, action: RetentionAction) =>
    rule.beats_minimum || action === 'archive' ? ALWAYS : not(any(keeping(rule).map(kept)))
  return {
    over,
    kept,
    keeping,
    may,
    /** No rule that is applied before ends them. */
    notBefore(rule: RetentionRule, action: RetentionAction): Condition {
      const steps = retentionSteps(here).filter((step) => meets(step.rule, step.action, of))
      const before = steps.slice(
        0,
        steps.findIndex((step) => step.rule === rule && step.action === action),
      )
      return not(any(before.map((step) => both(over(step.rule, step.action), may(step.rule, step.action)))))
    },
  }
}

export const ALWAYS: Condition = { sql: '1', values: [] }
const NEVER: Condition = { sql: '0', values: [] }

function tagged({ tags }: RetentionRule): Condition {
  if (Object.keys(tags).length === 0) return ALWAYS
  const { sql, values } = where({ fields: tags })
  return { sql: `((${sql}) is true)`, values }
}

/** What a hold selects. */
export function heldBy(selection: Selection): Condition {
  const { sql, values } = selected(selection)
  return { sql: `((${sql}) is true)`, values }
}

export const both = (a: Condition, b: Condition): Condition =>
  a === ALWAYS ? b : b === ALWAYS ? a : { sql: `${a.sql} and ${b.sql}`, values: [...a.values, ...b.values] }

/** By halves: SQLite takes a chain of a thousand for too deep. */
export function any(some: readonly Condition[]): Condition {
  if (some.length < 2) return some[0] ?? NEVER
  const middle = some.length >> 1
  const [a, b] = [any(some.slice(0, middle)), any(some.slice(middle))]
  return { sql: `((${a.sql}) or (${b.sql}))`, values: [...a.values, ...b.values] }
}

export const not = (a: Condition): Condition =>
  a === NEVER ? ALWAYS : a === ALWAYS ? NEVER : { sql: `not (${a.sql})`, values: a.values }
