import { type ArchiveManifest, type Archives, archiveSlices, type ColdStore, type ThawStep } from '../core/archive.ts'
import type { Actor } from '../core/audit.ts'
import type { Engine, Filter } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { Micros } from '../core/window.ts'
import { manifestOf } from './archive-files.ts'
import { coldFiles } from './archived-events.ts'
import { breath } from './breath.ts'

export interface ThawParts {
  engine: Pick<Archives, 'thaw'>
  cold: Pick<ColdStore, 'rows'>
  /** Ids of entries in the ledger. */
  newId(): string
}

export interface ThawAsk {
  manifest: ArchiveManifest
  /** Places in the ledger; null: every row that the file has. */
  seqs: readonly number[] | null
  /** They are not archived again before then; 0: whenever a rule says so. */
  hot_until: Micros
  actor: Actor
}

/**
 * Brings rows of one file back into the store, in commits of some hundred rows, each with its entry in the audit. The whole
 * file is read and opened first; throws COPY_FAILED where that fails, and nothing came back then.
 */
export async function thaw(
  { engine, cold, newId }: ThawParts,
  { manifest, seqs, hot_until, actor }: ThawAsk,
  signal?: AbortSignal,
): Promise<ThawStep> {
  const told: ThawStep = { thawed: 0, differs: [] }
  const asked = seqs === null ? null : new Set(seqs)
  for (const rows of archiveSlices(await cold.rows(manifest))) {
    if (signal?.aborted) break
    const of = asked === null ? null : rows.map(({ seq }) => seq).filter((seq) => asked.has(seq))
    if (of?.length === 0) continue
    const entry = { id: newId(), actor }
    const step = await engine.thaw({ file: manifest.file, rows, seqs: of, hot_until, entry })
    told.thawed += step.thawed
    told.differs.push(...step.differs)
    await breath()
  }
  return told
}

export interface ThawWholeParts {
  engine: Pick<Archives, 'thaw'> & Pick<Engine, 'records'>
  /** Where archived texts lie; absent where no archive is configured. */
  cold?: Pick<ColdStore, 'rows'>
  newId(): string
}

/**
 * The same for whoever needs all of some rows of a file. Throws COPY_FAILED where one of them does not come back, or where no
 * archive is configured.
 */
export async function thawWhole(
  { engine, cold, newId }: ThawWholeParts,
  { file, seqs }: { file: string; seqs: readonly number[] },
  actor: Actor,
): Promise<void> {
  const known = await manifestOf(engine, file)
  if (known === null) throw new Problem('COPY_FAILED', `nothing is known of the archive file ${file}`)
  const { manifest } = known
  const { differs } = await thaw({ engine, cold: coldStore(cold), newId }, { manifest, seqs, hot_until: 0, actor })
  if (differs.length > 0)
    throw new Problem('COPY_FAILED', `${differs.length} events in ${manifest.path} are not what was sealed`)
}

/** Where archived texts lie. Throws COPY_FAILED where no archive is configured. */
export function coldStore<T>(cold: T | undefined): T {
  if (cold === undefined)
    throw new Problem('COPY_FAILED', 'texts lie in archive files, and the retention file does not say where (archive)')
  return cold
}

export interface RestoreAsk {
  /** Which events. */
  filter: Filter
  /** Only those of this file. */
  file?: string
  hot_until: Micros
  actor: Actor
}

/** What came back of one file. */
export interface Thawed extends ThawStep {
  file: string
  day: string
}

/** Brings back what passes a filter, the oldest day first. Throws as `thaw` does; what came back before stays. */
export async function restoreArchived(
  parts: ThawParts & { engine: Pick<Archives, 'thaw' | 'cold' | 'coldRows'> },
  { filter, file: only, hot_until, actor }: RestoreAsk,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Thawed[]> {
  const files = await coldFiles(parts.engine, filter, only)
  const total = files.reduce((sum, { rows }) => sum + rows, 0)
  const back: Thawed[] = []
  let done = 0
  for (const { manifest, rows } of files) {
    if (signal.aborted) break
    const { file, day } = manifest
    const seqs = await parts.engine.coldRows(file, filter)
    back.push({ file, day, ...(await thaw(parts, { manifest, seqs, hot_until, actor }, signal)) })
    done += rows
    onProgress(done, total)
  }
  return back
}
