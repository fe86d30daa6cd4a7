import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import type { ArchiveManifest, ArchiveRow } from '../../src/core/archive.ts'
import type { ArchiveTarget } from '../../src/core/archive-target.ts'
import type { Json, RecordWrite } from '../../src/core/ports.ts'
import { Problem } from '../../src/core/problem.ts'
import { HOUR } from '../../src/core/window.ts'
import { archiveFiles, archivePath, packArchive, unpackArchive } from '../../src/flow/archive-files.ts'

const NOW = Date.parse('2026-01-15T08:00:00Z') * 1000
const FILE = 'ab'.repeat(16)
const key = new Uint8Array(randomBytes(32))
const calm = new AbortController().signal

const rows: ArchiveRow[] = Array.from({ length: 300 }, (_, i) => ({
  seq: i * 3,
  kind: i % 10 === 0 ? 'amendment' : 'event',
  reason: i % 10 === 0 ? 'redaction' : null,
  event_id: `evt_${i}`,
  ts: NOW + i,
  received: NOW + 2 * i,
  tenant_id: i % 2 === 0 ? '' : 'juniper',
  event_type: 'llm.completion',
  model: i % 3 === 0 ? null : 'fjord-large',
  status: null,
  latency_ms: i / 7,
  tokens_input: i,
  tokens_output: null,
  cost_usd: 0.001 * i,
  anonymised: i % 5 === 0 ? 1 : 0,
  texts: i % 100 === 0 ? new Uint8Array(randomBytes(200)) : null,
  vectors: i % 100 === 0 ? new Uint8Array(randomBytes(90)) : null,
}))

const manifestFor = (more: Partial<ArchiveManifest> = {}): ArchiveManifest => ({
  v: 1,
  file: FILE,
  state: 'standing',
  target: 'memory',
  path: archivePath({ day: '2026-01-15', file: FILE }),
  day: '2026-01-15',
  tenant_id: 'juniper',
  rule: { name: 'old', hash: '' },
  rows: rows.length,
  bytes: null,
  sha256: null,
  at: '2026-01-15T08:00:00.000000Z',
  read_at: null,
  ...more,
})

it('packs rows into a file in which nothing can be read, and gives each back as it was', async () => {
  const { bytes } = await packArchive(FILE, rows, key)
  expect(await unpackArchive(FILE, bytes, key)).toEqual(rows)
  const text = Buffer.from(bytes).toString('latin1')
  for (const planted of ['evt_1', 'juniper', 'fjord-large', 'llm.completion', 'PAR1', 'redaction'])
    expect(text).not.toContain(planted)
})

it('tells a file that was altered, cut off, swapped for another, is missing, or has no key any more', async () => {
  const { bytes, sha256 } = await packArchive(FILE, rows, key)
  const other = await packArchive('cd'.repeat(16), rows, key)
  const there = new Map<string, Uint8Array>()
  const target = { place: 'memory', read: async (path: string) => there.get(path)! } as unknown as ArchiveTarget
  let held: Uint8Array | null = key
  const engine = { archiveKey: async () => held } as never
  const files = archiveFiles({ engine, target, clock: { now: () => NOW } }, calm)
  const manifest = manifestFor({ sha256, bytes: bytes.length })
  there.set(manifest.path, bytes)
  expect(await files.rows(manifest)).toEqual(rows)
  const altered = Uint8Array.from(bytes)
  altered[500]! ^= 4
  for (const wrong of [altered, bytes.subarray(0, -1), other.bytes, Buffer.from('')]) {
    there.set(manifest.path, wrong)
    await expect(files.rows(manifest)).rejects.toMatchObject({ code: 'COPY_FAILED' })
    // also where nobody remembers what its hash was
    await expect(files.rows({ ...manifest, sha256: null })).rejects.toMatchObject({ code: 'COPY_FAILED' })
  }
  held = null
  await expect(files.rows(manifest)).rejects.toThrow('is destroyed')
})

it('says where a file was written that is not at the present place', async () => {
  const read = async () => {
    throw new Problem('COPY_FAILED', 'it is not there')
  }
  const target = { place: 'folder /mnt/new', read } as unknown as ArchiveTarget
  const files = archiveFiles(
    { engine: { archiveKey: async () => key } as never, target, clock: { now: () => NOW } },
    calm,
  )
  await expect(files.rows(manifestFor({ target: 'folder /mnt/old' }))).rejects.toThrow(
    'it is not there (it was written to folder /mnt/old: copy it from there)',
  )
})

it('deletes what has ended once its place lets go of it, and what a run that died left an hour ago', async () => {
  const bodies = new Map<string, ArchiveManifest>()
  const put = (file: string, more: Partial<ArchiveManifest>) => bodies.set(file, manifestFor({ file, ...more }))
  put('a', { state: 'ended', path: 'a' })
  put('b', { state: 'ended', path: 'b' })
  put('c', { state: 'begun', path: 'c' })
  put('d', { state: 'begun', path: 'd', at: '2026-01-15T08:30:00.000000Z' })
  put('e', { state: 'standing', path: 'e' })
  put('f', { state: 'ended', path: 'refused' })
  put('g', { state: 'ended', path: 'away' })
  put('h', { state: 'ended', path: 'away', target: 'another place' })
  const removed: string[] = []
  const engine = {
    records: async (_: string, { fields }: { fields: { state?: string } }) =>
      [...bodies.values()]
        .filter(({ state }) => state === fields.state)
        .map((body) => ({ id: body.file, version: 1, rev: 1, ts: 0, body: body as unknown as Json })),
    putRecords: async ([{ record }]: [RecordWrite]) => {
      bodies.set(record.id, record.body as unknown as ArchiveManifest)
      return 'stored'
    },
    dropArchive: async (file: string) => {
      put(file, { state: 'ended', path: file })
      return true
    },
  } as never
  const target = {
    place: 'memory',
    remove: async (path: string) => {
      if (path === 'b') return 'locked'
      if (path === 'away') return 'absent'
      if (path === 'refused') throw new Problem('COPY_FAILED', 'it refuses')
      removed.push(path)
      return 'removed'
    },
  } as unknown as ArchiveTarget
  const files = archiveFiles({ engine, target, clock: { now: () => NOW + HOUR + 1 } }, calm)
  await expect(files.sweep()).rejects.toThrow('it refuses')
  expect(removed).toEqual(['a', 'c'])
  expect([...bodies].map(([file, { state }]) => [file, state])).toEqual([
    ['a', 'removed'],
    ['b', 'ended'],
    ['c', 'removed'],
    ['d', 'begun'],
    ['e', 'standing'],
    ['f', 'ended'],
    ['g', 'removed'],
    // nothing says that it is gone from there
    ['h', 'ended'],
  ])
})
