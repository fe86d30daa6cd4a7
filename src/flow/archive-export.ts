import type { ArchiveManifest, ArchiveRow, Archives, ColdFile, ColdStore } from '../core/archive.ts'
import type { LogEvent } from '../core/event.ts'
import { promptOf, responseOf } from '../core/event.ts'
import type { Filter } from '../core/ports.ts'
import type { Columns, RowOf } from '../formats/parquet/columns.ts'
import { writeParquet } from '../formats/parquet/write.ts'
import { archivedEvents } from './archived-events.ts'

export interface ExportParts {
  engine: Pick<Archives, 'coldRows' | 'readArchive'>
  cold: Pick<ColdStore, 'rows'>
}

/** Columns of an exported file: those of the archive, and the texts in the clear. `event` is the RFC 8785 text that was sealed. */
const COLUMNS = {
  seq: 'int',
  event_id: 'text',
  timestamp: 'time',
  received_at: 'time',
  tenant_id: 'text',
  event_type: 'text',
  user_id: 'text',
  session_id: 'text',
  model: 'text',
  status: 'text',
  latency_ms: 'number',
  tokens_input: 'number',
  tokens_output: 'number',
  cost_usd: 'number',
  prompt: 'text',
  response: 'text',
  event: 'text',
  concepts: 'text',
} as const satisfies Columns

/** A readable file on its way out. */
export interface ExportedFile {
  manifest: ArchiveManifest
  /** Parquet, zstd. */
  bytes: Uint8Array
  rows: number
  /** Places of events that do not fit their leaves and are left out. */
  differs: number[]
}

/**
 * Archived events that pass a filter as readable Parquet files, one for each of the archive that is named. Changes nothing;
 * whoever calls has written it into the audit before. Throws COPY_FAILED as the archive does.
 */
export async function* exportArchive(
  parts: ExportParts,
  { filter, files }: { filter: Filter; files: readonly ColdFile[] },
  signal: AbortSignal,
): AsyncGenerator<ExportedFile> {
  for (const { manifest } of files) {
    if (signal.aborted) return
    const asked = new Set(await parts.engine.coldRows(manifest.file, filter))
    const rows: RowOf<typeof COLUMNS>[] = []
    const differs: number[] = []
    for await (const { row, event } of archivedEvents(parts, manifest, asked)) {
      const { seq, verdict, text, marks } = event
      if (verdict === 'gone') continue
      if (text === null) differs.push(seq)
      else rows.push(rowOf(row, text, Object.fromEntries(marks.map(({ concept, p }) => [concept, p]))))
    }
    rows.sort((a, b) => a.seq! - b.seq!)
    yield { manifest, bytes: await writeParquet(COLUMNS, rows), rows: rows.length, differs }
  }
}

function rowOf(row: ArchiveRow, text: string, concepts: Record<string, number>): RowOf<typeof COLUMNS> {
  const event = JSON.parse(text) as LogEvent
  const { seq, event_id, ts, received, event_type, model, status, latency_ms, tokens_input, tokens_output, cost_usd } =
    row
  return {
    seq,
    event_id,
    timestamp: ts,
    received_at: received,
    tenant_id: event.tenant_id ?? null,
    event_type,
    user_id: event.user_id ?? null,
    session_id: event.session_id ?? null,
    model,
    status,
    latency_ms,
    tokens_input,
    tokens_output,
    cost_usd,
    prompt: promptOf(event) || null,
    response: responseOf(event) || null,
    event: text,
    concepts: Object.keys(concepts).length === 0 ? null : JSON.stringify(concepts),
  }
}
