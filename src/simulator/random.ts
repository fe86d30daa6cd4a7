import { gamma, normal } from '../stats/draws.ts'

/**
 * Every draw of the simulator. The generator is sfc32 (Doty-Humphrey, PractRand); a stream is named by a text, so that
 * one account's traffic does not change when another account is added. Not for secrets.
 */
export class Random {
  readonly #key: string
  #a: number
  #b: number
  #c: number
  #n = 1

  /** @param key names the stream: the same key gives the same draws for ever */
  constructor(key: string) {
    this.#key = key
    this.#a = hash(key, 0x9e3779b9)
    this.#b = hash(key, 0x243f6a88)
    this.#c = hash(key, 0xb7e15162)
    for (let i = 0; i < 12; i++) this.bits()
  }

  /** An independent stream below this one, whatever was drawn from this one so far. */
  fork(label: string): Random {
    return new Random(`${this.#key}/${label}`)
  }

  /** 32 random bits, 0 to 2^32 - 1. */
  bits(): number {
    const t = (((this.#a + this.#b) | 0) + this.#n) | 0
    this.#n = (this.#n + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0
    return t >>> 0
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.bits() / 2 ** 32
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * this.unit()
  }

  /** Uniform whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.unit() * (to - from + 1))
  }

  /** True with probability p. */
  chance(p: number): boolean {
    return this.unit() < p
  }

  /** One of a list that is not empty, each as likely. */
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.unit() * items.length)]!
  }

  /** One of a list, by weights that are not negative and not all zero. */
  weighted<T>(items: readonly T[], weight: (item: T) => number): T {
    let left = this.unit() * items.reduce((sum, item) => sum + weight(item), 0)
    for (const item of items) {
      left -= weight(item)
      if (left < 0) return item
    }
    return items.at(-1)!
  }

  /** A new list in random order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items]
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.whole(0, i)
      const held = out[i]!
      out[i] = out[j]!
      out[j] = held
    }
    return out
  }

  /** Normal. */
  normal(mean = 0, sd = 1): number {
    return normal(() => this.unit(), mean, sd)
  }

  /** Exponential with the given mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit())
  }

  /** Gamma with the given shape and scale 1. */
  gamma(shape: number): number {
    return gamma(() => this.unit(), shape)
  }

  /** Beta. */
  beta(a: number, b: number): number {
    const x = this.gamma(a)
    return x / (x + this.gamma(b))
  }

  /** Poisson count; by multiplication, in steps so that large means do not underflow. */
  poisson(mean: number): number {
    let count = 0
    for (let left = mean; left > 0; left -= 30) {
      const floor = Math.exp(-Math.min(left, 30))
      for (let product = this.unit(); product > floor; product *= this.unit()) count++
    }
    return count
  }
}

/** FNV-1a over UTF-16 units from a salted start, then a 32-bit avalanche (Appleby's finaliser). */
function hash(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ salt
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}
