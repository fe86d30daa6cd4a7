import { afterEach, beforeEach, expect, it } from 'vitest'
import { Problem } from '../../src/core/problem.ts'
import { noteSigner, noteVerifier, openNote } from '../../src/ledger/note.ts'
import { type AnApi, anApi, said } from './an-api.ts'

let api: AnApi
beforeEach(async () => {
  api = await anApi()
  const body = [said('e1'), said('e2', { session_id: 's1' }), said('e3', { user_id: 'u2', tenant_id: 'acme' })]
  await api.call('POST', '/v1/events', { role: 'ingest', body })
})
afterEach(() => api.close())

const erase = async (body: object, query = '') => await api.call('POST', `/v1/erasures${query}`, { body })
const there = async (id: string) => (await api.call('GET', `/v1/events/${id}`)).status === 200
const audit = async () =>
  (await api.call('GET', '/v1/audit')).json.items.map(({ action, asked }: { action: string; asked: object }) => ({
    action,
    ...asked,
  }))

it('an erasure is counted before it is done, and counting takes nothing away', async () => {
  const { status, json } = await erase({ user_id: 'u1' }, '?dry_run=true')
  expect([status, json.dry_run, json.counts.events]).toEqual([200, true, 2])
  expect(await there('e1')).toBe(true)
  expect(await audit()).toContainEqual(expect.objectContaining({ action: 'erase', dry_run: true }))
  expect((await api.call('GET', '/v1/erasures')).json).toEqual({ items: [], next_cursor: null })
})

it('what is held of a user goes, and the receipt is listed, signed, and the same when it is asked for again', async () => {
  const done = await erase({ user_id: 'u1', reason: 'asked by ann@shop.example' })
  expect(done.json).toMatchObject({ outcome: 'erased', erased: { receipt: { counts: { events: 2 } } } })
  const { receipt_id, receipt } = done.json.erased
  expect([await there('e1'), await there('e2'), await there('e3')]).toEqual([false, false, true])
  expect(receipt.by).toMatch(/^key_/)
  expect(receipt.reason).toMatch(/^asked by \[EMAIL:\w+\]$/)

  const again = await erase({ user_id: 'u1' })
  expect(again.json).toMatchObject({ outcome: 'before', erased: { receipt_id } })
  expect((await erase({ user_id: 'nobody' })).json).toMatchObject({ outcome: 'nothing', erased: null, note: null })

  for (const role of ['admin', 'auditor'] as const) {
    const listed = await api.call('GET', '/v1/erasures', { role })
    expect(listed.json.items).toEqual([done.json.erased])
    const { json } = await api.call('GET', `/v1/erasures/${receipt_id}`, { role })
    const { note, ...erased } = json
    expect(erased).toEqual(done.json.erased)
    const signer = noteSigner('undercurrent/test', Buffer.alloc(32, 5))
    expect(openNote(note, [noteVerifier(signer.vkey)]).text).toContain(receipt_id)
  }
  expect((await api.call('GET', '/v1/erasures/none')).status).toBe(404)
})

it('who ordered an erasure, and from where, is written down before anything is gone, and names nobody', async () => {
  const order: string[] = []
  const { append, erase: destroy } = api.engine
  api.engine.append = async (batch, primary) => {
    order.push(String((batch[0] as { body?: { action?: string } }).body?.action))
    return await append(batch, primary)
  }
  api.engine.erase = async (...asked) => {
    order.push('erased')
    return await destroy(...asked)
  }
  const { json } = await erase({ user_id: 'u1' })
  expect(order).toEqual(['erase', 'erased'])
  const [entry] = (await api.call('GET', '/v1/audit')).json.items
  expect(entry).toMatchObject({ action: 'erase', from: '127.0.0.1', role: 'admin' })
  expect(entry.asked).toMatchObject({ receipt_id: json.erased.receipt_id, subject: json.erased.receipt.subject })
  expect(JSON.stringify(entry)).not.toContain('"u1"')
})

it('nothing is erased that cannot be written down', async () => {
  api.engine.append = async () => {
    throw new Problem('DISK_FULL', 'the disk is full')
  }
  expect((await erase({ user_id: 'u1' })).status).toBe(503)
  expect(await there('e3')).toBe(false)
  const { items } = await api.engine.events({}, { limit: 10 })
  expect(items).toHaveLength(3)
})

it('a hold keeps data from an erasure, which is told of, until it is released', async () => {
  const held = await api.call('POST', '/v1/holds', { body: { user_id: 'u1', reason: 'a claim' } })
  expect(held.status).toBe(201)
  const { hold_id } = held.json
  const refusal = await erase({ session_id: 's1' })
  expect([refusal.status, refusal.json.detail]).toEqual([409, expect.stringContaining(hold_id)])
  expect(await there('e2')).toBe(true)
  expect((await api.call('GET', '/v1/holds', { role: 'auditor' })).json.items).toEqual([held.json])

  const released = await api.call('DELETE', `/v1/holds/${hold_id}?reason=settled`)
  expect(released.json.released).toMatchObject({ reason: 'settled' })
  // released once, it stays as it was
  expect((await api.call('DELETE', `/v1/holds/${hold_id}?reason=again`)).json).toEqual(released.json)
  expect((await erase({ session_id: 's1' })).json.outcome).toBe('erased')
  const actions = (await audit()).map(({ action }: { action: string }) => action)
  expect(actions.filter((action: string) => action !== 'event.read')).toEqual([
    ...['erase', 'hold.release', 'erase.refused', 'erase', 'hold.add'],
  ])
})

it.each([
  ['of nobody', 'POST', '/v1/erasures', {}],
  ['of an empty id', 'POST', '/v1/erasures', { user_id: '' }],
  ['of a list', 'POST', '/v1/erasures', { user_id: ['u1', 'u2'] }],
  ['of something else', 'POST', '/v1/erasures', { model: 'gpt' }],
  ['a hold without a reason', 'POST', '/v1/holds', { user_id: 'u1' }],
  ['a hold of nobody', 'POST', '/v1/holds', { reason: 'why not' }],
])('an erasure %s is refused', async (_, method, path, body) => {
  expect((await api.call(method, path, { body })).status).toBe(400)
  expect((await api.engine.events({}, { limit: 10 })).items).toHaveLength(3)
  expect(await audit()).toEqual([])
})

it('receipts are listed page by page, newest first', async () => {
  for (const user_id of ['u1', 'u2']) {
    await erase({ user_id })
    api.pass(1_000_000)
  }
  const first = (await api.call('GET', '/v1/erasures?limit=1')).json
  const rest = (await api.call('GET', `/v1/erasures?limit=1&cursor=${first.next_cursor}`)).json
  expect([...first.items, ...rest.items].map(({ seq }: { seq: number }) => seq)).toEqual([6, 4])
  expect(rest.next_cursor).toBeNull()
  for (const bad of ['?cursor=x', '?limit=0', '?user_id=u1'])
    expect((await api.call('GET', `/v1/erasures${bad}`)).status, bad).toBe(400)
})
