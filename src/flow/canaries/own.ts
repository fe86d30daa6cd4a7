import {
  CANARY_NAME,
  type CanaryAsk,
  type CanaryItem,
  type CanaryRow,
  canaryKey,
  LEAST_CHARACTERS,
  MOST_CANARIES,
  MOST_CANARIES_IN_ALL,
  MOST_CHARACTERS,
  MOST_KEY_CHARACTERS,
} from '../../core/canary.ts'
import type { Clock, Engine } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { formatTime } from '../../core/window.ts'
import { canaryHasher } from '../../redactors/canary/canary-hash.ts'
import { createFold } from '../../redactors/canary/fold.ts'
import type { Redactor } from '../../redactors/index.ts'
import { changeRecords } from '../change-records.ts'
import { bad } from '../search/filter-of.ts'
import { canaryRow, canaryRows, canaryWrite } from './rows.ts'

export interface CanaryParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
  redactor: Pick<Redactor, 'text'>
  /** What canaries are hashed under, 32 bytes. */
  canaryKey: Uint8Array
}

/** Whoever registers canaries: the only tenant that he sees, as it is stored (absent: the house), and how the audit names him. */
export interface CanaryOwner {
  tenant_id?: string
  by: string
}

/** As refusals name it. */
const WHAT = 'the canary'
/** Of fewer different characters, a string is a line of dashes, or of spaces and one word. */
const LEAST_DIFFERENT = 5

/**
 * What of a canary can be kept, before anything is written or told of it. Throws BAD_REQUEST that quotes nothing, and
 * CONFLICT where there is no room.
 */
export async function checkedCanary(
  parts: CanaryParts,
  name: string,
  { string, description = '' }: CanaryAsk,
  { tenant_id = null }: { tenant_id?: string | null },
): Promise<Pick<CanaryRow, 'description' | 'hash'>> {
  if (!new RegExp(CANARY_NAME).test(name))
    throw bad('/name', 'begins with a small letter and has at most 64 of a-z, 0-9, - and _')
  if (canaryKey(name, tenant_id).length > MOST_KEY_CHARACTERS)
    throw bad('/name', `has, with the tenant's, more than ${MOST_KEY_CHARACTERS} characters`)
  const units = createFold().of(string)
  const folded = String.fromCharCode(...units)
  if (units.length < LEAST_CHARACTERS || units.length > MOST_CHARACTERS)
    throw bad(
      '/string',
      `must have ${LEAST_CHARACTERS} to ${MOST_CHARACTERS} characters besides blanks and what shows nothing`,
    )
  if (new Set(units).size < LEAST_DIFFERENT)
    throw bad('/string', `must have ${LEAST_DIFFERENT} different characters, or ordinary texts would hold it`)
  for (const [path, text] of [
    ['/name', name],
    ['/description', description],
  ] as const)
    if (String.fromCharCode(...createFold().of(text)).includes(folded))
      throw bad(path, 'holds the string itself, which is not to be kept')
  await checkRoom(parts, name, tenant_id)
  return { description: parts.redactor.text(description), hash: canaryHasher(parts.canaryKey).hash(units) }
}

async function checkRoom({ engine }: Pick<CanaryParts, 'engine'>, name: string, tenant_id: string | null) {
  const all = await canaryRows(engine)
  const own = all.filter((row) => row.tenant_id === tenant_id)
  if (own.some((row) => row.name === name)) return
  if (own.length >= MOST_CANARIES || all.length >= MOST_CANARIES_IN_ALL)
    throw new Problem('CONFLICT', `there are ${own.length} canaries, and room for no more; delete one first`)
}

/** Keeps a canary, in place of one of its name; events are looked at from now on. Throws CONFLICT where others kept changing it. */
export async function keepCanary(
  parts: CanaryParts,
  name: string,
  kept: Pick<CanaryRow, 'description' | 'hash'>,
  { tenant_id, by }: CanaryOwner,
): Promise<CanaryItem> {
  const { engine, clock } = parts
  return await changeRecords(engine, WHAT, async () => {
    const stored = await canaryRow(engine, name, tenant_id ?? null)
    const at = formatTime(clock.now())
    const before = stored?.row.standing === 'kept' ? stored.row : null
    const row: CanaryRow = {
      standing: 'kept',
      name,
      tenant_id: tenant_id ?? null,
      ...kept,
      made_by: before?.made_by ?? by,
      made_at: before?.made_at ?? at,
      changed_at: at,
    }
    return { writes: [canaryWrite(row, stored?.written ?? 0)], made: itemOf(parts, row) }
  })
}

/** The canaries that somebody sees, by name: a tenant its own, the house all. */
export async function listCanaries(
  parts: Pick<CanaryParts, 'engine' | 'canaryKey'>,
  { tenant_id }: Pick<CanaryOwner, 'tenant_id'>,
): Promise<CanaryItem[]> {
  return (await canaryRows(parts.engine, tenant_id)).map((row) => itemOf(parts, row))
}

/** One of them. Throws NOT_FOUND, also where it is another tenant's. */
export async function showCanary(
  parts: Pick<CanaryParts, 'engine' | 'canaryKey'>,
  name: string,
  { tenant_id }: Pick<CanaryOwner, 'tenant_id'>,
): Promise<CanaryItem> {
  return itemOf(parts, (await seen(parts, name, tenant_id)).row)
}

/** Removes one with its hashes; marks on events and findings stay. Throws NOT_FOUND. */
export async function removeCanary(
  parts: Pick<CanaryParts, 'engine' | 'clock'>,
  name: string,
  { tenant_id }: Pick<CanaryOwner, 'tenant_id'>,
): Promise<void> {
  const { engine, clock } = parts
  await changeRecords(engine, WHAT, async () => {
    const { row, written } = await seen(parts, name, tenant_id)
    const left = { standing: 'removed', name, tenant_id: row.tenant_id, changed_at: formatTime(clock.now()) } as const
    return { writes: [canaryWrite(left, written)], made: null }
  })
}

async function seen({ engine }: Pick<CanaryParts, 'engine'>, name: string, tenant_id: string | undefined) {
  const stored = await canaryRow(engine, name, tenant_id ?? null)
  if (stored?.row.standing !== 'kept')
    throw new Problem('NOT_FOUND', 'there is no canary of this name; GET /v1/canaries lists them')
  return { row: stored.row, written: stored.written }
}

function itemOf({ canaryKey }: Pick<CanaryParts, 'canaryKey'>, { standing: _, hash, ...shown }: CanaryRow): CanaryItem {
  const state = hash.key === canaryHasher(canaryKey).key ? 'watching' : 'lost'
  return { ...shown, length: hash.length, state }
}
