import { mkdtempSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApiOptions, ApiParts } from '../../src/api/parts.ts'
import { buildServer } from '../../src/api/server.ts'
import { conceptOf } from '../../src/concepts/classifier.ts'
import { corrected } from '../../src/concepts/correct.ts'
import type { Concept } from '../../src/core/concept.ts'
import { ROLES, type Role } from '../../src/core/key.ts'
import type { Engine } from '../../src/core/ports.ts'
import type { SearchAsk } from '../../src/core/search.ts'
import { parseTime } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { recordDeed } from '../../src/flow/audit.ts'
import { canaryWatch } from '../../src/flow/canaries/watch.ts'
import { capacity } from '../../src/flow/capacity.ts'
import { meaningMap } from '../../src/flow/clusters/map.ts'
import { compliance } from '../../src/flow/compliance.ts'
import type { HouseFacts } from '../../src/flow/compliance-house.ts'
import { type ConceptSourceParts, conceptSource } from '../../src/flow/concepts/source.ts'
import { erase } from '../../src/flow/erase.ts'
import { ingest } from '../../src/flow/ingest.ts'
import { createKey } from '../../src/flow/keys.ts'
import { backtest } from '../../src/flow/monitors/backtest.ts'
import { byIndex } from '../../src/flow/monitors/matches.ts'
import { noteSigner } from '../../src/ledger/note.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { createTagger } from '../../src/redactors/placeholder.ts'
import { storeKey } from '../store-key.ts'

const redactor = createRedactor({ key: Buffer.alloc(32, 7) })

/** What configuration says where nothing is configured. */
export const aHouseOfFacts: HouseFacts = {
  listens: { host: '127.0.0.1', loopback: true, tls: null, fault: null },
  master_key: { source: 'file', fault: null },
  redaction: { rules_sha256: 'ab', policy_sha256: 'cd', own_rules: 0, strength: { names: 1 } },
  retention: [],
  copies: { checkpoints: [], segments: [] },
  oidc: null,
  policy_changes: [],
  altered: [],
  jobs_enabled: true,
  limits: { preset: null, key_days: 0, backup_days: 8, review_days: 180, copy_hours: 4 },
}

interface Call {
  /** Of the key that is sent; null for none. Default admin. */
  role?: Role | null
  key?: string
  body?: unknown
  type?: string | null
  headers?: Record<string, string>
}

/** The interface on a real socket over a real store. Search and jobs are what they are given; only the clock is ours. */
export async function anApi(
  over: { parts?: Partial<ApiParts>; options?: Partial<ApiOptions>; builtIn?: readonly Concept[] } = {},
) {
  let now = parseTime('2026-02-01T12:00:00Z')!
  const clock = { now: () => now }
  const lines: string[] = []
  const note = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push(JSON.stringify({ level, message, ...fields }))
  const log = { info: note('info'), warn: note('warn'), error: note('error') }
  const dataDir = mkdtempSync(join(tmpdir(), 'uc-api-'))
  const engine: Engine = await openEmbedded({ key: storeKey, dataDir, clock })
  const asked: SearchAsk[] = []
  let ids = 0
  const newId = () => `made-${ids++}`
  const signer = noteSigner('undercurrent/test', Buffer.alloc(32, 5))
  const subjectKey = Buffer.alloc(32, 3)
  const make: ConceptSourceParts['make'] = (fitted, correction) =>
    correction === null ? conceptOf(fitted) : corrected(conceptOf(fitted), correction)
  const canaryKey = Buffer.alloc(32, 11)
  const tagger = createTagger(Buffer.alloc(32, 7))
  const { marks: canaries } = canaryWatch({ engine, clock, log, redactor, tagger, canaryKey })
  const concepts = conceptSource({ engine, builtIn: over.builtIn ?? [], make })
  const parts: ApiParts = {
    ingest: (body, kind, as) =>
      ingest({ append: (batch) => engine.append(batch), canaries, redactor, newId }, body, kind, as),
    search: async (ask) => {
      asked.push(ask)
      return { items: [], next_cursor: null, not_examined: 0, how: 'exact', complete: true }
    },
    drawSet: () => Promise.reject(new Error('nothing is drawn here')),
    countSet: () => Promise.reject(new Error('nothing is counted here')),
    map: (filter, points) => meaningMap({ engine, clock }, filter, points),
    backtest: async (rule, tenant_id) => {
      const seen = { bound: tenant_id, asked: rule.search.tenant_id }
      const answering = await (over.parts?.concepts ?? concepts).answering(seen)
      const encoder = () => Promise.reject(new Error('nothing is read here'))
      const monitorParts = { engine, clock, redactor, encoder, near: byIndex(engine) }
      return backtest(monitorParts, rule, { tenant_id, concepts: answering })
    },
    engine,
    record: (actor, deed) => recordDeed({ engine, clock, newId }, actor, deed),
    erase: (ask) => erase({ engine, clock, redactor, signer, subjectKey, newId, renewKeyCopies: async () => [] }, ask),
    subjectKey,
    cursorKey: Buffer.alloc(32, 9),
    canaryKey,
    newId,
    jobs: {
      names: ['embed', 'detect'],
      list: async () => [
        {
          name: 'embed',
          schedule: '* * * * *',
          running: false,
          progress: null,
          last_run: {
            started_at: '2026-02-01T11:00:00.000000Z',
            ended_at: '2026-02-01T11:00:05.000000Z',
            outcome: 'done',
            done: 12,
          },
          next_run: '2026-02-01T12:01:00.000000Z',
        },
      ],
      run: async (name) => (name === 'detect' ? 'running' : 'started'),
    },
    capacity: () =>
      capacity({ engine, clock, retention: [], disk: async () => ({ free_bytes: 2 ** 40, beside_bytes: 0 }) }),
    compliance: (ask) => compliance({ engine, clock, house: async () => aHouseOfFacts }, ask),
    concepts,
    fitConcept: () => Promise.reject(new Error('nothing is fitted here')),
    tokens: null,
    signer,
    ready: async () => ({ ok: true, store: 'ok', index: 'ok', model: 'ok', jobs: 'ok', disk: 'ok' }),
    redactor,
    clock,
    log,
    ...over.parts,
  }
  const app = await buildServer(parts, {
    version: '1.2.3',
    metricsOpen: false,
    bodyLimitBytes: 100_000,
    queueLimitBytes: 1_000_000,
    rateLimit: 0,
    ...over.options,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const keys = {} as Record<Role, string>
  for (const role of ROLES) keys[role] = (await createKey({ engine, clock, redactor }, { role })).key

  async function call(method: string, path: string, { role = 'admin', key, body, type, headers = {} }: Call = {}) {
    const text = key ?? (role === null ? null : keys[role])
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const contentType = type === undefined && body !== undefined ? 'application/json' : type
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        ...(text !== null && { authorization: `Bearer ${text}` }),
        ...(contentType != null && { 'content-type': contentType }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    })
    const answer = await response.text()
    let json: ReturnType<typeof JSON.parse>
    try {
      json = JSON.parse(answer)
    } catch {
      json = undefined
    }
    return { status: response.status, text: answer, json, headers: response.headers }
  }

  return {
    app,
    port,
    engine,
    clock,
    concepts,
    redactor,
    keys,
    /** Log lines, as JSON. */
    lines,
    /** What the search was asked. */
    asked,
    call,
    pass: (micros: number) => {
      now += micros
    },
    aKey: async (ask: Parameters<typeof createKey>[1]) => await createKey({ engine, clock, redactor }, ask),
    async close() {
      await app.close()
      await engine.close()
    },
  }
}

export type AnApi = Awaited<ReturnType<typeof anApi>>

/** A small event. */
export const said = (event_id: string, over: Record<string, unknown> = {}) => ({
  event_id,
  timestamp: '2026-02-01T11:59:00Z',
  event_type: 'llm.completion',
  user_id: 'u1',
  prompt: 'where is my parcel',
  response: 'on its way',
  ...over,
})
