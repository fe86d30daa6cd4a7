import { type CapacityReport, type ClassSize, EVENT_PARTS, type EventPart, type StoreSizes } from '../core/capacity.ts'
import type { Clock, Engine } from '../core/ports.ts'
import { isOf, type RetentionRule } from '../core/retention.ts'
import { DAY, formatTime } from '../core/window.ts'
import { median } from '../stats/robust.ts'

export interface CapacityParts {
  engine: Pick<Engine, 'sizes'>
  clock: Clock
  /** How long events are kept. */
  retention: readonly RetentionRule[]
  /** Of the disk that the data directory is on, and of the files in it beside the database. */
  disk(): Promise<{ free_bytes: number; beside_bytes: number }>
}

/** Growth is that of so many whole days: a week with its weekend, twice. */
const GROWTH_DAYS = 14
/** Beyond, nobody plans. */
const MOST_DAYS = 3_650

/** How many bytes events of each tenant and type take, how fast they grow, and when the disk is full. Changes nothing. */
export async function capacity({ engine, clock, retention, disk }: CapacityParts): Promise<CapacityReport> {
  const now = clock.now()
  const [sizes, { free_bytes, beside_bytes }] = [await engine.sizes(), await disk()]
  const today = Math.floor(now / DAY)
  const first = Math.min(today, ...sizes.classes.flatMap(({ by_day }) => by_day[0]?.[0] ?? today))
  const days = Math.min(GROWTH_DAYS, today - first)
  const window = Array.from({ length: days }, (_, i) => today - days + i)
  const shares = sharesOf(sizes, beside_bytes)
  const flows = sizes.classes.map((of): ClassFlow => {
    const onDay = new Map(of.by_day)
    const daily = median(window.map((day) => onDay.get(day) ?? 0)) ?? 0
    return { of, each: shares.get(of)!, onDay, daily, ends: endsAfter(of, retention) }
  })
  const grown = window.map((day) =>
    flows.reduce((sum, { onDay, each }) => sum + (onDay.get(day) ?? 0) * arrivesOf(each), 0),
  )
  const usual = median(grown) ?? 0
  return {
    made_at: formatTime(now),
    how: sizes.how,
    disk: { free_bytes, unused_bytes: sizes.unused_bytes, database_bytes: sizes.file_bytes, beside_bytes },
    parts: { ...sizes.parts },
    classes: flows.map(({ of: { tenant, event_type, events }, each, daily, ends }) => ({
      tenant_id: tenant === '' ? null : tenant,
      event_type,
      events,
      bytes: bytesOf(each, events),
      events_per_day: daily,
      ends_after_days: ends,
    })),
    growth: { bytes_per_day: Math.round(usual), days },
    days_until_full: days === 0 ? null : daysUntilFull(flows, today, free_bytes + sizes.unused_bytes, usual),
  }
}

interface ClassFlow {
  of: ClassSize
  each: Each
  /** Events by day of their receipt. */
  onDay: ReadonlyMap<number, number>
  /** Events of a usual day. */
  daily: number
  /** Days after which their texts leave the store; null for never. */
  ends: number | null
}

/** Bytes of one event, by part; `ends` of them go when it ends, `beside` are in other files. */
type Each = Record<EventPart, number> & { ends: number; beside: number }

const arrivesOf = ({ rows, ends, beside }: Each) => rows + ends + beside

/** Spreads the bytes of each part over the classes: by number, by length of text, by vectors. */
function sharesOf({ classes, parts, how }: StoreSizes, beside: number): Map<ClassSize, Each> {
  const sum = (of: (one: ClassSize) => number) =>
    Math.max(
      1,
      classes.reduce((total, one) => total + one.events * of(one), 0),
    )
  const [events, texts, vectors] = [sum(() => 1), sum((one) => one.text_mean), sum((one) => one.vector_mean)]
  // pages of the table hold rows and texts together
  const text = how === 'pages' ? Math.min(parts.text, texts) : parts.text
  const rows = (parts.rows + parts.text - text) / events
  return new Map(
    classes.map((one) => {
      const each = {
        rows,
        text: (text * one.text_mean) / texts,
        words: (parts.words * one.text_mean) / texts,
        vectors: (parts.vectors * one.vector_mean) / vectors,
      }
      return [
        one,
        { ...each, ends: each.text + each.words + each.vectors, beside: (beside * one.vector_mean) / vectors },
      ]
    }),
  )
}

const bytesOf = (each: Each, events: number) =>
  Object.fromEntries(EVENT_PARTS.map((part) => [part, Math.round(each[part] * events)])) as Record<EventPart, number>

/** Days after which texts of a class leave the store, by rules without tags; null where none ends them. */
export function endsAfter(
  { tenant, event_type }: Pick<ClassSize, 'tenant' | 'event_type'>,
  all: readonly RetentionRule[],
) {
  const rules = all.filter((rule) => isOf(rule, { tenant, event_type, anonymised: 0 }))
  const ends = rules
    // a tag selects who knows how many
    .filter(({ tags }) => Object.keys(tags).length === 0)
    .flatMap(({ after, beats_minimum }) => {
      const own = [after.delete, after.anonymise].flatMap((period) => period ?? [])
      const kept = beats_minimum ? 0 : Math.max(0, ...rules.map(({ keep }) => keep ?? 0))
      const moved = after.archive === null ? [] : [after.archive]
      return [...own.map((period) => Math.max(period, kept)), ...moved]
    })
  return ends.length === 0 ? null : Math.min(...ends) / DAY
}

/**
 * Goes on day by day as it went, with what ends ending; null where the disk is not full within ten years.
 * @param usual bytes of a usual day
 */
function daysUntilFull(flows: readonly ClassFlow[], today: number, free: number, usual: number): number | null {
  const sum = flows.reduce((total, { daily, each }) => total + daily * arrivesOf(each), 0)
  // the median of the whole is steadier than the sum of medians, which is 0 where each class is rare
  const scale = sum > 0 ? usual / sum : 0
  let left = free
  // what is overdue goes with the next run
  for (const { onDay, each, ends } of flows)
    for (const [day, n] of onDay) if (ends !== null && day < today - Math.ceil(ends)) left += n * each.ends
  for (let day = 0; day < MOST_DAYS; day++) {
    left -= usual
    for (const { onDay, each, daily, ends } of flows) {
      if (ends === null) continue
      const from = today + day - Math.ceil(ends)
      left += (from < today ? (onDay.get(from) ?? 0) : daily * scale) * each.ends
    }
    if (left <= 0) return day
  }
  return null
}
