import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import type { Finding } from '../../src/core/finding.ts'
import type { Engine, Json, RecordWrite } from '../../src/core/ports.ts'
import { PRODUCT } from '../../src/core/product.ts'
import { parseTime } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { findingOf, findings, patchFinding, siemFeed } from '../../src/flow/findings.ts'
import { aFinding } from '../formats/a-finding.ts'
import { storeKey } from '../store-key.ts'

let engine: Engine
let now = 0
const clock = { now: () => now }
const redactor = {
  text: (text: string) => text.replaceAll('a@b.example', '[EMAIL]'),
  forms: (_: string, value: string): [string, ...string[]] => (value === 'raw' ? ['user:0', 'u1'] : [value]),
}
const parts = () => ({ engine, clock, redactor, cursorKey: Buffer.alloc(32, 9) })

beforeEach(async () => {
  now = parseTime('2026-01-16T01:00:00Z') ?? 0
  engine = await openEmbedded({ key: storeKey, dataDir: mkdtempSync(join(tmpdir(), 'uc-findings-')), clock })
})
afterEach(() => engine.close())

/** As the night writes one: the finding and its first change. */
function raised(id: string, over: Partial<Finding> = {}): RecordWrite[] {
  const finding = aFinding({ finding_id: id, ...over })
  const row = {
    ts: parseTime(finding.last_seen) ?? 0,
    entity: `${finding.entity_type}:${finding.entity_id}`,
    tenant_id: finding.tenant_id ?? '',
    rank: finding.score,
  }
  const change = { kind: 'created', change_id: `${id}.1`, at: finding.created_at }
  return [
    { record: { ...row, kind: 'finding', id, body: finding as unknown as Json }, expect: 0 },
    { record: { ...row, kind: 'change', id: `${id}.1`, body: { finding, change } as unknown as Json }, expect: 0 },
  ]
}

const raise = async (id: string, over: Partial<Finding> = {}) =>
  expect(await engine.putRecords(raised(id, over))).toBe('stored')

/** Reads the whole feed in steps of `limit` and gives the change ids in order. */
async function readAll(limit: number, cursor?: string): Promise<{ ids: string[]; cursor: string }> {
  const ids: string[] = []
  for (;;) {
    const answer = await siemFeed(parts(), { format: 'native', limit, ...(cursor === undefined ? {} : { cursor }) })
    const lines = answer.body.split('\n').filter((line) => line !== '')
    ids.push(...lines.map((line) => JSON.parse(line).change_id))
    cursor = answer.cursor
    if (lines.length === 0) return { ids, cursor }
  }
}

describe('the list', () => {
  it('shows newest first and pages over everything once while new ones come in', async () => {
    for (let i = 0; i < 7; i++) await raise(`f${i}`, { last_seen: `2026-01-1${i}T12:00:00.000000Z` })
    const first = await findings(parts(), { limit: 3 })
    await raise('late', { last_seen: '2026-01-15T23:00:00.000000Z' })
    const second = await findings(parts(), { limit: 3, cursor: first.next_cursor ?? '' })
    const third = await findings(parts(), { limit: 3, cursor: second.next_cursor ?? '' })
    const ids = [first, second, third].flatMap((page) => page.items.map((f) => f.finding_id))
    expect(ids).toEqual(['f6', 'f5', 'f4', 'f3', 'f2', 'f1', 'f0'])
    expect(third.next_cursor).toBeNull()
  })

  it('takes the raw id of an entity that is stored under another', async () => {
    await raise('a', { entity_id: 'u1' })
    await raise('b', { entity_id: 'u-2' })
    const { items } = await findings(parts(), { entity_type: 'user', entity_id: 'raw' })
    expect(items.map((one) => one.finding_id)).toEqual(['a'])
  })

  it('narrows by time, severity, detector, status, entity and tenant', async () => {
    await raise('a', { severity: 'low', last_seen: '2026-01-10T00:00:00.000000Z' })
    await raise('b', { detector: 'volume', entity_id: 'u-2' })
    await raise('c', { tenant_id: 'other', status: 'resolved' })
    const ids = async (ask: object) => (await findings(parts(), ask)).items.map((f) => f.finding_id).sort()
    expect(await ids({ severity: 'low' })).toEqual(['a'])
    expect(await ids({ detector: 'volume' })).toEqual(['b'])
    expect(await ids({ status: 'resolved' })).toEqual(['c'])
    expect(await ids({ tenant_id: 'acme' })).toEqual(['a', 'b'])
    expect(await ids({ entity_type: 'user', entity_id: 'u-2' })).toEqual(['b'])
    expect(await ids({ since: '2026-01-12' })).toEqual(['b', 'c'])
    expect(await ids({ since: '2d' })).toEqual(['b', 'c'])
    expect(await ids({ until: '2026-01-12' })).toEqual(['a'])
  })

  it.each(['', 'x', 'bm9wZQ', Buffer.from('["list","1",null,1,"x"]').toString('base64url'), '!!!!'])(
    'refuses the cursor %j',
    async (cursor) => {
      await expect(findings(parts(), { cursor })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    },
  )
})

describe('a change', () => {
  it('sets status and note, and is told to the feed as closed', async () => {
    await raise('f')
    now += 5_000_000
    const patched = await patchFinding(parts(), 'f', { status: 'resolved', note: 'ours: a@b.example' })
    expect(patched).toMatchObject({
      status: 'resolved',
      note: 'ours: [EMAIL]',
      updated_at: '2026-01-16T01:00:05.000000Z',
    })
    expect(await findingOf(parts(), 'f')).toEqual(patched)
    const { body } = await siemFeed(parts(), { format: 'native' })
    const last = JSON.parse(body.trim().split('\n').at(-1) ?? '')
    expect(last).toMatchObject({ change: 'closed', change_id: 'f.2', finding: { status: 'resolved' } })
  })

  it('leaves no trace where it changes nothing', async () => {
    await raise('f')
    await patchFinding(parts(), 'f', { status: 'new' })
    expect((await readAll(10)).ids).toEqual(['f.1'])
  })

  it('is refused for another tenant, an unknown id, status or length', async () => {
    await raise('f')
    const patch = { status: 'resolved' } as const
    await expect(patchFinding(parts(), 'f', patch, { tenant_id: 'other' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(findingOf(parts(), 'f', { tenant_id: 'other' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(patchFinding(parts(), 'g', patch)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(patchFinding(parts(), 'f', { status: 'odd' as 'new' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(patchFinding(parts(), 'f', { note: 'x'.repeat(2001) })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(patchFinding(parts(), 'f', {})).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  it('keeps both of two that race', async () => {
    await raise('f')
    await Promise.all([
      patchFinding(parts(), 'f', { status: 'acknowledged' }),
      patchFinding(parts(), 'f', { note: 'looking' }),
    ])
    expect(await findingOf(parts(), 'f')).toMatchObject({ status: 'acknowledged', note: 'looking' })
    expect((await readAll(10)).ids).toEqual(['f.1', 'f.2', 'f.3'])
  })
})

describe('the feed', () => {
  it('loses and repeats nothing while changes come in', async () => {
    for (let i = 0; i < 5; i++) await raise(`f${i}`)
    const first = await siemFeed(parts(), { format: 'native', limit: 2 })
    await raise('late')
    await patchFinding(parts(), 'f0', { status: 'resolved' })
    const rest = await readAll(2, first.cursor)
    const ids = first.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).change_id)
      .concat(rest.ids)
    expect(ids).toEqual(['f0.1', 'f1.1', 'f2.1', 'f3.1', 'f4.1', 'late.1', 'f0.2'])
    await raise('later')
    expect((await readAll(2, rest.cursor)).ids).toEqual(['later.1'])
  })

  it('has a cursor also when it is empty, which goes on from there', async () => {
    const empty = await siemFeed(parts(), {})
    expect(empty.body).toBe('')
    await raise('f')
    expect((await readAll(10, empty.cursor)).ids).toEqual(['f.1'])
  })

  it('takes one cursor in any format', async () => {
    for (const id of ['a', 'b', 'c']) await raise(id)
    const { cursor } = await siemFeed(parts(), { format: 'cef', limit: 1 })
    const next = await siemFeed(parts(), { format: 'ocsf', limit: 1, cursor })
    expect(JSON.parse(next.body).finding_info.uid).toBe('b')
  })

  it('shows a tenant its own findings alone', async () => {
    await raise('mine')
    await raise('theirs', { tenant_id: 'other' })
    const { body } = await siemFeed(parts(), { format: 'native', tenant_id: 'acme' })
    expect(body).toContain('mine.1')
    expect(body).not.toContain('theirs')
  })

  it('has cursors that tell nobody how much was written meanwhile, and that nobody can make up', async () => {
    await raise('f')
    const { cursor } = await siemFeed(parts(), {})
    const block = Buffer.from(cursor, 'base64url')
    expect([block.length, (await siemFeed(parts(), { cursor })).cursor]).toEqual([16, cursor])
    for (let i = 0; i < block.length; i++) {
      const other = Buffer.from(block)
      other[i]! ^= 1
      const refused = siemFeed(parts(), { cursor: other.toString('base64url') })
      await expect(refused).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    }
    await expect(siemFeed({ ...parts(), cursorKey: Buffer.alloc(32) }, { cursor })).rejects.toThrow('none of ours')
  })

  it.each(['', 'x', 'ZmVlZDox', 'AAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAA='])(
    'refuses the cursor %j',
    async (cursor) => {
      await expect(siemFeed(parts(), { cursor })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    },
  )

  it('refuses an unknown format and a limit out of range', async () => {
    await expect(siemFeed(parts(), { format: 'toString' as 'cef' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(siemFeed(parts(), { limit: 0 })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})

it('the product names the version of its package', () => {
  expect(PRODUCT.version).toBe(packageJson.version)
})
