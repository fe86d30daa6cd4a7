import { HOUR, type Micros } from '../core/window.ts'
import type { Range, Usage, UsageRow } from '../formats/in/usage.ts'
import type { Side } from './doubted-hours.ts'

/** What the store holds of a model and key with one status in one hour. */
export interface StoreRow {
  hour: Micros
  model: string | null
  api_key_id: string | null
  status: string | null
  requests: number
  tokens_input: number
  tokens_output: number
}

/** What the store holds just before and just after the start of some hours: either neighbour may have counted it. */
export type Edges = ReadonlyMap<Micros, { before: readonly StoreRow[]; after: readonly StoreRow[] }>

/** An hour of a model and key on which the two sides differ beyond what edges and tolerance explain. */
export interface Mismatch {
  hour: Micros
  /** Name of the model, or of its family where both sides name versions differently; null where the witness tells models not apart. */
  model: string | null
  /** All names of it, on either side. */
  models: string[]
  /** Null where keys are not told apart. */
  api_key_id: string | null
  store: Side
  witness: Side
}

export interface Comparison {
  mismatches: Mismatch[]
  /** Models and keys that were compared, hour by hour. */
  series: { model: string | null; models: string[]; api_key_id: string | null }[]
  hours: Micros[]
  /** Models of the store that the witness does not speak of. */
  unlisted: string[]
  /** False where one side knows no keys: then they are added up. */
  keys: boolean
}

const MEASURES = ['requests', 'tokens_input', 'tokens_output'] as const
type Measure = (typeof MEASURES)[number]

/** A witness may count what failed or was blocked, or not. */
const UNSURE: ReadonlySet<string | null> = new Set(['error', 'blocked'])

/**
 * Compares the two sides by model, key and hour. An hour is explained where some of the events at its edges may be
 * counted by the neighbour, each only once: what crosses each edge is bounded, and the bounds are carried from hour to
 * hour. Names of models are compared as they are where both sides use the same ones, else by their family: without a
 * provider's prefix and a date.
 * @param tolerance share by which tokens may differ
 */
export function compare(usage: Usage, store: readonly StoreRow[], edges: Edges, tolerance: number): Comparison {
  const named = usage.rows.some(({ model }) => model !== null)
  const keys = usage.rows.some((row) => row.api_key_id !== null) && store.some((row) => row.api_key_id !== null)
  const groups = groupsOf(usage.rows, store)
  const listed = new Set(usage.rows.map(({ model }) => groups.get(model ?? '')))
  const seriesOf = (row: Pick<UsageRow, 'model' | 'api_key_id'>) =>
    JSON.stringify([named ? (groups.get(row.model ?? '') ?? '') : null, keys ? (row.api_key_id ?? '') : null])

  const series = new Map<string, { witness: UsageRow[]; store: StoreRow[] }>()
  const of = (row: Pick<UsageRow, 'model' | 'api_key_id'>) => {
    const key = seriesOf(row)
    const one = series.get(key) ?? { witness: [], store: [] }
    series.set(key, one)
    return one
  }
  for (const row of usage.rows) of(row).witness.push(row)
  const unlisted = new Set<string>()
  for (const row of store)
    if (named && usage.covers === 'listed' && !listed.has(groups.get(row.model ?? ''))) unlisted.add(row.model ?? '')
    else of(row).store.push(row)

  const mismatches: Mismatch[] = []
  const compared: Comparison['series'] = []
  for (const [key, sides] of series) {
    const [model, api_key_id] = JSON.parse(key) as [string | null, string | null]
    const models = [...groups].flatMap(([name, group]) => (named && group === model && name !== '' ? [name] : []))
    const entity = { model: model === '' ? null : model, models, api_key_id: api_key_id === '' ? null : api_key_id }
    compared.push(entity)
    const at = (rows: readonly StoreRow[]) => rows.filter((row) => seriesOf(row) === key)
    const own = new Map([...edges].map(([hour, { before, after }]) => [hour, { before: at(before), after: at(after) }]))
    for (const hour of differing(sides, usage.hours, own, tolerance))
      mismatches.push({ hour, ...entity, ...sidesOf(sides, hour, usage.rows) })
  }
  mismatches.sort((a, b) => a.hour - b.hour || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return { mismatches, series: compared, hours: usage.hours, unlisted: [...unlisted].sort(), keys }
}

interface Sides {
  witness: readonly UsageRow[]
  store: readonly StoreRow[]
}

/** Hours of one model and key that nothing explains. */
function differing(sides: Sides, hours: readonly Micros[], edges: Edges, tolerance: number): Micros[] {
  const byHour = <T extends { hour: Micros }>(rows: readonly T[]) => {
    const map = new Map<Micros, T[]>()
    for (const row of rows) map.set(row.hour, [...(map.get(row.hour) ?? []), row])
    return map
  }
  const witness = byHour(sides.witness)
  const store = byHour(sides.store)
  const wrong = new Set<Micros>()
  for (const measure of MEASURES) {
    if (!isTold(sides, measure)) continue
    const share = measure === 'requests' ? 0 : tolerance
    // what may have crossed the edge into the hour: from the one before (positive), or out of it
    let crossed: Range | null = null
    let last: Micros | null = null
    for (const hour of hours) {
      if (crossed === null || last !== hour - HOUR) crossed = crossing(edges, hour, measure)
      last = hour
      const theirs = rangeOf(witness.get(hour) ?? [], measure, share)
      const ours = boundsOf(store.get(hour) ?? [], measure)
      const left: Range = { low: crossed.low + ours.low - theirs.high, high: crossed.high + ours.high - theirs.low }
      const may = crossing(edges, hour + HOUR, measure)
      const low = Math.max(left.low, may.low)
      const high = Math.min(left.high, may.high)
      if (low > high) wrong.add(hour)
      crossed = low <= high ? { low, high } : left.low > may.high ? exactly(may.high) : exactly(may.low)
    }
  }
  return [...wrong].sort((a, b) => a - b)
}

/** Whether both sides say anything of a measure: a log without token counts is no forged one. */
function isTold({ witness, store }: Sides, measure: Measure): boolean {
  if (witness.length > 0 && witness.every((row) => row[measure] === null)) return false
  if (measure === 'requests') return true
  const logged = store.some((row) => row[measure] > 0)
  return logged || store.length === 0
}

/** Least and most that may have crossed the start of an hour: negative where the earlier hour may have counted what is the later one's. */
function crossing(edges: Edges, hour: Micros, measure: Measure): Range {
  const edge = edges.get(hour)
  if (edge === undefined) return { low: 0, high: 0 }
  const sum = (rows: readonly StoreRow[]) => rows.reduce((n, row) => n + row[measure], 0)
  return { low: 0 - sum(edge.after), high: sum(edge.before) }
}

function rangeOf(rows: readonly UsageRow[], measure: Measure, share: number): Range {
  let [low, high] = [0, 0]
  for (const row of rows) {
    const value = row[measure]
    const range = typeof value === 'number' ? exactly(value) : (value ?? exactly(0))
    low += range.low
    high += range.high
  }
  return { low: low * (1 - share), high: high * (1 + share) }
}

function boundsOf(rows: readonly StoreRow[], measure: Measure): Range {
  let [low, high] = [0, 0]
  for (const row of rows) {
    high += row[measure]
    if (!UNSURE.has(row.status)) low += row[measure]
  }
  return { low, high }
}

const exactly = (n: number): Range => ({ low: n, high: n })

function sidesOf({ witness, store }: Sides, hour: Micros, all: readonly UsageRow[]): { store: Side; witness: Side } {
  const theirs = witness.filter((row) => row.hour === hour)
  const ours = store.filter((row) => row.hour === hour)
  // of what it names nowhere it says that there was nothing, in the measures that it has
  const told = (measure: Measure) =>
    (witness.length === 0 ? all : witness).some((row) => row[measure] !== null) ? rangeOf(theirs, measure, 0).low : null
  const held = (measure: Measure) => boundsOf(ours, measure).high
  return {
    store: { requests: held('requests'), tokens_input: held('tokens_input'), tokens_output: held('tokens_output') },
    witness: { requests: told('requests'), tokens_input: told('tokens_input'), tokens_output: told('tokens_output') },
  }
}

/** What each name of a model is compared under. */
function groupsOf(rows: readonly UsageRow[], store: readonly StoreRow[]): Map<string, string> {
  const theirs = new Set(rows.map(({ model }) => model ?? ''))
  const ours = new Set(store.map(({ model }) => model ?? ''))
  const families = new Map<string, string[]>()
  for (const name of new Set([...theirs, ...ours]))
    families.set(familyOf(name), [...(families.get(familyOf(name)) ?? []), name])
  const groups = new Map<string, string>()
  for (const [family, names] of families) {
    const [only] = names
    const same = names.every((name) => theirs.has(name) && ours.has(name))
    for (const name of names) groups.set(name, same ? name : names.length === 1 ? (only as string) : family)
  }
  return groups
}

/** A model's name without a provider's prefix and the date of a version: `openai/gpt-4o-2024-08-06` is `gpt-4o`. */
export function familyOf(model: string): string {
  const name = model.slice(model.lastIndexOf('/') + 1)
  return name.replace(/[-@:](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{6}|\d{4}|latest)$/, '') || model
}
