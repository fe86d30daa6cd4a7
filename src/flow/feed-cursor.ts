import { createCipheriv, createDecipheriv } from 'node:crypto'
import { badCursor } from './record-cursor.ts'

/** One block of AES: eight bytes that say what it is, and a place in the order of writes. */
const MARK = Buffer.from('uc-feed1')
const BLOCK_BYTES = 16

/**
 * Places of a feed as whoever reads on is given them: one block of AES-256, since the order of writes is that of all
 * tenants together, and its numbers would tell each how much the others have. The same place is always the same text.
 * @param key 32 bytes
 */
export function writeFeedCursor(key: Uint8Array, rev: number): string {
  const plain = Buffer.alloc(BLOCK_BYTES)
  MARK.copy(plain)
  plain.writeBigUInt64BE(BigInt(rev), MARK.length)
  return createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(plain).toString('base64url')
}

/** Throws BAD_REQUEST where the text is no cursor that this house has given. */
export function readFeedCursor(key: Uint8Array, cursor: string): number {
  const block = Buffer.from(cursor, 'base64url')
  if (block.length !== BLOCK_BYTES || block.toString('base64url') !== cursor) throw badCursor()
  const plain = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(block)
  if (!plain.subarray(0, MARK.length).equals(MARK)) throw badCursor()
  return Number(plain.readBigUInt64BE(MARK.length))
}
