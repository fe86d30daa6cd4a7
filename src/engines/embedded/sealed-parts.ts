import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { SEAL_BYTES, seal, unseal } from '../../encryption/seal.ts'

/** Parts of a file are sealed in steps of this size, each under the name of the file, of the part and its number. */
const STEP_BYTES = 1 << 20

/** What a part of a file is sealed with. */
export interface Sealing {
  key: Uint8Array
  /** Of the file. */
  name: string
  part: 'content' | 'graph'
}

const stepName = ({ name, part }: Sealing, step: number): string => `${name}\0${part}\0${step}`
/** Bytes of a part in a file. */
export const sealedSize = (bytes: number): number => bytes + SEAL_BYTES * Math.ceil(bytes / STEP_BYTES)
/** Bytes of parts, one behind the other. */
export const sealedLength = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, part) => sum + sealedSize(part.byteLength), 0)

/** Each step is sealed before it is hashed and written, from one copy, so that a vector wiped meanwhile cannot come between the two. */
export async function writeParts(file: FileHandle, at: number, parts: readonly Uint8Array[], sealing: Sealing) {
  const hash = createHash('sha256')
  let bytes = 0
  let steps = 0
  for (const part of parts)
    for (let from = 0; from < part.length; from += STEP_BYTES) {
      const step = part.slice(from, from + STEP_BYTES)
      hash.update(step)
      const sealed = seal(sealing.key, step, stepName(sealing, steps++))
      for (let done = 0; done < sealed.length; )
        done += (await file.write(sealed, done, sealed.length - done, at + done)).bytesWritten
      at += sealed.length
      bytes += step.length
    }
  return { bytes, sha256: hash.digest('hex') }
}

/** Fills the parts from the file and returns the SHA-256 of what was read. */
export function* readParts(
  file: number,
  at: number,
  parts: readonly Uint8Array[],
  sealing: Sealing,
): Generator<undefined, string> {
  const hash = createHash('sha256')
  let steps = 0
  for (const part of parts) {
    for (let from = 0; from < part.length; from += STEP_BYTES) {
      const step = part.subarray(from, from + STEP_BYTES)
      const sealed = Buffer.alloc(step.length + SEAL_BYTES)
      for (let done = 0; done < sealed.length; ) {
        const got = readSync(file, sealed, done, sealed.length - done, at + done)
        if (got === 0) throw new Error('it was cut short')
        done += got
      }
      step.set(unseal(sealing.key, sealed, stepName(sealing, steps++)))
      hash.update(step)
      at += sealed.length
      yield
    }
  }
  return hash.digest('hex')
}
