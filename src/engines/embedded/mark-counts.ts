import { DAY, type Micros } from '../../core/window.ts'
import type { Connection } from './connection.ts'
import { type ToldFilter, where } from './filter.ts'
import { dayOf, PROBABLE } from './mark-rows.ts'
import { BINS, binOf, leastOfBin, MARK_BYTES, packed, unpacked } from './packed-marks.ts'

/** How many have each percent, and how many of all at least what is asked for. */
export interface Counted {
  histogram: number[]
  total: number
}

/** SQL for the bytes of one concept in rows `m` of marks, by its places `x`; the hole is for its number. */
export const PERCENT = 'substr(m.p, x.at, 1)'
export const WHOLE = `substr(m.p, x.at, ${MARK_BYTES})`
export const PLACED = 'cross join places x on x.layout = m.layout and x.cid = ?'

/** Events with a mark of one concept that pass a filter: SQL that further conditions may follow, and its values. */
export function filtered(cid: number, filter: ToldFilter): { from: string; values: unknown[] } {
  const { sql, values } = where(filter)
  // an erased event has no mark; to ask for its text would be to open its page, but for a tenant's index, which asks
  const held = filter.tenant_id === undefined ? '' : 'e.body is not null and'
  return {
    from: `from events e cross join marks m on m.seq = e.seq ${PLACED} where ${held} ${sql}`,
    values: [cid, ...values],
  }
}

/** Counts marks of a concept. Probabilities are in millionths. */
export function markCounter(db: Connection) {
  const countsOf = db.prepare<[number, number, number], { bin: number; n: number }>(
    'select bin, sum(n) n from mark_counts where cid = ? and day >= ? and day < ? group by bin',
  )
  const tailOf = db.prepare<[number, number, Micros, Micros], { p: Buffer }>(
    `select ${WHOLE} p from marks m ${PLACED} cross join events e on e.seq = m.seq
     where m.seq >= ? and e.ts >= ? and e.ts < ?`,
  )
  const probableBetween = db
    .prepare<[number, number, number, number, Micros, Micros], number>(
      'select count(*) from probable where cid = ? and p >= ? and p < ? and seq < ? and ts >= ? and ts < ?',
    )
    .pluck()
  const scannedBetween = db
    .prepare<[number, Buffer, Buffer, number], number>(
      `select count(*) from marks m ${PLACED} where ${WHOLE} >= ? and ${WHOLE} < ? and m.seq < ?`,
    )
    .pluck()

  /** Of a span of time, event by event, or of whatever passes a filter. */
  function within(cid: number, least: number, filter: ToldFilter): Counted {
    const { from, values } = filtered(cid, filter)
    const histogram = new Array<number>(BINS).fill(0)
    let total = 0
    const bins = db.prepare<unknown[], { bin: Buffer; n: number; matched: number }>(
      `select ${PERCENT} bin, count(*) n, sum(${WHOLE} >= ?) matched ${from} group by bin`,
    )
    for (const { bin, n, matched } of bins.all(packed([least]), ...values)) {
      histogram[bin[0]! - 1] = n
      total += matched
    }
    return { histogram, total }
  }

  /** Of whole days, as they were counted when they were written, less what came behind the bound. */
  function ofDays(cid: number, least: number, days: Days, before: number): Counted {
    const [since, until] = [days.first * DAY, days.end * DAY]
    const histogram = new Array<number>(BINS).fill(0)
    for (const { bin, n } of countsOf.all(cid, days.first, days.end)) histogram[bin] = n
    for (const { p } of tailOf.all(cid, before, since, until)) histogram[binOf(unpacked(p, 0))]!--
    const bin = binOf(least)
    const above = histogram.slice(bin + 1).reduce((sum, n) => sum + n, 0)
    if (least === leastOfBin(bin)) return { histogram, total: above + histogram[bin]! }
    const end = bin === BINS - 1 ? Number.MAX_SAFE_INTEGER : leastOfBin(bin + 1)
    const rest =
      least < PROBABLE
        ? scannedBetween.get(cid, packed([least]), packed([end]), before)
        : probableBetween.get(cid, least, end, before, since, until)
    return { histogram, total: above + rest! }
  }

  return {
    within,

    /** All, or those of a span of time where `least` is not below PROBABLE; nothing else of the filter counts. */
    all(cid: number, least: number, { since, until, before_seq }: ToldFilter): Counted {
      const before = before_seq ?? Number.MAX_SAFE_INTEGER
      const bound = before_seq === undefined ? {} : { before_seq }
      const days = {
        first: since === undefined ? FIRST : dayOf(since - 1) + 1,
        end: until === undefined ? END : dayOf(until),
      }
      if (days.first >= days.end)
        return within(cid, least, {
          ...bound,
          ...(since === undefined ? {} : { since }),
          ...(until === undefined ? {} : { until }),
        })
      const parts = [ofDays(cid, least, days, before)]
      if (since !== undefined && since < days.first * DAY)
        parts.push(within(cid, least, { ...bound, since, until: days.first * DAY }))
      if (until !== undefined && until > days.end * DAY)
        parts.push(within(cid, least, { ...bound, since: days.end * DAY, until }))
      return {
        histogram: parts[0]!.histogram.map((_, bin) => parts.reduce((sum, { histogram }) => sum + histogram[bin]!, 0)),
        total: parts.reduce((sum, { total }) => sum + total, 0),
      }
    },
  }
}

/** Half-open. */
interface Days {
  first: number
  end: number
}

/** Beyond every time that is a safe integer. */
const [FIRST, END] = [dayOf(Number.MIN_SAFE_INTEGER), dayOf(Number.MAX_SAFE_INTEGER)]
