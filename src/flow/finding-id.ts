import { createHash } from 'node:crypto'

/** The id of a finding, the same for ever: `f_` and the first 96 bits, in hex, of SHA-256 over the JSON of what names it. */
export function findingId(names: readonly unknown[]): string {
  return `f_${createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 24)}`
}
