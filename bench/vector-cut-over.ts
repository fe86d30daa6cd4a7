import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import Database from 'better-sqlite3-multiple-ciphers'
import { migrations } from '../src/engines/embedded/migrations/index.ts'
import { createVectorIndex, type VectorIndex } from '../src/engines/embedded/vectors.ts'
import { normal } from '../src/stats/draws.ts'
import { storeKey } from './store-key.ts'

/**
 * Where graphs begin to pay: one segment of each size, searched exactly and by its graph, with what it costs to read,
 * link, save and load it. Sizes are arguments (default 5000 20000 65536). The figures of
 * docs/decisions/0002-vector-segments.md come from here.
 */
const DIMS = 256
const SPACE = 'bench'
const QUERIES = 60
const K = 20

const sizes = process.argv.slice(2).map(Number)
for (const n of sizes.length > 0 ? sizes : [5000, 20_000, 65_536]) console.log(JSON.stringify(await measure(n)))

async function measure(n: number) {
  const dir = mkdtempSync(join(tmpdir(), 'cut-over-'))
  const db = new Database(join(dir, 'store.db'))
  try {
    const vectors = fillStore(db, n)
    const questions = Array.from({ length: QUERIES }, (_, i) => between(vectors, i))
    const options = {
      key: storeKey,
      db,
      dir: join(dir, 'index'),
      writable: true,
      segmentSize: n,
      refereeEvery: 0,
    }
    const exact = createVectorIndex({ ...options, graphs: false, writable: false })
    const read = timed(() => exact.catchUp())
    const truth = await ask(exact, questions)
    const selective = Float64Array.from({ length: Math.floor(n / 100) }, (_, i) => i * 100)
    const filtered = await ask(exact, questions, selective)
    const within = timed(() => questions.map((q) => exact.within(q, SPACE, 0.9))) / QUERIES
    const bytes = exact.status().bytes
    await exact.close()

    const index = createVectorIndex({ ...options, exactBelow: 0 })
    index.catchUp()
    const linking = cpu()
    await index.tend()
    const link = cpu() - linking
    const saving = performance.now()
    await index.tend()
    const save = performance.now() - saving
    const graph = await ask(index, questions)
    const status = index.status()
    await index.close()

    const started = performance.now()
    const again = createVectorIndex({ ...options, exactBelow: 0 })
    const opened = performance.now() - started
    await again.tend()
    const loaded = performance.now() - started
    const same = (await ask(again, questions.slice(0, 5))).how
    await again.close()
    const hits = graph.found.map((set, i) => set.filter((hit) => truth.found[i]!.includes(hit)).length)
    return {
      n,
      'read vec/CPU-s': rate(n, read),
      'link vec/CPU-s': rate(n, link),
      'exact CPU ms': round(truth.cpuMs),
      'exact 1 % CPU ms': round(filtered.cpuMs),
      'within CPU ms': round(within),
      'graph CPU ms': round(graph.cpuMs),
      'exact, graph wall ms': [round(truth.wallMs), round(graph.wallMs)],
      how: graph.how,
      'recall@20': round(hits.reduce((a, b) => a + b, 0) / (QUERIES * K)),
      'recall@10 measured by the index': round(status.recall ?? Number.NaN),
      'save ms': round(save),
      'load ms: exact': round(opened),
      'load ms: graph too': round(loaded),
      'after load': same,
      'bytes/vec exact': round(bytes / n),
      'bytes/vec with graph': round(status.bytes / n),
    }
  } finally {
    db.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Like logs: 400 topics, each text some way off its topic. */
function fillStore(db: Database.Database, n: number): Float32Array[] {
  for (const migration of migrations)
    if (typeof migration === 'string') db.exec(migration)
    else migration(db, { need: () => new Map(), keyOf: () => null })
  const random = seeded(1)
  const topics = Array.from({ length: 400 }, () => Float32Array.from({ length: DIMS }, () => normal(random)))
  const vectors = Array.from({ length: n }, () => {
    const topic = topics[Math.floor(random() * topics.length)]!
    return unit(topic.map((value) => value + 0.7 * normal(random)))
  })
  db.prepare("insert into spaces(space, model, revision, dtype, dims, state) values (?, '', '', '', ?, 'active')").run(
    SPACE,
    DIMS,
  )
  const event = db.prepare(
    "insert into events(seq, event_id, ts, received, tenant, event_type) values (?, ?, ?, 0, '', 'llm.completion')",
  )
  const embedding = db.prepare("insert into embeddings(space_id, tenant, content, emb) values (1, '', ?, ?)")
  const vector = db.prepare('insert into vectors(seq, part, space_id, embedding_id) values (?, 0, 1, ?)')
  db.transaction(() => {
    for (const [seq, { buffer }] of vectors.entries()) {
      event.run(seq, `e${seq}`, seq)
      vector.run(seq, embedding.run(Buffer.from(`${seq}`), Buffer.from(buffer)).lastInsertRowid)
    }
  })()
  return vectors
}

async function ask(index: VectorIndex, questions: readonly Float32Array[], seqs: Float64Array | 'all' = 'all') {
  const found: number[][] = []
  const times: number[] = []
  let how = ''
  const cpuBefore = cpu()
  for (const q of questions) {
    const started = performance.now()
    const answer = await index.nearest(q, SPACE, K, seqs)
    times.push(performance.now() - started)
    found.push(answer.hits.map(({ seq }) => seq))
    how = answer.how
  }
  const cpuMs = (cpu() - cpuBefore) / questions.length
  return { found, how, cpuMs, wallMs: times.sort((a, b) => a - b)[times.length >>> 1]! }
}

function between(vectors: readonly Float32Array[], i: number): Float32Array {
  const [a, b] = [vectors[(i * 7919) % vectors.length]!, vectors[(i * 104_729) % vectors.length]!]
  return unit(a.map((value, d) => 0.7 * value + 0.3 * b[d]!))
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values)
  return values.map((value) => value / length)
}

function seeded(state: number): () => number {
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function timed(call: () => unknown): number {
  const started = cpu()
  call()
  return cpu() - started
}

function rate(n: number, ms: number): number {
  return Math.round((n / ms) * 1000)
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** Processor time of all threads so far in ms: what counts on a busy machine. */
function cpu(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
