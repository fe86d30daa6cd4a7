import type { KeyRenewal } from '../core/key-copy.ts'
import type { Engine, Json, RecordRow } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { Micros } from '../core/window.ts'

/** How a copy of the key ring stands. Kept as a record of kind `key-copy` under its folder; times are epoch microseconds. */
export interface KeyCopy {
  /** State of the keys that it holds (`Engine.keysState` and the wrapped keys beside it); null where that is not known. */
  holds: string | null
  /** SHA-256 of the wrapped keys that were put there, hexadecimal: what else lies there is not ours. */
  wrapped: string
  renewed_at: Micros | null
  /** Since when it is known to lack something, or to have too much; null where it is as it should be. */
  behind_since: Micros | null
  failures: number
  last_error: string | null
}

export interface OpenKeyCopy extends KeyCopy {
  place: string
  /** Of the record; 0 before the first. */
  version: number
}

type Records = Pick<Engine, 'records' | 'putRecords'>

const KIND = 'key-copy'
/** Copies that are kept at most. */
const MOST = 100

/** Every copy of the key ring that is remembered, in the order of their folders. */
export async function keyCopies(engine: Pick<Engine, 'records'>): Promise<OpenKeyCopy[]> {
  const found = await engine.records(KIND, {}, { order: 'rev', limit: MOST })
  return found
    .filter(({ body }) => body !== null)
    .map(({ id, version, body }) => ({ ...(body as unknown as KeyCopy), place: id, version }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
}

/** Remembers a folder, of which nothing is known yet but whose keys lie there. */
export async function rememberKeyCopy(engine: Records, place: string, wrapped: string, now: Micros): Promise<void> {
  const copy: KeyCopy = { holds: null, wrapped, renewed_at: null, behind_since: now, failures: 0, last_error: null }
  await engine.putRecords([{ record: recordOf(place, copy, now), expect: null }])
}

/** Forgets a folder: what lies there is left as it is. False where it was not remembered. */
export async function forgetKeyCopy(engine: Records, place: string, now: Micros): Promise<boolean> {
  const known = (await keyCopies(engine)).some((one) => one.place === place)
  if (known) await engine.putRecords([{ record: recordOf(place, null, now), expect: null }])
  return known
}

/** Writes down how a copy stands; null where another process did meanwhile. */
export async function moveKeyCopy(
  engine: Records,
  copy: OpenKeyCopy,
  changes: Partial<KeyCopy>,
  now: Micros,
): Promise<OpenKeyCopy | null> {
  const { place, version, ...state } = { ...copy, ...changes }
  const written = await engine.putRecords([{ record: recordOf(place, state, now), expect: version }])
  return written === 'stored' ? { ...state, place, version: version + 1 } : null
}

/** Of what was renewed, those that were not, as one line for people; null where all were. */
export function notRenewed(renewals: readonly KeyRenewal[]): string | null {
  const failed = renewals.filter(({ renewed }) => !renewed)
  return failed.length === 0 ? null : failed.map(({ place, message }) => `keys at ${place}: ${message}`).join('; ')
}

/** Throws Problem COPY_FAILED where some were not renewed. */
export function checkRenewed(renewals: readonly KeyRenewal[]): void {
  const failed = notRenewed(renewals)
  if (failed !== null) throw new Problem('COPY_FAILED', failed)
}

const recordOf = (place: string, copy: KeyCopy | null, ts: Micros): RecordRow => ({
  kind: KIND,
  id: place,
  ts,
  entity: null,
  tenant_id: null,
  rank: null,
  body: copy as unknown as Json,
})
