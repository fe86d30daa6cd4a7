import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Engine } from '../../src/core/ports.ts'
import type { RedactionPolicy } from '../../src/core/redaction-policy.ts'
import type { SearchAsk } from '../../src/core/search.ts'
import { parseTime } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { baselines } from '../../src/flow/baselines.ts'
import { erase } from '../../src/flow/erase.ts'
import { ingest } from '../../src/flow/ingest.ts'
import { rollupsOf } from '../../src/flow/rollup.ts'
import { scoreOf } from '../../src/flow/scores.ts'
import { questionOf } from '../../src/flow/search/question.ts'
import type { SubjectAsk } from '../../src/flow/subject.ts'
import { noteSigner } from '../../src/ledger/note.ts'
import { createRedactor, type Redactor } from '../../src/redactors/index.ts'
import { storeKey } from '../store-key.ts'

/** What whoever knows a raw id finds, whatever the policy made of it. */

let dataDir: string
let engine: Engine
const clock = { now: () => parseTime('2026-02-01T12:00:00Z')! }
const key = new Uint8Array(32).fill(7)

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'uc-pseudonymous-'))
  engine = await openEmbedded({ key: storeKey, dataDir, clock })
})
afterEach(async () => {
  await engine.close()
  rmSync(dataDir, { recursive: true })
})

const under = (policy: RedactionPolicy) => createRedactor({ key, policy })

async function say(redactor: Redactor, event_id: string, more: object) {
  const event = { event_id, timestamp: '2026-02-01T11:00:00Z', event_type: 'llm.completion', prompt: 'hello', ...more }
  const body = Buffer.from(JSON.stringify(event))
  const parts = { append: engine.append.bind(engine), redactor, newId: () => event_id }
  expect(await ingest(parts, body, 'json', { tenant_id: null })).toMatchObject({ accepted: 1 })
}

async function found(redactor: Redactor, ask: SearchAsk): Promise<string[]> {
  const { filter } = questionOf({ concepts: [], clock, redactor }, ask)
  const { items } = await engine.events(filter, { limit: 10 })
  return items.map(({ event }) => event.event_id).sort()
}

it('a user is found by id and by pseudonym, among events from before the policy too', async () => {
  const [before, after] = [under({}), under({ user_id: 'pseudonymise' })]
  await say(before, 'a', { user_id: 'u1' })
  await say(after, 'b', { user_id: 'u1' })
  await say(after, 'c', { user_id: 'u2' })
  expect(await found(after, { user_id: 'u1' })).toEqual(['a', 'b'])
  expect(await found(after, { user_id: after.pseudonym('user_id', 'u1') })).toEqual(['b'])
})

it('a pseudonym that a sender made stays and is found', async () => {
  const redactor = under({ user_id: 'pseudonymise' })
  await say(redactor, 'a', { user_id_hash: 'abc' })
  await say(redactor, 'b', { user_id: 'abc' })
  const { items } = await engine.events({ event_ids: ['a'] }, { limit: 1 })
  expect(items[0]?.event.user_id).toBe('abc')
  expect(await found(redactor, { user_id: 'abc' })).toEqual(['a', 'b'])
})

it.each(['keep', 'truncate', 'pseudonymise'] as const)(
  'an address is found under the policy %s',
  async (ip_address) => {
    const redactor = under({ ip_address })
    await say(redactor, 'a', { ip_address: '203.0.113.7' })
    await say(redactor, 'b', { ip_address: '198.51.100.7' })
    expect(await found(redactor, { ip_address: '203.0.113.7' })).toEqual(['a'])
  },
)

it('what is known of a user is told to whoever asks by the id', async () => {
  const redactor = under({ user_id: 'pseudonymise' })
  await say(redactor, 'a', { user_id: 'u1', latency_ms: 5 })
  const ticket = await engine.claim('baseline', 10, 1000)
  await engine.settle(ticket!, { rollups: rollupsOf(ticket!.events) })
  const pseudonym = redactor.identifier('user_id', 'u1')
  expect(await scoreOf({ engine, redactor }, 'user', 'u1')).toMatchObject({ entity_id: pseudonym, score: 0 })
  const { items } = await baselines({ engine, redactor }, { metric: 'latency_ms', group: 'user', id: 'u1', limit: 1 })
  expect(items.map(({ entity_id }) => entity_id)).toEqual([pseudonym])
  await expect(scoreOf({ engine, redactor }, 'user', 'u2')).rejects.toThrow('no event names this user')
})

it('erasure reaches a user under every form of the id, and of the tenant given alone', async () => {
  const [before, after] = [under({}), under({ user_id: 'pseudonymise' })]
  await say(before, 'a', { user_id: 'u1', tenant_id: 'acme' })
  await say(after, 'b', { user_id: 'u1', tenant_id: 'acme' })
  await say(after, 'c', { user_id: 'u1', tenant_id: 'globex' })
  let n = 0
  const parts = {
    engine,
    clock: { now: () => 5 },
    redactor: after,
    signer: noteSigner('logs.example.org', new Uint8Array(32).fill(7)),
    subjectKey: new Uint8Array(32),
    newId: () => `r${n++}`,
    renewKeyCopies: async () => [],
  }
  const erased = async (subject: SubjectAsk) =>
    (await erase(parts, { subject, actor: { by: 'os:tester', role: null, tenant_id: null, from: 'command line' } }))
      .erased?.receipt.counts.events
  expect(await erased({ user_id: 'u1', tenant_id: 'acme' })).toBe(2)
  expect(await found(after, { user_id: 'u1' })).toEqual(['c'])
  expect(await erased({ user_id: after.pseudonym('user_id', 'u1') })).toBe(1)
})
