import { randomBytes } from 'node:crypto'
import { createRedactor } from '../redactors/index.ts'

/**
 * What is said of an error that nobody expected: its stack, and no property beside it, without what must not be written.
 * The built-in rules alone are asked, because the house may be what is broken.
 */
export function lastWords(error: unknown): string {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return createRedactor({ key: randomBytes(32), policy: { placeholders: 'numbered' } }).text(said)
}
