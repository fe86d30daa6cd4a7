import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Log } from '../../../src/core/ports.ts'
import { codesAt, createCodeRoom, emptyCodes, putVector } from '../../../src/engines/embedded/codes.ts'
import { createGraphKeeper } from '../../../src/engines/embedded/graph-keeper.ts'
import { scratchIn } from '../../../src/engines/embedded/scratch.ts'
import { sharedVectors } from '../../../src/engines/embedded/segments.ts'
import { openSnapshot, readSnapshot, snapshotRange, writeSnapshot } from '../../../src/engines/embedded/snapshot.ts'
import {
  type Bounds,
  createVectorIndex,
  type VectorIndex,
  type VectorIndexOptions,
} from '../../../src/engines/embedded/vectors.ts'
import { storeKey } from '../../store-key.ts'
import { aVectorStore, clustered, recall, type Said, saidOf, seeded, truthOf, unit } from './a-vector-store.ts'

const SPACE = 'model@1/f32'
const DIMS = 32
const SEGMENT = 300
/** Three sealed segments, and some. */
const N = 3 * SEGMENT + 130

describe('the vector index', () => {
  let store: ReturnType<typeof aVectorStore>
  let said: Said[]
  const opened: VectorIndex[] = []
  const random = seeded(7)

  beforeEach(() => {
    store = aVectorStore()
    store.space(SPACE, DIMS)
    said = saidOf(clustered(N, DIMS, seeded(5)))
  })
  afterEach(async () => {
    for (const index of opened.splice(0)) await index.close()
    store.close()
  })

  function open(more: Partial<VectorIndexOptions> = {}): VectorIndex {
    const { db, dir } = store
    const index = createVectorIndex({
      key: storeKey,
      db,
      dir,
      writable: true,
      segmentSize: SEGMENT,
      exactBelow: 0,
      graphShare: 1,
      random,
      ...more,
    })
    opened.push(index)
    return index
  }
  async function level(index: VectorIndex) {
    while ((await index.tend(400)) > 0);
    return index
  }
  const questions = Array.from({ length: 20 }, (_, i) => i * 47)
  /** A question near to, but not, something that was said. */
  const ask = (i: number) => unit(Array.from(said[i]!.vector, (value, d) => value + 0.05 * Math.sin(d * i + 1)))
  const brief = (hits: readonly { seq: number; part: string; ts: number }[]) =>
    hits.map(({ seq, part, ts }) => `${seq} ${part} ${ts}`)
  const files = () => readdirSync(store.dir).sort()

  /** Every question, every kind of candidates: equal to the plain truth. */
  async function expectExact(index: VectorIndex, truth: readonly Said[]) {
    const few = Float64Array.from({ length: 30 }, (_, i) => i * 21)
    for (const i of questions.slice(0, 6)) {
      const q = ask(i)
      const all = truthOf(truth, q)
      const exact = await index.nearest(
        q,
        SPACE,
        10,
        Float64Array.from({ length: 2000 }, (_, seq) => seq),
      )
      expect(exact).toMatchObject({ how: 'exact', complete: true })
      expect(brief(exact.hits)).toEqual(brief(all.slice(0, 10)))
      const some = await index.nearest(q, SPACE, 10, few, 'response')
      const fewTrue = all.filter(({ seq, part }) => few.includes(seq) && part === 'response')
      expect(brief(some.hits)).toEqual(brief(fewTrue.slice(0, 10)))
      expect(brief(index.within(q, SPACE, 0.6))).toEqual(brief(all.filter(({ score }) => score >= 0.6)))
    }
  }

  it('answers exactly before it has a single graph, level with the store at every question', async () => {
    const index = open()
    for (let n = 0; n < said.length; n += 206) {
      store.add(SPACE, said.slice(n, n + 206))
      const { hits, how } = await index.nearest(ask(n), SPACE, 5)
      expect(how).toBe('exact')
      expect(brief(hits)).toEqual(brief(truthOf(said.slice(0, n + 206), ask(n)).slice(0, 5)))
    }
    await expectExact(index, said)
    expect(index.status()).toMatchObject({ indexed: N, stored: N, segments: 4, graphs: 0, recall: null })
  })

  it('answers the whole by graphs once they are built, and finds what exact search finds', async () => {
    store.add(SPACE, said)
    const index = await level(open())
    let sum = 0
    for (const i of questions) {
      const { hits, how, complete } = await index.nearest(ask(i), SPACE, 10)
      expect(how).toBe('graph')
      expect(complete).toBe(true)
      expect(hits).toHaveLength(10)
      sum += recall(hits, truthOf(said, ask(i)), 10)
    }
    expect(sum / questions.length).toBeGreaterThanOrEqual(0.95)
    expect(index.status()).toMatchObject({ segments: 4, graphs: 3 })
    expect(index.status().recall).toBeGreaterThanOrEqual(0.98)
    await expectExact(index, said)
  })

  it('gives every one of k texts that are word for word the same', async () => {
    const same = said.map((one, i) => (i % 3 === 0 ? { ...one, vector: said[0]!.vector } : one))
    store.add(SPACE, same)
    const index = await level(open())
    const { hits } = await index.nearest(said[0]!.vector, SPACE, 30)
    expect(brief(hits)).toEqual(brief(truthOf(same, said[0]!.vector).slice(0, 30)))
  })

  it('narrows by part and ledger size with graphs, and by time without', async () => {
    store.add(SPACE, said)
    const index = await level(open())
    for (const i of questions.slice(0, 8)) {
      const truth = truthOf(said, ask(i))
      const prompts = await index.nearest(ask(i), SPACE, 10, 'all', 'prompt')
      expect(prompts.how).toBe('graph')
      expect(prompts.hits.every(({ part }) => part === 'prompt')).toBe(true)
      expect(
        recall(
          prompts.hits,
          truth.filter(({ part }) => part === 'prompt'),
          10,
        ),
      ).toBeGreaterThanOrEqual(0.9)
      const before = await index.nearest(ask(i), SPACE, 10, 'all', undefined, { before: 20 })
      expect(brief(before.hits)).toEqual(brief(truth.filter(({ seq }) => seq < 20).slice(0, 10)))
      const times = { since: 50_000_000, until: 60_000_000 }
      const timed = await index.nearest(ask(i), SPACE, 10, 'all', undefined, times)
      expect(timed.how).toBe('exact')
      expect(brief(timed.hits)).toEqual(
        brief(truth.filter(({ ts }) => ts >= times.since && ts < times.until).slice(0, 10)),
      )
    }
  })

  it('has nothing near a text without meaning, and never answers with one', async () => {
    const blank = { seq: 900, part: 0 as const, ts: 1, vector: new Float32Array(DIMS) }
    store.add(SPACE, [...said.slice(0, 40), blank])
    const index = await level(open())
    expect(await index.nearest(blank.vector, SPACE, 10)).toMatchObject({ hits: [], how: 'exact', complete: true })
    expect(index.within(blank.vector, SPACE, -1)).toEqual([])
    expect(index.within(ask(3), SPACE, -1)).toHaveLength(40)
    expect(index.status()).toMatchObject({ indexed: 41, stored: 41 })
    store.erase([900])
    index.catchUp()
    expect(index.status()).toMatchObject({ indexed: 40, stored: 40 })
  })

  it('leaves a vector that makes no sense aside and says so, without its bytes', async () => {
    const lines: string[] = []
    const log = {
      info() {},
      warn() {},
      error: (fields: object, text: string) => lines.push(JSON.stringify(fields) + text),
    }
    store.add(SPACE, [
      ...said.slice(0, 40),
      { seq: 900, part: 0, ts: 1, vector: Float32Array.of(1, 0) },
      { seq: 901, part: 0, ts: 1, vector: new Float32Array(DIMS).fill(Number.NaN) },
    ])
    const index = await level(open({ log: log as Log }))
    expect(index.within(ask(3), SPACE, -1)).toHaveLength(40)
    expect(index.status()).toMatchObject({ indexed: 40, stored: 42 })
    expect(lines).toHaveLength(2)
    expect(() => index.within(Float32Array.of(1), SPACE, 0)).toThrow(RangeError)
  })

  it('is the same after a restart as one that is built anew', async () => {
    store.add(SPACE, said.slice(0, 700))
    await (await level(open())).close()
    store.add(SPACE, said.slice(700))
    const again = open()
    const anew = createVectorIndex({
      key: storeKey,
      db: store.db,
      dir: store.folder('anew'),
      writable: false,
      graphs: false,
    })
    expect(again.catchUp()).toBe(N - 600)
    for (const i of questions) {
      expect(again.within(ask(i), SPACE, 0.5)).toEqual(anew.within(ask(i), SPACE, 0.5))
      expect((await again.nearest(ask(i), SPACE, 10)).hits.length).toBe(10)
    }
    await level(again)
    await expectExact(again, said)
    await anew.close()
    expect(readdirSync(join(store.dir, '..', 'anew'))).toEqual([])
  })

  it('takes up graphs from snapshots instead of building them', async () => {
    store.add(SPACE, said)
    const first = await level(open())
    const before = await first.nearest(ask(1), SPACE, 10)
    await first.close()
    const kept = files()
    const second = open()
    expect(await second.tend()).toBe(130)
    expect(await second.tend()).toBe(0)
    expect(second.status().graphs).toBe(3)
    expect(await second.nearest(ask(1), SPACE, 10)).toEqual(before)
    expect(files()).toEqual(kept)
  })

  describe('after a fault', () => {
    beforeEach(async () => {
      store.add(SPACE, said)
      await (await level(open())).close()
      expect(files()).toHaveLength(3)
    })

    const middle = () => join(store.dir, files()[1]!)
    const noise = Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => (i * 131 + 7) % 256))
    function scribble(path: string, at: number) {
      const whole = readFileSync(path)
      noise.copy(whole, at)
      writeFileSync(path, whole)
    }

    const faults: [string, () => void][] = [
      ['a snapshot is missing', () => rmSync(middle())],
      ['a snapshot is empty', () => truncateSync(middle(), 0)],
      ['all snapshots are missing', () => files().map((name) => rmSync(join(store.dir, name)))],
      ['a snapshot was cut short', () => truncateSync(middle(), 20_000)],
      ['4 KB in the middle of the vectors are damaged', () => scribble(middle(), 25_000)],
      ['4 KB of a graph are damaged', () => scribble(middle(), readFileSync(middle()).length - 5000)],
      ['a header is damaged', () => scribble(middle(), 0)],
      ['one snapshot lies under the name of another', () => copyFileSync(join(store.dir, files()[0]!), middle())],
    ]
    for (const [what, harm] of faults)
      it(`is searched exactly and then whole again where ${what}`, async () => {
        const names = files()
        harm()
        const warned: object[] = []
        const log = { info() {}, warn: (fields: object) => warned.push(fields), error() {} } as unknown as Log
        const index = open({ log })
        await expectExact(index, said)
        await level(index)
        expect(index.status()).toMatchObject({ indexed: N, stored: N, graphs: 3 })
        await expectExact(index, said)
        expect(files()).toEqual(names)
        await index.close()
        // what was written instead is good
        const after = open()
        expect(after.catchUp()).toBe(130)
        await expectExact(after, said)
      })

    it('removes what a write left behind when it was killed before its renaming, and files of nobody', async () => {
      const names = files()
      writeFileSync(join(store.dir, `${names[0]}.tmp`), 'half')
      writeFileSync(join(store.dir, 'graph-99-1.save.tmp'), 'half')
      writeFileSync(join(store.dir, '0123456789abcdef-1-300.seg'), 'of a space that is gone')
      const bystander = open({ writable: false })
      expect(files()).toHaveLength(6)
      await bystander.close()
      const index = open()
      expect(files()).toEqual(names)
      expect(index.catchUp()).toBe(130)
    })

    it('does not trust a snapshot that is ahead of a store put back to an earlier state', async () => {
      const earlier = aVectorStore()
      earlier.space(SPACE, DIMS)
      earlier.add(SPACE, said.slice(0, 450))
      mkdirSync(earlier.dir)
      for (const name of files()) copyFileSync(join(store.dir, name), join(earlier.dir, name))
      const options = {
        key: storeKey,
        db: earlier.db,
        dir: earlier.dir,
        writable: true,
        segmentSize: SEGMENT,
        exactBelow: 0,
      }
      const index = createVectorIndex(options)
      await expectExact(index, said.slice(0, 450))
      const others = saidOf(clustered(500, DIMS, seeded(99)), 225)
      earlier.add(SPACE, others)
      await level(index)
      await expectExact(index, [...said.slice(0, 450), ...others])
      await index.close()
      earlier.close()
    })

    it('does not trust a snapshot of a store that says something else under the same numbers', async () => {
      const other = aVectorStore()
      other.space(SPACE, DIMS)
      const others = saidOf(clustered(N, DIMS, seeded(99)))
      other.add(SPACE, others)
      mkdirSync(other.dir)
      for (const name of files()) copyFileSync(join(store.dir, name), join(other.dir, name))
      const index = createVectorIndex({
        key: storeKey,
        db: other.db,
        dir: other.dir,
        writable: false,
        segmentSize: SEGMENT,
      })
      await expectExact(index, others)
      expect(index.status().graphs).toBe(0)
      await index.close()
      other.close()
    })
  })

  describe('when events are erased', () => {
    const bytesOf = (vector: Float32Array) => {
      const codes = emptyCodes(createCodeRoom(DIMS))
      putVector(codes, 0, vector)
      return Buffer.from(codesAt(codes, 0))
    }
    const onDisk = (vector: Float32Array) =>
      files().some((name) =>
        openSnapshot(join(store.dir, name), storeKey).some((part) =>
          Buffer.from(part.buffer, part.byteOffset, part.byteLength).includes(bytesOf(vector)),
        ),
      )
    const without = (seqs: readonly number[]) => said.filter(({ seq }) => !seqs.includes(seq))

    beforeEach(() => {
      // no text twice, so that an erased one is nobody else's too
      said = saidOf(clustered(N, DIMS, seeded(5), 5000))
      store.add(SPACE, said)
    })

    it('answers with none of their texts from the next question on, and purges its files', async () => {
      const index = await level(open())
      const few = [3, 4, 160, 420]
      expect(onDisk(said[6]!.vector)).toBe(true)
      store.erase(few)
      expect((await index.nearest(said[6]!.vector, SPACE, 5)).hits.map(({ seq }) => seq)).not.toContain(3)
      await expectExact(index, without(few))
      await level(index)
      for (const seq of few) for (const part of [0, 1]) expect(onDisk(said[2 * seq + part]!.vector)).toBe(false)
      expect(onDisk(said[20]!.vector)).toBe(true)
      expect(index.status()).toMatchObject({ indexed: N - 8, stored: N - 8, graphs: 3 })
      for (const i of questions) expect((await index.nearest(ask(i), SPACE, 10)).hits).toHaveLength(10)
    })

    it('takes no new vector for the one whose number it has', async () => {
      const index = open()
      await index.nearest(ask(0), SPACE, 1)
      const last = said.at(-1)!
      const idOf = (seq: number) =>
        store.db.prepare('select embedding_id from vectors where seq = ? and part = ?').pluck().get(seq, last.part)
      const former = idOf(last.seq)
      store.erase([last.seq])
      const [vector] = clustered(1, DIMS, seeded(99))
      const fresh = { seq: last.seq + 1, part: last.part, ts: last.ts + 1, vector: vector! }
      const other = { ...fresh, part: (1 - last.part) as 0 | 1, vector: clustered(1, DIMS, seeded(98))[0]! }
      store.add(SPACE, last.part === 0 ? [fresh, other] : [other, fresh])
      expect(idOf(fresh.seq)).toBe(former)
      await expectExact(index, [...without([last.seq]), fresh, other])
    })

    it('makes a segment anew when a fifth of it is gone, and lets go of one that is empty', async () => {
      const index = await level(open())
      const names = files()
      const many = Array.from({ length: 200 }, (_, i) => i) // all of the first segment, some of the second
      store.erase(many)
      await expectExact(index, without(many))
      await level(index)
      expect(files()).toEqual(names.slice(1))
      expect(index.status()).toMatchObject({ indexed: N - 400, stored: N - 400, segments: 3, graphs: 1 })
      await expectExact(index, without(many))
      await index.close()
      const again = open()
      await expectExact(again, without(many))
      expect(await again.tend()).toBe(0)
    })

    it('learns at its start of what was erased while it was away, and purges its files', async () => {
      const away = [3, 400, 449] // the last is the end of a segment
      await (await level(open())).close()
      store.erase(away)
      const index = open()
      await expectExact(index, without(away))
      await level(index)
      expect(onDisk(said[6]!.vector)).toBe(false)
      expect(onDisk(said[800]!.vector)).toBe(false)
      for (const i of [...away.map((seq) => 2 * seq), ...questions])
        for (const { seq } of (await index.nearest(said[i]!.vector, SPACE, 10)).hits) expect(away).not.toContain(seq)
    })

    it('finds a text again that somebody else says after it was erased', async () => {
      const index = open()
      index.catchUp()
      store.erase([(N - 2) / 2])
      index.catchUp()
      store.add(SPACE, [{ seq: 2000, part: 0, ts: 5, vector: said[N - 2]!.vector }])
      const { hits } = await index.nearest(said[N - 2]!.vector, SPACE, 1)
      expect(hits).toMatchObject([{ seq: 2000 }])
    })
  })

  it('keeps a new generation beside the old one until that is retired', async () => {
    store.add(SPACE, said)
    const index = await level(open())
    const next = saidOf(clustered(650, 8, seeded(11)))
    store.space('model@2/f32', 8, 'filling')
    store.add('model@2/f32', next)
    await level(index)
    await expectExact(index, said)
    const q = next[70]!.vector
    expect(brief(index.within(q, 'model@2/f32', 0.8))).toEqual(
      brief(truthOf(next, q).filter(({ score }) => score >= 0.8)),
    )
    expect(index.status()).toMatchObject({
      space: SPACE,
      indexed: N,
      filling: [{ space: 'model@2/f32', indexed: 650, stored: 650 }],
    })
    expect(files()).toHaveLength(5)
    store.db.exec("update spaces set state = case space when 'model@2/f32' then 'active' else 'retired' end")
    expect(await index.nearest(ask(1), SPACE, 5)).toMatchObject({ hits: [], how: 'exact', complete: false })
    expect(index.status()).toMatchObject({ space: 'model@2/f32', indexed: 650, stored: 650, graphs: 2 })
    expect(files()).toHaveLength(2)
  })

  it('searches a segment exactly once the referee has seen that its graph misses too much', async () => {
    store.add(SPACE, said)
    await (await level(open())).close()
    // a whole snapshot whose graph links the points of another segment: nothing but its answers gives it away
    const [name] = files()
    const { first, last } = snapshotRange(SPACE, name!)!
    const { segment, graph } = readSnapshot(
      join(store.dir, name!),
      storeKey,
      { space: SPACE, dims: DIMS, first, last },
      createCodeRoom(DIMS),
    )
    const keep = createGraphKeeper(scratchIn(store.dir))
    const stranger = sharedVectors(segment.slots * DIMS)
    for (const [i, vector] of clustered(segment.slots, DIMS, seeded(77)).entries()) stranger.set(vector, i * DIMS)
    await keep({ op: 'build', graph: 1, vectors: stranger, dims: DIMS })
    const links = (await keep({ op: 'links', graph: 1 })) as Uint8Array
    await writeSnapshot(store.dir, storeKey, SPACE, segment, { ef: 10, recall: graph!.recall, links })

    const warned: string[] = []
    const log = { info() {}, warn: (_: object, text: string) => warned.push(text), error() {} } as unknown as Log
    const index = await level(open({ refereeEvery: 1, log }))
    expect(index.status().graphs).toBe(3)
    for (let i = 0; i < 60; i++) await index.nearest(ask(i), SPACE, 10)
    expect(index.status().graphs).toBe(2)
    expect(warned).toEqual(['a graph misses too much; its segment is searched exactly'])
    for (const i of questions) {
      const { hits } = await index.nearest(ask(i), SPACE, 10)
      expect(recall(hits, truthOf(said, ask(i)), 10)).toBeGreaterThanOrEqual(0.9)
    }
  })

  it('keeps no graph that misses too much, builds none for the segments around it, and none again', async () => {
    // islands larger than any effort: hardly a link of a graph leads from one to another
    const random = seeded(5)
    const centres = clustered(3, DIMS, seeded(6))
    const islands = Array.from({ length: 2400 }, (_, i) =>
      unit(Array.from(centres[i % 3]!, (value) => value + 0.02 * (random() - 0.5))),
    )
    store.add(SPACE, saidOf(islands))
    const told: string[] = []
    const log = { info: (_: object, text: string) => told.push(text), warn() {}, error() {} } as unknown as Log
    const index = await level(open({ log, segmentSize: 1200 }))
    expect(told).toEqual(['a graph misses too much; its segment is searched exactly'])
    expect(index.status()).toMatchObject({ segments: 2, graphs: 0, graph_bytes: 0, recall: null })
    const { how, hits } = await index.nearest(islands[7]!, SPACE, 5)
    expect(how).toBe('exact')
    expect(hits[0]!.score).toBeCloseTo(1, 5)
    await index.close()
    const again = open({ log, segmentSize: 1200 })
    expect(await again.tend()).toBe(0)
    expect(again.status()).toMatchObject({ indexed: 2400, graphs: 0 })
    expect(told).toHaveLength(1)
  })

  it('narrows by tenant, users, times and the size of the ledger as a plain list does', async () => {
    const owned = said.map((one) => ({
      ...one,
      tenant: one.seq < 400 ? 'acme' : ['acme', 'zeta'][one.seq % 2]!,
      ...(one.seq % 3 === 0 ? {} : { user: `u${one.seq % 11}` }),
    }))
    store.add(SPACE, owned)
    const index = await level(open())
    store.erase([5, 12, 600])
    for (const bounds of [
      { users: ['u1'] },
      { users: ['u1', 'u4', 'nobody'], tenant: 'acme' },
      { tenant: 'zeta' },
      { tenant: 'nobody' },
      { users: [] },
      { users: ['u2'], tenant: 'zeta', before: 450, since: 401e6, until: 440e6 },
      { since: 500e6 },
      { until: 30e6 },
      { before: 20 },
      { tenant: 'acme', since: 380e6, until: 420e6 },
    ] as Bounds[])
      for (const part of [undefined, 'prompt'] as const) {
        const passing = owned.filter(
          (one) =>
            ![5, 12, 600].includes(one.seq) &&
            (bounds.users?.includes(one.user ?? '') ?? true) &&
            one.tenant === (bounds.tenant ?? one.tenant) &&
            one.seq < (bounds.before ?? 1e9) &&
            one.ts >= (bounds.since ?? 0) &&
            one.ts < (bounds.until ?? 1e18) &&
            one.part === (part === 'prompt' ? 0 : one.part),
        )
        for (const i of [3, 250, 900]) {
          const truth = truthOf(passing, ask(i))
          const { hits } = await index.nearest(ask(i), SPACE, 10, 'all', part, bounds)
          // graphs answer for segments that none of this narrows
          expect(hits).toHaveLength(Math.min(10, truth.length))
          if (truth.length > 0) expect(recall(hits, truth, 10), JSON.stringify(bounds)).toBeGreaterThanOrEqual(0.9)
          expect(brief(index.within(ask(i), SPACE, 0.3, 'all', part, bounds))).toEqual(
            brief(truth.filter(({ score }) => score >= 0.3)),
          )
        }
      }
  })

  it('says which way it went', async () => {
    store.add(SPACE, said)
    const index = await level(open())
    expect((await index.nearest(ask(1), SPACE, 10)).trace).toMatchObject({
      graphs: 3,
      segments_scanned: 1,
      scored: 130,
    })
    const few = (await index.nearest(ask(1), SPACE, 10, Float64Array.of(2, 3, 170))).trace
    expect(few).toMatchObject({ graphs: 0, segments_scanned: 0, segments_gathered: 2, scored: 6, recall: null })
    expect(few.reread).toBeLessThanOrEqual(6)
  })

  it('gives graphs to the newest segments as far as there is memory, and takes them from older ones', async () => {
    store.add(SPACE, said)
    const one = 300 * (4 * DIMS + 220)
    const index = await level(open({ graphMemory: 2.5 * one }))
    expect(index.status()).toMatchObject({ graphs: 2, segments: 4 })
    expect(index.status().graph_bytes).toBeLessThanOrEqual(2.5 * one)
    await expectExact(index, said)
    expect((await index.nearest(ask(1), SPACE, 10)).trace).toMatchObject({ graphs: 2, segments_scanned: 2 })
    await index.close()
    expect((await level(open())).status().graphs).toBe(3)
    await opened.at(-1)!.close()
    // links on the disk stay for a day with more memory
    const before = readFileSync(join(store.dir, files()[0]!))
    expect((await level(open({ graphMemory: one }))).status().graphs).toBe(1)
    expect(readFileSync(join(store.dir, files()[0]!))).toEqual(before)
  })

  it('answers everything exactly without a graph thread, and below the cut-over', async () => {
    store.add(SPACE, said)
    const plain = await level(open({ graphs: false }))
    expect((await plain.nearest(ask(1), SPACE, 10)).how).toBe('exact')
    expect(files()).toHaveLength(3)
    await plain.close()
    const small = await level(open({ exactBelow: N + 1 }))
    expect(small.status().graphs).toBe(3)
    expect((await small.nearest(ask(1), SPACE, 10)).how).toBe('exact')
  })

  it('shares one piece of work between calls that come at once, and does none after it was closed', async () => {
    store.add(SPACE, said)
    const index = open()
    const [a, b] = await Promise.all([index.tend(300), index.tend(300)])
    expect([a, b]).toEqual([300, 300])
    expect(index.catchUp()).toBe(N - 300)
    const building = index.tend()
    await index.close()
    await building
    expect(await index.tend()).toBe(0)
    expect(files().filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
