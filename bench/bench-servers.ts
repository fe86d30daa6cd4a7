import { randomBytes } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import type { ApiParts } from '../src/api/parts.ts'
import { buildServer } from '../src/api/server.ts'
import { conceptOf } from '../src/concepts/classifier.ts'
import type { LogEvent, RedactedEvent } from '../src/core/event.ts'
import type { Log } from '../src/core/ports.ts'
import { openEmbedded } from '../src/engines/embedded/open.ts'
import { conceptSource } from '../src/flow/concepts/source.ts'
import { uuidv7 } from '../src/flow/event-id.ts'
import { groupCommit } from '../src/flow/group-commit.ts'
import { ingest } from '../src/flow/ingest.ts'
import { createKey } from '../src/flow/keys.ts'
import { noteSigner } from '../src/ledger/note.ts'
import { createRedactor } from '../src/redactors/index.ts'
import { systemClock } from '../src/roof/system-clock.ts'
import { storeKey } from './store-key.ts'

/** A server that takes `POST /v1/events`. */
export interface Target {
  url: string
  key: string
  close(): Promise<void>
}

/** As the service gathers commits. */
const GATHER_MS = 4
const MOST_EVENTS = 1_000
const LIMITS = { bodyLimitBytes: 64 * 2 ** 20, queueLimitBytes: 256 * 2 ** 20, rateLimit: 0 }

/** Reads every body to its end and forgets it: what HTTP alone costs. */
export async function echoServer(): Promise<Target> {
  const app = Fastify({ bodyLimit: LIMITS.bodyLimitBytes })
  app.addContentTypeParser('application/x-ndjson', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post('/v1/events', (_request, reply) => reply.code(202).send({ accepted: 0, duplicates: 0, rejected: [] }))
  return { url: await listening(app), key: 'none', close: async () => void (await app.close()) }
}

/**
 * The service's own server, verbs and store in one thread. What follows a commit (word index, jobs) is left out, as it
 * is work that may wait.
 * @param redacting whether events are redacted; without it the ceiling of the rest is measured
 */
export async function houseServer(dataDir: string, redacting: boolean): Promise<Target> {
  const engine = await openEmbedded({ key: storeKey, dataDir, clock: systemClock, half: 'write' })
  const real = createRedactor({ key: randomBytes(32) })
  const unredacted = (event: LogEvent) =>
    ({ ...event, redaction: { version: 'none', counts: {} } }) as unknown as RedactedEvent
  const redactor = redacting ? real : { ...real, event: unredacted }
  const append = groupCommit(
    (batch) => engine.append(batch),
    MOST_EVENTS,
    (call) => setTimeout(call, GATHER_MS),
  )
  const newId = () => uuidv7(Math.floor(systemClock.now() / 1_000), randomBytes(10))
  const parts: ApiParts = {
    ingest: (body, kind, as) => ingest({ append, redactor, newId }, body, kind, as),
    search: () => Promise.reject(new Error('nothing is searched here')),
    drawSet: () => Promise.reject(new Error('nothing is drawn here')),
    countSet: () => Promise.reject(new Error('nothing is counted here')),
    map: () => Promise.reject(new Error('nothing is laid out here')),
    backtest: () => Promise.reject(new Error('nothing is looked back at here')),
    engine,
    record: () => Promise.reject(new Error('nothing is read here')),
    erase: () => Promise.reject(new Error('nothing is erased here')),
    subjectKey: randomBytes(32),
    cursorKey: randomBytes(32),
    canaryKey: randomBytes(32),
    newId,
    jobs: { names: [], list: async () => [], run: async () => 'running' },
    capacity: () => Promise.reject(new Error('nothing is measured here')),
    compliance: () => Promise.reject(new Error('nothing is reported here')),
    concepts: conceptSource({ engine, builtIn: [], make: (fitted) => conceptOf(fitted) }),
    fitConcept: () => Promise.reject(new Error('nothing is fitted here')),
    tokens: null,
    signer: noteSigner('bench', randomBytes(32)),
    ready: async () => ({ ok: true, store: 'ok', index: 'ok', model: 'ok', jobs: 'ok', disk: 'ok' }),
    redactor,
    clock: systemClock,
    log: SILENT,
  }
  const app = await buildServer(parts, { version: '0', metricsOpen: false, ...LIMITS })
  const { key } = await createKey({ engine, clock: systemClock, redactor: real }, { role: 'ingest' })
  const close = async () => {
    await app.close()
    await engine.close()
  }
  return { url: await listening(app), key, close }
}

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} }

const listening = async (app: FastifyInstance) => `${await app.listen({ host: '127.0.0.1', port: 0 })}/v1/events`
