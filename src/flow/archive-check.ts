import type { ArchiveManifest, Archives, ColdStore } from '../core/archive.ts'
import type { Clock, Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime } from '../core/window.ts'
import { manifestOf, putManifest } from './archive-files.ts'
import { archivedEvents, coldFiles } from './archived-events.ts'

export interface CheckParts {
  engine: Pick<Archives, 'readArchive' | 'cold'> & Pick<Engine, 'records' | 'putRecords'>
  cold: Pick<ColdStore, 'rows'>
  clock: Clock
}

/** What a file was found to be. */
export interface CheckedFile {
  file: string
  day: string
  path: string
  /** Events that fit their leaves, and those that the store has there no more. */
  whole: number
  gone: number
  /** Places of events that do not fit their leaves, or cannot be opened. */
  differs: number[]
  /** Why it could not be read at all, for people; null where it could. */
  failed: string | null
}

/** Files that are read besides where something is wrong with those that were to be: they would be the longest unread for ever. */
const MOST_BAD = 20

/** Whether there is something wrong with a file. */
export const isBad = ({ differs, failed }: Pick<CheckedFile, 'differs' | 'failed'>): boolean =>
  failed !== null || differs.length > 0

/**
 * Reads files again from where they lie, as a whole: hash, seal, every text against its leaf; the longest unread first. What
 * is well is noted in the record of the file.
 * @param most files that are well; what is not comes besides
 */
export async function checkArchive(
  parts: CheckParts,
  { file, most = Number.POSITIVE_INFINITY }: { file?: string; most?: number },
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<CheckedFile[]> {
  const standing = (await coldFiles(parts.engine, {}, file))
    .map(({ manifest }) => manifest)
    .sort((a, b) => ((a.read_at ?? '') < (b.read_at ?? '') ? -1 : 1))
    .slice(0, most + MOST_BAD)
  const checked: CheckedFile[] = []
  let well = 0
  for (const manifest of standing) {
    if (signal.aborted || well === most) break
    const one = await checkFile(parts, manifest)
    if (!isBad(one)) well++
    checked.push(one)
    onProgress(checked.length, standing.length)
  }
  return checked
}

async function checkFile(parts: CheckParts, manifest: ArchiveManifest): Promise<CheckedFile> {
  const { engine, clock } = parts
  const { file, day, path } = manifest
  const told: CheckedFile = { file, day, path, whole: 0, gone: 0, differs: [], failed: null }
  try {
    for await (const { event } of archivedEvents(parts, manifest, null)) {
      if (event.verdict === 'differs') told.differs.push(event.seq)
      else told[event.verdict]++
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'COPY_FAILED') throw error
    told.failed = error.message
  }
  const known = isBad(told) ? null : await manifestOf(engine, file)
  if (known !== null) await putManifest(engine, { ...known.manifest, read_at: formatTime(clock.now()) }, known.version)
  return told
}

/** What is wrong with files, as one line for people; null where nothing is. */
export function archiveFaultsTold(checked: readonly CheckedFile[]): string | null {
  const bad = checked.filter(isBad)
  if (bad.length === 0) return null
  return bad
    .map(({ path, failed, differs }) => failed ?? `${path}: ${differs.length} events do not fit their leaves`)
    .join('; ')
}
