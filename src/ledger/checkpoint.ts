import { NoteError, strictBase64 } from './note.ts'

/** What a checkpoint says: the log that it is of, how many entries that has, and what they hash to. */
export interface CheckpointText {
  origin: string
  size: number
  /** RFC 6962 root hash, 32 bytes. */
  root: Uint8Array
  /** Further lines; kept, and not understood. */
  extensions?: readonly string[]
}

/** The text of a checkpoint (C2SP tlog-checkpoint), ready to be signed as a note. */
export function checkpointText({ origin, size, root, extensions = [] }: CheckpointText): string {
  return [origin, size, Buffer.from(root).toString('base64'), ...extensions].map((line) => `${line}\n`).join('')
}

/** The one way back. Throws NoteError (malformed) where a line is not as it should be: two readers must not differ. */
export function parseCheckpoint(text: string): Required<CheckpointText> {
  const malformed = (what: string) => new NoteError('malformed', `this is no checkpoint: ${what}`)
  if (!text.endsWith('\n')) throw malformed('its last line has no end')
  const [origin = '', size = '', hash = '', ...extensions] = text.slice(0, -1).split('\n')
  if (origin === '') throw malformed('its first line names no log')
  if (!/^(0|[1-9][0-9]*)$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw malformed('its second line is no number of entries')
  const root = strictBase64(hash)
  if (root === null || root.length !== 32) throw malformed('its third line is no hash of 32 bytes in base64')
  if (extensions.includes('')) throw malformed('it has an empty line')
  return { origin, size: Number(size), root: new Uint8Array(root), extensions }
}
