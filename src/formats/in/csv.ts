import type { Readable } from 'node:stream'
import { parse } from 'csv-parse'

/** Event fields that are numbers: a CSV has texts only. */
const NUMBERS = /^(tokens_|latency_ms$|time_to_first_token_ms$|cost_usd$|value$|sequence$|token_count$)/

/** Longest record, so that one missing quote does not read a whole file into memory. */
const LONGEST = 8 * 2 ** 20

/**
 * Records of a CSV with a header line (RFC 4180; a byte order mark is skipped). Empty cells are absent fields; cells
 * that begin with a bracket or brace are read as JSON where they are. The stream ends with an error where the file is no CSV.
 */
export async function* csvRecords(input: Readable): AsyncGenerator<Record<string, unknown>> {
  const rows = input.pipe(
    parse({ columns: true, bom: true, skip_empty_lines: true, relax_column_count: true, max_record_size: LONGEST }),
  )
  input.on('error', (error) => rows.destroy(error))
  for await (const row of rows as AsyncIterable<Record<string, string>>)
    yield Object.fromEntries(
      Object.entries(row)
        .filter(([, cell]) => cell !== '')
        .map(([name, cell]) => [name, read(name, cell)]),
    )
}

function read(name: string, cell: string): unknown {
  if (NUMBERS.test(name)) return Number.isNaN(Number(cell)) ? cell : Number(cell)
  if (cell[0] === '{' || cell[0] === '[')
    try {
      return JSON.parse(cell)
    } catch {
      return cell
    }
  return cell
}
