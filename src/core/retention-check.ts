import { Compile } from 'typebox/compile'
import type { FieldError } from './problem.ts'
import { RetentionEntry, RetentionSettings } from './retention.ts'
import { RETENTION_PRESETS } from './retention-presets.ts'
import { schemaFaults } from './schema-faults.ts'

const compiled = Compile(RetentionSettings)
const FIELD = /^[a-z][a-z0-9_]{0,63}$/
/** Fields that a rule selects by under another name. */
const OTHERWISE: Readonly<Record<string, string>> = { event_type: 'event_types', tenant_id: 'tenants' }

/** What keeps a value from being a retention file, with what it may be; empty where it is one. Paths are JSON Pointers; no value is quoted. */
export function checkRetention(value: unknown): FieldError[] {
  const shape = schemaFaults(compiled, value, (path) =>
    Object.keys(
      path === '' ? RetentionSettings.properties : /^\/rules\/\d+$/.test(path) ? RetentionEntry.properties : {},
    ),
  )
  // what has the wrong shape cannot be looked into
  if (shape.length > 0) return shape
  const names = new Set<string>()
  return (value as RetentionSettings).rules.flatMap((rule, at) => {
    const faults = meantFaults(rule).map((fault) => ({ ...fault, path: `/rules/${at}${fault.path}` }))
    // receipts tell rules apart by it
    if (names.has(rule.name)) faults.push({ path: `/rules/${at}/name`, message: 'is the name of another rule too' })
    names.add(rule.name)
    return faults
  })
}

/** What the shape of a rule cannot say. */
function meantFaults({ preset, keep, delete_after, beats_minimum, tags = {} }: RetentionEntry): FieldError[] {
  const faults: FieldError[] = []
  const add = (path: string, message: string) => void faults.push({ path, message })
  const least = preset === undefined ? null : RETENTION_PRESETS[preset].keep
  if (preset === undefined && keep === undefined && delete_after === undefined)
    add('', 'says nothing: give a preset, keep or delete_after')
  if (preset !== undefined && least === null && delete_after === undefined)
    add('/delete_after', `is missing: ${preset} leaves the period to the purpose, which the house has to say`)
  if (keep !== undefined && least !== null && days(keep) < least)
    add('/keep', `is shorter than the ${least} days of ${preset}`)
  const minimum = keep === undefined ? least : days(keep)
  if (delete_after !== undefined && minimum !== null && days(delete_after) < minimum)
    add('/delete_after', `is shorter than the ${minimum} days that the same rule asks to keep`)
  if (beats_minimum === true && delete_after === undefined) add('/beats_minimum', 'has no period that could beat one')
  for (const [name, other] of Object.entries(OTHERWISE))
    if (Object.hasOwn(tags, name)) add(`/tags/${name}`, `is said by ${other}`)
  for (const name of Object.keys(tags))
    if (!FIELD.test(name)) add('/tags', 'has a name that no top-level field of an event can have')
  return faults
}

/** Days that a period of a retention file has. */
export const days = (period: string): number => Number(period.slice(0, -1))
