import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Engine, RecordRow } from '../../src/core/ports.ts'
import { KEY_RING } from '../../src/engines/embedded/key-ring.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { erase, surveyErasure } from '../../src/flow/erase.ts'
import { addHold, releaseHold } from '../../src/flow/holds.ts'
import { rollupsOf } from '../../src/flow/rollup.ts'
import type { SubjectAsk } from '../../src/flow/subject.ts'
import { exportSubject } from '../../src/flow/subject-export.ts'
import { verify } from '../../src/flow/verify.ts'
import { noteVerifier, openNote } from '../../src/ledger/note.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { embedAll } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { plainFiles } from '../plain-files.ts'
import { storeKey } from '../store-key.ts'
import { signer } from '../stories/tampered.ts'
import { clockAt, START } from './traffic.ts'

const actor = { by: 'os:tester', role: null, tenant_id: null, from: 'command line' } as const
const redactor = createRedactor({ key: new Uint8Array(32).fill(1) })
const clock = clockAt(START)
let folder: string
let engine: Engine
let ids = 0

const dataDir = () => join(folder, 'var')
const open = (dir = dataDir()) => openEmbedded({ dataDir: dir, key: storeKey, clock })
const parts = () => ({
  engine,
  clock,
  redactor,
  signer,
  subjectKey: new Uint8Array(32).fill(2),
  newId: () => `entry-${ids++}`,
  renewKeyCopies: async () => [],
})
const erased = (subject: SubjectAsk) => erase(parts(), { subject, actor })
const verified = (of = engine) => verify({ engine: of, clock }, { vkey: signer.vkey, from: 'start' })
const bytesOf = (dir = dataDir()) => Buffer.concat(plainFiles(dir, storeKey).map(({ bytes }) => bytes))
const idsHeld = async (of = engine) =>
  (await of.events({}, { limit: 99 })).items.map(({ event }) => event.event_id).sort()

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-erase-'))
  engine = await open()
  await engine.append([
    said('a1', { user_id: 'anna_k', session_id: 'sess_1', prompt: 'zanzibar', ip_address: '192.0.2.7' }),
    said('a2', { user_id: 'anna_k', session_id: 'sess_2', prompt: 'marmalade', tenant_id: 'acme' }),
    said('a3', { user_id: 'bert_m', session_id: 'sess_3', prompt: 'piccolo', tenant_id: 'acme' }),
    said('a4', { user_id: 'anna_k', session_id: 'sess_2', prompt: 'tamarind', tenant_id: 'acme' }),
    said('a5', { session_id: 'sess_5', prompt: 'cardamom' }),
  ])
  await embedAll(engine, 0.5)
  const sums = (await engine.claim('baseline', 9, 1000))!
  await engine.settle(sums, { rollups: rollupsOf(sums.events) })
  while ((await engine.tend(100)) > 0);
})
afterEach(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

function note(kind: string, id: string, row: Partial<RecordRow>): RecordRow {
  return { kind, id, ts: START, entity: null, tenant_id: null, rank: null, body: {}, ...row }
}

it('takes all of a user, and the receipt counts what was there', async () => {
  const rollups = (await engine.rollups({ period: 3600, entity_type: 'user', entity_id: 'anna_k' })).length
  const foretold = await surveyErasure(parts(), { user_id: 'anna_k' })
  expect(foretold).toMatchObject({ events: 3, words: 3, vectors: 3, marks: 3, rollups, keys: 2, resealed: 0 })
  const { outcome, erased: done, note: text } = await erased({ user_id: 'anna_k' })
  expect(outcome).toBe('erased')
  expect(done!.receipt).toMatchObject({
    leaves: [
      [0, 2],
      [3, 4],
    ],
    by: 'os:tester',
    counts: foretold,
  })
  expect(JSON.stringify(done)).not.toContain('anna_k')
  expect(await idsHeld()).toEqual(['a3', 'a5'])
  expect(Object.values(await surveyErasure(parts(), { user_id: 'anna_k' })).every((n) => n === 0)).toBe(true)
  expect(await engine.rollups({ period: 3600, entity_type: 'user', entity_id: 'anna_k' })).toEqual([])
  expect(await verified()).toMatchObject({ ok: true, counts: { intact: 4, erased: 3 } })
  const [first, json] = openNote(text!, [noteVerifier(signer.vkey)]).text.split('\n')
  expect(first).toBe('undercurrent-receipt/1')
  expect(JSON.parse(JSON.parse(json!).entry)).toEqual(done!.receipt)
})

it('leaves nothing of him in any file, nor in a copy from before under the keys of after', async () => {
  await engine.close()
  const copy = join(folder, 'copy')
  cpSync(dataDir(), copy, { recursive: true })
  writeFileSync(join(dataDir(), 'undercurrent.db.schema-3'), 'zanzibar')
  engine = await open()
  const { erased: done } = await erased({ user_id: 'anna_k' })
  expect(done!.receipt.counts.upgrade_copies).toBe(1)
  expect(existsSync(join(dataDir(), 'undercurrent.db.schema-3'))).toBe(false)
  await engine.close()
  const gone = ['zanzibar', 'marmalade', 'tamarind', 'anna_k', 'sess_1']
  for (const word of gone) expect({ word, there: bytesOf().includes(word) }).toEqual({ word, there: false })
  for (const word of ['piccolo', 'cardamom', 'bert_m']) expect(bytesOf().includes(word)).toBe(true)

  copyFileSync(join(dataDir(), KEY_RING), join(copy, KEY_RING))
  engine = await open(copy)
  expect(await idsHeld()).toEqual(['a3', 'a5'])
  // it gave itself a receipt, for it cannot know of the other
  expect(await verified()).toMatchObject({ ok: true, counts: { erased: 3 } })
  while ((await engine.tend(100)) > 0);
  await engine.close()
  for (const word of gone.slice(0, 3))
    expect({ word, there: bytesOf(copy).includes(word) }).toEqual({ word, there: false })
  engine = await open()
})

it.each([
  ['a session', { session_id: 'sess_1' }, ['a2', 'a3', 'a4', 'a5']],
  ['a session that names no user', { session_id: 'sess_5' }, ['a1', 'a2', 'a3', 'a4']],
  ['an event', { event_id: 'a4' }, ['a1', 'a2', 'a3', 'a5']],
  ['a tenant', { tenant_id: 'acme' }, ['a1', 'a5']],
  ['a user within a tenant', { user_id: 'anna_k', tenant_id: 'acme' }, ['a1', 'a3', 'a5']],
])('takes %s and nothing else', async (_, subject, left) => {
  expect((await erased(subject)).outcome).toBe('erased')
  expect(await idsHeld()).toEqual(left)
  expect(await verified()).toMatchObject({ ok: true, counts: { erased: 5 - left.length } })
})

it('seals what lay under the same key anew, so that a copy tells nothing of the erased event', async () => {
  await engine.close()
  const copy = join(folder, 'copy')
  cpSync(dataDir(), copy, { recursive: true })
  engine = await open()
  const { erased: done } = await erased({ event_id: 'a4' })
  expect(done!.receipt.counts).toMatchObject({ events: 1, keys: 1, resealed: 1 })
  const { items } = await engine.events({ event_ids: ['a2'] }, { limit: 1 })
  expect(items[0]?.event.prompt).toBe('marmalade')
  await engine.append([said('a6', { user_id: 'anna_k', tenant_id: 'acme', prompt: 'new' })])
  await engine.close()
  copyFileSync(join(dataDir(), KEY_RING), join(copy, KEY_RING))
  engine = await open(copy)
  expect(await idsHeld()).not.toContain('a4')
  await engine.close()
  engine = await open()
  expect(await idsHeld()).toEqual(['a1', 'a2', 'a3', 'a5', 'a6'])
  expect((await erased({ user_id: 'anna_k' })).erased!.receipt.counts).toMatchObject({ events: 3, keys: 3 })
})

it('strikes names out of what is about others, and takes what is about the subject', async () => {
  const evidence = { event_ids: ['a1', 'a3'], text: 'beside anna_k in one hour' }
  await engine.putRecords(
    [
      note('score', 'x', { entity: 'user:anna_k', body: { entity_type: 'user', entity_id: 'anna_k' } }),
      note('finding', 'f1', { entity: 'user:anna_k', body: {} }),
      note('finding', 'f2', { entity: 'user:bert_m', body: { entity_id: 'bert_m', evidence: [evidence] } }),
      note('digest', '2026-01-05', { body: { scores: [{ entity_type: 'user', entity_id: 'anna_k', score: 5 }] } }),
      note('key', 'k', { body: { note: 'anna_k' } }),
    ].map((record) => ({ record, expect: null })),
  )
  const { erased: done } = await erased({ user_id: 'anna_k' })
  expect(done!.receipt.counts).toMatchObject({ scores: 1, findings: 1, struck_records: 2 })
  const of = async (kind: string) => (await engine.records(kind, {}, { order: 'ts', limit: 9 })).map(({ body }) => body)
  expect(await of('score')).toEqual([])
  expect(await of('finding')).toEqual([
    { entity_id: 'bert_m', evidence: [{ event_ids: ['a3'], text: 'beside [erased] in one hour' }] },
  ])
  expect(await of('digest')).toEqual([{ scores: [{ entity_type: 'user', entity_id: '[erased]', score: 5 }] }])
  expect(await of('key')).toEqual([{ note: 'anna_k' }])
})

it('is refused under a hold, which the ledger tells, and goes on once that is released', async () => {
  const hold = await addHold(parts(), { subject: { session_id: 'sess_2' }, actor, reason: 'case 4' })
  for (const subject of [{ user_id: 'anna_k' }, { tenant_id: 'acme' }, { event_id: 'a4' }, { session_id: 'sess_2' }])
    await expect(erased(subject)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(hold.hold_id),
    })
  expect(await idsHeld()).toHaveLength(5)
  expect((await erased({ session_id: 'sess_1' })).outcome).toBe('erased')
  expect((await erased({ user_id: 'bert_m' })).outcome).toBe('erased')
  const audits = (await engine.sealed(0, 99))
    .filter(({ kind }) => kind === 'audit')
    .map(({ body }) => JSON.parse(body!))
  expect(audits.map(({ action }) => action)).toEqual([
    'hold.add',
    // each is told of before it is tried
    ...Array(4).fill(['erase', 'erase.refused']).flat(),
    ...['erase', 'erase'],
  ])
  await releaseHold(parts(), { hold_id: hold.hold_id, actor })
  expect((await erased({ user_id: 'anna_k' })).erased!.receipt.counts.events).toBe(2)
})

it('answers with the first receipt when it is run again, and with none where nothing ever was', async () => {
  const first = await erased({ user_id: 'anna_k' })
  const receipts = async () => await engine.others('receipt', {}, { limit: 9 })
  expect(await erased({ user_id: redactor.pseudonym('user_id', 'anna_k') })).toEqual({ ...first, outcome: 'before' })
  expect(await erased({ user_id: 'nobody' })).toMatchObject({ outcome: 'nothing', note: null })
  expect(await receipts()).toHaveLength(1)
  await expect(erased({})).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

it('is not undone by sums that were in the making', async () => {
  await engine.append([said('a7', { user_id: 'anna_k', latency_ms: 5 })])
  const ticket = (await engine.claim('baseline', 9, 60_000))!
  await erased({ user_id: 'anna_k' })
  expect(await engine.settle(ticket, { rollups: rollupsOf(ticket.events) })).toBe('lost')
  expect(await engine.rollups({ period: 3600, entity_type: 'user', entity_id: 'anna_k' })).toEqual([])
})

it('first gives all that is held, as JSON and as a page in which nothing acts', async () => {
  await engine.append([said('a8', { user_id: 'anna_k', prompt: '</dd><script>alert(1)</script>' })])
  const held = await exportSubject(parts(), { subject: { user_id: 'anna_k' }, actor })
  const text = async (pieces: AsyncIterable<string>) => {
    let all = ''
    for await (const piece of pieces) all += piece
    return all
  }
  const json = JSON.parse(await text(held.json()))
  expect(json.events.map(({ event_id }: { event_id: string }) => event_id).sort()).toEqual(['a1', 'a2', 'a4', 'a8'])
  expect(json.figures).toContainEqual({ metric: 'volume', n: 3, total: 3 })
  const html = await text(held.html())
  expect(html).toContain('marmalade')
  expect(html).not.toContain('<script')
  expect(html).toContain('default-src &#39;none&#39;')
  expect(html).not.toContain('piccolo')
  expect(JSON.parse((await engine.sealed(6, 7))[0]!.body!)).toMatchObject({ action: 'subject.export', rows: 4 })
})
