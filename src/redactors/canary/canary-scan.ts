import type { CanaryHash } from '../../core/canary.ts'
import { ANCHOR_BITS, canaryHasher, WINDOW } from './canary-hash.ts'
import { createFold } from './fold.ts'

/** A canary that texts are looked through for. */
export interface Canary {
  /** Its id: see core/canary.ts. */
  key: string
  /** Whose texts alone are looked at, as it is stored; null: all. */
  tenant_id: string | null
  hash: CanaryHash
}

/** UTF-16 units [start, end) of a text that hold a canary. */
export interface CanarySpan {
  start: number
  end: number
  key: string
}

/** Finds canaries in a text of a tenant (as it is stored; '' for none), in the order of their ends. */
export type CanaryScan = (text: string, tenant: string) => CanarySpan[]

/** Canaries that begin alike, by length and then sum. */
type Alike = Map<number, Map<number, Canary[]>>

/**
 * Looks through texts for canaries, of which it knows hashes alone. A window rolls over the folded text; where its hash is
 * that of a beginning, the sums of what follows are compared, and where one agrees, the HMAC decides, once a text for each
 * canary. Takes time in proportion to the text, at most 256 sums a character, whoever wrote it.
 */
export function createCanaryScan(key: Uint8Array, canaries: readonly Canary[]): CanaryScan {
  const hasher = canaryHasher(key)
  const fold = createFold()
  const begins = new Uint32Array(2 ** ANCHOR_BITS / 32)
  const byAnchor = new Map<number, Alike>()
  for (const canary of canaries) {
    const { anchor, length, sum } = canary.hash
    begins[anchor >>> 5]! |= 1 << (anchor & 31)
    const alike: Alike = byAnchor.get(anchor) ?? new Map()
    const ofLength = alike.get(length) ?? new Map<number, Canary[]>()
    ofLength.set(sum, [...(ofLength.get(sum) ?? []), canary])
    byAnchor.set(anchor, alike.set(length, ofLength))
  }
  const longest = new Map([...byAnchor].map(([anchor, alike]) => [anchor, Math.max(...alike.keys())]))

  return (text, tenant) => {
    if (text.length === 0) return []
    const units = fold.of(text)
    if (units.length < WINDOW) return []
    const found: { from: number; to: number; key: string }[] = []
    const decided = new Map<Canary, boolean>()
    const isIt = (canary: Canary, from: number, to: number): boolean => {
      if (canary.tenant_id !== null && canary.tenant_id !== tenant) return false
      const known = decided.get(canary) ?? hasher.hmac(units.slice(from, to)) === canary.hash.hmac
      decided.set(canary, known)
      return known
    }
    let state = hasher.first(units)
    for (let from = 0; ; from++) {
      const anchor = hasher.anchorOf(state)
      if (((begins[anchor >>> 5] as number) & (1 << (anchor & 31))) !== 0) {
        const alike = byAnchor.get(anchor) as Alike
        const end = Math.min(from + (longest.get(anchor) as number), units.length)
        let sum = hasher.seed
        for (let to = from; to < end; ) {
          sum = hasher.add(sum, units[to++] as number)
          for (const canary of alike.get(to - from)?.get(sum >>> 0) ?? [])
            if (isIt(canary, from, to)) found.push({ from, to, key: canary.key })
        }
      }
      if (from + WINDOW >= units.length) break
      state = hasher.roll(state, units[from] as number, units[from + WINDOW] as number)
    }
    if (found.length === 0) return []
    const origins = fold.origins(text)
    return found.map(({ from, to, key }) => {
      const last = origins[to - 1] as number
      // up to the end of its last character: blanks that follow are the text's own
      return { start: origins[from] as number, end: last + ((text.codePointAt(last) as number) > 0xffff ? 2 : 1), key }
    })
  }
}
