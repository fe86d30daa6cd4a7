import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
/** Bytes of a nonce. */
export const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Bytes that sealing adds: a nonce in front, a tag behind. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits: one key may seal 2^32 pieces.
 * @param key 32 bytes
 * @param name what the piece is, and which: it opens under no other name
 * @param nonce of NONCE_BYTES random bytes that nothing else was sealed with; given where those of many pieces were drawn at once
 * @returns nonce ‖ ciphertext ‖ tag
 */
export function seal(
  key: Uint8Array,
  plain: Uint8Array,
  name: string,
  nonce: Uint8Array = randomBytes(NONCE_BYTES),
): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(name))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** What was sealed under a name. Throws an Error where key, name or a bit of it is another. */
export function unseal(key: Uint8Array, sealed: Uint8Array, name: string): Buffer {
  if (sealed.length < SEAL_BYTES) throw new Error('it was cut short')
  const end = sealed.length - TAG_BYTES
  const opening = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(name))
    .setAuthTag(sealed.subarray(end))
  try {
    const plain = opening.update(sealed.subarray(NONCE_BYTES, end))
    // all of it came out already (GCM is a stream); this throws where the tag is another
    opening.final()
    return plain
  } catch (cause) {
    throw new Error('it was altered, or sealed under another key or name', { cause })
  }
}
