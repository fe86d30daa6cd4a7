import type { Digest } from '../core/digest.ts'
import type { Engine, Filter } from '../core/ports.ts'
import { DAY, dateOf, type Micros } from '../core/window.ts'

/** Days of a series, the day itself among them. */
export const SERIES_DAYS = 30

/** What is known of the days before one. */
export interface Past {
  /** Stored digests by the start of their day. */
  digests: ReadonlyMap<Micros, Digest>
  /** Runs of days without one, half-open, oldest first: whoever needs those has to count. */
  gaps: readonly (readonly [since: Micros, until: Micros])[]
}

/** The 29 days before a day, as far as their digests are stored, so that a night costs one day's counting. */
export async function pastOf(
  engine: Pick<Engine, 'records'>,
  from: Micros,
  { tenant_id }: Pick<Filter, 'tenant_id'>,
): Promise<Past> {
  const days = Array.from({ length: SERIES_DAYS - 1 }, (_, i) => from - (SERIES_DAYS - 1 - i) * DAY)
  const ids = days.map((day) => digestId(dateOf(day), tenant_id))
  const records = await engine.records('digest', { ids }, { order: 'ts', limit: days.length })
  const digests = new Map(records.map(({ ts, body }) => [ts, body as unknown as Digest]))
  const gaps: [Micros, Micros][] = []
  for (const day of days.filter((one) => !digests.has(one))) {
    const last = gaps.at(-1)
    if (last !== undefined && last[1] === day) last[1] = day + DAY
    else gaps.push([day, day + DAY])
  }
  return { digests, gaps }
}

/** Id of a stored digest. */
export function digestId(date: string, tenant_id?: string): string {
  return tenant_id === undefined ? date : `${date}|${tenant_id}`
}
