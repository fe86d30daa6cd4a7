import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mostBytes, withoutVectors, withVectors } from '../../../src/engines/embedded/graph-bytes.ts'
import { createGraphKeeper, type GraphAnswer } from '../../../src/engines/embedded/graph-keeper.ts'
import { scratchIn } from '../../../src/engines/embedded/scratch.ts'
import { sharedVectors } from '../../../src/engines/embedded/segments.ts'
import { clustered, seeded } from './a-vector-store.ts'

const DIMS = 32
const N = 600

describe('a graph keeper', () => {
  let dir: string
  let vectors: Float32Array
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'graphs-'))
    vectors = sharedVectors(N * DIMS)
    for (const [i, vector] of clustered(N, DIMS, seeded(3), N).entries()) vectors.set(vector, i * DIMS)
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const at = (slot: number) => vectors.slice(slot * DIMS, (slot + 1) * DIMS)
  type Keeper = ReturnType<typeof createGraphKeeper>
  const near = async (keep: Keeper, slot: number, graph = 1) =>
    ((await keep({ op: 'search', q: at(slot), asks: [{ graph, k: 10, ef: 100 }] })) as (GraphAnswer | null)[])[0]
      ?.slots ?? null

  it('answers with the slot that was asked for, first', async () => {
    const keep = createGraphKeeper(scratchIn(dir))
    await keep({ op: 'build', graph: 1, vectors, dims: DIMS })
    for (const slot of [0, 17, N - 1]) expect((await near(keep, slot))?.[0]).toBe(slot)
  })

  it('lets queries pass while it builds', async () => {
    const keep = createGraphKeeper(scratchIn(dir))
    await keep({ op: 'build', graph: 1, vectors, dims: DIMS })
    let built = false
    const building = keep({ op: 'build', graph: 2, vectors, dims: DIMS }).then(() => {
      built = true
    })
    expect((await near(keep, 5))?.[0]).toBe(5)
    expect(await near(keep, 5, 2)).toBeNull()
    expect(built).toBe(false)
    await building
    expect((await near(keep, 5, 2))?.[0]).toBe(5)
  })

  it('takes up a graph from its links and gives the same answers; nothing stays in the folder', async () => {
    const keep = createGraphKeeper(scratchIn(dir))
    await keep({ op: 'build', graph: 1, vectors, dims: DIMS })
    const links = (await keep({ op: 'links', graph: 1 })) as Uint8Array
    expect(links.length).toBeLessThan(N * 200)
    await keep({ op: 'load', graph: 2, vectors, dims: DIMS, links })
    for (const slot of [1, 99, 400]) expect(await near(keep, slot, 2)).toEqual(await near(keep, slot, 1))
    expect(readdirSync(dir)).toEqual([])
  })

  it('keeps no vector among the links', async () => {
    const keep = createGraphKeeper(scratchIn(dir))
    await keep({ op: 'build', graph: 1, vectors, dims: DIMS })
    const links = Buffer.from((await keep({ op: 'links', graph: 1 })) as Uint8Array)
    for (const slot of [0, 300, N - 1]) expect(links.includes(Buffer.from(at(slot).buffer))).toBe(false)
    const whole = Buffer.from(withVectors(links, vectors, DIMS))
    expect(whole.includes(Buffer.from(at(300).buffer))).toBe(true)
    expect(withoutVectors(whole, DIMS)).toEqual(new Uint8Array(links))
    expect(whole.length).toBeLessThan(mostBytes(N, DIMS, 16))
    expect(whole.length).toBeGreaterThan(0.85 * mostBytes(N, DIMS, 16))
    // a disk that was full leaves less, wherever it ends
    for (const less of [1, 100, 2_000, whole.length / 2])
      expect(() => withoutVectors(whole.subarray(0, whole.length - less), DIMS)).toThrow('ends too early')
  })

  it('forgets a slot, also one named while it was still building', async () => {
    const keep = createGraphKeeper(scratchIn(dir))
    const building = keep({ op: 'build', graph: 1, vectors, dims: DIMS })
    await keep({ op: 'forget', graph: 1, labels: [7] })
    await building
    await keep({ op: 'forget', graph: 1, labels: [8, 8] })
    expect(await near(keep, 7)).not.toContain(7)
    expect(await near(keep, 8)).not.toContain(8)
  })

  it('gives up a build that is dropped, and says so', async () => {
    const keep = createGraphKeeper(scratchIn(dir))
    const building = keep({ op: 'build', graph: 1, vectors, dims: DIMS })
    await keep({ op: 'drop', graph: 1 })
    await expect(building).rejects.toThrow('dropped')
    expect(await near(keep, 1)).toBeNull()
  })

  it('refuses links that are no graph, are cut short, or are of other dimensions', async () => {
    const keep = createGraphKeeper(scratchIn(dir))
    await keep({ op: 'build', graph: 1, vectors, dims: DIMS })
    const links = (await keep({ op: 'links', graph: 1 })) as Uint8Array
    for (const bad of [new Uint8Array(0), new Uint8Array(500).fill(7), links.slice(0, 5000)])
      await expect(keep({ op: 'load', graph: 2, vectors, dims: DIMS, links: bad })).rejects.toThrow()
    await expect(keep({ op: 'load', graph: 2, vectors, dims: 16, links })).rejects.toThrow('layout')
    await expect(keep({ op: 'load', graph: 2, vectors: vectors.slice(0, DIMS), dims: DIMS, links })).rejects.toThrow()
    expect(await near(keep, 1, 2)).toBeNull()
  })
})
