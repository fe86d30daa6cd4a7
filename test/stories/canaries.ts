import { basename } from 'node:path'
import { plainFiles } from '../plain-files.ts'
import { disguises } from '../redactors/disguises.ts'
import { type Maker, oneOf } from '../redactors/makers/maker.ts'
import { makers } from '../redactors/makers/makers.ts'

/**
 * Made-up secrets and personal data of every kind that the rules find, each different and each valid as its kind, plain
 * and in disguise. None of them opens or reaches anything.
 */

export interface Canary {
  kind: string
  /** A text in which the value must be found: the value alone, where that is enough, else the words that it needs. */
  text: string
  /** What must not be found anywhere, however it is encoded: the value as written, and as it is meant. */
  needles: string[]
  disguised: boolean
}

/** Shorter values would be found by chance in any large file. */
const LEAST_NEEDLE = 9
/** What is personal only where the words around it say so is no secret by itself. */
const kinds = makers.filter(({ type }) => type !== 'PERSON' && type !== 'ADDRESS')

/** How many kinds there are. */
export const KINDS = kinds.length

/** How often each kind has had its turn when the nth canary comes. */
export const roundOf = (n: number): number => Math.floor(n / kinds.length)

/** The nth canary: kinds take turns, and each of those that can be is in a disguise every second time; half of them begin so. */
export function aCanary(n: number, random: () => number): Canary {
  const maker = kinds[n % kinds.length] as Maker
  const value = maker.value(random)
  const worn = maker.proven && (roundOf(n) + n) % 2 === 1 ? disguises.filter(({ fits }) => fits?.(value) ?? true) : []
  const disguise = worn.length === 0 ? null : oneOf(random, worn)
  const written = disguise === null ? value : disguise.apply(value, random)
  const text = maker.said?.(written) ?? written
  const needles = [...new Set([value, written, ...value.split('\n')])].filter((one) => one.length >= LEAST_NEEDLE)
  if (needles.length === 0) needles.push(text)
  return {
    kind: disguise === null ? maker.rule : `${maker.rule}, ${disguise.name}`,
    text,
    needles,
    disguised: disguise !== null,
  }
}

/** A canary as it occurs in writing: alone, in a sentence, between lines, inside JSON inside a text. */
export function inWriting({ text, disguised }: Canary, n: number): string {
  const forms = [
    text,
    `please take ${text} and go on`,
    `first line\n${text}\nlast line`,
    // a disguise inside of a JSON text would be two of them
    disguised ? `(${text})` : JSON.stringify({ step: 1, note: text }),
  ]
  return forms[n % forms.length]!
}

/** Looks for many needles at once, in every spelling in which bytes could have been written down. */
export function createSearch(canaries: readonly Pick<Canary, 'kind' | 'needles'>[]) {
  const byStart = new Map<number, { kind: string; how: string; bytes: Buffer }[]>()
  const starts = new Uint8Array(2 ** 24)
  const add = (kind: string, how: string, bytes: Buffer) => {
    const start = bytes.readUInt32LE(0)
    byStart.set(start, [...(byStart.get(start) ?? []), { kind, how, bytes }])
    starts[start & 0xffffff] = 1
  }
  for (const { kind, needles } of canaries)
    for (const needle of needles) {
      const plain = Buffer.from(needle)
      add(kind, 'plain', plain)
      add(kind, 'utf16', Buffer.from(needle, 'utf16le'))
      add(kind, 'hex', Buffer.from(plain.toString('hex')))
      add(kind, 'HEX', Buffer.from(plain.toString('hex').toUpperCase()))
      // where the needle begins in a triple decides how it looks; the ends depend on what stands around
      for (const shift of [0, 1, 2]) {
        const encoded = Buffer.concat([Buffer.alloc(shift), plain])
          .toString('base64')
          .replace(/=+$/, '')
        const sure = encoded.slice(shift === 0 ? 0 : shift + 1, -1)
        add(kind, 'base64', Buffer.from(sure))
        if (/[+/]/.test(sure)) add(kind, 'base64url', Buffer.from(sure.replaceAll('+', '-').replaceAll('/', '_')))
      }
    }
  return {
    /** Kind, encoding and what stands in front of the last hit of each kind; never the value. */
    in(bytes: Buffer): string[] {
      const found = new Map<string, string>()
      let window = 0
      for (let i = bytes.length - 1; i >= 0; i--) {
        window = ((window << 8) | bytes[i]!) >>> 0
        if (starts[window & 0xffffff] === 0) continue
        for (const one of byStart.get(window) ?? [])
          if (bytes.subarray(i, i + one.bytes.length).equals(one.bytes))
            found.set(
              one.kind,
              `${one.kind} (${one.how}) after ${JSON.stringify(bytes.toString('latin1', Math.max(0, i - 80), i))}`,
            )
      }
      return [...found.values()]
    },
    /** The same for every file under a data directory, as it reads to whoever has its key, also of its name. */
    under(folder: string, key: Uint8Array): string[] {
      return plainFiles(folder, key).flatMap(({ path, bytes }) =>
        [...this.in(bytes), ...this.in(Buffer.from(basename(path)))].map((hit) => `${path}: ${hit}`),
      )
    },
  }
}
