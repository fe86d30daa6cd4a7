/**
 * A number of 32 bits that a place and a salt decide, as good as random (the mixing of MurmurHash3, Appleby, 2011, public
 * domain): whoever takes the events with the lowest ones takes a simple random sample, the same at every try.
 * @param place whole, from 0
 * @param salt 32 bits
 */
export function keyedOrder(place: number, salt: number): number {
  const low = place >>> 0
  const high = Math.floor(place / 2 ** 32) >>> 0
  return mixed(mixed(low ^ salt) ^ high ^ Math.imul(salt, 0x9e3779b1))
}

function mixed(value: number): number {
  let x = value >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** Keeps the so many places that come first in the order of a salt; takes any number of them, one by one. */
export function firstOf<T extends { seq: number }>(limit: number, salt: number) {
  let kept: { one: T; order: number }[] = []
  let worst = Number.POSITIVE_INFINITY
  let size = 0
  const cut = () => {
    kept.sort((a, b) => a.order - b.order || a.one.seq - b.one.seq)
    kept = kept.slice(0, limit)
    if (kept.length === limit) worst = kept.at(-1)?.order ?? -1
  }
  return {
    /** @param make called where it is kept for now */
    take(seq: number, make: () => T): void {
      size++
      const order = keyedOrder(seq, salt)
      if (order > worst) return
      kept.push({ one: make(), order })
      if (kept.length >= 2 * limit + 16) cut()
    },
    /** How many it was given, and the first of them in their order. */
    drawn(): { size: number; items: T[] } {
      cut()
      return { size, items: kept.map(({ one }) => one) }
    },
  }
}
