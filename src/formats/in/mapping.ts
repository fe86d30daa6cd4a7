import { Problem } from '../../core/problem.ts'
import { formatTime, type Micros, parseTime } from '../../core/window.ts'

/** How records of another shape become events: fields taken from elsewhere, fields set, times given. */
export interface Mapping {
  /** Event field → path in the record (`usage.total`, `turns.0.content`). The rest of the record is kept as it is. */
  take: Readonly<Record<string, string>>
  /** Event field → value, for every record that has none. */
  set: Readonly<Record<string, string>>
  /** Times for records that have none: the nth gets start + n·step. */
  clock: { start: Micros; step: Micros } | null
}

export const NO_MAPPING: Mapping = { take: {}, set: {}, clock: null }

/**
 * Reads `field=value` pairs, e.g. of the command line. Throws BAD_REQUEST where one is none.
 */
export function pairs(texts: readonly string[], option: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 1 || at === text.length - 1)
        throw new Problem('BAD_REQUEST', `${option} takes field=value, e.g. ${option} user_id=user`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}

/** Applies a mapping to the nth record of a file. Values that are no objects come back as they are. */
export function mapRecord(value: unknown, mapping: Mapping, n: number): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const record = new Map(Object.entries(value))
  const taken: [string, unknown][] = []
  for (const [field, path] of Object.entries(mapping.take)) {
    const found = at(value, path)
    if (found === undefined || found === null) continue
    taken.push([field, found])
    // moved, not copied: a text twice in an event would be searched and stored twice
    if (path !== field) record.delete(path)
  }
  for (const [field, found] of taken) record.set(field, found)
  for (const [field, given] of Object.entries(mapping.set)) if (!record.has(field)) record.set(field, given)
  const time = record.get('timestamp')
  if (mapping.clock !== null && time === undefined)
    record.set('timestamp', formatTime(mapping.clock.start + n * mapping.clock.step))
  // exports often write times in UTC without saying so
  else if (typeof time === 'string' && parseTime(time) === null && parseTime(`${time}Z`) !== null)
    record.set('timestamp', `${time}Z`)
  return Object.fromEntries(record)
}

function at(value: object, path: string): unknown {
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path]
  let here: unknown = value
  for (const step of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = (here as Record<string, unknown>)[step]
  }
  return here
}
