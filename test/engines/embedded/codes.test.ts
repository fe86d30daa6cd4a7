import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  askedOf,
  type Codes,
  copySlot,
  createCodeRoom,
  decoded,
  emptyCodes,
  isCodeOf,
  putVector,
  scaleOf,
  scanSlots,
  scoreSlots,
  wipe,
} from '../../../src/engines/embedded/codes.ts'
import { clustered, seeded, unit } from './a-vector-store.ts'

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0)
const never = () => Number.NEGATIVE_INFINITY

function codesOf(vectors: readonly Float32Array[], dims: number): Codes {
  const codes = emptyCodes(createCodeRoom(dims))
  for (const [slot, vector] of vectors.entries()) putVector(codes, slot, vector)
  return codes
}

function all(codes: Codes, slots: number, q: Float32Array, floor = Number.NEGATIVE_INFINITY) {
  const found = new Map<number, { score: number; error: number }>()
  scanSlots(
    codes,
    slots,
    askedOf(q, codes.room),
    () => floor,
    (slot, score, error) => found.set(slot, { score, error }),
  )
  return found
}

describe('vectors as codes', () => {
  for (const dims of [1, 5, 16, 17, 31, 64, 100, 128, 256, 300, 384, 768])
    it(`says of every score by how much it can be wrong, with ${dims} numbers`, () => {
      const vectors = clustered(60, dims, seeded(dims))
      const codes = codesOf(vectors, dims)
      for (const q of [vectors[3]!, unit(Array.from({ length: dims }, (_, i) => Math.sin(i + 1)))]) {
        const found = all(codes, vectors.length, q)
        expect(found.size).toBe(vectors.length)
        for (const [slot, { score, error }] of found) {
          const truth = dot(vectors[slot]!, q)
          expect(Math.abs(score - truth)).toBeLessThanOrEqual(error)
          expect(error).toBeLessThan(0.02)
        }
      }
    })

  it('says so for any vectors, also of one large number among small ones, and of no length but one', () => {
    const number = fc.oneof(fc.float({ min: -1, max: 1, noNaN: true }), fc.constantFrom(0, 1, -1, 1e-6, 1e-30, 1000))
    const vector = fc.array(number, { minLength: 7, maxLength: 7 }).map((values) => Float32Array.from(values))
    fc.assert(
      fc.property(fc.array(vector, { minLength: 1, maxLength: 9 }), vector, (vectors, q) => {
        const found = all(codesOf(vectors, 7), vectors.length, q)
        for (const [slot, { score, error }] of found) {
          const size = 1 + Math.sqrt(dot(vectors[slot]!, vectors[slot]!) * dot(q, q))
          expect(Math.abs(score - dot(vectors[slot]!, q))).toBeLessThanOrEqual(error + 1e-6 * size)
        }
      }),
    )
  })

  it('scans a few slots that lie far behind, after others were looked up', () => {
    const room = createCodeRoom(16)
    const [many, few] = [emptyCodes(room), emptyCodes(room)]
    const vectors = clustered(4096 * 4, 16, seeded(3))
    for (const [slot, vector] of vectors.entries()) putVector(many, slot, vector)
    for (const [slot, vector] of vectors.slice(0, 5).entries()) putVector(few, slot, vector)
    const asked = askedOf(vectors[3]!, room)
    const found: number[] = []
    scoreSlots(
      many,
      Array.from({ length: 9 }, (_, i) => vectors.length - 1 - i),
      asked,
      never,
      () => {},
    )
    scanSlots(few, 5, asked, never, (slot) => found.push(slot))
    expect(found).toEqual([0, 1, 2, 3, 4])
  })

  it('leaves out nothing that reaches the floor, over blocks and left-overs', () => {
    const dims = 24
    const vectors = clustered(9001, dims, seeded(2))
    const codes = codesOf(vectors, dims)
    const q = vectors[8999]!
    for (const floor of [0.99, 0.8, 0.3]) {
      const found = all(codes, 9001, q, floor)
      const truth = vectors.flatMap((vector, slot) => (dot(vector, q) >= floor ? [slot] : []))
      expect(truth.filter((slot) => !found.has(slot))).toEqual([])
      expect(found.size).toBeLessThan(9001)
    }
    const some = Uint32Array.from({ length: 5000 }, (_, i) => (i * 7919) % 9001)
    const scores = all(codes, 9001, q)
    const listed = new Map<number, number>()
    scoreSlots(codes, some, askedOf(q, codes.room), never, (place, score) => listed.set(place, score))
    expect(listed.size).toBe(5000)
    for (const [place, score] of listed) expect(score).toBe(scores.get(some[place]!)?.score)
  })

  it('knows its vectors again, and no others', () => {
    const vectors = clustered(20, 33, seeded(3), 99)
    const codes = codesOf(vectors, 33)
    for (const [slot, vector] of vectors.entries()) {
      expect(isCodeOf(codes, slot, vector)).toBe(true)
      expect(isCodeOf(codes, (slot + 1) % 20, vector)).toBe(false)
      expect(dot(decoded(codes, slot), vector)).toBeCloseTo(1, 2)
    }
  })

  it('has nothing left of a vector that was wiped; a zero vector is near to nothing', () => {
    const vectors = clustered(5, 16, seeded(4))
    const codes = codesOf([...vectors, new Float32Array(16)], 16)
    wipe(codes, 2)
    for (const slot of [2, 5]) {
      expect(decoded(codes, slot).every((value) => value === 0)).toBe(true)
      expect(all(codes, 6, vectors[2]!).get(slot)?.score).toBe(0)
    }
    expect(all(codes, 6, new Float32Array(16)).get(1)).toMatchObject({ score: 0 })
  })

  it('gives blocks back to be taken again, whatever lay in them', () => {
    const room = createCodeRoom(20)
    const first = emptyCodes(room)
    for (const [slot, vector] of clustered(4100, 20, seeded(5)).entries()) putVector(first, slot, vector)
    const moved = emptyCodes(room)
    for (let slot = 0; slot < 4100; slot++) copySlot(moved, slot, first, 4099 - slot)
    expect(decoded(moved, 7)).toEqual(decoded(first, 4092))
    expect(scaleOf(moved, 0)).toBe(scaleOf(first, 4099))
    const before = room.bytes()
    room.give(first.blocks.splice(0))
    const again = codesOfRoom(room, clustered(4100, 20, seeded(6)))
    expect(room.bytes()).toBe(before)
    expect(decoded(again, 4099).length).toBe(20)
    expect(decoded(moved, 4099)).toHaveLength(20)
  })
})

function codesOfRoom(room: ReturnType<typeof createCodeRoom>, vectors: readonly Float32Array[]): Codes {
  const codes = emptyCodes(room)
  for (const [slot, vector] of vectors.entries()) putVector(codes, slot, vector)
  return codes
}
