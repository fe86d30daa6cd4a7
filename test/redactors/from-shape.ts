import { drawn, oneOf } from './makers/maker.ts'

const DIGITS = '0123456789'
const SMALL = 'abcdefghijklmnopqrstuvwxyz'
const ALPHABET = DIGITS + SMALL + SMALL.toUpperCase()
/** Most that an open repetition adds to its least. */
const MORE = 12

/**
 * A value that an expression matches whole, drawn by chance. It reads what the shapes of keys are written in: literals,
 * classes, groups, alternatives, bounded repetitions; look-around is passed over, and what it forbids is drawn again.
 * Letters and digits are preferred to marks wherever a class holds both.
 */
export function fromShape(shape: RegExp, random: () => number): string {
  const whole = new RegExp(`^(?:${shape.source})$`, shape.flags.replace(/[gyd]/g, ''))
  const bare = new RegExp(`^(?:${withoutLookBehind(shape.source)})$`, whole.flags)
  for (let tries = 0; tries < 200; tries++) {
    const value = new Reader(shape.source, random).either()
    if (whole.test(value) || bare.test(value)) return value
  }
  throw new Error(`no value was drawn for ${shape.source}`)
}

/** Nothing stands in front of a value that is tested alone. */
const withoutLookBehind = (source: string): string =>
  source.replace(/\(\?<[=!](?:\[[^\]]*\]|\([^()]*\)|[^()[\]])*\)/g, '')

class Reader {
  #at = 0
  readonly #source: string
  readonly #random: () => number

  constructor(source: string, random: () => number) {
    this.#source = source
    this.#random = random
  }

  /** One of the alternatives up to the end of the group. */
  either(): string {
    const all = [this.#sequence()]
    while (this.#source[this.#at] === '|') {
      this.#at++
      all.push(this.#sequence())
    }
    return oneOf(this.#random, all)
  }

  #sequence(): string {
    let out = ''
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] as string)) out += this.#repeated()
    return out
  }

  /** A unit as often as what follows it says; a repeated group is read anew each time. */
  #repeated(): string {
    const begin = this.#at
    let out = this.#unit()
    const end = this.#at
    const [all = '', least = '1', comma, most = ''] = /^\{(\d+)(,)?(\d*)\}/.exec(this.#source.slice(end)) ?? []
    const mark = all === '' && '?*+'.includes(this.#source[end] ?? 'x') ? this.#source[end] : ''
    const low = mark === '?' || mark === '*' ? 0 : Number(least)
    const high =
      mark === '?' ? 1 : mark !== '' ? low + MORE : comma === undefined ? low : Math.min(Number(most), low + MORE)
    const times = low + Math.floor(this.#random() * (high - low + 1))
    if (times === 0) out = ''
    for (let n = 1; n < times; n++) {
      this.#at = begin
      out += this.#unit()
    }
    this.#at = end + all.length + (mark === '' ? 0 : 1)
    return out
  }

  #unit(): string {
    const char = this.#source[this.#at++] as string
    if (char === '(') {
      const [head = ''] = /^\?(?:<?[=!]|:)/.exec(this.#source.slice(this.#at)) ?? []
      this.#at += head.length
      const inner = this.either()
      this.#at++
      return head === '' || head === '?:' ? inner : ''
    }
    if (char === '[') return this.#fromClass()
    if (char === '\\') return this.#escaped(this.#source[this.#at++] as string)
    return char
  }

  #escaped(char: string): string {
    if (char === 'd') return drawn(this.#random, DIGITS, 1)
    if (char === 'w') return drawn(this.#random, ALPHABET, 1)
    return char === 'b' ? '' : char
  }

  #fromClass(): string {
    let members = ''
    for (let char = this.#source[this.#at++] as string; char !== ']'; char = this.#source[this.#at++] as string) {
      if (char === '\\') {
        const name = this.#source[this.#at++] as string
        members += name === 'd' ? DIGITS : name === 'w' ? ALPHABET : name === 's' ? ' ' : name
      } else if (this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']') {
        const last = (this.#source[this.#at + 1] as string).charCodeAt(0)
        for (let code = char.charCodeAt(0); code <= last; code++) members += String.fromCharCode(code)
        this.#at += 2
      } else members += char
    }
    return oneOf(this.#random, [...(members.replace(/[^A-Za-z0-9]/g, '') || members)])
  }
}
