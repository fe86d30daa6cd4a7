import { Compile } from 'typebox/compile'
import { ArchiveSettings, archiveFaults } from './archive-settings.ts'
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
  const shape = schemaFaults(compiled, value, knownAt)
  // what has the wrong shape cannot be looked into
  if (shape.length > 0) return shape
  const { rules, archive } = value as RetentionSettings
  const names = new Set<string>()
  const ofRules = rules.flatMap((rule, at) => {
    const faults = meantFaults(rule).map((fault) => ({ ...fault, path: `/rules/${at}${fault.path}` }))
    if (rule.archive_after !== undefined && archive === undefined)
      faults.push({ path: `/rules/${at}/archive_after`, message: 'needs a place: say archive with folder or s3' })
    // receipts tell rules apart by it
    if (names.has(rule.name)) faults.push({ path: `/rules/${at}/name`, message: 'is the name of another rule too' })
    names.add(rule.name)
    return faults
  })
  const ofArchive = archive === undefined ? [] : archiveFaults(archive)
  return [...ofRules, ...ofArchive.map((fault) => ({ ...fault, path: `/archive${fault.path}` }))]
}

/** Names that may stand at a path. */
function knownAt(path: string): string[] {
  const { s3 } = ArchiveSettings.properties
  const known: [RegExp, object][] = [
    [/^$/, RetentionSettings.properties],
    [/^\/rules\/\d+$/, RetentionEntry.properties],
    [/^\/archive$/, ArchiveSettings.properties],
    [/^\/archive\/s3$/, s3.properties],
  ]
  return Object.keys(known.find(([at]) => at.test(path))?.[1] ?? {})
}

/** What the shape of a rule cannot say. */
function meantFaults(rule: RetentionEntry): FieldError[] {
  const faults: FieldError[] = []
  const add = (path: string, message: string) => void faults.push({ path, message })
  const { preset, keep, delete_after, anonymise_after, archive_after, keep_vectors, beats_minimum, tags = {} } = rule
  const ends = { delete_after, anonymise_after }
  const isEndless = Object.values(ends).every((period) => period === undefined)
  const least = preset === undefined ? null : RETENTION_PRESETS[preset].keep
  if (preset === undefined && keep === undefined && isEndless && archive_after === undefined)
    add('', 'says nothing: give a preset, keep, delete_after, anonymise_after or archive_after')
  if (preset !== undefined && least === null && isEndless)
    add('/delete_after', `is missing: ${preset} leaves the period to the purpose, which the house has to say`)
  if (keep !== undefined && least !== null && days(keep) < least)
    add('/keep', `is shorter than the ${least} days of ${preset}`)
  const minimum = keep === undefined ? least : days(keep)
  for (const [name, period] of Object.entries(ends))
    if (period !== undefined && minimum !== null && days(period) < minimum)
      add(`/${name}`, `is shorter than the ${minimum} days that the same rule asks to keep`)
  if (delete_after !== undefined && anonymise_after !== undefined && days(anonymise_after) >= days(delete_after))
    add('/anonymise_after', 'is not before delete_after, so it would never come to it')
  if (archive_after !== undefined && delete_after !== undefined && days(archive_after) >= days(delete_after))
    add('/archive_after', 'is not before delete_after, so it would never come to it')
  if (keep_vectors === true && anonymise_after === undefined)
    add('/keep_vectors', 'is said beside anonymise_after only')
  if (beats_minimum === true && isEndless) add('/beats_minimum', 'has no period that could beat one')
  for (const [name, other] of Object.entries(OTHERWISE))
    if (Object.hasOwn(tags, name)) add(`/tags/${name}`, `is said by ${other}`)
  for (const name of Object.keys(tags))
    if (!FIELD.test(name)) add('/tags', 'has a name that no top-level field of an event can have')
  return faults
}

/** Days that a period of a retention file has. */
export const days = (period: string): number => Number(period.slice(0, -1))
