import { createHash } from 'node:crypto'
import {
  ARCHIVE,
  type ArchiveManifest,
  type ArchiveRow,
  type Archives,
  archiveRecord,
  type ColdStore,
} from '../core/archive.ts'
import type { ArchiveTarget } from '../core/archive-target.ts'
import type { Clock, Engine, StoredRecord } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { HOUR, type Micros, parseTime } from '../core/window.ts'
import { openArchive, sealArchive } from '../encryption/archive-container.ts'
import { type Columns, ParquetError, type RowOf } from '../formats/parquet/columns.ts'
import { readParquet } from '../formats/parquet/read.ts'
import { writeParquet } from '../formats/parquet/write.ts'
import { allRecords } from './all-records.ts'

/** Columns of a file, before it is sealed as a whole. */
const COLUMNS = {
  seq: 'int',
  kind: 'text',
  reason: 'text',
  event_id: 'text',
  ts: 'time',
  received: 'time',
  tenant_id: 'text',
  event_type: 'text',
  model: 'text',
  status: 'text',
  latency_ms: 'number',
  tokens_input: 'number',
  tokens_output: 'number',
  cost_usd: 'number',
  anonymised: 'flag',
  texts: 'sealed',
  vectors: 'sealed',
} as const satisfies Columns & Record<keyof ArchiveRow, unknown>

/** What a file says of itself, within its seal. */
const FORMAT = { format: 'undercurrent-archive/1' }

/** Name of a file at its target: it tells the day, and nothing else. */
export const archivePath = ({ day, file }: Pick<ArchiveManifest, 'day' | 'file'>): string => `${day}.${file}.archive`

/** Rows as the sealed bytes of a file. */
export async function packArchive(file: string, rows: readonly ArchiveRow[], key: Uint8Array): Promise<Packed> {
  const cells = rows.map((row): RowOf<typeof COLUMNS> => ({ ...row, anonymised: row.anonymised === 1 }))
  const bytes = sealArchive(key, await writeParquet(COLUMNS, cells, FORMAT), file)
  return { bytes, sha256: hashOf(bytes) }
}

export interface Packed {
  bytes: Uint8Array
  /** Of the bytes, hex. */
  sha256: string
}

/** The way back. Throws an Error that says what is wrong with the bytes, and quotes nothing of them. */
export async function unpackArchive(file: string, bytes: Uint8Array, key: Uint8Array): Promise<ArchiveRow[]> {
  const { rows } = await readParquet(openArchive(key, bytes, file), COLUMNS)
  return rows.map((row) => {
    const { seq, event_id, ts, received, tenant_id, event_type, anonymised } = row
    const isWhole = [seq, event_id, ts, received, tenant_id, event_type, anonymised].every((cell) => cell !== null)
    if (!isWhole || (row.kind !== 'event' && row.kind !== 'amendment'))
      throw new ParquetError('one of its rows has not the form of one')
    return { ...row, anonymised: anonymised ? 1 : 0 } as ArchiveRow
  })
}

export interface ArchiveFileParts {
  engine: Pick<Archives, 'archiveKey' | 'dropArchive'> & Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
  target: ArchiveTarget
}

/** A file that was begun so long ago and holds nothing yet was left by a run that died. */
const LEFT: Micros = HOUR

/** The files of an archive, opened by whoever holds the keys of the store. */
export function archiveFiles(parts: ArchiveFileParts, signal: AbortSignal): ColdStore {
  const { engine, target, clock } = parts

  return {
    async rows(manifest) {
      const { file, path, sha256 } = manifest
      const key = await engine.archiveKey(file)
      if (key === null)
        throw new Problem('COPY_FAILED', `the key of ${path} is destroyed, so it holds nothing any more`)
      const bytes = await target.read(path, signal).catch((error: unknown) => {
        if (!(error instanceof Problem) || manifest.target === target.place) throw error
        throw new Problem(error.code, `${error.message} (it was written to ${manifest.target}: copy it from there)`, {
          cause: error,
        })
      })
      const problem = (what: string, cause?: unknown) =>
        new Problem('COPY_FAILED', `${path} (${target.place}) is not the file that was written: ${what}`, { cause })
      if (sha256 !== null && hashOf(bytes) !== sha256) throw problem('it was altered or cut off')
      try {
        return await unpackArchive(file, bytes, key)
      } catch (error) {
        throw error instanceof Error ? problem(error.message, error) : error
      }
    },

    async sweep() {
      for (const { manifest } of await manifests(engine, { state: 'begun' })) {
        const age = clock.now() - (parseTime(manifest.at) ?? 0)
        if (age > LEFT) await engine.dropArchive(manifest.file)
      }
      let failed: unknown
      for (const { manifest, version } of await manifests(engine, { state: 'ended' })) {
        if (signal.aborted) break
        try {
          const done = await target.remove(manifest.path, signal)
          // what is not here may still lie where it was written
          const isGone = done === 'removed' || (done === 'absent' && manifest.target === target.place)
          if (isGone) await putManifest(engine, { ...manifest, state: 'removed' }, version)
        } catch (error) {
          // one that cannot be deleted keeps no other
          failed ??= error
        }
      }
      if (failed !== undefined) throw failed
    },
  }
}

export interface Standing {
  manifest: ArchiveManifest
  /** Of its record. */
  version: number
}

/** What is known of files, in the order in which it was written. */
export async function manifests(
  engine: Pick<Engine, 'records'>,
  fields: { state?: ArchiveManifest['state'] } = {},
): Promise<Standing[]> {
  return (await allRecords(engine, ARCHIVE, { fields }, 'rev')).map(standingOf)
}

/** What is known of one file; null where nothing is. */
export async function manifestOf(engine: Pick<Engine, 'records'>, file: string): Promise<Standing | null> {
  const [record] = await engine.records(ARCHIVE, { ids: [file] }, { order: 'rev', limit: 1 })
  return record === undefined ? null : standingOf(record)
}

const standingOf = ({ body, version }: StoredRecord): Standing => ({
  manifest: body as unknown as ArchiveManifest,
  version,
})

/** Writes down what became of a file; false where somebody else did meanwhile. */
export async function putManifest(
  engine: Pick<Engine, 'putRecords'>,
  manifest: ArchiveManifest,
  version: number,
): Promise<boolean> {
  return (await engine.putRecords([{ record: archiveRecord(manifest), expect: version }])) === 'stored'
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
