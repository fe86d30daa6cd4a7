import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { threadEntry } from '../../../src/core/threads.ts'
import { createGraphs, type Graphs } from '../../../src/engines/embedded/graphs.ts'
import { sharedVectors } from '../../../src/engines/embedded/segments.ts'
import { clustered, seeded } from './a-vector-store.ts'

const DIMS = 16
const N = 300
const ENTRY = threadEntry('src/engines/embedded/segment-thread.js')

describe('the graph thread', () => {
  let scratch: string
  let threads: Worker[]
  let lost: number
  let graphs: Graphs
  const vectors = sharedVectors(N * DIMS)
  for (const [i, vector] of clustered(N, DIMS, seeded(3), N).entries()) vectors.set(vector, i * DIMS)
  const asks = [{ graph: 1, k: 3, ef: 50 }]

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'graph-thread-'))
    threads = []
    lost = 0
    const start = () => {
      const thread = new Worker(ENTRY, { workerData: { scratch } })
      threads.push(thread)
      return thread
    }
    graphs = createGraphs({ start, onLost: () => lost++ })
  })
  afterEach(async () => {
    await graphs.close()
    rmSync(scratch, { recursive: true, force: true })
  })

  it('builds, answers, saves and loads; it starts only when it is needed', async () => {
    graphs.forget(1, [0])
    expect(threads).toHaveLength(0)
    await graphs.build(1, vectors, DIMS)
    const q = vectors.slice(5 * DIMS, 6 * DIMS)
    expect((await graphs.search(q, asks))[0]?.slots[0]).toBe(5)
    await graphs.load(2, vectors, DIMS, await graphs.links(1))
    graphs.forget(2, [5])
    graphs.drop(1)
    const [dropped, loaded] = await graphs.search(q, [...asks, { graph: 2, k: 3, ef: 50 }])
    expect(dropped).toBeNull()
    expect(loaded?.slots).toHaveLength(3)
    expect(loaded?.scores[0]).toBeLessThan(1)
    expect(loaded?.slots).not.toContain(5)
    expect(threads).toHaveLength(1)
  })

  it('says what went wrong with one request and goes on with the next', async () => {
    await expect(graphs.links(9)).rejects.toThrow('no such graph')
    await graphs.build(1, vectors, DIMS)
    expect((await graphs.search(vectors.slice(0, DIMS), asks))[0]?.slots[0]).toBe(0)
  })

  it('fails what was asked when it dies, is started again, and is given up after three deaths', async () => {
    for (let death = 1; death <= 3; death++) {
      const building = graphs.build(1, vectors, DIMS)
      const failing = expect(building).rejects.toThrow('ended')
      await threads.at(-1)!.terminate()
      await failing
      expect(lost).toBe(death)
      expect(graphs.deaths).toBe(death)
    }
    expect(graphs.broken).toBe(true)
    await expect(graphs.search(vectors.slice(0, DIMS), asks)).rejects.toThrow('no graph thread')
    expect(threads).toHaveLength(3)
  })

  it('is not reported as lost when it is closed, and takes no more requests', async () => {
    const building = graphs.build(1, vectors, DIMS)
    const failing = expect(building).rejects.toThrow()
    await graphs.close()
    await failing
    expect(lost).toBe(0)
    await expect(graphs.build(2, vectors, DIMS)).rejects.toThrow('no graph thread')
  })
})
