import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RedactedEvent } from '../src/core/event.ts'
import type { Engine } from '../src/core/ports.ts'
import type { RetentionRule } from '../src/core/retention.ts'
import { openEmbedded } from '../src/engines/embedded/open.ts'
import { packArchive } from '../src/flow/archive-files.ts'
import { systemClock } from '../src/roof/system-clock.ts'
import { compare, medianOf, ratioOf } from './bench-compare.ts'
import type { Bench } from './bench-row.ts'
import { eventsOf } from './bench-texts.ts'
import { storeKey } from './store-key.ts'

/** Events of the file; each user has as many as fit once around. */
const EVENTS = 3_000
const BATCH = 500

/** Everything at once, whatever its age. */
const RULE: RetentionRule = {
  name: 'bench',
  hash: '00',
  event_types: null,
  tenants: null,
  tags: {},
  from: 'receipt',
  keep: null,
  after: { delete: null, anonymise: null, archive: 0 },
  beats_minimum: false,
  keep_vectors: false,
}

/** What a file of the archive takes, and what it costs to make one. */
export const archive: Bench = async ({ rounds }, say) => {
  say(`${EVENTS} events to one file, ${rounds} times`)
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-archive-'))
  const engine = await openEmbedded({ key: storeKey, dataDir, clock: systemClock })
  try {
    const raw = await fill(engine)
    const rows = await rowsOf(engine)
    const key = randomBytes(32)
    let bytes = 0
    const rates = await compare(rounds, {
      ours: {
        async run() {
          bytes = (await packArchive('bench', rows, key)).bytes.length
          return rows.length
        },
      },
      json: {
        run() {
          return rows.map((row) => JSON.stringify({ ...row, texts: null, vectors: null })).length
        },
      },
    })
    return [
      {
        name: 'storage.cold',
        what: 'an event in a file of the archive, without vectors / the event as raw JSON',
        ours: bytes / rows.length,
        peer: raw / EVENTS,
        unit: 'bytes/event',
        ratio: bytes / rows.length / (raw / EVENTS),
        goal: { atMost: 0.3 },
      },
      {
        name: 'archive.pack',
        what: 'rows as zstd Parquet, sealed / the same columns as JSON',
        ours: medianOf(rates.ours),
        peer: medianOf(rates.json),
        unit: 'events/CPU-s',
        ratio: ratioOf(rates.ours, rates.json),
        goal: null,
      },
    ]
  } finally {
    await engine.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Stores events and counts them; gives their bytes as they were sent. */
async function fill(engine: Engine): Promise<number> {
  const events = eventsOf(EVENTS, 5)
  for (let at = 0; at < EVENTS; at += BATCH) {
    const batch = events.slice(at, at + BATCH) as unknown as RedactedEvent[]
    const ts = systemClock.now()
    await engine.append(batch.map((body) => ({ kind: 'event', event_id: body.event_id, ts, body })))
  }
  for (let ticket = await engine.claim('baseline', BATCH, 60_000); ticket !== null; ) {
    await engine.settle(ticket, {})
    ticket = await engine.claim('baseline', BATCH, 60_000)
  }
  return events.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0)
}

async function rowsOf(engine: Engine) {
  const now = systemClock.now()
  const batch = await engine.archivable({
    file: 'be'.repeat(16),
    rules: [RULE],
    at: 0,
    now,
    after: null,
    limit: EVENTS,
  })
  if (batch?.rows.length !== EVENTS) throw new Error(`${batch?.rows.length ?? 0} of ${EVENTS} events are due`)
  return batch.rows
}
