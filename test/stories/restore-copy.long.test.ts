import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { KEY_RING, keyRing, subjectOf } from '../../src/engines/embedded/key-ring.ts'
import { readSegments } from '../../src/flow/copy-read.ts'
import { keyFor } from '../../src/roof/key-file.ts'
import { ledgerSigner } from '../../src/roof/ledger-signer.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { openSecrets } from '../../src/roof/secrets.ts'
import { folderSource } from '../../src/senders/write-once-folder.ts'
import { eraseUser } from '../contracts/engine/erasing.ts'
import { objectStore } from '../senders/receivers.ts'
import { aFolder, aKey, child, cli, discard, type Served, served } from './served.ts'

/** The built service loses its data directory and every backup, and comes back from sealed segments and the keys. */

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

const event = (event_id: string, user_id: string, session_id: string, prompt: string) => ({
  event_id,
  timestamp: new Date(Date.now() - 3_600_000).toISOString(),
  event_type: 'llm.completion',
  user_id,
  session_id,
  prompt,
  response: 'It is on its way.',
})

interface Found {
  items: { event_id: string }[]
}

const found = async (one: Served, ask: object) =>
  (await one.call<Found>('POST', '/v1/search', ask)).json.items.map((item) => item.event_id)

/** Serves, takes in two users' sessions, backs the keys up, and puts everything out of reach. */
async function livedThrough(copies: string): Promise<void> {
  writeFileSync(at('copies.yaml'), copies)
  const key = aKey(dataDir, 'admin')
  service = await served(dataDir, key, ['--jobs-enabled', 'false', '--copies-file', at('copies.yaml')])
  const send = async (...events: object[]) =>
    expect((await service!.call('POST', '/v1/events', events)).status).toBe(202)
  await send(event('a1', 'ada', 's1', 'Will it rain in the harbour?'), event('a2', 'ada', 's2', 'Where is my parcel?'))
  await send(event('b1', 'ben', 's3', 'A recipe for plum cake, please'))
  const made = child(dataDir, ['backup', at('backup'), '--keys', at('keys')])
  expect(await made.ended, made.output()).toBe(0)
  await service.job('copy')
  // a subject who came after the keys were copied
  await send(event('c1', 'cleo', 's4', 'Which train goes to the mountains?'))
  await service.job('copy')
}

async function lost(): Promise<void> {
  await service!.kill('SIGKILL')
  service = null
  rmSync(dataDir, { recursive: true })
  rmSync(at('backup'), { recursive: true })
}

async function backAgain(copy: string): Promise<void> {
  const flags = ['--copies-file', at('copies.yaml')]
  const run = child(dataDir, ['restore', '--copy', copy, '--keys', at('keys'), '--json', ...flags])
  expect(await run.ended, run.output()).toBe(0)
  expect(run.output()).toContain('"verdicts":["intact"]')
  const verified = child(dataDir, ['verify', '--against', copy, '--json', ...flags])
  expect(await verified.ended, verified.output()).toBe(0)
  // keys of the API are in no ledger
  service = await served(dataDir, aKey(dataDir, 'admin'), ['--jobs-enabled', 'false', ...flags])
  expect(await found(service, { q: 'plum', mode: 'keyword' })).toEqual(['b1'])
  expect(await found(service, { q: 'mountains', mode: 'keyword' })).toEqual(['c1'])
  await service.job('embed')
  await service.job('baseline')
  const WEATHER = { q: 'cake and pastry recipes', mode: 'semantic', k: 1 }
  await expect.poll(() => found(service!, WEATHER), { timeout: 20_000 }).toEqual(['b1'])
}

it('comes back from a folder, and who was erased stays erased there and in the copy', async () => {
  mkdirSync(at('vault'))
  await livedThrough('segment_every_s: 30\nsegments:\n  - { name: vault, kind: folder, path: vault }\n')
  const config = readConfig({ data_dir: dataDir, log_level: 'silent' }, {}, dataDir)
  const house = await openHouse(config)
  await eraseUser(house.engine, 'ada')
  await house.close()
  const { root, store } = await openSecrets(config)
  await lost()

  expect(readdirSync(at('keys')).sort()).toEqual([KEY_RING, 'wrapped-keys.json'])
  const ring = keyRing(at('keys'), store, 'read')
  const { name: origin } = ledgerSigner(config, { root })
  const opens: string[] = []
  for await (const { segment } of readSegments(folderSource(at('vault')), { key: keyFor(root, 'segment'), origin }))
    for (const { event_id, subject } of segment!.entries)
      if (subject !== null && ring.keyOf(subject) !== null) opens.push(event_id)
  expect(ring.keyOf(subjectOf({ event_id: '', user_id: 'ada' }))).toBeNull()
  ring.close()
  expect(opens).toEqual(expect.arrayContaining(['b1', 'c1']))
  expect(opens).not.toContain('a1')

  const without = cli(dataDir, ['restore', '--copy', at('vault')])
  expect(without).toMatchObject({ code: 2, err: expect.stringContaining('by --keys') })
  const restored = cli(dataDir, ['restore', '--copy', at('vault'), '--keys', at('keys'), '--json'])
  // nothing in the copy says yet that she was erased, which may be told as something found
  expect([0, 3], restored.err).toContain(restored.code)
  const segments = readdirSync(at('vault'))
  service = await served(dataDir, aKey(dataDir, 'admin'), ['--jobs-enabled', 'false'])
  expect(await found(service, { q: 'harbour', mode: 'keyword' })).toEqual([])
  expect(await found(service, { q: 'plum', mode: 'keyword' })).toEqual(['b1'])
  expect((await service.call('GET', '/v1/events/a1')).status).toBe(404)
  expect(readdirSync(at('vault'))).toEqual(segments)
  expect(readFileSync(join(dataDir, 'undercurrent.db')).includes('harbour')).toBe(false)
}, 120_000)

it('comes back from a bucket, and the next segment goes behind the last', async () => {
  const store = await objectStore()
  writeFileSync(at('access-key'), 'AKIDEXAMPLE')
  await livedThrough(`segment_every_s: 30
segments:
  - { name: store, kind: s3, bucket: bucket, prefix: log, endpoint: '${store.url}', lock: COMPLIANCE, retain_days: 1,
      allow_private: true, access_key_id: { file: access-key }, secret_access_key: { file: access-key } }
`)
  await lost()
  const before = [...store.objects.keys()].length
  await backAgain('s3:store')
  await service!.job('copy')
  const names = [...store.objects.keys()].sort().map((name) => name.slice(-'.segment'.length - 33, -'.segment'.length))
  expect(names.length).toBeGreaterThan(before)
  for (const [i, name] of names.entries())
    expect(name.slice(0, 16)).toBe(i === 0 ? '0'.repeat(16) : names[i - 1]!.slice(17))
}, 120_000)
