import { createHash } from 'node:crypto'
import type { CopiedCheckpoint } from '../../src/core/copy.ts'
import { checkpointText } from '../../src/ledger/checkpoint.ts'
import { noteSigner } from '../../src/ledger/note.ts'

export const signer = noteSigner('undercurrent/test', new Uint8Array(32).fill(7))

/** A signed checkpoint of so many entries; `what` gives another root. */
export function aCheckpoint(size: number, what = 'log', by = signer): CopiedCheckpoint {
  const root = createHash('sha256').update(`${what} ${size}`).digest()
  const note = by.sign(checkpointText({ origin: by.name, size, root }))
  return { size, root: root.toString('base64'), at: '2026-01-15T08:00:00.000Z', note }
}

export const calm = new AbortController().signal
