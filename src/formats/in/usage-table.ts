import { Problem } from '../../core/problem.ts'
import { startOfHour } from '../../core/window.ts'
import { type Mapping, mapRecord } from './mapping.ts'
import { countOf, exactly, nameOf, spanOf, timeOf, type Usage } from './usage.ts'

/**
 * Rows with `hour` (or `timestamp`), `model`, `api_key_id`, `requests`, `tokens_input`, `tokens_output`, under other
 * names by a mapping. A row without `requests` in a file that has no such column is one request: the log of a gateway.
 * It speaks of every hour from the first to the last. Throws BAD_REQUEST where a row is none.
 */
export function usageTable(records: readonly unknown[], mapping: Mapping): Usage {
  const mapped = records.map((record, i) => {
    const row = mapRecord(record, mapping, i)
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new Problem('BAD_REQUEST', `record ${i + 1}: it is no object`)
    return row as Record<string, unknown>
  })
  const counted = mapped.some((row) => Object.hasOwn(row, 'requests'))
  const rows = mapped.map((row, i) => {
    const where = `record ${i + 1}`
    const input = countOf(row.tokens_input, 'tokens_input', where)
    const output = countOf(row.tokens_output, 'tokens_output', where)
    return {
      hour: startOfHour(timeOf(row.hour ?? row.timestamp, 'hour (or timestamp)', where)),
      model: nameOf(row.model, 'model', where),
      api_key_id: nameOf(row.api_key_id, 'api_key_id', where),
      requests: counted ? countOf(row.requests, 'requests', where) : 1,
      tokens_input: input === null ? null : exactly(input),
      tokens_output: output === null ? null : exactly(output),
    }
  })
  return {
    rows,
    hours: spanOf(
      rows.map(({ hour }) => hour),
      true,
    ),
    covers: 'all',
  }
}
