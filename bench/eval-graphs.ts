import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { HierarchicalNSW } from 'hnswlib-node'
import { packageRoot } from '../src/config.ts'
import type { Encoder } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { type Codes, createCodeRoom, emptyCodes, putVector } from '../src/engines/embedded/codes.ts'
import { seeded } from '../src/stats/seeded.ts'
import { scanCodes } from './code-scan.ts'
import { shuffled } from './eval-topics.ts'
import { bootstrapped, type Figure, told } from './figure.ts'
import { encodeAll, rowsOf } from './labelled.ts'
import { DIMS, exactTop, recallOf } from './vector-sets.ts'

const { HierarchicalNSW: Hnsw } = createRequire(import.meta.url)('hnswlib-node') as {
  HierarchicalNSW: typeof HierarchicalNSW
}

/** Texts of a full segment, and the graph that the product would give it. */
const SEGMENT = 65_536
const M = 16
const EF_CONSTRUCTION = 200
const EFFORTS = [64, 128, 256, 512]
const QUESTIONS = 200
const K = 10
/** Words of a short question: from two to five. */
const LEAST_WORDS = 2
const MORE_WORDS = 4

interface Row {
  questions: string
  ef: number
  recall: Figure
  /** Questions of which none of the ten nearest was found. */
  lost: number
  /** CPU of a question by the graph, and by a scan of the codes of the same texts. */
  ms: number
  scan_ms: number
}

/**
 * What one graph over real answers finds, asked whole texts that it does not hold and a few words as people type them,
 * beside the scan that finds everything. Skipped, aloud, without the folder.
 */
export async function evalGraphs(dataDir: string | undefined, { json }: { json: boolean }): Promise<object> {
  const answers = [1, 2, 3].flatMap((n) => rowsOf(`chat_traffic/alpaca_eval_${n}.jsonl.gz`, dataDir) ?? [])
  if (answers.length === 0) {
    process.stderr.write('skipped: no ordinary chats; name the folder of the sets with --data\n')
    return { skipped: 'no data' }
  }
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const random = seeded(1)
    const texts = shuffled([...new Set(answers.flatMap((row) => [row.prompt, row.response] as string[]))], random)
    const held = texts.slice(QUESTIONS, QUESTIONS + SEGMENT)
    const vectors = joined(await encodeAll(encoder, held))
    const asked = {
      'whole texts': await sound(encoder, texts.slice(0, QUESTIONS)),
      'two to five words': await sound(encoder, fragments(held, random)),
    }
    process.stderr.write(`a graph over ${held.length} texts\n`)
    const graph = linked(vectors)
    const codes = coded(vectors)
    const rows = Object.entries(asked).flatMap(([questions, list]) => rowsFor(questions, list, vectors, codes, graph))
    if (!json) process.stdout.write(`${tableOf(rows)}\n`)
    return { texts: held.length, rows }
  } finally {
    await encoder.close()
  }
}

function rowsFor(
  questions: string,
  asked: readonly Float32Array[],
  vectors: Float32Array,
  codes: Codes,
  graph: HierarchicalNSW,
): Row[] {
  const count = vectors.length / DIMS
  const truths = asked.map((q) => exactTop({ vectors, count }, q, K))
  const points = asked.map((q) => Array.from(q))
  const scan_ms = msOf(asked, (q) => scanCodes(codes, count, q, K))
  return EFFORTS.map((ef) => {
    graph.setEf(ef)
    const found = points.map((point) => graph.searchKnn(point, K).distances.map((distance) => 1 - distance))
    const shares = found.map((scores, i) => recallOf(scores, truths[i]!))
    const { recall } = bootstrapped(
      shares.map((share) => [share]),
      (sample) => ({ recall: sample.reduce((sum, share) => sum + share, 0) / sample.length }),
    )
    const ms = msOf(points, (point) => graph.searchKnn(point, K))
    return { questions, ef, recall, lost: shares.filter((share) => share === 0).length, ms, scan_ms }
  })
}

/** CPU-ms of one of these, the second time round. */
function msOf<T>(all: readonly T[], ask: (one: T) => unknown): number {
  for (const one of all) ask(one)
  const begun = process.cpuUsage()
  for (const one of all) ask(one)
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1e3 / all.length
}

/** Some words in a row of texts by chance. */
function fragments(texts: readonly string[], random: () => number): string[] {
  return Array.from({ length: QUESTIONS }, () => {
    const words = texts[Math.floor(random() * texts.length)]!.split(/\s+/)
    const most = LEAST_WORDS + Math.floor(random() * MORE_WORDS)
    const from = Math.floor(random() * Math.max(1, words.length - most))
    return words.slice(from, from + most).join(' ')
  })
}

/** Vectors of the texts in which the model knows a word. */
async function sound(encoder: Encoder, texts: readonly string[]): Promise<Float32Array[]> {
  return (await encodeAll(encoder, texts)).filter((vector) => vector.some((value) => value !== 0))
}

function joined(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.length * DIMS)
  for (const [i, vector] of vectors.entries()) all.set(vector, i * DIMS)
  return all
}

function linked(vectors: Float32Array): HierarchicalNSW {
  const graph = new Hnsw('ip', DIMS)
  graph.initIndex(vectors.length / DIMS, M, EF_CONSTRUCTION)
  for (let at = 0; at * DIMS < vectors.length; at++)
    graph.addPoint(Array.from(vectors.subarray(at * DIMS, (at + 1) * DIMS)), at)
  return graph
}

function coded(vectors: Float32Array): Codes {
  const codes = emptyCodes(createCodeRoom(DIMS))
  for (let at = 0; at * DIMS < vectors.length; at++) putVector(codes, at, vectors.subarray(at * DIMS, (at + 1) * DIMS))
  return codes
}

function tableOf(rows: readonly Row[]): string {
  const head = ['questions', 'ef', 'recall@10', 'none of the ten found', 'graph, CPU-ms', 'scan, CPU-ms']
  const lines = rows.map(({ questions, ef, recall, lost, ms, scan_ms }) => [
    ...[questions, String(ef), told(recall), String(lost)],
    ...[ms, scan_ms].map((value) => value.toFixed(2)),
  ])
  return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n')
}
