import { copyFileSync, cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LogEvent } from '../../src/core/event.ts'
import type { Engine, VectorRow } from '../../src/core/ports.ts'
import type { RetentionEntry, RetentionRule } from '../../src/core/retention.ts'
import { checkRetention } from '../../src/core/retention-check.ts'
import { DAY } from '../../src/core/window.ts'
import { KEY_RING } from '../../src/engines/embedded/key-ring.ts'
import { openRebuild } from '../../src/engines/embedded/rebuild.ts'
import { addHold, releaseHold } from '../../src/flow/holds.ts'
import { receiptRanges } from '../../src/flow/receipt-ranges.ts'
import { planRetention, retain } from '../../src/flow/retain.ts'
import { retentionRules } from '../../src/flow/retention-rules.ts'
import { rollupChanges } from '../../src/flow/rollup-changes.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { embedAll } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { plainFiles } from '../plain-files.ts'
import { Ledger } from '../stories/tampered.ts'

const actor = { by: 'os:tester', role: null, tenant_id: null, from: 'command line' } as const
const redactor = createRedactor({ key: new Uint8Array(32).fill(1) })
const KEY = new Uint8Array(32).fill(3)
let ledger: Ledger
let ids = 0

beforeEach(() => {
  ledger = new Ledger()
})
afterEach(() => ledger.discard())

const rules = (...entries: RetentionEntry[]): RetentionRule[] => {
  expect(checkRetention({ rules: entries })).toEqual([])
  return retentionRules({ rules: entries }, redactor.identifier)
}
const parts = (engine: Engine) => ({
  engine,
  clock: ledger.clock,
  redactor,
  subjectKey: new Uint8Array(32).fill(2),
  newId: () => `entry-${ids++}`,
  renewKeyCopies: async () => [],
})
const pass = (days: number) => ledger.clock.pass((days * DAY) / 1000)
const store = (engine: Engine, events: Record<string, Partial<LogEvent>>) =>
  engine.append(Object.entries(events).map(([id, event]) => said(id, event)))
const idsHeld = async (engine: Engine) =>
  (await engine.events({}, { limit: 99 })).items.map(({ event }) => event.event_id).sort()

/** Sums what waits for it; what that changed. */
async function summed(engine: Engine) {
  const ticket = (await engine.claim('baseline', 99, 1000))!
  const changes = rollupChanges(ticket.events)
  await engine.settle(ticket, changes)
  return changes
}

/** A plan, and what its run does; the two must agree. */
async function ended(engine: Engine, under: RetentionRule[]) {
  const { size } = await engine.head()
  const plan = await planRetention(parts(engine), under)
  expect((await engine.head()).size).toBe(size)
  const answer = await retain(parts(engine), { rules: under, actor })
  const due = plan.dues.filter(({ events }) => events > 0).map(({ rule, action, events }) => ({ rule, action, events }))
  expect(answer.done.map(({ receipts, ...one }) => one)).toEqual(due)
  expect((await planRetention(parts(engine), under)).dues.every(({ events }) => events === 0)).toBe(true)
  return { plan, answer }
}

it('ends what is over its time by class and tenant, and nothing else', () =>
  ledger.open(async (engine) => {
    await store(engine, {
      a1: { user_id: 'u1', tenant_id: 'acme' },
      a2: { user_id: 'u2', tenant_id: 'globex' },
      a3: { event_type: 'auth.failure', tenant_id: 'acme' },
      a4: { event_type: 'auth.success' },
    })
    pass(60)
    await store(engine, { a5: { user_id: 'u1', tenant_id: 'acme' }, a6: { event_type: 'auth.failure' } })
    pass(31)
    const under = rules(
      { name: 'chat', event_types: ['llm.completion'], tenants: ['acme'], delete_after: '90d' },
      { name: 'logins', event_types: ['auth.*'], delete_after: '31d' },
    )
    const { answer } = await ended(engine, under)
    expect(answer.done).toMatchObject([
      { rule: 'chat', events: 1 },
      { rule: 'logins', events: 3 },
    ])
    expect(await idsHeld(engine)).toEqual(['a2', 'a5'])
    const receipts = await engine.others('receipt', {}, { limit: 9 })
    expect(receipts.map(({ body }) => body)).toMatchObject([
      { subject: null, by: 'os:tester', rule: { name: 'logins', hash: under[1]!.hash, action: 'delete' } },
      { leaves: [[0, 1]], rule: { name: 'chat', hash: under[0]!.hash } },
    ])
    const [audit] = await engine.others('audit', {}, { limit: 9 })
    expect(audit!.body).toMatchObject({
      action: 'retain',
      by: 'os:tester',
      rows: 4,
      asked: { rules: under.map(({ name, hash }) => [name, hash]), due: [{ rule: 'chat', events: 1 }, { events: 3 }] },
    })
  }))

it('is verified as erased with a receipt by both verifiers', async () => {
  await ledger.grow(0, 30)
  pass(40)
  const note = await ledger.grow(30, 50)
  await ledger.open((engine) => ended(engine, rules({ name: 'all', delete_after: '40d' })))
  const { house, alone } = await ledger.judged(note)
  for (const one of [house, alone])
    expect(one).toMatchObject({ ok: true, verdicts: ['intact'], counts: { intact: 22, erased: 30 } })
})

it('leaves no word of what ended in any file, and keeps the key of who has texts left until the last is gone', async () => {
  await ledger.open(async (engine) => {
    await store(engine, {
      a1: { user_id: 'anna_k', session_id: 'sess_1', prompt: 'zanzibar' },
      a2: { user_id: 'bert_m', prompt: 'piccolo' },
    })
    while ((await engine.tend(100)) > 0);
    pass(10)
    await store(engine, { a3: { user_id: 'bert_m', prompt: 'marmalade' } })
  })
  const copy = new Ledger()
  const bytesOf = (of: Ledger) => Buffer.concat(plainFiles(of.dataDir, KEY).map(({ bytes }) => bytes))
  try {
    cpSync(ledger.folder, copy.folder, { recursive: true })
    const all = rules({ name: 'all', delete_after: '10d' })
    await ledger.open(async (engine) => {
      const { answer } = await ended(engine, all)
      expect(answer.done).toMatchObject([{ events: 2 }])
      const [receipt] = await engine.others('receipt', {}, { limit: 1 })
      expect(receipt!.body.counts).toMatchObject({ events: 2, words: 2, keys: 1, resealed: 0 })
      while ((await engine.tend(100)) > 0);
    })
    for (const word of ['zanzibar', 'piccolo', 'anna_k', 'sess_1'])
      expect({ word, there: bytesOf(ledger).includes(word) }).toEqual({ word, there: false })
    expect(bytesOf(ledger).includes('marmalade')).toBe(true)

    // a copy from before, under the keys of after: a1 is gone with its key, a2 lies under one that is in use
    copyFileSync(join(ledger.dataDir, KEY_RING), join(copy.dataDir, KEY_RING))
    await copy.open(async (engine) => expect(await idsHeld(engine)).toEqual(['a2', 'a3']))
    pass(10)
    await ledger.open(async (engine) => {
      await ended(engine, all)
      const [receipt] = await engine.others('receipt', {}, { limit: 1 })
      expect(receipt!.body.counts).toMatchObject({ events: 1, keys: 1 })
    })
    copyFileSync(join(ledger.dataDir, KEY_RING), join(copy.dataDir, KEY_RING))
    await copy.open(async (engine) => expect(await idsHeld(engine)).toEqual([]))
  } finally {
    copy.discard()
  }
})

it('takes sums, states and records of somebody with his last event, and not before', () =>
  ledger.open(async (engine) => {
    const failed = { user_id: 'anna_k', event_type: 'auth.failure', ip_address: '192.0.2.7' }
    await store(engine, { a1: { user_id: 'anna_k' }, a2: { user_id: 'bert_m', ip_address: '192.0.2.7' } })
    await store(engine, { a3: { ...failed, timestamp: '2026-01-05T09:00:00Z' } })
    await summed(engine)
    const record = (entity: string) => ({
      record: {
        kind: 'finding',
        id: entity,
        ts: 1,
        entity,
        tenant_id: null,
        rank: null,
        body: { event_ids: ['a1', 'a3'] },
      },
      expect: null,
    })
    await engine.putRecords(['user:anna_k', 'user:bert_m', 'ip:192.0.2.7'].map(record))
    const sumsOf = async (type: 'user' | 'ip') =>
      (await engine.rollups({ period: type === 'ip' ? 300 : 3600, entity_type: type })).map((row) => row.entity_id)
    const findings = async () =>
      (await engine.records('finding', {}, { order: 'rev', limit: 9 })).map(({ id, body }) => [id, body])
    expect(new Set(await sumsOf('ip'))).toEqual(new Set(['192.0.2.7']))
    pass(10)
    await ended(engine, rules({ name: 'chat', event_types: ['llm.*'], delete_after: '10d' }))
    expect(new Set(await sumsOf('user'))).toEqual(new Set(['anna_k']))
    expect(await findings()).toEqual([
      ['user:anna_k', { event_ids: ['a3'] }],
      ['ip:192.0.2.7', { event_ids: ['a3'] }],
    ])
    await ended(engine, rules({ name: 'all', delete_after: '10d' }))
    expect([...(await sumsOf('user')), ...(await sumsOf('ip'))]).toEqual([])
    expect(await findings()).toEqual([])
  }))

it('asks any number of holds', () =>
  ledger.open(async (engine) => {
    await store(engine, { a1: { user_id: 'u1' }, a2: { user_id: 'anna_k' } })
    const holds = Array.from({ length: 1500 }, (_, i) => ({
      record: { kind: 'hold', id: `h${i}`, ts: 1, entity: null, tenant_id: null, rank: null },
      hold: { hold_id: `h${i}`, selection: { user_id: [`u${i}`] }, reason: 'x', by: 'x', at: 'x', released: null },
    }))
    await engine.putRecords(holds.map(({ record, hold }) => ({ record: { ...record, body: hold }, expect: null })))
    pass(10)
    const { plan } = await ended(engine, rules({ name: 'all', delete_after: '10d' }))
    expect(plan.dues[0]!.held).toEqual([{ hold_id: 'h1', events: 1 }])
    expect(await idsHeld(engine)).toEqual(['a1'])
  }))

it('leaves another tenant alone, also where both know somebody by the same id', () =>
  ledger.open(async (engine) => {
    await store(engine, {
      a1: { user_id: 'anna_k', session_id: 's1', tenant_id: 'acme' },
      a2: { user_id: 'anna_k', session_id: 's1', tenant_id: 'globex', prompt: 'tamarind' },
      a3: { user_id: 'anna_k', session_id: 's1', prompt: 'marmalade' },
    })
    await summed(engine)
    const finding = (tenant_id: string | null) => ({
      record: { kind: 'finding', id: `f-${tenant_id}`, ts: 1, entity: 'user:anna_k', tenant_id, rank: null, body: {} },
      expect: null,
    })
    await engine.putRecords(['acme', 'globex', null].map(finding))
    pass(10)
    await ended(engine, rules({ name: 'acme', tenants: ['acme'], delete_after: '10d' }))
    expect(await idsHeld(engine)).toEqual(['a2', 'a3'])
    const sums = await engine.rollups({ period: 3600, entity_type: 'user' })
    expect(new Set(sums.map(({ tenant_id }) => tenant_id))).toEqual(new Set(['', 'globex']))
    const findings = await engine.records('finding', {}, { order: 'rev', limit: 9 })
    expect(findings.map(({ id }) => id)).toEqual(['f-globex', 'f-null'])
    const [receipt] = await engine.others('receipt', {}, { limit: 1 })
    expect(receipt!.body.counts).toMatchObject({ events: 1, keys: 1 })
  }))

it('is kept off by a legal hold, which the plan names, until that is released', () =>
  ledger.open(async (engine) => {
    await store(engine, {
      a1: { user_id: 'anna_k', tenant_id: 'acme' },
      a2: { user_id: 'anna_k', session_id: 's2' },
      a3: { user_id: 'bert_m' },
      a4: { session_id: 's2' },
    })
    const add = (subject: object) => addHold(parts(engine), { subject, actor, reason: 'a case' })
    const user = await add({ user_id: 'anna_k' })
    const session = await add({ session_id: 's2' })
    pass(10)
    const all = rules({ name: 'all', delete_after: '10d' })
    const { plan } = await ended(engine, all)
    expect(plan.dues[0]).toMatchObject({ events: 1 })
    expect(plan.dues[0]!.held.sort((a, b) => (a.hold_id < b.hold_id ? -1 : 1))).toEqual(
      [user, session].map(({ hold_id }) => ({ hold_id, events: 2 })).sort((a, b) => (a.hold_id < b.hold_id ? -1 : 1)),
    )
    expect(await idsHeld(engine)).toEqual(['a1', 'a2', 'a4'])
    await releaseHold(parts(engine), { hold_id: user.hold_id, actor })
    await ended(engine, all)
    expect(await idsHeld(engine)).toEqual(['a2', 'a4'])
  }))

it('keeps what another rule asks to keep longer, unless it beats minimums, and the plan tells which events', () =>
  ledger.open(async (engine) => {
    await store(engine, {
      a1: { tenant_id: 'clinic' },
      a2: { tenant_id: 'shop' },
      a3: { tenant_id: 'clinic', service: 'tests' },
    })
    pass(100)
    const clinic: RetentionEntry = { name: 'clinic', preset: 'hipaa', tenants: ['clinic'] }
    const short = { name: 'short', delete_after: '90d' } as const
    const scratch = { name: 'scratch', tags: { service: ['tests', 'trials'] }, delete_after: '5d', beats_minimum: true }
    const { plan } = await ended(engine, rules(clinic, scratch, short))
    expect(plan.dues).toMatchObject([
      { rule: 'scratch', events: 1, clashes: [{ keep: 'clinic', events: 1, wins: 'maximum' }] },
      { rule: 'short', events: 1, clashes: [{ keep: 'clinic', events: 1, wins: 'minimum' }] },
    ])
    expect(plan.clashes).toEqual([
      { rule: 'scratch', keep: 'clinic', wins: 'maximum' },
      { rule: 'short', keep: 'clinic', wins: 'minimum' },
    ])
    expect(await idsHeld(engine)).toEqual(['a1'])
    pass(2190)
    await ended(engine, rules(clinic, short))
    expect(await idsHeld(engine)).toEqual([])
  }))

it('counts from the receipt, unless a rule counts from the time that an event says', () =>
  ledger.open(async (engine) => {
    // both say that they are of the beginning of January; it is February
    await store(engine, { a1: {}, a2: { tenant_id: 'acme' } })
    pass(1)
    const entry = { name: 'all', delete_after: '20d' } as const
    expect((await planRetention(parts(engine), rules(entry))).dues).toMatchObject([{ events: 0, since: null }])
    await ended(engine, rules({ ...entry, from: 'timestamp', tenants: ['acme'] }))
    expect(await idsHeld(engine)).toEqual(['a1'])
  }))

it('does what one rule ends in steps, each with its receipt, and goes on where a run was cut off', () =>
  ledger.open(async (engine) => {
    const many = Array.from({ length: 600 }, (_, i) =>
      said(`m${i}`, { user_id: `u${i % 5}`, service: i % 2 ? 'a' : 'b' }),
    )
    await engine.append(many.slice(0, 400))
    pass(1)
    await engine.append(many.slice(400))
    pass(9)
    const under = rules({ name: 'b', tags: { service: ['b'] }, delete_after: '9d' })
    const stop = new AbortController()
    const first = await retain(parts(engine), { rules: under, actor }, stop.signal, () => stop.abort())
    expect(first.done).toMatchObject([{ events: 100 }])
    const { answer } = await ended(engine, under)
    expect(answer.done).toMatchObject([{ events: 200 }])
    expect(await engine.count({})).toBe(300)
    expect(await engine.count({ fields: { service: 'b' } })).toBe(0)
    expect(await engine.others('receipt', {}, { limit: 9 })).toHaveLength(3)
  }))

it('makes events anonymous: texts, ids and vectors go, numbers, concepts and sums stay, and then all of it goes', async () => {
  const under = rules({ name: 'fade', anonymise_after: '10d', delete_after: '30d' })
  const own = {
    user_id: 'anna_k',
    session_id: 'sess_1',
    api_key_id: 'key_7',
    ip_address: '192.0.2.7',
    trace_id: 'tr_1',
  }
  await ledger.open(async (engine) => {
    await store(engine, {
      a1: { ...own, prompt: 'zanzibar', model: 'gpt', latency_ms: 7, attributes: { nick: 'annie' } },
      a2: { prompt: 'tamarind', model: 'gpt', latency_ms: 9 },
    })
    await embedAll(engine, 0.75)
    await summed(engine)
    while ((await engine.tend(100)) > 0);
  })
  const copy = ledger.copy()
  try {
    pass(10)
    const sums = (of: Engine, entity_type: 'model' | 'user') => of.rollups({ period: 3600, entity_type })
    await ledger.open(async (engine) => {
      const before = await sums(engine, 'model')
      expect(await sums(engine, 'user')).not.toEqual([])
      await ended(engine, under)
      const { items } = await engine.events({}, { limit: 9 })
      expect(items.map(({ event }) => event)).toEqual(
        ['a2', 'a1'].map((event_id) => ({
          event_id,
          event_type: 'llm.completion',
          timestamp: expect.any(String),
          model: 'gpt',
          latency_ms: event_id === 'a1' ? 7 : 9,
          redaction: { version: '1', counts: {}, anonymised: true },
        })),
      )
      expect(await engine.marksOf(['a1', 'a2'])).toEqual(new Map(['a1', 'a2'].map((id) => [id, { refusal: 0.75 }])))
      expect(await engine.vectorOf('a1', 'prompt', 's1')).toBe(null)
      expect((await engine.match({ all: ['zanzibar'] }, {}, { order: 'newest', limit: 9 })).total).toBe(0)
      const [receipt] = await engine.others('receipt', {}, { limit: 1 })
      expect(receipt!.body).toMatchObject({
        leaves: [[0, 2]],
        rule: { name: 'fade', action: 'anonymise' },
        counts: { events: 2, vectors: 2, marks: 0, keys: 2 },
      })
      // whoever sums sees them again, and nothing to be changed
      expect(await summed(engine)).toEqual({ rollups: [], less: [], days: new Set() })
      expect(await sums(engine, 'model')).toEqual(before)
      expect(await sums(engine, 'user')).toEqual([])
      while ((await engine.tend(100)) > 0);
    })
    const bytes = Buffer.concat(plainFiles(ledger.dataDir, KEY).map((file) => file.bytes))
    for (const word of ['zanzibar', 'tamarind', 'anna_k', 'sess_1', '192.0.2.7', 'tr_1', 'annie'])
      expect({ word, there: bytes.includes(word) }).toEqual({ word, there: false })
    const { house, alone } = await ledger.judged()
    for (const one of [house, alone]) expect(one).toMatchObject({ ok: true, bad: [], counts: { amended: 2 } })
    copyFileSync(join(ledger.dataDir, KEY_RING), join(copy.dataDir, KEY_RING))
    await copy.open(async (engine) => expect(await idsHeld(engine)).toEqual([]))
    pass(20)
    await ledger.open(async (engine) => {
      const { answer } = await ended(engine, under)
      expect(answer.done).toMatchObject([{ action: 'delete', events: 2 }])
      expect(await idsHeld(engine)).toEqual([])
      expect(await engine.marksOf(['a1', 'a2'])).toEqual(new Map())
    })
    for (const one of Object.values(await ledger.judged())) expect(one).toMatchObject({ ok: true, bad: [] })
  } finally {
    copy.discard()
  }
})

it('keeps vectors of anonymous events where the rule says so', () =>
  ledger.open(async (engine) => {
    await engine.putSpace({ space: 's1', model: 'm', revision: '1', dtype: 'fp32', dims: 2, state: 'active' })
    await store(engine, { a1: { user_id: 'anna_k', prompt: 'zanzibar' } })
    const row = {
      seq: 0,
      part: 'prompt',
      space: 's1',
      tenant_id: null,
      content: Buffer.from('a'),
      vector: Float32Array.of(0.6, 0.8),
    }
    await engine.settle((await engine.claim('embed:s1', 9, 1000))!, { vectors: [row as VectorRow] })
    pass(10)
    await ended(engine, rules({ name: 'fade', anonymise_after: '10d', keep_vectors: true }))
    expect(await engine.vectorOf('a1', 'prompt', 's1')).toEqual(Float32Array.of(0.6, 0.8))
  }))

it('holds in a store that is made of copies from before, although the keys still open them there', async () => {
  const under = rules(
    { name: 'gone', event_types: ['auth.*'], delete_after: '10d' },
    { name: 'fade', event_types: ['llm.*'], anonymise_after: '10d' },
  )
  const kept = await ledger.open(async (engine) => {
    await store(engine, {
      a1: { user_id: 'u1' },
      a2: { user_id: 'u1', event_type: 'auth.failure', prompt: 'zanzibar' },
    })
    const before = await engine.kept(0, 2)
    pass(10)
    // his key lives on
    await store(engine, { a3: { user_id: 'u1' } })
    await ended(engine, under)
    return [...before, ...(await engine.kept(2, 99))]
  })
  const restored = new Ledger()
  try {
    mkdirSync(restored.dataDir)
    copyFileSync(join(ledger.dataDir, KEY_RING), join(restored.dataDir, KEY_RING))
    const rebuild = openRebuild(restored.dataDir, KEY)
    for (const { seq, body } of await rebuild.take(kept))
      for (const [from, to] of receiptRanges(body, seq)) await rebuild.strike(from, to)
    await rebuild.finish()
    await rebuild.close()
    for (const one of Object.values(await restored.judged())) expect(one).toMatchObject({ ok: true, bad: [] })
    await restored.open(async (engine) => {
      expect(await idsHeld(engine)).toEqual(['a1', 'a3'])
      const { items } = await engine.events({ event_ids: ['a1'] }, { limit: 1 })
      expect(items[0]!.event).not.toHaveProperty('prompt')
      expect((await planRetention(parts(engine), under)).dues).toMatchObject([{ events: 0 }, { events: 0 }])
    })
    expect(Buffer.concat(plainFiles(restored.dataDir, KEY).map(({ bytes }) => bytes)).includes('zanzibar')).toBe(false)
  } finally {
    restored.discard()
  }
})
