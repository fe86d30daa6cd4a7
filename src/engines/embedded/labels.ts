import { createHmac } from 'node:crypto'

/** Labels whose keys are remembered. */
const REMEMBERED = 4096

/** Key of a label: a whole number from 1 to 2^53 - 1; 0 for null. */
export type LabelKey = (label: string | null) => number

/**
 * Keys that stand for labels of one kind, so that an index holds no name. They are made under a secret: nobody can choose
 * a name whose key is another's. Two labels share a key with a probability of 2^-53: what is found by one is compared with the
 * label itself before it is answered.
 */
export function labelKeys(secret: Uint8Array, kind: string): LabelKey {
  const known = new Map<string, number>()
  return (label) => {
    if (label === null) return 0
    const held = known.get(label)
    if (held !== undefined) return held
    const hash = createHmac('sha256', secret).update(`${kind}\0${label}`).digest()
    const key = Math.max(1, (hash.readUInt32LE(0) & 0x1f_ffff) * 2 ** 32 + hash.readUInt32LE(4))
    if (known.size >= REMEMBERED) known.clear()
    known.set(label, key)
    return key
  }
}
