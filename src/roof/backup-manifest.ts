import { createHash } from 'node:crypto'
import { Problem } from '../core/problem.ts'
import type { Secrets } from '../encryption/wrapped-keys.ts'
import type { WholeVerdict } from '../flow/verify-verdicts.ts'
import { NoteError, noteSigner, noteVerifier, openNote } from '../ledger/note.ts'
import { keyFor } from './key-file.ts'

/** Name of the manifest in the folder of a backup. */
export const MANIFEST = 'manifest.json'

const FORMAT = 'undercurrent-backup/1'
/** A name of its own, so that the signature of a manifest is none of a checkpoint. */
const SIGNER = 'undercurrent/backup'

export interface FileMade {
  name: string
  bytes: number
  /** SHA-256, hexadecimal. */
  sha256: string
}

/** What a backup says of itself. */
export interface Manifest {
  /** `undercurrent-backup/1`. */
  format: string
  /** ISO 8601. */
  made_at: string
  /** Of the product that made it. */
  version: string
  /** Number of the schema of its databases. */
  schema: number
  ledger: {
    /** Entries. */
    size: number
    /** RFC 6962 root hash, base64. */
    root: string
    /** What verifying the copy gave. */
    verdicts: WholeVerdict[]
  }
  /** The newest signed checkpoint that it holds, a C2SP note; null before the first. */
  checkpoint: string | null
  /** What lies in the folder beside the manifest. */
  files: FileMade[]
  /** Names of what was put in the second place: it is replaced there by later backups, and vouches for itself. */
  elsewhere: string[]
  /** Signed note over the SHA-256 of all before. */
  signature: string
}

export type Unsigned = Omit<Manifest, 'format' | 'signature'>

/** The text of the file; there is one for each manifest. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest)}\n`

/** Signs with a key that hangs on the root secret, as that of checkpoints does. */
export function signManifest(rest: Unsigned, secrets: Pick<Secrets, 'root'>): Manifest {
  const whole = { format: FORMAT, ...rest }
  return { ...whole, signature: signerOf(secrets).sign(signedText(whole)) }
}

/**
 * A manifest as it was written. Its signature is looked at by `checkSigned`, once the keys are there.
 * Throws Problem STORE_BROKEN where it is none, or where it differs in any byte from what was written.
 * @param path for the message
 */
export function readManifest(text: string, path: string): Manifest {
  let manifest: Manifest
  try {
    manifest = JSON.parse(text)
    if (manifestText(manifest) !== text) throw new Error('it is written in another way')
    const { signature, ...rest } = manifest
    if (!signature.startsWith(signedText(rest))) throw new Error('it does not fit its own hash')
  } catch (cause) {
    throw damaged(path, 'it is not as it was written', cause)
  }
  // only after that: what is as it was written has the form that was written
  if (manifest.format !== FORMAT)
    throw new Problem('STORE_BROKEN', `${path} is of a format that this version does not know: update undercurrent`)
  return manifest
}

/** Throws Problem STORE_BROKEN where somebody else than the holder of these secrets wrote the manifest. */
export function checkSigned({ signature }: Manifest, secrets: Pick<Secrets, 'root'>, path: string): void {
  try {
    openNote(signature, [noteVerifier(signerOf(secrets).vkey)])
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause
    throw damaged(path, 'its signature is not that of the keys beside it', cause)
  }
}

export function damaged(path: string, what: string, cause?: unknown): Problem {
  return new Problem('STORE_BROKEN', `the backup is damaged: ${path}: ${what}; nothing was changed, take another one`, {
    cause,
  })
}

const signerOf = ({ root }: Pick<Secrets, 'root'>) => noteSigner(SIGNER, keyFor(root, 'checkpoint'))

const signedText = (rest: Omit<Manifest, 'signature'>): string =>
  `${FORMAT}\n${createHash('sha256').update(JSON.stringify(rest)).digest('base64')}\n`
