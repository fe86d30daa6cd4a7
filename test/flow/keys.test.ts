import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ROLES } from '../../src/core/key.ts'
import type { Engine } from '../../src/core/ports.ts'
import { DAY, HOUR, parseTime, SECOND } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { authenticate, createKey, isKeyText, listKeys, revokeKey, rotateKey } from '../../src/flow/keys.ts'
import { storeKey } from '../store-key.ts'

let dataDir: string
let engine: Engine
let now: number
const warned = vi.fn()
const clock = { now: () => now }
const log = { info: () => {}, warn: warned, error: () => {} }
const redactor = { identifier: (_: string, value: string) => (value.includes('@') ? 'tenant:1234' : value) }
const parts = () => ({ engine, clock, log, redactor })

beforeEach(async () => {
  now = parseTime('2026-02-01T12:00:00Z')!
  warned.mockClear()
  dataDir = mkdtempSync(join(tmpdir(), 'uc-keys-'))
  engine = await openEmbedded({ key: storeKey, dataDir, clock })
})
afterEach(() => engine.close())

it('a key is shown once, in its own shape, and opens what its role and tenant say', async () => {
  const made = await createKey(parts(), { role: 'analyst', tenant_id: 'acme' })
  expect(made.key).toMatch(/^uc_[0-9A-Za-z]{49}$/)
  expect(isKeyText(made.key)).toBe(true)
  const found = await authenticate(parts(), made.key)
  expect(found).toMatchObject({ id: made.id, role: 'analyst', tenant_id: 'acme', expires_at: null })
  expect(found).not.toHaveProperty('key')
  expect(found).not.toHaveProperty('hash')
  expect(await listKeys(parts())).toEqual([expect.not.objectContaining({ hash: expect.anything() })])
})

it('the text of a key is nowhere on the disk', async () => {
  const { key } = await createKey(parts(), { role: 'admin' })
  await authenticate(parts(), key)
  await engine.close()
  for (const name of readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const bytes = readFileSync(join(name.parentPath, name.name))
    expect(bytes.includes(key.slice(3, 30)), name.name).toBe(false)
  }
  engine = await openEmbedded({ key: storeKey, dataDir, clock })
})

it('a mistyped key is refused by its check digits, without asking the store', async () => {
  const { key } = await createKey(parts(), { role: 'ingest' })
  const records = vi.spyOn(engine, 'records')
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 3, max: key.length - 1 }), fc.constantFrom(...'09AZaz'), async (at, digit) => {
      fc.pre(key[at] !== digit)
      expect(await authenticate(parts(), key.slice(0, at) + digit + key.slice(at + 1))).toBeNull()
    }),
    { numRuns: 50 },
  )
  for (const text of ['', 'uc_', `${key}x`, key.slice(0, -1), ` ${key}`, `${key}\n`, key.replace('uc_', 'sk_')])
    expect(await authenticate(parts(), text)).toBeNull()
  expect(records).not.toHaveBeenCalled()
})

it('a well-formed key that was never made is nobody', async () => {
  const elsewhere = await openEmbedded({ key: storeKey, dataDir: mkdtempSync(join(tmpdir(), 'uc-keys-')), clock })
  const { key } = await createKey({ ...parts(), engine: elsewhere }, { role: 'admin' })
  await elsewhere.close()
  expect(await authenticate(parts(), key)).toBeNull()
})

it('a record whose hash is another one does not open, whatever its id', async () => {
  const { id, key } = await createKey(parts(), { role: 'admin' })
  const [record] = await engine.records('key', { ids: [id] }, { order: 'ts', limit: 1 })
  const body = { ...(record!.body as object), hash: '0'.repeat(64) }
  await engine.putRecords([{ record: { ...record!, body }, expect: null }])
  expect(await authenticate(parts(), key)).toBeNull()
})

it('a key ends when it expires, and when it is revoked', async () => {
  const { key } = await createKey(parts(), { role: 'siem', expires: '90d' })
  now += 90 * DAY - 1
  expect(await authenticate(parts(), key)).not.toBeNull()
  now += 1
  expect(await authenticate(parts(), key)).toBeNull()

  const other = await createKey(parts(), { role: 'siem' })
  const revoked = await revokeKey(parts(), other.id)
  expect(revoked.revoked_at).toBe('2026-05-02T12:00:00.000000Z')
  expect(await authenticate(parts(), other.key)).toBeNull()
  now += HOUR
  expect(await revokeKey(parts(), other.id)).toEqual(revoked)
})

it('a key that another process makes or revokes counts at once', async () => {
  const beside = await openEmbedded({ key: storeKey, dataDir, clock, half: 'write' })
  try {
    const { id, key } = await createKey({ ...parts(), engine: beside }, { role: 'analyst' })
    expect(await authenticate(parts(), key)).toMatchObject({ id })
    await revokeKey({ clock, engine: beside }, id)
    expect(await authenticate(parts(), key)).toBeNull()
  } finally {
    await beside.close()
  }
})

it('the use of a key is noted at most once a minute', async () => {
  const { key } = await createKey(parts(), { role: 'ingest' })
  const put = vi.spyOn(engine, 'putRecords')
  const lastUsed = async () => (await listKeys(parts()))[0]!.last_used_at
  await authenticate(parts(), key)
  await vi.waitFor(async () => expect(await lastUsed()).toBe('2026-02-01T12:00:00.000000Z'))
  now += 59 * SECOND
  await authenticate(parts(), key)
  expect(put).toHaveBeenCalledTimes(1)
  now += SECOND
  await authenticate(parts(), key)
  await vi.waitFor(async () => expect(await lastUsed()).toBe('2026-02-01T12:01:00.000000Z'))
})

it('a use that cannot be noted fails nobody', async () => {
  const { key } = await createKey(parts(), { role: 'ingest' })
  vi.spyOn(engine, 'putRecords').mockRejectedValue(new Error('the disk is full'))
  expect(await authenticate(parts(), key)).not.toBeNull()
  await vi.waitFor(() => expect(warned).toHaveBeenCalledOnce())
  expect(JSON.stringify(warned.mock.calls)).not.toContain(key)
})

it('noting a use cannot undo a revocation that comes between', async () => {
  const { id, key } = await createKey(parts(), { role: 'ingest' })
  const put = engine.putRecords.bind(engine)
  vi.spyOn(engine, 'putRecords').mockImplementationOnce(async (writes) => {
    await revokeKey(parts(), id)
    return await put(writes)
  })
  await authenticate(parts(), key)
  await vi.waitFor(async () => expect((await listKeys(parts()))[0]!.revoked_at).not.toBeNull())
  expect(await authenticate(parts(), key)).toBeNull()
})

it('keys are listed newest first, however many there are', async () => {
  for (const role of ROLES) {
    now += SECOND
    await createKey(parts(), { role })
  }
  expect((await listKeys(parts())).map((key) => key.role)).toEqual([...ROLES].reverse())
})

it('a key sees the texts that its role sees, or less', async () => {
  const read = async (ask: Parameters<typeof createKey>[1]) => (await createKey(parts(), ask)).read
  expect(await Promise.all(ROLES.map((role) => read({ role })))).toEqual([
    'metadata',
    'text',
    'metadata',
    'metadata',
    'text',
  ])
  expect(await read({ role: 'analyst', read: 'metadata' })).toBe('metadata')
  expect(await read({ role: 'admin', read: 'text' })).toBe('text')
})

it('a rotated key goes on opening for the overlap, beside the one that replaces it', async () => {
  const former = await createKey(parts(), { role: 'analyst', tenant_id: 'acme', read: 'metadata', expires: '90d' })
  now += 30 * DAY
  const next = await rotateKey(parts(), former.id, { overlap: '24h' })
  expect(next).toMatchObject({ role: 'analyst', tenant_id: 'acme', read: 'metadata', replaces: former.id })
  expect(parseTime(next.expires_at!)! - now).toBe(90 * DAY)
  expect((await authenticate(parts(), former.key))?.id).toBe(former.id)
  now += DAY
  expect(await authenticate(parts(), former.key)).toBeNull()
  expect((await authenticate(parts(), next.key))?.id).toBe(next.id)
})

it('a rotation shortens the life of the former key and never lengthens it', async () => {
  const ending = await createKey(parts(), { role: 'siem', expires: '1h' })
  await rotateKey(parts(), ending.id, { overlap: '7d', expires: '30d' })
  now += HOUR
  expect(await authenticate(parts(), ending.key)).toBeNull()
  await expect(rotateKey(parts(), ending.id, { overlap: '1h' })).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(rotateKey(parts(), 'key_0000', { overlap: '1h' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const eternal = await createKey(parts(), { role: 'siem' })
  for (const overlap of ['soon', '-1h', '91d', '2026-03-01'])
    await expect(rotateKey(parts(), eternal.id, { overlap })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  const next = await rotateKey(parts(), eternal.id, { overlap: '0s' })
  expect([await authenticate(parts(), eternal.key), next.expires_at]).toEqual([null, null])
})

it('a rotation that a note of use comes between is made all the same, once', async () => {
  const { id } = await createKey(parts(), { role: 'ingest' })
  let first = true
  const racing: Engine = {
    ...engine,
    async putRecords(writes) {
      if (first) {
        first = false
        const [record] = await engine.records('key', { ids: [id] }, { order: 'ts', limit: 1 })
        const { version: _, rev: __, ...row } = record!
        await engine.putRecords([{ record: row, expect: null }])
      }
      return await engine.putRecords(writes)
    },
  }
  await rotateKey({ ...parts(), engine: racing }, id, { overlap: '1h' })
  expect(await listKeys(parts())).toHaveLength(2)
})

it('a key of before the two readings sees what its role sees', async () => {
  const { id, key } = await createKey(parts(), { role: 'analyst' })
  const [record] = await engine.records('key', { ids: [id] }, { order: 'ts', limit: 1 })
  const { version: _, rev: __, ...row } = record!
  const { read: ___, ...body } = row.body as Record<string, string>
  await engine.putRecords([{ record: { ...row, body }, expect: null }])
  expect((await authenticate(parts(), key))?.read).toBe('text')
})

it.each([
  ['a siem that is to see texts', { role: 'siem' as const, read: 'text' as const }],
  ['an unknown role', { role: 'root' as 'admin' }],
  ['an empty tenant', { role: 'admin' as const, tenant_id: '' }],
  ['a tenant that is an address', { role: 'admin' as const, tenant_id: 'ann@shop.example' }],
  ['a lifetime that is none', { role: 'admin' as const, expires: 'soon' }],
  ['no lifetime at all', { role: 'admin' as const, expires: '0d' }],
  ['a lifetime of ages', { role: 'admin' as const, expires: '99999999d' }],
  ['a time that has passed', { role: 'admin' as const, expires: '2026-01-31T00:00:00Z' }],
])('no key is made for %s', async (_, ask) => {
  await expect(createKey(parts(), ask)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect(await listKeys(parts())).toEqual([])
})

it('revoking a key that does not exist says so', async () => {
  await expect(revokeKey(parts(), 'key_0000')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
