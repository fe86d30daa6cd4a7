import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { told } from '../commands/told.ts'
import { aFolder, aKey, child, discard, served } from './served.ts'

const folders: string[] = []
const aPlace = () => {
  const folder = aFolder()
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) discard(folder)
})

const event = (n: number) => ({
  event_id: `f${n}`,
  timestamp: new Date(Date.UTC(2026, 0, 5) + n * 1000).toISOString(),
  event_type: 'llm.completion',
  user_id: `u${n % 5}`,
  prompt: `question ${n} ${'about one thing and another '.repeat(20)}`,
})

/** A limit on the size of files, which the system answers as it does a full disk, and which can be lifted from outside. */
const canLimit = spawnSync('prlimit', ['--version']).status === 0
if (!canLimit) console.warn('skipped: a full disk (there is no prlimit on this system)')

it.skipIf(!canLimit)(
  'a full disk refuses events, keeps what was accepted, goes on answering, and recovers',
  async () => {
    const dataDir = aPlace()
    const service = await served(dataDir, aKey(dataDir, 'admin'), ['--jobs-enabled', 'false'])
    const limit = (bytes: string) =>
      execFileSync('prlimit', ['--pid', String(service.pid), `--fsize=${bytes}:unlimited`])
    const accepted: number[] = []
    let n = 0
    const send = async () => {
      const batch = Array.from({ length: 50 }, () => event(n++))
      const answer = await service.call('POST', '/v1/events', batch)
      if (answer.status === 202) accepted.push(...batch.map((one) => Number(one.event_id.slice(1))))
      return answer
    }
    expect((await send()).status).toBe(202)
    limit(String(3 * 2 ** 20))
    let refused = await send()
    while (refused.status === 202 && n < 20_000) refused = await send()
    expect(refused.status).toBe(503)
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.json).toMatchObject({ type: 'urn:undercurrent:problem:disk-full', status: 503 })
    expect((await send()).status).toBe(503)

    // it still answers, from what it has; texts only where it can be written down who reads them
    expect((await service.call('GET', '/v1/ledger/key')).status).toBe(200)
    const found = await service.call('GET', '/v1/search?q=question&mode=keyword&k=5')
    if (found.status !== 200)
      expect(found).toMatchObject({ status: 503, text: expect.not.stringContaining('question') })
    expect((await service.call('GET', '/healthz')).status).toBe(200)

    limit('unlimited')
    await expect.poll(async () => (await send()).status, { timeout: 10_000 }).toBe(202)
    expect((await send()).status).toBe(202)
    expect(service.output()).not.toContain('one thing and another')
    await service.kill()

    const house = await openHouse(readConfig({ data_dir: dataDir, log_level: 'silent' }, {}))
    try {
      const { items } = await house.engine.events({}, { limit: 50_000 })
      const stored = items.map((item) => Number(item.event.event_id.slice(1))).sort((a, b) => a - b)
      expect(stored).toEqual(accepted)
    } finally {
      await house.close()
    }
  },
)

/** Every start that cannot work ends with one line for people, and with 2 where a setting is to blame. */
function refusal(run: { code: number | null; out: string; err: string }, code = 1): string {
  expect(run.code).toBe(code)
  expect(run.out).toBe('')
  expect(run.err).not.toMatch(/\n\s+at /)
  const lines = run.err.trimEnd().split('\n')
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^undercurrent: /)
  return lines[0]!
}

const serve = (dataDir: string, ...flags: string[]) => told('serve', '--port', '0', '--data-dir', dataDir, ...flags)

it('a database that is none, or is damaged inside, stops the start with what to do', async () => {
  const dataDir = aPlace()
  const file = join(dataDir, 'undercurrent.db')
  aKey(dataDir, 'admin')
  const whole = readFileSync(file)
  writeFileSync(file, 'this is no database '.repeat(1000))
  expect(refusal(await serve(dataDir))).toContain(
    `${file} is damaged, or was written under another key: stop the service`,
  )

  writeFileSync(file, whole)
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 3 * 8192, 12 * 8192)
  writeFileSync(file, bytes)
  expect(refusal(await serve(dataDir))).toContain(`${file} is damaged`)
  expect(refusal(await told('keys', 'list', '--data-dir', dataDir))).toContain(`${file} is damaged`)
})

it('a missing or altered model file is named', async () => {
  const dataDir = aPlace()
  const models = join(dataDir, '..', 'models')
  cpSync(join(import.meta.dirname, '..', '..', 'models'), models, { recursive: true })
  const file = join(models, 'static-logs-en-256', 'tokenizer.json')
  const bytes = readFileSync(file)
  bytes[1000]! ^= 1
  writeFileSync(file, bytes)
  expect(refusal(await serve(dataDir, '--models-dir', models))).toMatch(/tokenizer\.json in .* was altered/)
  rmSync(file)
  expect(refusal(await serve(dataDir, '--models-dir', models))).toMatch(/tokenizer\.json is missing/)
  const run = await told('doctor', '--port', '0', '--data-dir', dataDir, '--models-dir', models)
  expect(run.code).toBe(1)
  expect(run.out).toMatch(/BAD +model +.*tokenizer\.json is missing/)
  rmSync(models, { recursive: true })
  expect(refusal(await serve(dataDir, '--models-dir', models))).toContain(models)
})

it('a port in use is named, and the service that uses it goes on', async () => {
  const dataDir = aPlace()
  const other = createServer().listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const run = child(dataDir, ['serve', '--port', String(port)])
    const code = await run.ended
    const line = refusal({ code, out: '', err: run.output() }, 2)
    expect(line).toContain(`cannot listen on 127.0.0.1:${port} (EADDRINUSE)`)
  } finally {
    other.close()
  }
})

it('a key file that holds no key, or not the one of this data, stops the start', async () => {
  const dataDir = aPlace()
  aKey(dataDir, 'admin')
  const original = readFileSync(`${dataDir}.key`)
  writeFileSync(`${dataDir}.key`, 'not a key\n')
  expect(refusal(await serve(dataDir), 2)).toContain('holds no 32 bytes in base64: put the original back')
  writeFileSync(`${dataDir}.key`, `${Buffer.alloc(32, 1).toString('base64')}\n`)
  expect(refusal(await serve(dataDir), 2)).toContain('is not the one that this data directory was begun with')
  expect(refusal(await told('keys', 'list', '--data-dir', dataDir), 2)).toContain(
    'is not the one that this data directory was begun with',
  )
  // lost altogether: a new one would be no help, and none is made
  rmSync(`${dataDir}.key`)
  expect(refusal(await serve(dataDir), 2)).toContain(`there is no key file ${dataDir}.key`)
  writeFileSync(`${dataDir}.key`, original)
  expect((await told('keys', 'list', '--data-dir', dataDir)).code).toBe(0)
})
