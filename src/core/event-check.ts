import { Compile } from 'typebox/compile'
import { LogEvent } from './event.ts'
import type { FieldError } from './problem.ts'

const compiled = Compile(LogEvent)

/** Most errors told of one event; the first is what a producer mends first. */
const MOST = 5

/** What keeps a value from being a LogEvent; empty where it is one. Paths are JSON Pointers. Values are never quoted. */
export function checkEvent(value: unknown): FieldError[] {
  if (compiled.Check(value)) return []
  const errors: FieldError[] = []
  for (const error of compiled.Errors(value)) {
    // a union tells each of its branches; one line per place is enough
    if (errors.some((known) => known.path === error.instancePath)) continue
    errors.push({ path: error.instancePath, message: error.message })
    if (errors.length === MOST) break
  }
  return errors
}

/** Names of the event's fields, the ones that are not kept under `attributes`. */
export const EVENT_FIELDS: ReadonlySet<string> = new Set(Object.keys(LogEvent.properties))
