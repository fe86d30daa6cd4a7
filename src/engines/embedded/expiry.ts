import type { Selection } from '../../core/erasure.ts'
import {
  type EventClass,
  isOf,
  type RetentionAction,
  type RetentionDue,
  type RetentionOrder,
  type RetentionPlace,
  type RetentionRule,
  retentionSteps,
} from '../../core/retention.ts'
import type { Micros } from '../../core/window.ts'
import type { Connection } from './connection.ts'
import { where } from './filter.ts'
import type { holdReader } from './holds.ts'
import { selected } from './selection.ts'
import type { Doomed } from './survey.ts'

/** An event that a rule ends. */
export interface Expired extends Doomed, RetentionPlace {
  ts: Micros
}

/** A condition over `events e`, and its values. It is true or false, never null. */
interface Condition {
  sql: string
  values: readonly unknown[]
}

/**
 * Finds what is due. An event is due under a rule where the rule's period is over, unless another rule asks to keep it
 * longer (and this one does not beat it), or a hold selects it. Rules are in the order in which they are applied: what one
 * ends is not due under the next. Events are looked for class by class, along an index by age.
 */
export function expiryReader(db: Connection, holds: Pick<ReturnType<typeof holdReader>, 'standing'>) {
  const nextClass = db.prepare<[string, string, number], EventClass>(
    `select tenant, event_type, anonymised from events indexed by events_class
     where body is not null and seq >= 0 and (tenant, event_type, anonymised) > (?, ?, ?)
     order by tenant, event_type, anonymised limit 1`,
  )

  function* classes(from: Omit<EventClass, 'anonymised'> & { anonymised: number } = FIRST): Generator<EventClass> {
    for (let one = nextClass.get(from.tenant, from.event_type, from.anonymised); one !== undefined; ) {
      yield one
      one = nextClass.get(one.tenant, one.event_type, one.anonymised)
    }
  }

  function count(of: EventClass, condition: Condition): { n: number; since: Micros | null } {
    return db
      .prepare<unknown[], { n: number; since: Micros | null }>(
        `select count(*) n, min(received) since from events e indexed by events_class
         where tenant = ? and event_type = ? and anonymised = ? and body is not null and seq >= 0 and ${condition.sql}`,
      )
      .get(of.tenant, of.event_type, of.anonymised, ...condition.values)!
  }

  return {
    /** What each rule would end, in the order in which they are applied. Inside one transaction. */
    due(rules: readonly RetentionRule[], now: Micros): RetentionDue[] {
      const all = [...classes()]
      const held = holds.standing().map(({ hold_id, selection }) => ({ hold_id, is: heldBy(selection) }))
      const free = not(any(held.map(({ is }) => is)))
      const dues: RetentionDue[] = []
      for (const { rule, action } of retentionSteps(rules)) {
        const due: RetentionDue = { rule: rule.name, action, events: 0, since: null, held: [], clashes: [] }
        for (const of of all.filter((one) => meets(rule, action, one))) {
          const here = termsOf(rules, of, now)
          const own = both(here.over(rule, action), here.notBefore(rule, action))
          const ends = both(own, here.mayEnd(rule))
          const { n, since } = count(of, both(ends, free))
          due.events += n
          if (n > 0) due.since = Math.min(due.since ?? since!, since!)
          for (const { hold_id, is } of held) add(due.held, { hold_id }, count(of, both(ends, is)).n)
          for (const other of here.keeping(rule))
            add(
              due.clashes,
              { keep: other.name, wins: rule.beats_minimum ? 'maximum' : 'minimum' },
              count(of, both(own, here.kept(other))).n,
            )
        }
        dues.push(due)
      }
      return dues
    },

    /** Events that one rule ends, behind a place: class by class, the oldest first. Inside the commit that ends them. */
    rows({ rules, at, action, now, after, limit }: Omit<RetentionOrder, 'receipt_id' | 'by'>): Expired[] {
      const rule = rules[at]!
      const free = not(any(holds.standing().map(({ selection }) => heldBy(selection))))
      const read = (of: EventClass, behind: RetentionPlace | null, most: number): Expired[] => {
        const here = termsOf(rules, of, now)
        const { sql, values } = [here.over(rule, action), here.mayEnd(rule), free].reduce(both)
        const place = behind === null ? [] : [behind.received, behind.seq]
        return db
          .prepare<unknown[], Expired>(
            `select seq, event_id, received, ts, tenant, event_type, anonymised, user_id, session_id, subject,
               meta ->> '$.ip_address' ip_address
             from events e indexed by events_class
             where tenant = ? and event_type = ? and anonymised = ? ${behind === null ? '' : 'and (received, seq) > (?, ?)'}
               and body is not null and seq >= 0 and ${sql} order by received, seq limit ?`,
          )
          .all(of.tenant, of.event_type, of.anonymised, ...place, ...values, most)
      }
      const rows = after === null ? [] : read(after, after, limit)
      for (const of of classes(after ?? undefined)) {
        if (rows.length === limit) break
        if (meets(rule, action, of)) rows.push(...read(of, null, limit - rows.length))
      }
      return rows
    },
  }
}

/** Whether a rule ends events of a class by an action; what is anonymous is not made so again. */
const meets = (rule: RetentionRule, action: RetentionAction, of: EventClass) =>
  isOf(rule, of) && (action === 'delete' || of.anonymised === 0)

/** What rules say of the events of one class. */
function termsOf(rules: readonly RetentionRule[], of: EventClass, now: Micros) {
  const here = rules.filter((rule) => isOf(rule, of))
  const older = ({ from }: RetentionRule, than: Micros): Condition => ({
    sql: `e.${from === 'receipt' ? 'received' : 'ts'} <= ?`,
    values: [now - than],
  })
  /** Its period is over. */
  const over = (rule: RetentionRule, action: RetentionAction) => both(older(rule, rule.after[action]!), tagged(rule))
  /** It asks to keep them longer. */
  const kept = (rule: RetentionRule) => both(not(older(rule, rule.keep!)), tagged(rule))
  const keeping = (rule: RetentionRule) => here.filter((other) => other !== rule && other.keep !== null)
  const mayEnd = (rule: RetentionRule) => (rule.beats_minimum ? ALWAYS : not(any(keeping(rule).map(kept))))
  return {
    over,
    kept,
    keeping,
    mayEnd,
    /** No rule that is applied before ends them. */
    notBefore(rule: RetentionRule, action: RetentionAction): Condition {
      const steps = retentionSteps(here)
      const before = steps.slice(
        0,
        steps.findIndex((step) => step.rule === rule && step.action === action),
      )
      return not(any(before.map((step) => both(over(step.rule, step.action), mayEnd(step.rule)))))
    },
  }
}

/** Stands before every class, also that of rows that nobody could read when they were stored. */
const FIRST = { tenant: '', event_type: '', anonymised: -1 }

const ALWAYS: Condition = { sql: '1', values: [] }
const NEVER: Condition = { sql: '0', values: [] }

function tagged({ tags }: RetentionRule): Condition {
  if (Object.keys(tags).length === 0) return ALWAYS
  const { sql, values } = where({ fields: tags })
  return { sql: `((${sql}) is true)`, values }
}

function heldBy(selection: Selection): Condition {
  const { sql, values } = selected(selection)
  return { sql: `((${sql}) is true)`, values }
}

const both = (a: Condition, b: Condition): Condition =>
  a === ALWAYS ? b : b === ALWAYS ? a : { sql: `${a.sql} and ${b.sql}`, values: [...a.values, ...b.values] }

/** By halves: SQLite takes a chain of a thousand for too deep. */
function any(some: readonly Condition[]): Condition {
  if (some.length < 2) return some[0] ?? NEVER
  const middle = some.length >> 1
  const [a, b] = [any(some.slice(0, middle)), any(some.slice(middle))]
  return { sql: `((${a.sql}) or (${b.sql}))`, values: [...a.values, ...b.values] }
}

const not = (a: Condition): Condition =>
  a === NEVER ? ALWAYS : a === ALWAYS ? NEVER : { sql: `not (${a.sql})`, values: a.values }

/** Adds a number to that of the same in a list, where there is any. */
function add<T extends object>(list: (T & { events: number })[], what: T, events: number): void {
  if (events === 0) return
  const known = list.find((one) => Object.entries(what).every(([name, value]) => one[name as keyof T] === value))
  if (known === undefined) list.push({ ...what, events })
  else known.events += events
}
