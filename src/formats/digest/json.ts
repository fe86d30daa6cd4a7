import type { DigestWriter } from '../../core/digest.ts'
import { jsonLine } from '../plain.ts'

/** The document itself. */
export const json: DigestWriter = {
  name: 'json',
  mediaType: 'application/json; charset=utf-8',
  write: (digest) => `${jsonLine(digest)}\n`,
}
