import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import { stringify as all } from 'csv-stringify/sync'

/** A cell; null and undefined are an empty one. */
export type Cell = string | number | boolean | null | undefined

/**
 * RFC 4180 with a header line. A text that a spreadsheet would take for a formula begins with an apostrophe, so that what
 * an attacker wrote into a prompt cannot act there.
 */
const RULES = { escape_formulas: true, record_delimiter: 'windows' } as const

/** A small table, whole. */
export function csvOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return all([[...columns], ...rows.map((row) => [...row])], RULES)
}

/** A table of any length, row by row; ends in the error of its rows where they end in one. */
export function csvStream(columns: readonly string[], rows: AsyncIterable<readonly Cell[]>): Readable {
  const lines = async function* () {
    yield [...columns]
    for await (const row of rows) yield [...row]
  }
  const source = Readable.from(lines())
  const out = stringify(RULES)
  source.on('error', (error) => out.destroy(error))
  out.on('close', () => source.destroy())
  return source.pipe(out)
}
