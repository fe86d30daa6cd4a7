import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SEAL_BYTES } from '../../../src/encryption/seal.ts'
import { codesAt, createCodeRoom, scaleOf } from '../../../src/engines/embedded/codes.ts'
import { addRow, compacted, openSegment } from '../../../src/engines/embedded/segments.ts'
import { readSnapshot, snapshotName, snapshotRange, writeSnapshot } from '../../../src/engines/embedded/snapshot.ts'
import { storeKey } from '../../store-key.ts'
import { clustered, saidOf, seeded } from './a-vector-store.ts'

const SPACE = 'model@1/f32'
const DIMS = 16
const room = createCodeRoom(DIMS)
const read = (path: string, of = expected) => readSnapshot(path, storeKey, of, room)
const expected = { space: SPACE, dims: DIMS, first: 1, last: 400 }
const graph = { ef: 64, recall: 0.995, links: Uint8Array.from({ length: 9000 }, (_, i) => i % 251) }

const GRAPH_BYTES = graph.links.length + SEAL_BYTES

function aSegment() {
  const segment = openSegment(createCodeRoom(DIMS), 1, 400)
  for (const [i, said] of saidOf(clustered(400, DIMS, seeded(1))).entries())
    addRow(
      segment,
      { vid: i + 1, embedding: i - (i % 5 === 0 ? 1 : 0), ...said, tenant: i % 2, user: i % 7 },
      () => said.vector,
    )
  segment.cursor = 400
  return compacted(segment)
}

describe('a snapshot', () => {
  let dir: string
  let path: string
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'snapshot-'))
    const segment = aSegment()
    await writeSnapshot(dir, storeKey, SPACE, segment, graph)
    path = join(dir, snapshotName(SPACE, segment))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  /** Writes `bytes` over the file from a place in it. */
  function scribble(at: number, bytes: Uint8Array) {
    const whole = readFileSync(path)
    whole.set(bytes, at)
    writeFileSync(path, whole)
  }
  const noise = (n: number) => Uint8Array.from({ length: n }, seeded(9)).map((_, i) => (i * 37 + 11) % 256)

  it('gives back the segment and the graph that were written, and leaves no other file', () => {
    const { segment, graph: linked } = read(path)
    const plain = aSegment()
    for (const key of [
      'vids',
      'seqs',
      'times',
      'parts',
      'slotOf',
      'head',
      'next',
      'rows',
      'slots',
      'tenants',
      'users',
    ] as const)
      expect(segment[key]).toEqual(plain[key])
    for (let slot = 0; slot < plain.slots; slot++) {
      expect(codesAt(segment.codes, slot)).toEqual(codesAt(plain.codes, slot))
      expect(scaleOf(segment.codes, slot)).toBe(scaleOf(plain.codes, slot))
    }
    expect(segment.codes).toMatchObject({ lost: plain.codes.lost, reach: plain.codes.reach })
    expect(linked).toEqual(graph)
    expect(readdirSync(dir)).toHaveLength(1)
  })

  it('is named for its space and its vids', () => {
    const name = readdirSync(dir)[0]!
    expect(snapshotRange(SPACE, name)).toEqual({ first: 1, last: 400 })
    expect(snapshotRange('another', name)).toBeNull()
    expect(snapshotRange(SPACE, `${name}.tmp`)).toBeNull()
  })

  it('is refused wherever 4 KB of its content are damaged', () => {
    const whole = readFileSync(path)
    const end = whole.length - GRAPH_BYTES
    for (let at = 0; at < end; at += 4096) {
      scribble(at, noise(Math.min(4096, end - at)))
      expect(() => read(path), `damage at ${at}`).toThrow()
      writeFileSync(path, whole)
    }
  })

  it('is refused where a single bit of its content or header has turned', () => {
    const whole = readFileSync(path)
    for (const at of [0, 9, 12, 100, 4070, 4096, 5000, whole.length - GRAPH_BYTES - 1]) {
      scribble(at, Uint8Array.of(whole[at]! ^ 1))
      expect(() => read(path), `bit at ${at}`).toThrow()
      writeFileSync(path, whole)
    }
  })

  it('is refused wherever it was cut short, and keeps its segment where only the graph was hit', () => {
    const whole = readFileSync(path)
    const end = whole.length - GRAPH_BYTES
    for (const size of [0, 8, 4095, 4096, 9000, end - 1]) {
      truncateSync(path, size)
      expect(() => read(path), `cut at ${size}`).toThrow()
      writeFileSync(path, whole)
    }
    truncateSync(path, whole.length - 1)
    expect(read(path).graph).toBeNull()
    writeFileSync(path, whole)
    scribble(end + 100, noise(4096))
    expect(read(path)).toMatchObject({ graph: null, segment: { rows: 400 } })
  })

  it('is refused where it is of another generation, or of other rows than its name says', () => {
    for (const other of [{ space: 'model@2/f32' }, { dims: 8 }, { first: 2 }, { last: 500 }])
      expect(() => read(path, { ...expected, ...other })).toThrow(/another/)
  })

  it('stays whole where writing the next one fails', async () => {
    const before = readFileSync(path)
    const impossible = { ...graph, links: null as unknown as Uint8Array }
    await expect(writeSnapshot(dir, storeKey, SPACE, aSegment(), impossible)).rejects.toThrow()
    expect(readFileSync(path)).toEqual(before)
    expect(readdirSync(dir)).toHaveLength(1)
  })
})
