import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import * as sqliteVec from 'sqlite-vec'
import startWabt from 'wabt'
import { askedOf, type Codes, createCodeRoom, emptyCodes, putVector, scanSlots } from '../src/engines/embedded/codes.ts'
import { connect } from '../src/engines/embedded/connection.ts'
import { createVectorIndex } from '../src/engines/embedded/vectors.ts'
import { compare, mean, msAt, ratioOf } from './bench-compare.ts'
import type { Row } from './bench-row.ts'
import type { Given } from './bench-vectors.ts'
import { scanCodes } from './code-scan.ts'
import { storeKey } from './store-key.ts'
import { closeTo, DIMS, type SetName, type VectorSet } from './vector-sets.ts'
import { SPACE } from './vector-world.ts'

const K = 10
const FEW = 10
/** Cosine of the range search: of 1,000,000 texts some hundred are closer, most of a group where there are groups. */
const CLOSE: Readonly<Record<SetName, number>> = { clustered: 0.55, manifold: 0.7 }

/** Exact search by itself: against reading the same bytes, against sqlite-vec, and for all that are close. */
export async function exactRows({ set, world: worldOf, rounds, say }: Given): Promise<Row[]> {
  const world = await worldOf()
  const { count } = world
  const close = CLOSE[set]
  const questions = world.questions.slice(0, FEW)
  const codes = coded(world)
  const record = DIMS + 4
  const sum = await summed(count * record)
  const db = connect(world.dataDir, false, storeKey)
  const dir = join(world.dataDir, 'bench-index')
  const index = createVectorIndex({ key: storeKey, db, dir, writable: false, graphs: false })
  index.catchUp()
  say('the same vectors into sqlite-vec')
  const peer = sqliteTable(world)
  const flat = (q: Float32Array) => scanSlots(codes, count, askedOf(q, codes.room), () => 2, nothing)
  const recalls = questions.map((q) => {
    const truth = closeTo(world, q, close)
    const found = new Set(index.within(q, SPACE, close).map(({ seq }) => seq))
    // a cosine at the threshold is on either side of it by the order of its sum
    const sure = truth.filter(({ score }) => score >= close + 1e-6)
    return { share: sure.length === 0 ? 1 : sure.filter(({ place }) => found.has(place)).length / sure.length, truth }
  })
  const each = (ask: (q: Float32Array) => unknown) => ({
    run: async () => {
      for (const q of questions) await ask(q)
      return questions.length
    },
  })
  const rates = await compare(rounds, {
    top: each((q) => scanCodes(codes, count, q, K)),
    sum: each(() => sum()),
    ours: each((q) => index.nearest(q, SPACE, K)),
    peer: each((q) => peer.ask(q)),
    range: each((q) => index.within(q, SPACE, close)),
    flat: each(flat),
  })
  peer.close()
  await index.close()
  db.close()
  const gigabytes = (rate: readonly number[]) => (count * record) / msAt(rate) / 1e6
  const hits = Math.round(mean(recalls.map(({ truth }) => truth.length)))
  return [
    {
      name: `vec.exact-roof (${set})`,
      what: 'codes scanned for the ten nearest / the same bytes read once and added, both WebAssembly SIMD',
      ours: gigabytes(rates.top),
      peer: gigabytes(rates.sum),
      unit: 'GB/CPU-s',
      ratio: ratioOf(rates.top, rates.sum),
      goal: { atLeast: 0.8 },
    },
    {
      name: `vec.exact-peer (${set})`,
      what: 'ten nearest, exact, read again in full / sqlite-vec, 32-bit floats (times as fast)',
      ours: msAt(rates.ours),
      peer: msAt(rates.peer),
      unit: 'CPU-ms/query',
      ratio: ratioOf(rates.ours, rates.peer),
      goal: { atLeast: 10 },
    },
    {
      name: `vec.range (${set})`,
      what: `every text above a cosine of ${close}, ${hits} on average / one scan of the codes`,
      ours: msAt(rates.range),
      peer: msAt(rates.flat),
      unit: 'CPU-ms/query',
      ratio: ratioOf(rates.flat, rates.range),
      goal: { atMost: 1.3 },
    },
    {
      name: `vec.range-recall (${set})`,
      what: 'of those texts / by a plain loop',
      ours: mean(recalls.map(({ share }) => share)),
      peer: 1,
      unit: 'recall',
      ratio: mean(recalls.map(({ share }) => share)),
      goal: { atLeast: 0.999 },
    },
  ]
}

const nothing = () => {}

function coded({ vectors, count }: VectorSet): Codes {
  const codes = emptyCodes(createCodeRoom(DIMS))
  for (let at = 0; at < count; at++) putVector(codes, at, vectors.subarray(at * DIMS, (at + 1) * DIMS))
  return codes
}

/** Reads so many bytes of a memory of its own, 64 at a time, and adds them up. */
async function summed(bytes: number): Promise<() => number> {
  const whole = Math.ceil(bytes / 64) * 64
  const wabt = await startWabt()
  const { buffer } = wabt
    .parseWat(
      'sum.wat',
      `(module (memory (export "memory") ${Math.ceil(whole / 65_536)})
        (func (export "sum") (param $at i32) (param $end i32) (result i32) (local $a v128) (local $b v128)
          (loop $more
            (local.set $a (i8x16.add (local.get $a) (v128.load (local.get $at))))
            (local.set $b (i8x16.add (local.get $b) (v128.load offset=16 (local.get $at))))
            (local.set $a (i8x16.add (local.get $a) (v128.load offset=32 (local.get $at))))
            (local.set $b (i8x16.add (local.get $b) (v128.load offset=48 (local.get $at))))
            (local.set $at (i32.add (local.get $at) (i32.const 64)))
            (br_if $more (i32.lt_u (local.get $at) (local.get $end))))
          (i8x16.extract_lane_u 0 (i8x16.add (local.get $a) (local.get $b)))))`,
      { simd: true },
    )
    .toBinary({})
  const { WebAssembly: assembly } = globalThis as unknown as {
    WebAssembly: {
      Module: new (code: Uint8Array) => object
      Instance: new (
        module: object,
      ) => { exports: { memory: { buffer: ArrayBuffer }; sum(at: number, end: number): number } }
    }
  }
  const { exports } = new assembly.Instance(new assembly.Module(buffer))
  new Uint8Array(exports.memory.buffer).fill(1)
  return () => exports.sum(0, whole)
}

function sqliteTable({ vectors, count }: VectorSet) {
  const db = new Database(':memory:')
  sqliteVec.load(db)
  db.exec(`create virtual table v using vec0(emb float[${DIMS}])`)
  const put = db.prepare('insert into v(rowid, emb) values (?, ?)')
  const bytes = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
  db.transaction(() => {
    for (let at = 0; at < count; at++) put.run(BigInt(at), bytes(vectors.subarray(at * DIMS, (at + 1) * DIMS)))
  })()
  const nearest = db.prepare(`select rowid, distance from v where emb match ? and k = ${K}`)
  return { ask: (q: Float32Array) => nearest.all(bytes(q)), close: () => db.close() }
}
