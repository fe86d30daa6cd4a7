import { seal, unseal } from './seal.ts'

const FORMAT = 'undercurrent-archive/1'

/**
 * A file of the archive as it lies outside: the line `undercurrent-archive/1 NAME` in the clear, then the Parquet file
 * under AES-256-GCM, bound to that line.
 * @param key that of this file alone, 32 bytes
 * @param name of the file; without white space
 */
export function sealArchive(key: Uint8Array, parquet: Uint8Array, name: string): Buffer {
  const head = headOf(name)
  return Buffer.concat([Buffer.from(head), seal(key, parquet, head)])
}

/** The way back. Throws an Error that says whether it is another file, or altered; its message quotes nothing of it. */
export function openArchive(key: Uint8Array, bytes: Uint8Array, name: string): Buffer {
  const head = Buffer.from(headOf(name))
  if (!head.equals(bytes.subarray(0, head.length))) throw new Error('it is not the file that its name says')
  return unseal(key, bytes.subarray(head.length), headOf(name))
}

const headOf = (name: string) => `${FORMAT} ${name}\n`
