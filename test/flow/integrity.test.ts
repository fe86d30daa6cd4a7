import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { packageRoot, readConfig } from '../../src/config.ts'
import type { RedactedEvent } from '../../src/core/event.ts'
import type { Engine, StoredEvent } from '../../src/core/ports.ts'
import { ingestRecords } from '../../src/flow/ingest.ts'
import { type Policy, policyChanges, recordedPolicy, recordPolicy } from '../../src/flow/integrity.ts'
import { type House, openHouse } from '../../src/roof/local-house.ts'
import { alteredPolicy } from '../../src/roof/running-policy.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A data directory with models of its own, whose files may be altered. */
function aPlace() {
  const folder = mkdtempSync(join(tmpdir(), 'uc-integrity-'))
  folders.push(folder)
  const models = join(folder, 'models')
  cpSync(join(packageRoot, 'models'), models, { recursive: true })
  const settings = { data_dir: join(folder, 'var'), models_dir: models, log_level: 'silent' }
  const configOf = (more: Record<string, unknown> = {}) => readConfig({ ...settings, ...more }, {}, folder)
  const open = async <T>(work: (house: House) => Promise<T>, more: Record<string, unknown> = {}): Promise<T> => {
    const house = await openHouse(configOf(more))
    try {
      return await work(house)
    } finally {
      await house.close()
    }
  }
  /** Starts what writes, as the service and commands do, and ends it. */
  const start = (more: Record<string, unknown> = {}) => open(async (house) => void house.writing(), more)
  const changes = () => open(async ({ engine }) => changesIn(engine))
  const altered = (more: Record<string, unknown> = {}) =>
    open(async ({ engine, config }) => alteredPolicy(config, await recordedPolicy(engine)), more)
  return { folder, models, open, start, changes, altered }
}

async function changesIn(engine: Engine) {
  const { items } = await engine.events({ fields: { event_type: 'admin.change' } }, { limit: 100 })
  return items.map(({ event }: StoredEvent) => event.change as Record<string, unknown>)
}

const SHA = expect.stringMatching(/^[0-9a-f]{64}$/)

it('the first start records what runs, and appends nothing; the next one has nothing to say', async () => {
  const { open, start, changes } = aPlace()
  await start()
  await start({ port: 9999, log_level: 'error', segment_size: 1000, host: '127.0.0.2' })
  expect(await changes()).toEqual([])
  const policy = await open(({ engine }) => recordedPolicy(engine))
  expect(policy).toMatchObject({
    'models/concepts/refusal.json': { kind: 'concept', hash: SHA },
    'models/static-logs-en-256/tokenizer.json': { kind: 'model', hash: SHA },
    'redaction/rules': { kind: 'redaction', hash: SHA },
    'settings/alert_budget': { kind: 'setting', hash: SHA },
  })
  // where it listens and how it is built inside decide nothing of what is kept
  expect(Object.keys(policy!).filter((target) => /^settings\/.*(?:host|port|dir|level)/.test(target))).toEqual([])
})

it('a change of concepts, rules and settings is an event in the ledger, once, with the brand of the redactor', async () => {
  const { folder, models, open, start, changes } = aPlace()
  await start()
  appendFileSync(join(models, 'concepts', 'refusal.json'), '\n')
  writeFileSync(join(folder, 'rules.yaml'), 'names: off\n')
  const more = { alert_budget: 9, redaction_file: join(folder, 'rules.yaml') }
  await start(more)
  await start(more)
  const made = await changes()
  const actor = 'undercurrent'
  expect(made).toHaveLength(4)
  for (const [target, kind] of [
    ['models/concepts/refusal.json', 'concept'],
    ['redaction/rules', 'redaction'],
    ['redaction/policy', 'redaction'],
    ['settings/alert_budget', 'setting'],
  ])
    expect(made).toContainEqual({ target, kind, before_hash: SHA, after_hash: SHA, actor })
  await open(async ({ engine }) => {
    expect(await engine.head()).toMatchObject({ size: 4 })
    const [entry] = await engine.sealed(0, 1)
    expect(JSON.parse(entry!.body!) as RedactedEvent).toMatchObject({ redaction: { version: expect.any(String) } })
    expect(entry).toMatchObject({ state: 'held', edited_columns: [] })
  }, more)
  // and back again: other events than those of the way there
  await start()
  await start(more)
  expect(await changes()).toHaveLength(4 + 3 + 3)
})

it('what comes is stored behind the change that it was kept under', async () => {
  const { open, start } = aPlace()
  await start()
  await open(
    async (house) => {
      const event = { event_id: 'e1', timestamp: '2026-01-05T00:00:00Z', event_type: 'llm.completion', prompt: 'hello' }
      await house.writing().ingestRecords([{ value: event }], { tenant_id: null })
      const entries = await house.engine.sealed(0, 9)
      expect(entries.map(({ event_id }) => event_id)).toEqual([expect.stringContaining('change_'), 'e1'])
    },
    { alert_budget: 7 },
  )
})

it('two processes that start together write a change once, and a crash before the record repeats it', async () => {
  const { open } = aPlace()
  await open(async ({ engine, redactor, clock }) => {
    const ingest: Parameters<typeof recordPolicy>[0]['ingest'] = (records) =>
      ingestRecords({ append: (batch) => engine.append(batch), redactor, newId: () => 'none' }, records, {
        tenant_id: null,
      })
    const of = (hash: string): Policy => ({ a: { kind: 'setting', hash: hash.repeat(64) } })
    await recordPolicy({ engine, ingest, clock }, of('1'))
    const together = Array.from({ length: 5 }, () => recordPolicy({ engine, ingest, clock }, of('2')))
    await Promise.all(together)
    expect(await changesIn(engine)).toHaveLength(1)

    const killed = { ...engine, putRecords: () => Promise.reject(new Error('killed')) }
    await expect(recordPolicy({ engine: killed, ingest, clock }, of('3'))).rejects.toThrow('killed')
    expect(await recordedPolicy(engine)).toEqual(of('2'))
    expect(await recordPolicy({ engine, ingest, clock }, of('3'))).toMatchObject([{ target: 'a' }])
    expect(await recordPolicy({ engine, ingest, clock }, of('3'))).toEqual([])
    expect(await changesIn(engine)).toHaveLength(2)
    expect(await recordedPolicy(engine)).toEqual(of('3'))
  })
})

it('names what was added and what was taken away', () => {
  const one = { kind: 'concept', hash: 'a' } as const
  expect(policyChanges({ gone: one, same: one }, { same: one, made: one })).toEqual([
    { target: 'gone', kind: 'concept', before_hash: 'a', after_hash: null },
    { target: 'made', kind: 'concept', before_hash: null, after_hash: 'a' },
  ])
})

it('finds models and concepts on the disk that are not what was recorded, and those that were put in', async () => {
  const { models, start, altered } = aPlace()
  const concept = join(models, 'concepts', 'refusal.json')
  expect(await altered()).toEqual([])
  await start()
  expect(await altered()).toEqual([])
  appendFileSync(concept, ' ')
  cpSync(concept, join(models, 'concepts', 'soft.json'))
  appendFileSync(join(models, 'static-logs-en-256', 'tokenizer.json'), ' ')
  rmSync(join(models, 'static-logs-en-256', 'config.json'))
  expect(await altered()).toEqual([
    { target: 'models/concepts/refusal.json', recorded: SHA, found: SHA },
    { target: 'models/concepts/soft.json', recorded: null, found: SHA },
    { target: 'models/static-logs-en-256/config.json', recorded: SHA, found: null },
    { target: 'models/static-logs-en-256/tokenizer.json', recorded: SHA, found: SHA },
  ])
  // who looks with another model in mind compares the one that was recorded
  expect(await altered({ model: 'another' })).toHaveLength(4)
  writeFileSync(join(models, 'manifest.json'), '{')
  expect(await altered()).toContainEqual({ target: 'models/manifest.json', recorded: null, found: SHA })
})

it('a model that was given as a path is known by its name, wherever it lies', async () => {
  const { folder, models, open, start, altered } = aPlace()
  for (const place of ['here', 'there']) {
    mkdirSync(join(folder, place))
    symlinkSync(join(models, 'static-logs-en-256'), join(folder, place, 'own-model'))
  }
  const at = (place: string) => ({ model: join(folder, place, 'own-model') })
  await start(at('here'))
  await start(at('there'))
  const policy = await open(({ engine }) => recordedPolicy(engine))
  expect(Object.keys(policy!)).toContain('models/own-model/tokenizer.json')
  expect(await open(({ engine }) => changesIn(engine))).toEqual([])
  expect(await altered(at('there'))).toEqual([])
})
