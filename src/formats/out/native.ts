import type { FindingFormat } from '../../core/format.ts'
import { jsonLine } from '../plain.ts'

/** Our own record: the finding as the API shows it, and what happened to it. */
export const native: FindingFormat = {
  name: 'native',
  mediaType: 'application/x-ndjson',
  write: (finding, { kind, change_id, at }) => jsonLine({ change_id, change: kind, at, finding }),
}
