import { createDecipheriv, createHash, hash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine, Entry } from '../src/core/ports.ts'
import { seal } from '../src/encryption/seal.ts'
import { openEmbedded } from '../src/engines/embedded/open.ts'
import { checkpoint } from '../src/flow/checkpoint.ts'
import { uuidv7 } from '../src/flow/event-id.ts'
import { ingest } from '../src/flow/ingest.ts'
import { ledgerProof } from '../src/flow/ledger-proof.ts'
import { verify } from '../src/flow/verify.ts'
import { checkpointText } from '../src/ledger/checkpoint.ts'
import { commit, leafData, SALT_BYTES } from '../src/ledger/leaf.ts'
import { noteSigner } from '../src/ledger/note.ts'
import { grow, leafHash, rootOf } from '../src/ledger/tree.ts'
import { createRedactor } from '../src/redactors/index.ts'
import { systemClock } from '../src/roof/system-clock.ts'
import { seeded } from '../src/stats/seeded.ts'
import { compare, medianOf, ratioOf } from './bench-compare.ts'
import type { Bench, Row } from './bench-row.ts'
import { eventsOf } from './bench-texts.ts'
import { storeKey } from './store-key.ts'

/** Events of a commit, as a full group commit has them. */
const BATCH = 1_000
const BATCHES = 5
const PROOFS = 500
/** Entries of a pass of verification. */
const VERIFIED = 10_000
/** What a proof may take. */
const LIMIT_MS = 5

const signer = noteSigner('bench', randomBytes(32))

/** What sealing costs beside what it protects, and how long a proof takes. */
export const ledger: Bench = async ({ vectors, rounds }, say) => {
  say(`sealing ${BATCH * BATCHES} events, ${rounds} times`)
  const merkle = await merkleRow(rounds)
  const signing = await signRow(rounds)
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-ledger-'))
  const engine = await openEmbedded({ key: storeKey, dataDir, clock: systemClock })
  try {
    say(`filling a ledger of ${vectors} entries`)
    await fill(engine, vectors)
    const proof = await proofRow(engine, vectors, rounds)
    say(`verifying ${VERIFIED} entries, ${rounds} times`)
    return [merkle, signing, proof, await verifyRow(rounds)]
  } finally {
    await engine.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Leaf and tree of a batch of events, against the least that any seal costs. */
async function merkleRow(rounds: number): Promise<Row> {
  const bodies = eventsOf(BATCH, 1).map((event) => JSON.stringify(event))
  const commitments = bodies.map((body) => createHash('sha256').update(body).digest())
  let size = 0
  let frontier: Uint8Array[] = []
  const many = (work: () => void) => () => {
    for (let i = 0; i < BATCHES; i++) work()
    return BATCH * BATCHES
  }
  const rates = await compare(rounds, {
    ours: {
      run: many(() => {
        const leaves = commitments.map((commitment, i) => leafHash(leafData('event', `event-${i}`, commitment)))
        frontier = grow(size, frontier, leaves).frontier
        size += leaves.length
      }),
    },
    peer: {
      run: many(() => {
        for (const body of bodies) createHash('sha256').update(body).digest()
      }),
    },
  })
  return {
    name: 'merkle.cost',
    what: 'leaf and tree nodes of an event / one SHA-256 of its 1.6 kB',
    ours: 1e6 / medianOf(rates.ours),
    peer: 1e6 / medianOf(rates.peer),
    unit: 'CPU-us/event',
    ratio: ratioOf(rates.peer, rates.ours),
    goal: { atMost: 2 },
  }
}

/** Reading, redacting and storing events with salts, hashes and a signature to each commit; the seal alone is taken off. */
async function signRow(rounds: number): Promise<Row> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-sign-'))
  const engine = await openEmbedded({ key: storeKey, dataDir, clock: systemClock, half: 'write' })
  const parts = {
    append: (batch: readonly Entry[]) => engine.append(batch),
    redactor: createRedactor({ key: randomBytes(32) }),
    newId: () => uuidv7(Math.floor(systemClock.now() / 1_000), randomBytes(10)),
  }
  let seed = 0
  let bodies: Buffer[] = []
  const texts = eventsOf(BATCH, 1).map((event) => JSON.stringify(event))
  let size = 0
  let frontier: Uint8Array[] = []
  try {
    const rates = await compare(rounds, {
      whole: {
        before: () => {
          bodies = Array.from({ length: BATCHES }, () =>
            Buffer.from(
              eventsOf(BATCH, ++seed)
                .map((event) => JSON.stringify(event))
                .join('\n'),
            ),
          )
        },
        run: async () => {
          for (const body of bodies) {
            await ingest(parts, body, 'ndjson', { tenant_id: null })
            await checkpoint({ engine, signer, clock: systemClock })
          }
          return BATCH * BATCHES
        },
      },
      seal: {
        run: () => {
          for (let batch = 0; batch < BATCHES; batch++) {
            const salts = randomBytes(SALT_BYTES * BATCH)
            const leaves = texts.map((text, i) => {
              const salt = salts.subarray(i * SALT_BYTES, (i + 1) * SALT_BYTES)
              return leafHash(leafData('event', `event-${i}`, commit(salt, text)))
            })
            frontier = grow(size, frontier, leaves).frontier
            size += leaves.length
            signer.sign(checkpointText({ origin: signer.name, size, root: rootOf(frontier) }))
          }
          return BATCH * BATCHES
        },
      },
    })
    const costs = rates.whole.map((rate, i) => {
      const whole = 1e6 / rate
      return { whole, without: whole - 1e6 / (rates.seal[i] ?? Number.NaN) }
    })
    return {
      name: 'ingest.sign-cost',
      what: 'events read, redacted, sealed, signed and durable / the same without salt, hashes and signature',
      ours: medianOf(costs.map(({ whole }) => whole)),
      peer: medianOf(costs.map(({ without }) => without)),
      unit: 'CPU-us/event',
      ratio: medianOf(costs.map(({ whole, without }) => whole / without)),
      goal: { atMost: 1.15 },
    }
  } finally {
    await engine.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** A pass over a ledger of events, against opening the same texts and hashing them, which no verification can do without. */
async function verifyRow(rounds: number): Promise<Row> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-verify-'))
  const parts = { engine: await openEmbedded({ key: storeKey, dataDir, clock: systemClock }), clock: systemClock }
  const key = randomBytes(32)
  const sealed: Buffer[] = []
  try {
    for (let seed = 0; seed < VERIFIED / BATCH; seed++) {
      const events = eventsOf(BATCH, seed)
      await parts.engine.append(events.map(entryOf))
      for (const event of events) sealed.push(seal(key, Buffer.from(JSON.stringify(event)), 'event'))
    }
    const rates = await compare(rounds, {
      ours: { run: async () => (await verify(parts, { vkey: signer.vkey, from: 'start' })).counts.intact },
      peer: {
        run: () => {
          for (const one of sealed) {
            const opening = createDecipheriv('aes-256-gcm', key, one.subarray(0, 12))
            opening.setAAD(Buffer.from('event')).setAuthTag(one.subarray(-16))
            hash('sha256', Buffer.concat([opening.update(one.subarray(12, -16)), opening.final()]))
          }
          return sealed.length
        },
      },
    })
    return {
      name: 'verify',
      what: 'entries verified, from the pages of the store / opened (AES-256-GCM) and hashed (SHA-256) alone',
      ours: medianOf(rates.ours),
      peer: medianOf(rates.peer),
      unit: 'entries/CPU-s',
      ratio: ratioOf(rates.ours, rates.peer),
      goal: null,
    }
  } finally {
    await parts.engine.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function entryOf(event: Record<string, unknown>): Entry {
  const event_id = String(event.event_id)
  const body = { ...event, redaction: {} } as Entry['body']
  return { kind: 'event', event_id, ts: Date.parse(String(event.timestamp)) * 1_000, body }
}

/** Short events: a proof is as long whatever they say. */
async function fill(engine: Engine, size: number): Promise<void> {
  for (let first = 0; first < size; first += BATCH) {
    const n = Math.min(BATCH, size - first)
    await engine.append(
      Array.from({ length: n }, (_, i) => {
        const event_id = `event-${first + i}`
        const body = { event_id, event_type: 'metric', timestamp: '2026-01-05T00:00:00Z', redaction: {} }
        return { kind: 'event', event_id, ts: first + i, body } satisfies Entry
      }),
    )
  }
}

/** Proofs of entries all over the ledger, from the id to the answer that was checked. */
async function proofRow(engine: Engine, size: number, rounds: number): Promise<Row> {
  const redactor = { forms: (_field: string, value: string) => [value] }
  const parts = { engine, signer, clock: systemClock, redactor }
  await checkpoint(parts)
  const random = seeded(1)
  const { ours } = await compare(rounds, {
    ours: {
      run: async () => {
        for (let i = 0; i < PROOFS; i++) await ledgerProof(parts, `event-${Math.floor(random() * size)}`)
        return PROOFS
      },
    },
  })
  const tookMs = 1e3 / medianOf(ours)
  return {
    name: 'ledger.proof',
    what: `inclusion proof among ${size} entries, looked up and checked / what it may take`,
    ours: tookMs,
    peer: LIMIT_MS,
    unit: 'CPU-ms',
    ratio: tookMs / LIMIT_MS,
    goal: { atMost: 1 },
  }
}
