import type { RedactedEvent } from '../../core/event.ts'
import { parseTime } from '../../core/window.ts'

/** Columns that filters and sums go by, beside the field of the event that each repeats. */
export const FIELDS = {
  tenant: 'tenant_id',
  event_type: 'event_type',
  user_id: 'user_id',
  session_id: 'session_id',
  trace_id: 'trace_id',
  model: 'model',
  status: 'status',
  latency_ms: 'latency_ms',
  tokens_input: 'tokens_input',
  tokens_output: 'tokens_output',
  cost_usd: 'cost_usd',
} as const satisfies Record<string, keyof RedactedEvent>

export type Column = keyof typeof FIELDS
const COLUMNS = Object.keys(FIELDS) as Column[]

/** The columns of a row, each as it stands there. */
export type PlainColumns = Record<Column, unknown> & { ts: unknown }

/** They are read from the row `e` of an event under these names. */
export const PLAIN_COLUMNS = COLUMNS.map((name) => `e.${name}`).join(', ')

/**
 * Names of the columns that are not what the sealed text says. An event that bears another user there, or another time, is
 * hidden from whoever asks for it although its leaf is whole.
 * @param body RFC 8785 text; what is none is judged by its commitment, so nothing is said of it
 */
export function editedColumns(row: PlainColumns, body: string): string[] {
  let event: Partial<RedactedEvent> | null
  try {
    event = JSON.parse(body) as Partial<RedactedEvent> | null
  } catch {
    return []
  }
  if (typeof event !== 'object' || event === null) return []
  const said = event
  const edited: string[] = COLUMNS.filter((column) => !same(row[column], said[FIELDS[column]], column))
  if (row.ts !== parseTime(String(said.timestamp))) edited.unshift('ts')
  return edited
}

function same(column: unknown, field: unknown, name: Column): boolean {
  if (field === undefined) return column === (name === 'tenant' ? '' : null)
  // half a surrogate pair has no bytes of its own, so the column holds what stands for it
  return column === (typeof field === 'string' ? field.toWellFormed() : field)
}
