import { type ArchiveManifest, type Archives, archiveRecord, type ToldFile } from '../core/archive.ts'
import type { Engine, Json, RecordWrite } from '../core/ports.ts'
import { formatTime, type Micros } from '../core/window.ts'
import { allOthers } from './all-others.ts'

/** Archive files as the ledger tells of them. */
export interface ToldArchives {
  /** Those that have a key, in no order: what is known of each, as `standing`. */
  manifests: ArchiveManifest[]
  /** Those that have a key and of which the ledger does not say where they lie. */
  unknown: string[]
}

/**
 * Makes the manifests again of what the access audit tells: the entries `archive`. A file whose key is gone holds nothing any
 * more; nothing is told of it.
 */
export async function toldArchives(
  engine: Pick<Engine, 'others'> & Pick<Archives, 'archiveKey'>,
): Promise<ToldArchives> {
  const found = new Map<string, { told: ToldFile | null; at: Micros; read: Micros }>()
  const gone = new Set<string>()
  // newest first: the last that is seen of a file is its first
  for await (const { ts, body } of allOthers(engine, 'audit', { action: 'archive' })) {
    const file = (body.asked as { file?: Json } | undefined)?.file
    if (typeof file !== 'string' || gone.has(file)) continue
    const known = found.get(file)
    if (known !== undefined) known.at = ts
    else if ((await engine.archiveKey(file)) === null) gone.add(file)
    else found.set(file, { told: fileIn(body.asked), at: ts, read: ts })
  }
  const told: ToldArchives = { manifests: [], unknown: [] }
  for (const [file, { told: known, at, read }] of found)
    if (known === null) told.unknown.push(file)
    else told.manifests.push({ v: 1, state: 'standing', ...known, at: formatTime(at), read_at: formatTime(read) })
  return told
}

/** Manifests as a store keeps them. */
export const archiveWrites = (manifests: readonly ArchiveManifest[]): RecordWrite[] =>
  manifests.map((manifest) => ({ record: archiveRecord(manifest), expect: 0 }))

/** Null where a member is missing, or has not the form of one. */
function fileIn(asked: Json | undefined): ToldFile | null {
  const { file, sha256, bytes, rows, target, path, day, tenant_id, rule } = (asked ?? {}) as Record<
    keyof ToldFile,
    Json
  >
  const { name, hash } = (typeof rule === 'object' && rule !== null ? rule : {}) as Record<string, Json>
  const texts = [file, sha256, target, path, day, tenant_id, name, hash].every((one) => typeof one === 'string')
  const numbers = [bytes, rows].every(Number.isSafeInteger)
  // a name at the target, and no way out of it
  const isName = typeof path === 'string' && /^[0-9A-Za-z][\w.-]*$/.test(path)
  if (!texts || !numbers || !isName) return null
  return { file, sha256, bytes, rows, target, path, day, tenant_id, rule: { name, hash } } as ToldFile
}
