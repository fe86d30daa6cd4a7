import { Problem } from '../../core/problem.ts'
import { HOUR, MINUTE, type Micros, parseTime, SECOND, startOfHour } from '../../core/window.ts'

/** A count that is known between two bounds: what one side calls a token, the other may not. */
export interface Range {
  low: number
  high: number
}

/** What a witness says of a model and key in one hour; null where it does not say. */
export interface UsageRow {
  /** Start of the hour. */
  hour: Micros
  model: string | null
  api_key_id: string | null
  requests: number | null
  tokens_input: Range | null
  tokens_output: Range | null
}

/** A witness: a provider's usage export, or the log of a gateway. */
export interface Usage {
  rows: UsageRow[]
  /** Starts of the hours that it speaks of, also where it saw nothing, ascending. */
  hours: Micros[]
  /** Whether it saw all models, or only those that it names. */
  covers: 'all' | 'listed'
}

/** Sums stay exact below this. */
const MOST = 1e15
/** Hours that one file may speak of: three years. */
const MOST_HOURS = 3 * 366 * 24

export const exactly = (n: number): Range => ({ low: n, high: n })

/** A count of a record; null where it is absent. Throws BAD_REQUEST where it is none. */
export function countOf(value: unknown, name: string, where: string): number | null {
  if (value === undefined || value === null || value === '') return null
  const n = typeof value === 'string' ? Number(value) : value
  if (typeof n === 'number' && Number.isFinite(n) && n >= 0 && n <= MOST) return n
  throw new Problem('BAD_REQUEST', `${where}: ${name} must be a number from 0 to ${MOST}`)
}

/** A name of a record; null where it is absent. Throws BAD_REQUEST where it is none. */
export function nameOf(value: unknown, name: string, where: string): string | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'string' && value.length <= 512) return value
  throw new Problem('BAD_REQUEST', `${where}: ${name} must be a text of at most 512 characters`)
}

/** A time: ISO 8601 (without a zone in UTC, also to the hour), or seconds or milliseconds since 1970. Throws BAD_REQUEST. */
export function timeOf(value: unknown, name: string, where: string): Micros {
  const text = typeof value === 'string' ? value.trim() : value
  const n = typeof text === 'string' && /^\d{9,13}(\.\d+)?$/.test(text) ? Number(text) : text
  if (typeof n === 'number' && n >= 946_684_800 && n < 4_102_444_800_000)
    return Math.round(n * (n < 100_000_000_000 ? SECOND : SECOND / 1000))
  if (typeof n === 'string')
    for (const tail of ['', 'Z', ':00Z', ':00:00Z']) {
      const ts = parseTime(n + tail) ?? parseTime(n.replace(/Z$/, '') + tail)
      if (ts !== null) return ts
    }
  throw new Problem('BAD_REQUEST', `${where}: ${name} must be a time, such as 2026-01-15T10:00:00Z`)
}

/** The hour of a bucket. Throws BAD_REQUEST where it is longer than an hour. */
function hourOfBucket(start: Micros, end: Micros, where: string): Micros {
  if (end <= start) throw new Problem('BAD_REQUEST', `${where}: it ends before it begins`)
  if (end - start > HOUR + MINUTE)
    throw new Problem('BAD_REQUEST', `${where}: it is longer than an hour; ask for the export with bucket_width=1h`)
  return startOfHour(start)
}

/** The hours in ascending order, each once; with `whole`, also those between. Throws BAD_REQUEST where there are too many, or none. */
export function spanOf(hours: readonly Micros[], whole: boolean): Micros[] {
  const known = [...new Set(hours)].sort((a, b) => a - b)
  const [first] = known
  const last = known.at(-1)
  if (first === undefined || last === undefined) throw new Problem('BAD_REQUEST', 'it holds no usage')
  if ((last - first) / HOUR >= MOST_HOURS) throw new Problem('BAD_REQUEST', 'it spans more than three years')
  return whole ? Array.from({ length: (last - first) / HOUR + 1 }, (_, i) => first + i * HOUR) : known
}

/** The fields in which a provider says when a bucket begins and ends. */
interface BucketTimes {
  start: string
  end: string
}

/** Usage of a provider's hourly or minutely buckets, each with a list of `results`. Throws BAD_REQUEST where one is none. */
export function bucketUsage(
  buckets: readonly object[],
  times: BucketTimes,
  rowOf: (result: Readonly<Record<string, unknown>>, where: string) => Omit<UsageRow, 'hour'>,
): Usage {
  const rows: UsageRow[] = []
  const hours: Micros[] = []
  for (const [i, bucket] of (buckets as readonly Record<string, unknown>[]).entries()) {
    const where = `bucket ${i + 1}`
    const start = timeOf(bucket[times.start], times.start, where)
    const hour = hourOfBucket(start, timeOf(bucket[times.end], times.end, where), where)
    hours.push(hour)
    if (!Array.isArray(bucket.results)) throw new Problem('BAD_REQUEST', `${where}: results must be a list`)
    for (const result of bucket.results as unknown[]) {
      if (typeof result !== 'object' || result === null)
        throw new Problem('BAD_REQUEST', `${where}: a result is no object`)
      rows.push({ hour, ...rowOf(result as Record<string, unknown>, where) })
    }
  }
  return { rows, hours: spanOf(hours, false), covers: 'listed' }
}
