import {
  type ArchivedEvent,
  type ArchiveManifest,
  type ArchiveRow,
  type Archives,
  archiveSlices,
  type ColdFile,
  type ColdStore,
} from '../core/archive.ts'
import type { Filter } from '../core/ports.ts'
import { breath } from './breath.ts'

export interface ArchivedParts {
  engine: Pick<Archives, 'readArchive'>
  cold: Pick<ColdStore, 'rows'>
}

/**
 * Events of a file as they lie there, each with its row, in the order of the file; whoever shares the thread has a turn now
 * and then. Throws COPY_FAILED where the file cannot be read.
 * @param of only those at these places; null: all
 */
export async function* archivedEvents(
  { engine, cold }: ArchivedParts,
  manifest: ArchiveManifest,
  of: ReadonlySet<number> | null,
): AsyncGenerator<{ row: ArchiveRow; event: ArchivedEvent }> {
  for (const rows of archiveSlices(await cold.rows(manifest))) {
    if (of !== null && !rows.some(({ seq }) => of.has(seq))) continue
    const read = await engine.readArchive(manifest.file, rows)
    for (const [i, event] of read.entries()) if (of === null || of.has(event.seq)) yield { row: rows[i]!, event }
    await breath()
  }
}

/** Files with rows that pass a filter, the oldest day first; only this one where it is given. */
export async function coldFiles(engine: Pick<Archives, 'cold'>, filter: Filter, file?: string): Promise<ColdFile[]> {
  return (await engine.cold(filter)).filter(({ manifest }) => file === undefined || manifest.file === file)
}
