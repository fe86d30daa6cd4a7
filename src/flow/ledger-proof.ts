import type { Engine, SealedEntry } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { leafData } from '../ledger/leaf.ts'
import { consistencyProof, inclusionProof, verifyInclusion } from '../ledger/proof.ts'
import { leafHash } from '../ledger/tree.ts'
import { type CheckpointParts, checkpoint, newestCheckpoint } from './checkpoint.ts'

/** That an event is in the ledger, as a checkpoint states it. Bytes are base64. */
export interface LedgerProof {
  /** Place of the entry that stands for the event, from 0. */
  leaf_index: number
  tree_size: number
  /** RFC 8785 JSON of kind, event_id and commitment. */
  leaf_data: string
  /** With it and the event, whoever holds both can compute the commitment; null once the event was erased. */
  salt: string | null
  leaf_hash: string
  /** RFC 6962 path, lowest first. */
  hashes: string[]
  /** The signed note of size `tree_size`. */
  checkpoint: string
}

export interface Consistency {
  from: number
  to: number
  /** RFC 6962 path, base64. */
  hashes: string[]
}

export interface ProofParts extends CheckpointParts {
  engine: CheckpointParts['engine'] & Pick<Engine, 'entryOf'>
  redactor: { forms(field: string, value: string): readonly string[] }
}

/**
 * The proof of one event (id raw or as stored) under the newest checkpoint; one is made where none covers the event yet,
 * so that what was accepted can be proven at once. Narrowed to a tenant (as stored) where one is given. Throws NOT_FOUND,
 * the same for no event and for another's, and LEDGER_BROKEN where the entry is not what was signed.
 */
export async function ledgerProof(parts: ProofParts, id: string, tenant_id?: string): Promise<LedgerProof> {
  const entry = await entryOf(parts, id, tenant_id)
  if (entry === null) throw new Problem('NOT_FOUND', 'there is no event with this id')
  const newest = await newestCheckpoint(parts)
  const { size, root, note } =
    newest !== null && newest.size > entry.seq ? newest : (await checkpoint(parts)).checkpoint
  const data = leafData(entry.kind, entry.event_id, entry.commitment)
  const hash = leafHash(data)
  const hashes = await inclusionProof((ids) => parts.engine.nodes(ids), entry.seq, size)
  // a proof that fails would only be found out later, by somebody else
  if (!verifyInclusion({ index: entry.seq, size, leafHash: hash, hashes, root: Buffer.from(root, 'base64') }))
    throw new Problem(
      'LEDGER_BROKEN',
      `entry ${entry.seq} does not lead to the root that was signed for ${size} entries; see \`undercurrent verify\``,
    )
  return {
    leaf_index: entry.seq,
    tree_size: size,
    leaf_data: base64(data),
    salt: entry.salt === null ? null : base64(entry.salt),
    leaf_hash: base64(hash),
    hashes: hashes.map(base64),
    checkpoint: note,
  }
}

/** That the first `from` entries begin the first `to`. Throws BAD_REQUEST where there are no such trees. */
export async function ledgerConsistency(
  { engine }: { engine: Pick<Engine, 'head' | 'nodes'> },
  from: number,
  to: number,
): Promise<Consistency> {
  if (from > to) throw new Problem('BAD_REQUEST', `from (${from}) must not be larger than to (${to})`)
  const { size } = await engine.head()
  if (to > size) throw new Problem('BAD_REQUEST', `to (${to}) is beyond the ledger, which has ${size} entries`)
  return { from, to, hashes: (await consistencyProof((ids) => engine.nodes(ids), from, to)).map(base64) }
}

/** By whichever form an id like this was stored under. */
async function entryOf({ engine, redactor }: ProofParts, id: string, tenant_id?: string): Promise<SealedEntry | null> {
  for (const form of redactor.forms('event_id', id)) {
    const entry = await engine.entryOf(form, tenant_id)
    if (entry !== null) return entry
  }
  return null
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
