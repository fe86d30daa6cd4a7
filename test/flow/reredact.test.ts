import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LogEvent, RedactedEvent } from '../../src/core/event.ts'
import type { Engine, Entry } from '../../src/core/ports.ts'
import type { RedactionPolicy } from '../../src/core/redaction-policy.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { eventOf } from '../../src/flow/events.ts'
import { type ReredactAsk, reredact } from '../../src/flow/reredact.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { createTagger } from '../../src/redactors/placeholder.ts'
import { withhold as takeAway } from '../../src/redactors/withhold.ts'
import { handClock } from '../contracts/engine/contract.ts'
import { eraseUser } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { samples } from '../redactors/samples.ts'
import { storeKey } from '../store-key.ts'

const key = Buffer.alloc(32, 7)
const plain = createRedactor({ key })
const redactorOf = (policy: RedactionPolicy) => createRedactor({ key, policy })
/** A rule that the house did not have when the events came in. */
const withTickets = redactorOf({ rules: [{ name: 'ticket', type: 'TICKET', pattern: 'TCK-[0-9]{6}' }] })
const every: ReredactAsk = { filter: {}, apply: true, examples: 3 }
const dry: ReredactAsk = { ...every, apply: false }

let folder: string
let engine: Engine
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-reredact-'))
  engine = await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock() })
})
afterEach(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

/** Stores events as they come in: redacted by the rules of that time. */
const say = (...events: (Partial<LogEvent> & { event_id: string })[]) =>
  engine.append(
    events.map(({ event_id, ...fields }) => {
      const entry = said(event_id, fields)
      return { ...entry, body: plain.event(entry.body as LogEvent) }
    }),
  )
const held = async (id: string) => (await engine.events({ event_ids: [id] }, { limit: 1 })).items[0]!
const parts = (redactor = withTickets) => ({ engine, redactor })

it('counts what a new rule would have caught, and changes nothing', async () => {
  await say(
    { event_id: 'a1', prompt: 'about TCK-123456 and TCK-123457', response: `mail ${samples.email}` },
    { event_id: 'a2', prompt: 'nothing here' },
    { event_id: 'a3', attributes: { note: 'see TCK-123456' } },
  )
  const head = await engine.head()
  expect(await reredact(parts(), dry)).toEqual({
    examined: 3,
    changed: 2,
    overtaken: 0,
    failed: 0,
    ids: 0,
    types: { TICKET: 3 },
    rules: { ticket: 3 },
    fields: { prompt: 1, attributes: 1 },
    examples: ['a3', 'a1'],
  })
  expect(await engine.head()).toEqual(head)
})

it('amends what changes and nothing else, adds to the counts, and has nothing to do the next time', async () => {
  await say(
    { event_id: 'a1', prompt: `about TCK-123456, ${samples.email}`, response: 'fine' },
    { event_id: 'a2', prompt: 'nothing here' },
  )
  expect(await reredact(parts(), every)).toMatchObject({ examined: 2, changed: 1, overtaken: 0 })
  const { seq, event } = await held('a1')
  expect(seq).toBe(2)
  expect(event.prompt).toMatch(/^about \[TICKET:[0-9a-f]{16}\], \[EMAIL:[0-9a-f]{16}\]$/)
  expect(event.redaction).toMatchObject({ counts: { EMAIL: 1, TICKET: 1 }, rules: withTickets.rules })
  expect((await held('a2')).seq).toBe(1)
  expect(await reredact(parts(), every)).toMatchObject({ examined: 2, changed: 0 })
  expect((await engine.head()).size).toBe(3)
  const shown = await eventOf({ engine, redactor: withTickets, concepts: { answering: async () => [] } }, 'a1')
  expect(shown.prompt).toBe(event.prompt)
  expect(
    (await engine.match({ all: ['ticket'] }, {}, { order: 'newest', limit: 9 })).items.map(({ event_id }) => event_id),
  ).toEqual(['a1'])
})

it('looks at all events once, page by page, and goes on after it was stopped', async () => {
  const many = Array.from({ length: 230 }, (_, i) => ({
    event_id: `a${i}`,
    prompt: i % 2 === 0 ? `TCK-${100000 + i}` : 'fine',
  }))
  await say(...many)
  const stop = new AbortController()
  const first = await reredact(parts(), every, stop.signal, (done) => void (done >= 100 && stop.abort()))
  expect(first).toMatchObject({ examined: 100, changed: 50 })
  expect(await reredact(parts(), every)).toMatchObject({ examined: 230, changed: 65 })
  expect((await engine.head()).size).toBe(230 + 115)
})

it('looks only at the events that were asked for', async () => {
  await say(
    { event_id: 'a1', prompt: 'TCK-123456', tenant_id: 't1' },
    { event_id: 'a2', prompt: 'TCK-123456', tenant_id: 't2' },
    { event_id: 'a3', prompt: 'TCK-123456', tenant_id: 't1' },
  )
  const until = (await held('a3')).ts
  expect(await reredact(parts(), { ...every, filter: { tenant_id: 't1', until } })).toMatchObject({ examined: 1 })
  expect((await held('a1')).event.prompt).toContain('[TICKET:')
  for (const id of ['a2', 'a3']) expect((await held(id)).event.prompt).toBe('TCK-123456')
})

it('leaves alone what somebody else amended or erased since it was read', async () => {
  await say({ event_id: 'a1', prompt: 'TCK-123456' }, { event_id: 'a2', prompt: 'TCK-123456', user_id: 'u1' })
  const late = {
    ...said('a1', { prompt: 'TCK-123456 and a late part' }),
    kind: 'amendment',
    reason: 'late-part',
  } as const
  const slow: Engine = {
    ...engine,
    append: async (batch, primary) => {
      await engine.append([late])
      await eraseUser(engine, 'u1')
      return engine.append(batch, primary)
    },
  }
  expect(await reredact({ engine: slow, redactor: withTickets }, every)).toMatchObject({ changed: 2, overtaken: 2 })
  expect((await held('a1')).event.prompt).toContain('late part')
  expect(await reredact(parts(), every)).toMatchObject({ examined: 1, changed: 1, overtaken: 0 })
})

it('keeps the text of an event on which a rule fails', async () => {
  await say({ event_id: 'a1', prompt: 'x'.repeat(2000) })
  const narrow = createRedactor({ key, maxFieldBytes: 1000 })
  expect(await reredact(parts(narrow), every)).toMatchObject({ changed: 0, failed: 1 })
  expect((await held('a1')).event.prompt).toHaveLength(2000)
})

it('makes ids pseudonymous where the policy says so now, and keeps the id of the event', async () => {
  await say({ event_id: 'TCK-123456', user_id: 'u1' }, { event_id: 'a2', user_id: 'u2' })
  const strict = redactorOf({
    user_id: 'pseudonymise',
    rules: [{ name: 'ticket', type: 'TICKET', pattern: 'TCK-[0-9]{6}' }],
  })
  const outcome = await reredact(parts(strict), every)
  expect(outcome).toMatchObject({ changed: 2, fields: { user_id: 2 }, ids: 1 })
  expect((await held('TCK-123456')).event.user_id).toMatch(/^user:[0-9a-f]{16}$/)
  expect(await engine.count({ fields: { user_id: 'u1' } })).toBe(0)
})

it('withholds what is not kept any more, with what was made of it, and leaves alone what was withheld before', async () => {
  await say({ event_id: 'a1', prompt: 'one' }, { event_id: 'a2', prompt: 'two' })
  const tagger = createTagger(key)
  const withhold = async (batch: readonly Entry[]) => ({
    batch: batch.map((entry) => ({
      ...entry,
      body: takeAway(entry.body as RedactedEvent, (field) => (field === 'prompt' ? 'hash' : 'redacted'), tagger),
    })),
  })
  expect(await reredact({ ...parts(), withhold }, every)).toMatchObject({
    changed: 2,
    fields: { prompt: 2 },
    types: {},
  })
  expect((await held('a1')).event.prompt).toMatch(/^\[TEXT:[0-9a-f]{16} 3 characters\]$/)
  expect((await held('a1')).event.redaction.withheld).toEqual({ prompt: 'hash' })
  expect(await reredact({ ...parts(), withhold }, every)).toMatchObject({ changed: 0 })
})
