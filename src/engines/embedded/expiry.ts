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
import { type Micros, startOfDay } from '../../core/window.ts'
import { classRows, EXPIRED, type Expired, TEXTS } from './class-rows.ts'
import type { Connection } from './connection.ts'
import type { holdReader } from './holds.ts'
import { ALWAYS, any, both, type Condition, heldBy, meets, not, termsOf } from './rule-terms.ts'

/**
 * Finds what is due. An event is due under a rule where the rule's period is over, unless another rule asks to keep it
 * longer (and this one does not beat it), or a hold selects it. Rules are in the order in which they are applied: what one
 * ends is not due under the next.
 */
export function expiryReader(db: Connection, holds: Pick<ReturnType<typeof holdReader>, 'standing'>) {
  const inStore = classRows(db, TEXTS.store)
  const inFiles = classRows(db, TEXTS.files)

  const fileRows = db.prepare<[number], Expired>(`select ${EXPIRED} from events e where archive = ? order by seq`)

  const free = (): Condition => not(any(holds.standing().map(({ selection }) => heldBy(selection))))

  return {
    /** What each rule would do, in the order in which they are applied. Inside one transaction. */
    due(rules: readonly RetentionRule[], now: Micros): RetentionDue[] {
      const held = holds.standing().map(({ hold_id, selection }) => ({ hold_id, is: heldBy(selection) }))
      const unheld = not(any(held.map(({ is }) => is)))
      const places = [
        { rows: inStore, all: [...inStore.classes()], now, cold: false },
        // by whole days of receipt, so that a file ends at once rather than twice
        { rows: inFiles, all: [...inFiles.classes()], now: startOfDay(now), cold: true },
      ]
      return retentionSteps(rules).map(({ rule, action }) => {
        const due: RetentionDue = { rule: rule.name, action, events: 0, cold: 0, since: null, held: [], clashes: [] }
        for (const { rows, all, now: then, cold } of places) {
          if (cold && action === 'archive') continue
          for (const of of all.filter((one) => meets(rule, action, one))) {
            const here = termsOf(rules, of, then)
            const own = [here.over(rule, action), here.notBefore(rule, action), notRestored(action, now)].reduce(both)
            const ends = both(own, here.may(rule, action))
            const { n, since } = rows.count(of, both(ends, unheld))
            due.events += n
            if (cold) due.cold += n
            if (n > 0) due.since = Math.min(due.since ?? since!, since!)
            for (const { hold_id, is } of held) add(due.held, { hold_id }, rows.count(of, both(ends, is)).n)
            for (const other of action === 'archive' ? [] : here.keeping(rule))
              add(
                due.clashes,
                { keep: other.name, wins: rule.beats_minimum ? 'maximum' : 'minimum' },
                rows.count(of, both(own, here.kept(other))).n,
              )
          }
        }
        return due
      })
    },

    /** Events in the store that one rule ends, behind a place: class by class, the oldest first. Inside the commit that ends them. */
    rows({ rules, at, action, now, after, limit }: Omit<RetentionOrder, 'receipt_id' | 'by'>): Expired[] {
      const rule = rules[at]!
      const unheld = free()
      const read = (of: EventClass, behind: RetentionPlace | null, most: number): Expired[] => {
        const here = termsOf(rules, of, now)
        const condition = [here.over(rule, action), here.may(rule, action), unheld].reduce(both)
        return inStore.rows(of, condition, behind, most)
      }
      const rows = after === null ? [] : read(after, after, limit)
      for (const of of inStore.classes(after ?? undefined)) {
        if (rows.length === limit) break
        if (meets(rule, action, of)) rows.push(...read(of, null, limit - rows.length))
      }
      return rows
    },

    /**
     * Rows of a file by the rule that deletes each; null where another row has its text there, or none has. Inside the commit
     * that ends them.
     */
    ofFile(id: number, rules: readonly RetentionRule[], now: Micros): Map<RetentionRule, Expired[]> | null {
      const unheld = free()
      const all = fileRows.all(id)
      const ended = new Map<RetentionRule, Expired[]>()
      const classes = new Map(all.map((row) => [JSON.stringify([row.tenant, row.event_type, row.anonymised]), row]))
      const seen = new Set<number>()
      for (const { rule, action } of retentionSteps(rules)) {
        if (action !== 'delete') continue
        for (const of of [...classes.values()].filter((one) => isOf(rule, one))) {
          const here = termsOf(rules, of, startOfDay(now))
          const { sql, values } = [here.over(rule, action), here.may(rule, action), unheld].reduce(both)
          const due = db
            .prepare<unknown[], number>(
              `select seq from events e where archive = ? and tenant = ? and event_type = ? and anonymised = ? and ${sql}`,
            )
            .pluck()
            .all(id, of.tenant, of.event_type, of.anonymised, ...values)
          const fresh = new Set(due.filter((seq) => !seen.has(seq)))
          for (const seq of fresh) seen.add(seq)
          ended.set(rule, [...(ended.get(rule) ?? []), ...all.filter(({ seq }) => fresh.has(seq))])
        }
      }
      return all.length > 0 && seen.size === all.length ? ended : null
    },

    /** What no hold selects. */
    free,
  }
}

/** What was restored stays for as long as it was asked for. */
const notRestored = (action: RetentionAction, now: Micros): Condition =>
  action === 'archive' ? { sql: 'e.hot_until <= ?', values: [now] } : ALWAYS

/** Adds a number to that of the same in a list, where there is any. */
function add<T extends object>(list: (T & { events: number })[], what: T, events: number): void {
  if (events === 0) return
  const known = list.find((one) => Object.entries(what).every(([name, value]) => one[name as keyof T] === value))
  if (known === undefined) list.push({ ...what, events })
  else known.events += events
}
