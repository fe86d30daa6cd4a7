import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseTime } from '../../src/core/window.ts'
import { archiveFiles, manifests } from '../../src/flow/archive-files.ts'
import { archiveFolder } from '../../src/senders/archive-folder.ts'
import { plainFiles } from '../plain-files.ts'
import { openRead } from './killed.ts'
import { aFolder, aKey, cli, discard, keyOf, type Served, served } from './served.ts'

/** A user is erased from a service that has lived: his texts are hot, archived, copied, backed up, indexed and told of. */

let dataDir: string
let at: (name: string) => string
let service: Served | null
beforeEach(() => {
  dataDir = aFolder()
  at = (name) => join(dataDir, '..', name)
  service = null
})
afterEach(async () => {
  await service?.kill('SIGKILL')
  discard(dataDir)
})

const DAY = 86_400_000
/** Words that one person alone has said, been answered or is called. */
const HERS = ['zanzibar', 'marmalade', 'anna_k', 'sess_anna'] as const
const HIS = ['cardamom', 'piccolo', 'bert_m', 'sess_bert'] as const

/** Events of the last hours, and of long ago. */
function eventsOf([asked, answered, user_id, session_id]: typeof HERS | typeof HIS, days: number) {
  return Array.from({ length: 6 }, (_, i) => ({
    event_id: `${user_id.slice(0, 1)}-${days}-${i}`,
    timestamp: new Date(Date.now() - days * DAY - i * 60_000).toISOString(),
    event_type: 'llm.completion',
    user_id,
    session_id,
    model: 'fjord-large',
    latency_ms: 900 + i,
    tokens_output: 30 + i,
    prompt: `Where does ${asked} grow, and who sells number ${i}?`,
    response: `Nobody knows better than the ${answered}.`,
  }))
}

/** What stands in none of these bytes, and what does. */
const inside = (bytes: Buffer) => [...HERS, ...HIS].filter((word) => bytes.includes(word))
const everyFile = (folder: string) =>
  Buffer.concat(plainFiles(folder, keyOf(folder, `${dataDir}.key`)).map((one) => one.bytes))

it('nothing of an erased user can be read in any place, with the keys of after, and the receipt counts what was there', async () => {
  for (const folder of ['cold', 'vault']) mkdirSync(at(folder))
  writeFileSync(at('copies.yaml'), 'segment_every_s: 30\nsegments:\n  - { name: vault, kind: folder, path: vault }\n')
  writeFileSync(
    at('retention.yaml'),
    'archive: { folder: cold }\nrules:\n  - { name: old, from: timestamp, archive_after: 30d }\n',
  )
  const flags = ['--copies-file', at('copies.yaml'), '--retention-file', at('retention.yaml')]
  const key = aKey(dataDir, 'admin')
  service = await served(dataDir, key, ['--jobs-enabled', 'false', ...flags])
  for (const days of [40, 1])
    for (const whose of [HERS, HIS])
      expect((await service.call('POST', '/v1/events', eventsOf(whose, days))).status).toBe(202)
  for (const job of ['embed', 'baseline', 'detect', 'digest', 'checkpoint']) await service.job(job)
  const backup = cli(dataDir, ['backup', at('backup'), '--keys', at('keys')])
  expect(backup.code, backup.err).toBe(0)
  await service.job('copy')
  await service.job('archive')
  // by a word that both have said: what is searched for stands in the audit
  const found = async () =>
    (await service!.call<{ items: object[] }>('POST', '/v1/search', { q: 'grow', mode: 'keyword' })).json.items.length
  expect(await found()).toBe(12)

  const foretold = await service.call<Counted>('POST', '/v1/erasures?dry_run=true', { user_id: 'anna_k' })
  expect(foretold.json.counts).toMatchObject({ events: 12, archives: 6, words: 6, vectors: 12, keys: 1 })
  const { status, json } = await service.call<Erased>('POST', '/v1/erasures', {
    user_id: 'anna_k',
    reason: 'she asked',
  })
  expect(status).toBe(200)
  expect(json.erased.receipt.counts).toEqual(foretold.json.counts)
  expect(json.key_copies).toMatchObject([{ renewed: true }])
  expect(await found()).toBe(6)
  await service.job('copy')
  await service.kill()
  const output = service.output()
  service = null

  const verified = JSON.parse(cli(dataDir, ['verify', '--json', ...flags]).out)
  expect(verified).toMatchObject({ ok: true, counts: { erased: 12, archived: 6 } })

  // database, journals, word index, vectors, snapshots, key ring
  expect(inside(everyFile(dataDir))).toEqual(HIS)
  expect(inside(Buffer.from(output))).toEqual([])
  expect(inside(Buffer.from(JSON.stringify(json)))).toEqual([])

  // files of the archive, by everything that opens any more
  expect(await archivedWords()).toEqual(HIS)
  const exported = cli(dataDir, ['archive', 'export', at('readable'), '--json', ...flags])
  expect(JSON.parse(exported.out)).toMatchObject({ events: 6 })

  // the backup from before, under the keys of after
  const keys = ['--keys', at('keys')]
  copyFileSync(`${dataDir}.key`, at('old.key'))
  const restored = cli(at('old'), ['restore', at('backup'), ...keys, '--json'])
  expect([0, 3], restored.err).toContain(restored.code)
  expect(inside(everyFile(at('old')))).toEqual(HIS)

  // sealed segments of the ledger
  copyFileSync(`${dataDir}.key`, at('new.key'))
  const rebuilt = cli(at('new'), ['restore', '--copy', at('vault'), ...keys, '--json'])
  expect([0, 3], rebuilt.err).toContain(rebuilt.code)
  expect(inside(everyFile(at('new')))).toEqual(HIS)

  // and as they lie there
  for (const folder of ['cold', 'vault', 'keys', 'backup'])
    for (const entry of readdirSync(at(folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) expect(inside(readFileSync(join(entry.parentPath, entry.name)))).toEqual([])
}, 120_000)

interface Counted {
  counts: Record<string, number>
}
interface Erased {
  erased: { receipt: Counted }
  key_copies: { renewed: boolean }[]
}

/** Words in files of the archive: in their columns, and in the texts that a key of the ring still opens. */
async function archivedWords(): Promise<string[]> {
  const house = await openRead(dataDir)
  try {
    const files = archiveFiles({ ...house, target: archiveFolder(at('cold')) }, new AbortController().signal)
    const standing = (await manifests(house.engine)).filter(({ manifest }) => manifest.state === 'standing')
    expect(standing.length).toBe(readdirSync(at('cold')).length)
    const bytes: Buffer[] = []
    for (const { manifest } of standing) {
      expect(parseTime(manifest.at)).not.toBeNull()
      const rows = await files.rows(manifest)
      const read = await house.engine.readArchive(manifest.file, rows)
      expect(new Set(read.map(({ verdict }) => verdict))).toEqual(new Set(['whole', 'gone']))
      for (const row of rows)
        bytes.push(
          Buffer.from(JSON.stringify({ ...row, texts: null, vectors: null })),
          Buffer.from(row.texts ?? []),
          Buffer.from(row.vectors ?? []),
        )
      bytes.push(...read.map(({ text }) => Buffer.from(text ?? '')))
    }
    expect(
      readdirSync(at('cold')).every((name) => standing.some(({ manifest }) => manifest.path === basename(name))),
    ).toBe(true)
    return inside(Buffer.concat(bytes))
  } finally {
    await house.close()
  }
}
