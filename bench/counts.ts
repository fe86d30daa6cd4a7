import { type Share, shareOf } from './share.ts'

/** Hits and misses by key, told as shares. */
export class Counts {
  readonly #counts = new Map<string, { of: number; n: number }>()

  add(key: string, hit: boolean): void {
    const row = this.#counts.get(key) ?? { of: 0, n: 0 }
    this.#counts.set(key, { of: row.of + (hit ? 1 : 0), n: row.n + 1 })
  }

  /** Of one key, or of all that pass. */
  share(key: string | ((key: string) => boolean)): Share {
    const wanted = typeof key === 'string' ? (k: string) => k === key : key
    let [of, n] = [0, 0]
    for (const [k, row] of this.#counts) {
      if (!wanted(k)) continue
      of += row.of
      n += row.n
    }
    return shareOf(of, n)
  }

  /** By key, in alphabetical order. */
  shares(): Record<string, Share> {
    return Object.fromEntries([...this.#counts.keys()].sort().map((key) => [key, this.share(key)]))
  }
}
