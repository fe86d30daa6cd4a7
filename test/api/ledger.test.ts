import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCheckpoint } from '../../src/ledger/checkpoint.ts'
import { commit } from '../../src/ledger/leaf.ts'
import { noteVerifier, openNote } from '../../src/ledger/note.ts'
import { verifyConsistency, verifyInclusion } from '../../src/ledger/proof.ts'
import { leafHash } from '../../src/ledger/tree.ts'
import { eraseUser } from '../contracts/engine/erasing.ts'
import { said as sealed } from '../contracts/engine/said.ts'
import { type AnApi, anApi, said } from './an-api.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

describe('the ledger', () => {
  let api: AnApi
  beforeAll(async () => {
    api = await anApi()
    await api.call('POST', '/v1/events', { body: ['e1', 'e2', 'e3'].map((id) => said(id, { user_id: id })) })
  })
  afterAll(() => api.close())

  const get = (path: string, role: 'analyst' | 'auditor' = 'auditor') => api.call('GET', `/v1/ledger/${path}`, { role })
  /** What a note states, once its signature was checked with the key that the service gives. */
  const stated = async (note: string) => {
    const { text: vkey } = await get('key')
    return parseCheckpoint(openNote(note, [noteVerifier(vkey.trim())]).text)
  }
  /** Checks a proof as an outsider would, and gives what it is of. */
  const checked = async (proof: ReturnType<typeof JSON.parse>) => {
    const { size, root } = await stated(proof.checkpoint)
    expect(proof.tree_size).toBe(size)
    const hash = leafHash(bytes(proof.leaf_data))
    expect(Buffer.from(hash).toString('base64')).toBe(proof.leaf_hash)
    const hashes = proof.hashes.map(bytes)
    expect(verifyInclusion({ index: proof.leaf_index, size, leafHash: hash, hashes, root })).toBe(true)
    return JSON.parse(Buffer.from(proof.leaf_data, 'base64').toString())
  }

  it('gives the newest stored checkpoint as a signed note, and makes only the first', async () => {
    const first = await get('checkpoint')
    expect(first.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await stated(first.text)).toMatchObject({ origin: 'undercurrent/test', size: 3 })
    await api.call('POST', '/v1/events', { body: said('e4') })
    expect((await get('checkpoint', 'analyst')).text).toBe(first.text)
  })

  it('proves an accepted event at once', async () => {
    const { json: under } = await get('proof?event_id=e1')
    expect(under.tree_size).toBe(3)
    const { status, json } = await get('proof?event_id=e4', 'analyst')
    expect([status, json.leaf_index, json.tree_size]).toEqual([200, 3, 4])
    const leaf = await checked(json)
    expect(leaf).toMatchObject({ v: 1, kind: 'event', event_id: 'e4' })
    const { body } = (await api.engine.entryOf('e4'))!
    expect(Buffer.from(commit(bytes(json.salt), body!)).toString('base64')).toBe(leaf.commitment)
    expect((await get('checkpoint')).text).toBe(json.checkpoint)
  })

  it('proves it still when it was erased or amended', async () => {
    await eraseUser(api.engine, 'e2')
    await api.engine.append([{ ...sealed('e3', { prompt: 'redacted anew' }), kind: 'amendment', reason: 'redaction' }])
    const { json: erased } = await get('proof?event_id=e2')
    expect(erased.salt).toBeNull()
    expect(await checked(erased)).toMatchObject({ kind: 'event', event_id: 'e2' })
    const { json: amended } = await get('proof?event_id=e3')
    // behind the receipt
    expect(amended.leaf_index).toBe(5)
    expect(await checked(amended)).toMatchObject({ kind: 'amendment', event_id: 'e3' })
  })

  it('finds an event by the id that was sent, also where another was stored', async () => {
    await api.call('POST', '/v1/events', { body: said('jane.roe@example.org') })
    const { status, json } = await get('proof?event_id=jane.roe%40example.org')
    expect(status).toBe(200)
    expect((await checked(json)).event_id).not.toContain('jane')
  })

  it('proves to a tenant what is its own, and tells it of nothing else', async () => {
    await api.call('POST', '/v1/events', { body: said('t1', { tenant_id: 'acme' }) })
    const { key } = await api.aKey({ role: 'analyst', tenant_id: 'acme' })
    const asked = async (id: string) => await api.call('GET', `/v1/ledger/proof?event_id=${id}`, { key })
    expect((await asked('t1')).status).toBe(200)
    const [foreign, none] = [await asked('e1'), await asked('nonesuch')]
    expect([foreign.status, none.status]).toEqual([404, 404])
    expect(foreign.json.detail).toBe(none.json.detail)
  })

  it('shows one checkpoint to be the beginning of another', async () => {
    const { json: early } = await get('proof?event_id=e4')
    await api.call('POST', '/v1/events', { body: ['f1', 'f2', 'f3'].map((id) => said(id)) })
    const { json: late } = await get('proof?event_id=f3')
    const [from, to] = [await stated(early.checkpoint), await stated(late.checkpoint)]
    const { status, json } = await get(`consistency?from=${from.size}&to=${to.size}`)
    expect([status, json.from, json.to]).toEqual([200, from.size, to.size])
    const proof = { from: from.size, to: to.size, fromRoot: from.root, toRoot: to.root }
    expect(verifyConsistency({ ...proof, hashes: json.hashes.map(bytes) })).toBe(true)
    expect((await get('consistency?from=2&to=2')).json).toEqual({ from: 2, to: 2, hashes: [] })
  })

  it.each([
    ['from=2&to=1', 'from (2) must not be larger than to (1)'],
    ['from=1&to=100000', 'to (100000) is beyond the ledger'],
    ['from=-1&to=1', ''],
    ['from=1', ''],
    ['from=a&to=b', ''],
    ['from=1.5&to=2', ''],
    ['from=1&to=1e400', ''],
  ])('says what is wrong with the question %s', async (query, detail) => {
    const { status, json } = await get(`consistency?${query}`)
    expect(status).toBe(400)
    expect(json.detail).toContain(detail)
  })

  it('answers neither no id nor an unknown one', async () => {
    expect((await get('proof')).status).toBe(400)
    expect((await get('proof?event_id=')).status).toBe(400)
    expect((await get('proof?event_id=nonesuch')).status).toBe(404)
  })
})
