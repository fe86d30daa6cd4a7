import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { authenticate } from '../../src/engines/embedded/authenticate.ts'
import { opensWith } from '../../src/engines/embedded/connection.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { aFolder, aKey, child, cli, discard, keyOf, type Served, served } from './served.ts'

const event = (n: number) => ({
  event_id: `r${n}`,
  timestamp: new Date(Date.UTC(2026, 0, 5) + n * 1000).toISOString(),
  event_type: 'llm.completion',
  user_id: `u${n % 5}`,
  model: 'm',
  prompt: `question about invoice number${n}`,
  response: `answer ${n}`,
})

/** Senders that go on until they are stopped or the service dies, and know what was acknowledged. */
function senders() {
  const acknowledged = new Set<string>()
  const refused: string[] = []
  let n = 0
  let slowestMs = 0
  let over = false
  async function send(service: Served) {
    while (!over) {
      const batch = Array.from({ length: 20 }, () => event(n++))
      const began = performance.now()
      try {
        const answer = await service.call('POST', '/v1/events', batch)
        if (answer.status === 202) for (const { event_id } of batch) acknowledged.add(event_id)
        else refused.push(answer.text)
      } catch {
        return
      }
      slowestMs = Math.max(slowestMs, performance.now() - began)
    }
  }
  return {
    acknowledged,
    refused,
    slowestMs: () => slowestMs,
    /** Returns how they are stopped. */
    start(service: Served) {
      over = false
      const all = [send(service), send(service)]
      return async () => {
        over = true
        await Promise.all(all)
      }
    },
  }
}

/** Every acknowledged event is there once, in a ledger that is intact; what of it is audit of keys. */
async function expectWhole(dataDir: string, acknowledged: ReadonlySet<string>, settings: readonly string[] = []) {
  const verified = cli(dataDir, ['verify', ...settings])
  expect(verified.code, verified.out + verified.err).toBe(0)
  const [, keyFile = `${dataDir}.key`] = settings
  const house = await openHouse(readConfig({ data_dir: dataDir, key_file: keyFile, log_level: 'silent' }, {}))
  try {
    const { items } = await house.engine.events({}, { limit: 1_000_000 })
    const stored = items.map(({ event }) => event.event_id)
    expect(new Set(stored).size).toBe(stored.length)
    const once = new Set(stored)
    expect([...acknowledged].filter((id) => !once.has(id))).toEqual([])
    const { size } = await house.engine.head()
    const sealed = await house.engine.sealed(0, size)
    const told = sealed.flatMap(({ kind, body }) => (kind === 'audit' && body !== null ? [JSON.parse(body)] : []))
    return told.filter(({ action }) => String(action).startsWith('key.re')) as {
      action: string
      asked: { phase?: string }
    }[]
  } finally {
    await house.close()
  }
}

/** No file of the data directory opens with a key that was the store's before. */
function expectNoneUnder(dataDir: string, former: Uint8Array) {
  expect(opensWith(dataDir, former)).toBe(false)
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(db|seg)$/.test(name))
  expect(files.length).toBeGreaterThanOrEqual(2)
  const shut = authenticate(dataDir, former).map(({ file }) => file)
  expect(shut.sort()).toEqual(files.sort())
  for (const name of ['rekey', 'rekeyed']) expect(existsSync(join(dataDir, name))).toBe(false)
}

/**
 * Changes master key and store key of a service that takes events in, whose own settings name the former master key: it goes
 * on, loses nothing, and starts again with the next one.
 */
export async function rekeyedUnderLoad(rounds: number) {
  const dataDir = aFolder()
  const next = join(dataDir, '..', 'next.key')
  try {
    const key = aKey(dataDir, 'admin')
    const service = await served(dataDir, key)
    const { acknowledged, refused, start, slowestMs } = senders()
    const stop = start(service)
    const former = [keyOf(dataDir)]
    const search = (n: number) =>
      service.call<{ items: { event_id: string }[] }>('GET', `/v1/search?q=number${n}&mode=keyword&k=5`)

    const rewrapped = cli(dataDir, ['keys', 'rewrap', '--to-key-file', next])
    expect(rewrapped.code, rewrapped.err).toBe(0)
    expect(keyOf(dataDir, next)).toEqual(former[0])
    for (let round = 0; round < rounds; round++) {
      const run = child(dataDir, ['keys', 'rekey', '--key-file', next])
      expect(await run.ended, run.output()).toBe(0)
      expect(former).not.toContainEqual(keyOf(dataDir, next))
      former.push(keyOf(dataDir, next))
      expect((await search(3)).json.items.map(({ event_id }) => event_id)).toEqual(['r3'])
    }
    await stop()
    expect(refused).toEqual([])
    expect(acknowledged.size).toBeGreaterThan(100)
    await service.job('embed')
    const meant = await service.call<{ items: unknown[] }>('GET', '/v1/search?q=invoices&k=5')
    expect(meant.json.items).toHaveLength(5)
    await service.kill()

    for (const one of former.slice(0, -1)) expectNoneUnder(dataDir, one)
    expect(authenticate(dataDir, former.at(-1)!)).toEqual([])
    const told = await expectWhole(dataDir, acknowledged, ['--key-file', next])
    expect(told.map(({ action, asked }) => [action, asked.phase].filter(Boolean).join(' '))).toEqual([
      'key.rewrap',
      ...Array.from({ length: rounds }, () => ['key.rekey begun', 'key.rekey done']).flat(),
    ])
    const again = await served(dataDir, key, ['--key-file', next])
    expect((await again.call('GET', '/readyz')).status).toBe(200)
    await again.kill()
    return { acknowledged: acknowledged.size, slowestMs: slowestMs() }
  } finally {
    discard(dataDir)
  }
}

/**
 * Kills a re-key beside a service that takes events in, again and again, every third time with the service; then lets one
 * through.
 */
export async function killedInRekey(rounds: number, random: () => number) {
  const dataDir = aFolder()
  let service: Served | null = null
  try {
    const key = aKey(dataDir, 'admin')
    service = await served(dataDir, key)
    const { acknowledged, refused, start } = senders()
    let stop = start(service)
    const first = keyOf(dataDir)

    /** Runs one; kills it so long after it began to write. Returns how long that took, and whether it was killed. */
    const run = async (afterMs: number) => {
      const rekey = child(dataDir, ['keys', 'rekey'])
      const draft = join(dataDir, 'rekey')
      while (!existsSync(draft) && rekey.process.exitCode === null) await pause(1)
      const began = performance.now()
      const timer = setTimeout(() => rekey.process.kill('SIGKILL'), afterMs)
      const code = await rekey.ended
      clearTimeout(timer)
      return { code, ms: performance.now() - began, output: rekey.output() }
    }
    const whole = await run(60_000)
    expect(whole.code, whole.output).toBe(0)
    let killed = 0
    for (let round = 0; round < rounds; round++) {
      // of most of them the end is the place where something could go wrong
      const { code } = await run(whole.ms * (round % 2 === 0 ? random() : 0.7 + 0.4 * random()))
      if (code === null) killed++
      if (round % 3 !== 2) continue
      await service.kill('SIGKILL')
      await stop()
      service = await served(dataDir, key)
      stop = start(service)
    }
    expect(killed).toBeGreaterThan(0)
    const last = await run(60_000)
    expect(last.code, last.output).toBe(0)
    await stop()
    expect(refused).toEqual([])
    await service.kill()
    service = null
    expectNoneUnder(dataDir, first)
    expect(authenticate(dataDir, keyOf(dataDir))).toEqual([])
    await expectWhole(dataDir, acknowledged)
  } finally {
    await service?.kill('SIGKILL')
    discard(dataDir)
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
