import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aFolder, aKey, child, cli, discard, type Served, served } from './served.ts'

/** The built service is backed up at work, killed, lost, and brought back from the backup. */

const dataDir = aFolder()
const folder = join(dataDir, '..')
const backup = join(folder, 'backup')
const keys = join(folder, 'keys')
const outside = join(folder, 'checkpoint.txt')
const policy = join(folder, 'redaction.yaml')
const flags = ['--jobs-enabled', 'false', '--redaction-file', policy]
let key: string
/** Ids that were acknowledged before the backup began. */
const before: string[] = []
let later = 0

const event = (event_id: string, prompt: string, more: object = {}) => ({
  event_id,
  timestamp: new Date(Date.now() - 3_600_000).toISOString(),
  event_type: 'llm.completion',
  user_id: 'u1',
  prompt,
  response: 'It is on its way.',
  ...more,
})

interface Found {
  not_examined: number
  items: { event_id: string }[]
}

const found = async (service: Served, ask: object) => {
  const { json } = await service.call<Found>('POST', '/v1/search', ask)
  return { ids: json.items.map((item) => item.event_id), waiting: json.not_examined }
}

const WEATHER = { q: 'forecast for today, rain or sun', mode: 'semantic', k: 1 }

beforeAll(async () => {
  writeFileSync(policy, 'hash_only: [silent]\n')
  key = aKey(dataDir, 'admin')
  const service = await served(dataDir, key, flags)
  const send = async (events: object[]) => expect((await service.call('POST', '/v1/events', events)).status).toBe(202)
  for (let batch = 0; batch < 20; batch++) {
    const events = Array.from({ length: 50 }, (_, n) => event(`b${batch}-${n}`, `where is parcel ${batch} of ${n}`))
    await send(events)
    before.push(...events.map((one) => one.event_id))
  }
  const said = [
    event('kept', 'Will it rain in the harbour tomorrow?'),
    event('hidden', 'Will the sun shine on the orchard?', { tenant_id: 'silent' }),
  ]
  await send(said)
  before.push('kept', 'hidden')
  await service.job('embed')
  await service.job('checkpoint')

  const made = child(dataDir, ['backup', backup, '--keys', keys])
  let ended = false
  void made.ended.then(() => {
    ended = true
  })
  while (!ended) await send([event(`later${later++}`, 'what came while the backup was made')])
  expect(await made.ended, made.output()).toBe(0)
  await send([event('after', 'what came when it was done')])
  await service.job('checkpoint')
  writeFileSync(outside, cli(dataDir, ['ledger', 'checkpoint']).out)
  await service.kill('SIGKILL')
  rmSync(dataDir, { recursive: true })
}, 120_000)
afterAll(() => discard(dataDir))

it('refuses without the keys, under another master key, and where something is there, and changes nothing', () => {
  const without = cli(dataDir, ['restore', backup])
  expect(without).toMatchObject({ code: 2, out: '' })
  expect(without.err).toContain('were put elsewhere: name that folder by --keys')

  const other = join(folder, 'other.key')
  writeFileSync(other, `${Buffer.alloc(32, 1).toString('base64')}\n`)
  const wrong = cli(dataDir, ['restore', backup, '--keys', keys, '--key-file', other])
  expect(wrong).toMatchObject({ code: 2, out: '' })
  expect(wrong.err).toContain('is not the one that this data directory was begun with')
  const missing = cli(dataDir, ['restore', backup, '--keys', keys, '--key-file', join(folder, 'no.key')])
  expect(missing).toMatchObject({ code: 2, out: '' })
  expect(existsSync(join(folder, 'no.key'))).toBe(false)

  const taken = cli(keys, ['restore', backup, '--keys', keys])
  expect(taken).toMatchObject({ code: 2, out: '' })
  expect(taken.err).toContain('holds something')
  expect(existsSync(dataDir)).toBe(false)
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([])
})

it('what was acknowledged before the backup is there again, found by word and by meaning, and verified', async () => {
  expect(statSync(backup).mode & 0o777).toBe(0o700)
  expect(readdirSync(backup).sort()).toEqual(['manifest.json', 'undercurrent.db'])
  expect(readdirSync(keys).sort()).toEqual(['keyring.db', 'wrapped-keys.json'])

  const restored = cli(dataDir, ['restore', backup, '--keys', keys, '--checkpoint', outside, '--json'])
  expect(restored.code, restored.err).toBe(3)
  const told = JSON.parse(restored.out)
  expect(told).toMatchObject({ verdicts: ['rolled-back'], missing: { from: told.entries }, moved_to: null })
  expect(told.missing.to).toBeGreaterThan(told.entries)

  const verified = cli(dataDir, ['verify', '--json'])
  expect(JSON.parse(verified.out)).toMatchObject({ ok: true, verdict: 'unanchored', bad: [] })

  const service = await served(dataDir, key, flags)
  try {
    for (const id of [before[0]!, before.at(500)!, 'kept', 'hidden'])
      expect((await service.call('GET', `/v1/events/${id}`)).status).toBe(200)
    expect((await service.call('GET', '/v1/events/after')).status).toBe(404)
    // known already, every one: sent again, none is accepted
    for (let from = 0; from < before.length; from += 500) {
      const again = before.slice(from, from + 500).map((id) => event(id, 'again'))
      const { json } = await service.call('POST', '/v1/events', again)
      expect(json).toMatchObject({ accepted: 0, duplicates: again.length })
    }

    expect((await found(service, { q: 'harbour', mode: 'keyword' })).ids).toEqual(['kept'])
    // came with its vector, which no embed could make again
    expect((await found(service, { ...WEATHER, tenant_id: 'silent' })).ids).toEqual(['hidden'])
    expect((await found(service, { concept: 'refusal', scope: 'all' })).waiting).toBeGreaterThan(before.length - 2)
    await service.job('embed')
    expect((await found(service, { concept: 'refusal', scope: 'all' })).waiting).toBe(0)
    await expect.poll(async () => (await found(service, WEATHER)).ids).toEqual(['kept'])
    expect((await found(service, { ...WEATHER, tenant_id: 'silent' })).ids).toEqual(['hidden'])
    expect((await found(service, { q: 'parcel', mode: 'keyword', k: 5 })).ids).toHaveLength(5)
  } finally {
    await service.kill()
  }
  expect(JSON.parse(cli(dataDir, ['verify', '--json']).out)).toMatchObject({ ok: true })
}, 120_000)

it('a data directory that is there is moved aside and can be taken back', () => {
  const replaced = cli(dataDir, ['restore', backup, '--keys', keys, '--replace', '--json'])
  expect(replaced.code, replaced.err).toBe(0)
  const { moved_to: former } = JSON.parse(replaced.out)
  expect(former).toMatch(/\/var\.before-\d{4}-/)
  expect(readdirSync(former)).toContain('undercurrent.db')
  expect(cli(former, ['verify', '--key-file', `${dataDir}.key`]).code).toBe(0)
})

it('a second backup goes beside the first, and no backup is written over one', () => {
  const second = join(folder, 'second')
  expect(cli(dataDir, ['backup', second, '--keys', keys]).code).toBe(0)
  const again = cli(dataDir, ['backup', second])
  expect(again).toMatchObject({ code: 2, out: '' })
  expect(again.err).toContain(`${second} exists`)

  // keys of another data directory stay what they are
  const other = aFolder()
  try {
    aKey(other, 'admin')
    const foreign = cli(other, ['backup', join(other, '..', 'backup'), '--keys', keys])
    expect(foreign).toMatchObject({ code: 2, out: '' })
    expect(foreign.err).toContain('holds keys of another data directory')
    expect(readdirSync(join(other, '..')).sort()).toEqual(['var', 'var.key'])
  } finally {
    discard(other)
  }
})

const canLimit = spawnSync('prlimit', ['--version']).status === 0
if (!canLimit) console.warn('skipped: a full disk (there is no prlimit on this system)')

it.skipIf(!canLimit)('a full disk leaves no half of a backup, and no half of a data directory', () => {
  const place = mkdtempSync(join(tmpdir(), 'uc-full-'))
  const entry = join(import.meta.dirname, '..', '..', 'dist', 'src', 'commands', 'run.js')
  const limited = (...args: string[]) =>
    spawnSync('prlimit', ['--fsize=200000:200000', process.execPath, entry, ...args], { encoding: 'utf8', cwd: place })
  try {
    for (const run of [
      limited('backup', join(place, 'backup'), '--data-dir', dataDir),
      limited('restore', backup, '--keys', keys, '--data-dir', join(place, 'var'), '--key-file', `${dataDir}.key`),
    ]) {
      expect(run.status).toBe(1)
      expect(run.stderr).toContain('the disk is full')
      expect(readdirSync(place)).toEqual([])
    }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
})
