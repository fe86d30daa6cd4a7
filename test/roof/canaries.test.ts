import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Micros } from '../../src/core/window.ts'
import { parseTime, SECOND } from '../../src/core/window.ts'
import { newSecrets } from '../../src/encryption/wrapped-keys.ts'
import { checkedCanary, keepCanary, listCanaries } from '../../src/flow/canaries/own.ts'
import { keyFor } from '../../src/roof/key-file.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { rekey } from '../../src/roof/rekey.ts'
import { told } from '../commands/told.ts'
import { plainFiles } from '../plain-files.ts'
import { keyOf } from '../stories/served.ts'
import { aHouse } from './a-house.ts'

const BIRD = 'kestrel-over-9-marsh'

function aClock() {
  let now: Micros = parseTime('2026-02-01T12:00:00Z')!
  return {
    now: () => now,
    pass: (by: Micros) => {
      now += by
    },
  }
}

const event = (event_id: string, response: string) => ({
  value: { event_id, timestamp: '2026-02-01T12:00:00Z', event_type: 'llm.completion', response },
})

it('a canary outlives a change of the store key, and one of another root secret is said to be lost', async () => {
  const clock = aClock()
  const house = await aHouse({}, clock)
  const parts = { ...house, canaryKey: keyFor(house.secrets.root, 'canary') }
  await keepCanary(parts, 'bird', await checkedCanary(parts, 'bird', { string: BIRD }, {}), { by: 'os:ann' })
  const say = async (id: string) => {
    clock.pass(SECOND)
    await house.writing().ingestRecords([event(id, `it is ${BIRD}`)], { tenant_id: null })
    const { items } = await house.engine.events({ event_ids: [id] }, { limit: 1 })
    return items[0]!.event.redaction.canaries
  }
  expect(await say('before')).toEqual({ output: ['bird'] })
  await rekey(house)
  expect(await say('after')).toEqual({ output: ['bird'] })
  expect((await listCanaries(parts, {})).map(({ state }) => state)).toEqual(['watching'])
  const elsewhere = { ...parts, canaryKey: keyFor(newSecrets().root, 'canary') }
  expect((await listCanaries(elsewhere, {})).map(({ state }) => state)).toEqual(['lost'])
})

it('canaries of a tenant that is erased are let go at once, whoever erased it', async () => {
  const clock = aClock()
  const house = await aHouse({}, clock)
  const parts = { ...house, canaryKey: keyFor(house.secrets.root, 'canary') }
  const writing = house.writing()
  const subject = { tenant_id: 'acme' }
  const actor = { by: 'os:ann', role: null, tenant_id: null, from: 'command line' } as const
  let n = 0
  const counts = async () => {
    const id = `e${n++}`
    const { value } = event(id, `it is ${BIRD}`)
    await writing.ingestRecords([{ value: { ...value, tenant_id: 'acme' } }], { tenant_id: null })
    const { items } = await house.engine.events({ event_ids: [id] }, { limit: 1 })
    return items[0]!.event.redaction.counts
  }
  const other = await openHouse(house.config, clock)
  for (const half of [writing, other.writing()]) {
    const kept = await checkedCanary(parts, 'bird', { string: BIRD }, subject)
    await keepCanary(parts, 'bird', kept, { ...subject, by: 'os:ann' })
    clock.pass(SECOND)
    expect(await counts()).toEqual({ CANARY: 1 })
    expect((await half.erase({ subject, actor })).outcome).toBe('erased')
    // of another process it is heard as a change is
    if (half !== writing) clock.pass(SECOND)
    expect(await counts()).toEqual({})
  }
  await other.close()
})

it('the command takes the string from a file, and no file of the data directory holds it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-canary-'))
  const dataDir = join(folder, 'var')
  const file = join(folder, 'string.txt')
  writeFileSync(file, `${BIRD}\n`)
  const run = (...args: string[]) => told('canary', ...args, '--data-dir', dataDir)
  const { code, out, err } = await run('put', 'bird', '--file', file, '--description', 'in the handbook')
  expect([code, out], err).toEqual([0, 'bird: watched for from now on\n'])
  expect((await run('list')).out).toMatch(/bird .*20 .*watching .*in the handbook/)
  expect(JSON.parse((await run('show', 'bird', '--json')).out)).toMatchObject({ length: 20, state: 'watching' })
  expect(await run('put', 'none', '--file', join(folder, 'nothing'))).toMatchObject({ code: 2 })
  const house = await openHouse(readConfig({ data_dir: dataDir, log_level: 'silent' }, {}, folder))
  await house.writing().ingestRecords([event('e1', `it is ${BIRD}`)], { tenant_id: null })
  await house.close()
  const bytes = Buffer.concat(plainFiles(dataDir, keyOf(dataDir, `${dataDir}.key`)).map((one) => one.bytes))
  expect(bytes.includes('in the handbook')).toBe(true)
  expect(bytes.includes('kestrel')).toBe(false)
  expect(await run('delete', 'bird', '--json')).toMatchObject({ code: 0 })
})
