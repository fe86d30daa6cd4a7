import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import type { ArchivedMark } from '../core/archive.ts'
import type { Part } from '../core/ports.ts'
import { seal, unseal } from './seal.ts'

/** What the leaf of an event was made of, and what concepts said of it. */
export interface ArchivedText {
  /** 32 bytes. */
  salt: Uint8Array
  /** RFC 8785 JSON, which has no line break. */
  text: string
  /** By concept and version, ascending. */
  marks: readonly ArchivedMark[]
}

/** A vector of an event as it is stored. */
export interface ArchivedVector {
  /** Which of the block's events, from 0. */
  at: number
  part: Part
  /** 0: of the whole text; else of a chunk of it. */
  chunk: number
  space: string
  /** Keyed hash of the text. */
  content: Uint8Array
  /** Little-endian floats of four bytes. */
  vector: Uint8Array
}

const SALT_BYTES = 32
/** Beyond any block that is ever sealed. */
const MOST_BYTES = 2 ** 30
/** On a simulated log of 10 events a block: 5 and 6 make a fifth of it at the same speed, 9 takes ten times as long for as much. */
const QUALITY = 6
/** 256 KiB: most blocks are smaller, and larger windows cost more to set up than they save. */
const WINDOW_BITS = 18

/** Marks of a block by concept and version: which event, and its probability. */
type Marks = [concept: string, version: number, of: [at: number, p: number][]][]

/**
 * Texts of events of one subject, compressed (sealed bytes do not shrink any more), then sealed under its key: number and
 * salts of the events, then by Brotli the texts, one a line, and the marks as JSON.
 * @param name which file, and which block of it: it opens under no other name
 */
export function sealTexts(key: Uint8Array, texts: readonly ArchivedText[], name: string): Buffer {
  const lines = compressed([...texts.map(({ text }) => text), JSON.stringify(marksOf(texts))].join('\n'))
  return seal(key, Buffer.concat([number(texts.length), ...texts.map(({ salt }) => salt), lines]), textsOf(name))
}

/** The way back. Throws an Error where a bit of it, key or name is another. */
export function openTexts(key: Uint8Array, sealed: Uint8Array, name: string): ArchivedText[] {
  const plain = unseal(key, sealed, textsOf(name))
  const count = plain.readUInt32LE()
  const salts = 4 + count * SALT_BYTES
  const lines = expanded(plain.subarray(salts)).toString('utf8').split('\n')
  if (lines.length !== count + 1) throw new Error('it has another number of texts than it says')
  const marks: ArchivedMark[][] = Array.from({ length: count }, () => [])
  for (const [concept, version, of] of JSON.parse(lines.pop()!) as Marks)
    for (const [at, p] of of) marks[at]!.push({ concept, version, p })
  return lines.map((text, at) => ({
    salt: new Uint8Array(plain.subarray(4 + at * SALT_BYTES, 4 + (at + 1) * SALT_BYTES)),
    text,
    marks: marks[at]!,
  }))
}

function marksOf(texts: readonly ArchivedText[]): Marks {
  const marks = new Map<string, Marks[number]>()
  for (const [at, text] of texts.entries())
    for (const { concept, version, p } of text.marks) {
      const id = JSON.stringify([concept, version])
      const one = marks.get(id) ?? [concept, version, []]
      if (one[2].push([at, p]) === 1) marks.set(id, one)
    }
  // events differ in which concepts speak of them: each gets its marks back in the order that it gave them in
  return [...marks.values()].sort(([a, v], [b, w]) => (a < b ? -1 : a > b ? 1 : v - w))
}

/**
 * Vectors of the same events: what they are of, as JSON, then the vectors themselves; equal ones of one text stand there
 * once. By Brotli, which takes a fifth off.
 */
export function sealVectors(key: Uint8Array, vectors: readonly ArchivedVector[], name: string): Buffer {
  const places = new Map<string, number>()
  const parts: Uint8Array[] = []
  let end = 0
  const rows = vectors.map(({ at, part, chunk, space, content, vector }) => {
    const hash = Buffer.from(content).toString('base64')
    const id = `${space} ${hash}`
    const from = places.get(id) ?? end
    if (from === end) {
      places.set(id, end)
      parts.push(vector)
      end += vector.length
    }
    return [at, part, space, hash, from, vector.length, ...(chunk === 0 ? [] : [chunk])]
  })
  const about = Buffer.from(JSON.stringify(rows))
  return seal(key, compressed(Buffer.concat([number(about.length), about, ...parts])), vectorsOf(name))
}

/** The way back. Throws an Error where a bit of it, key or name is another. */
export function openVectors(key: Uint8Array, sealed: Uint8Array, name: string): ArchivedVector[] {
  const plain = expanded(unseal(key, sealed, vectorsOf(name)))
  const begin = 4 + plain.readUInt32LE()
  const rows = JSON.parse(plain.toString('utf8', 4, begin)) as [
    number,
    'prompt' | 'response',
    string,
    string,
    number,
    number,
    number?,
  ][]
  return rows.map(([at, part, space, content, from, length, chunk = 0]) => ({
    at,
    part,
    chunk,
    space,
    content: new Uint8Array(Buffer.from(content, 'base64')),
    vector: new Uint8Array(plain.subarray(begin + from, begin + from + length)),
  }))
}

const textsOf = (name: string) => `undercurrent-archive-texts/1 ${name}`
const vectorsOf = (name: string) => `undercurrent-archive-vectors/1 ${name}`

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const compressed = (plain: string | Uint8Array) =>
  brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS },
  })

const expanded = (bytes: Uint8Array) => brotliDecompressSync(bytes, { maxOutputLength: MOST_BYTES })
