import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { packageRoot, readConfig } from '../../src/config.ts'
import { segmentName } from '../../src/core/copy.ts'
import { checkpoint } from '../../src/flow/checkpoint.ts'
import { checkpointText } from '../../src/ledger/checkpoint.ts'
import { noteSigner } from '../../src/ledger/note.ts'
import { sealSegment } from '../../src/ledger/segment.ts'
import { keyFor } from '../../src/roof/key-file.ts'
import { ledgerSigner } from '../../src/roof/ledger-signer.ts'
import { type House, openHouse } from '../../src/roof/local-house.ts'
import { said } from '../contracts/engine/said.ts'
import { objectStore } from '../senders/receivers.ts'
import { told } from './told.ts'

const ALONE = join(import.meta.dirname, '..', '..', 'docs', 'verify', 'verify.mjs')

let folder: string
let kept: string
let vkey: string
const at = (name: string) => join(folder, name)

async function inHouse<T>(work: (house: House) => Promise<T>): Promise<T> {
  const config = readConfig({ data_dir: at('data'), key_file: at('key') }, {}, folder)
  const house = await openHouse(config)
  try {
    return await work(house)
  } finally {
    await house.close()
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-verify-'))
  kept = at('kept.txt')
  await inHouse(async (house) => {
    const signer = ledgerSigner(house.config, house.secrets)
    vkey = signer.vkey
    const parts = { ...house, signer }
    const read = { action: 'event.read', event_ids: ['a3'] }
    await house.engine.append(Array.from({ length: 5 }, (_, i) => said(`a${i}`, { user_id: 'u1' })))
    const first = await checkpoint(parts)
    const audit = { kind: 'audit', event_id: 'x1', ts: 5, body: read } as const
    await house.engine.append([audit, ...Array.from({ length: 6 }, (_, i) => said(`b${i}`, { user_id: 'u2' }))])
    const second = await checkpoint(parts)
    writeFileSync(kept, `${first.checkpoint.note}\n${second.checkpoint.note}`)
  })
})
afterAll(() => rmSync(folder, { recursive: true }))

const undercurrent = (...args: string[]) => told(...args, '--data-dir', at('data'), '--key-file', at('key'))

function alone(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ALONE, ...args], { encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

it('says that nothing is wrong, what it trusted, and what was not compared', async () => {
  const plain = await undercurrent('verify')
  expect(plain.code).toBe(0)
  expect(plain.out).toContain('12 entries\n  intact: 12\n')
  expect(plain.out).toContain('verdict: unanchored\n')
  const anchored = await undercurrent('verify', '--checkpoint', kept, '--json')
  expect(anchored.code).toBe(0)
  expect(JSON.parse(anchored.out)).toMatchObject({ ok: true, verdicts: ['intact'], key: vkey, key_from: 'store' })
})

it.each([
  ['that is not there', () => at('nowhere'), 'cannot be read (ENOENT)'],
  ['that is empty', () => ['', 'empty'] as const, 'holds no checkpoint'],
  [
    'that is damaged',
    () => [readFileSync(kept, 'utf8').replace('\n5\n', '\n6\n'), 'damaged'] as const,
    '1 of 2 does not fit its signature',
  ],
  ['that is torn', () => [readFileSync(kept, 'utf8').slice(0, -9), 'torn'] as const, '2 of 2'],
  ['of a stranger', () => [stranger('logs.example.org/other'), 'foreign'] as const, 'is signed by another key'],
])('refuses a file of checkpoints %s, by both verifiers', async (_, make, message) => {
  const made = make()
  const file = typeof made === 'string' ? made : at(made[1])
  if (typeof made !== 'string') writeFileSync(file, made[0])
  const { code, err } = await undercurrent('verify', '--checkpoint', file)
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) })
  await undercurrent('verify', '--export', at('ledger.ndjson'))
  expect(alone(at('ledger.ndjson'), '--checkpoint', file).code).toBe(2)
})

function stranger(name: string) {
  return noteSigner(name, new Uint8Array(32).fill(9)).sign(
    checkpointText({ origin: name, size: 5, root: new Uint8Array(32) }),
  )
}

it('writes the ledger for the stand-alone verifier, which agrees and says where its key is from', async () => {
  expect((await undercurrent('verify', '--export', at('ledger.ndjson'))).code).toBe(0)
  expect(existsSync(at('ledger.ndjson.part'))).toBe(false)
  const blind = alone(at('ledger.ndjson'))
  expect(blind).toMatchObject({ code: 0, out: expect.stringContaining('verdict: unanchored') })
  expect(blind.out).toContain('a key that comes with the file proves nothing by itself')
  const sure = alone(at('ledger.ndjson'), '--checkpoint', kept, '--key', vkey, '--json')
  expect(sure.code).toBe(0)
  // that it was written out is an entry of it
  const { size } = await inHouse(({ engine }) => engine.head())
  expect(size).toBeGreaterThan(12)
  expect(JSON.parse(sure.out)).toMatchObject({
    verdicts: ['intact'],
    key_from: 'you',
    entries: size,
    counts: { intact: size },
  })
})

it('the stand-alone verifier sees what was done to the file itself', async () => {
  await undercurrent('verify', '--export', at('ledger.ndjson'))
  const lines = readFileSync(at('ledger.ndjson'), 'utf8').trimEnd().split('\n')
  const said = (changed: string[]) => {
    writeFileSync(at('changed.ndjson'), `${changed.join('\n')}\n`)
    const { code, out, err } = alone(at('changed.ndjson'), '--json', '--checkpoint', kept)
    return code === 2 ? err : [code, ...JSON.parse(out).verdicts]
  }
  expect(said(lines)).toEqual([0, 'intact'])
  expect(said(lines.map((line) => line.replace('question b2', 'question b9')))).toEqual([3, 'edited'])
  // what stands behind a line that is gone fits no tree, so no checkpoint can be compared
  expect(said(lines.filter((_, i) => i !== 4))).toEqual([3, 'missing', 'unanchored'])
  expect(said([...lines.slice(0, 4), lines[5]!, lines[4]!, ...lines.slice(6)])).toEqual([
    3,
    'missing',
    'reordered',
    'unanchored',
  ])
  expect(said(lines.slice(0, 8))).toEqual([3, 'truncated', 'missing'])
  expect(said(lines.slice(0, -1))).toEqual([3, 'truncated'])
  expect(said([...lines.slice(0, 5), '{"seq":'])).toContain('line 6 is no entry of a ledger file')
  for (const [name, value] of Object.entries({ checkpoints: {}, vkey: 5, origin: null, size: '5' }))
    expect(said([JSON.stringify({ ...JSON.parse(lines[0]!), [name]: value }), ...lines.slice(1)])).toContain(
      'is damaged',
    )
  expect(said(['{}'])).toContain('is neither a ledger file nor a case file')
})

it('a case proves its events from a checkpoint that somebody kept, and shows who read them', async () => {
  const { code } = await undercurrent('case', 'a3', 'b2', '--checkpoint', kept, '--out', at('case.json'))
  expect(code).toBe(0)
  const file = JSON.parse(readFileSync(at('case.json'), 'utf8'))
  const who = file.audit as { event_id: string; entry: string }[]
  expect(who.map(({ entry }) => JSON.parse(entry).action)).toEqual(['event.read', 'case.export'])
  expect(who[0]!.event_id).toBe('x1')
  expect(file.verifier).toBe(readFileSync(ALONE, 'utf8'))
  const { code: fine, out } = alone(at('case.json'), '--checkpoint', kept, '--key', vkey)
  expect({ fine, out }).toEqual({ fine: 0, out: expect.stringContaining('verdict: intact') })
  expect(out).toContain('entry 3 (a3): intact')

  const said = (change: object) => {
    writeFileSync(at('changed.json'), JSON.stringify({ ...file, ...change }))
    const { code, out } = alone(at('changed.json'), '--json', '--key', vkey)
    return [code, ...JSON.parse(out).verdicts]
  }
  const [first, second] = file.events
  for (const change of [{ events: 5 }, { events: [null] }, { audit: [{}] }, { checkpoints: [5] }]) {
    writeFileSync(at('changed.json'), JSON.stringify({ ...file, ...change }))
    expect(alone(at('changed.json'))).toMatchObject({ code: 2, err: expect.stringContaining('is damaged') })
  }
  expect(said({})).toEqual([0, 'unanchored'])
  expect(said({ events: [first] })).toEqual([3, 'damaged', 'unanchored'])
  expect(said({ events: [{ ...first, entry: '{}' }, second] })).toEqual([3, 'damaged', 'edited', 'unanchored'])
  expect(said({ events: [{ ...first, leaf_index: 4 }, second] })).toEqual([3, 'damaged', 'edited', 'unanchored'])
  expect(said({ made_at: '2020-01-01T00:00:00Z' })).toEqual([3, 'damaged', 'unanchored'])
})

it('a model or a concept that is not the recorded one is altered, by name and both hashes', async () => {
  const models = at('models')
  cpSync(join(packageRoot, 'models'), models, { recursive: true })
  const config = readConfig({ data_dir: at('data'), key_file: at('key'), models_dir: models }, {}, folder)
  const house = await openHouse(config)
  house.writing()
  await house.close()
  expect((await undercurrent('verify', '--models-dir', models)).code).toBe(0)
  appendFileSync(join(models, 'concepts', 'refusal.json'), ' ')
  const { code, out } = await undercurrent('verify', '--models-dir', models)
  expect({ code, out }).toEqual({ code: 3, out: expect.stringContaining('verdict: altered, unanchored') })
  expect(out).toMatch(/models\/concepts\/refusal\.json: altered, SHA-256 recorded [0-9a-f]{64}, found [0-9a-f]{64}/)
  const told = JSON.parse((await undercurrent('verify', '--models-dir', models, '--json')).out)
  expect(told).toMatchObject({
    ok: false,
    altered: { files: [], policy: [{ target: 'models/concepts/refusal.json' }] },
  })
})

it('says what a case cannot be made of', async () => {
  expect(await undercurrent('case', 'nobody', '--out', at('none.json'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('event 1 of 1 is not held under this id'),
  })
  expect(existsSync(at('none.json'))).toBe(false)
})

it('an event that no checkpoint covers yet is proven by one that is signed for its case', async () => {
  await inHouse(({ engine }) => engine.append([said('c1')]))
  expect((await undercurrent('case', 'c1', '--out', at('fresh.json'))).code).toBe(0)
  expect(alone(at('fresh.json'), '--key', vkey).out).toMatch(/\(c1\): intact/)
})

it('compares with a copy of sealed segments, in a folder or in a bucket', async () => {
  mkdirSync(at('copy'))
  expect(await undercurrent('verify', '--against', at('copy'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('holds no segment'),
  })
  const put = (alter: (event_id: string) => Uint8Array | null) =>
    inHouse(async ({ engine, config, secrets }) => {
      const { name: origin } = ledgerSigner(config, secrets)
      const entries = (await engine.sealed(0, 5)).map(({ seq, kind, event_id, commitment }) => ({
        ...{ seq, kind, event_id, reason: null, ts: 1, received: 1, subject: null, body: null },
        commitment: alter(event_id) ?? commitment,
      }))
      const note = readFileSync(kept, 'utf8').split('\n\n— ')[0]!
      const checkpoint = readFileSync(kept, 'utf8').slice(
        0,
        readFileSync(kept, 'utf8').indexOf('\n\n', note.length + 2) + 1,
      )
      const segment = { origin, from: 0, to: 5, checkpoint, entries }
      const bytes = await sealSegment(segment, keyFor(secrets.root, 'segment'), new Uint8Array(12).fill(1))
      writeFileSync(join(at('copy'), segmentName(0, 5)), bytes)
    })
  await put(() => null)
  const same = await undercurrent('verify', '--against', at('copy'), '--json')
  expect(same.code).toBe(0)
  expect(JSON.parse(same.out)).toMatchObject({ verdicts: ['intact'], copy: { entries: 5, faults: [] } })

  const store = await objectStore()
  const name = segmentName(0, 5)
  const until = '2099-01-01T00:00:00Z'
  store.objects.set(`log/segments/${name}`, { body: readFileSync(join(at('copy'), name)), mode: 'COMPLIANCE', until })
  writeFileSync(at('access-key'), 'AKIDEXAMPLE')
  writeFileSync(
    at('copies.yaml'),
    `segments:
  - { name: vault, kind: folder, path: copy }
  - { name: store, kind: s3, bucket: bucket, prefix: log, endpoint: '${store.url}', lock: COMPLIANCE, retain_days: 1,
      allow_private: true, access_key_id: { file: access-key }, secret_access_key: { file: access-key } }
`,
  )
  const bucket = (target: string) =>
    undercurrent('verify', '--against', target, '--copies-file', at('copies.yaml'), '--json')
  const afar = await bucket('s3:store')
  expect(afar.code, afar.err).toBe(0)
  expect(JSON.parse(afar.out)).toMatchObject({ copy: { entries: 5, faults: [] } })
  expect(await bucket('s3:vault')).toMatchObject({ code: 2, err: expect.stringContaining('it has s3:store') })
  expect(await undercurrent('verify', '--against', 's3:store')).toMatchObject({
    code: 2,
    err: expect.stringContaining('name the file by --copies-file'),
  })

  await put((id) => (id === 'a2' ? new Uint8Array(32) : null))
  const other = await undercurrent('verify', '--against', at('copy'))
  expect(other.code).toBe(3)
  expect(other.out).toContain('entry 2 (a2): edited, the copy has another at this place')
  writeFileSync(join(at('copy'), segmentName(0, 5)), 'damaged')
  expect(await undercurrent('verify', '--against', at('copy'))).toMatchObject({
    code: 3,
    out: expect.stringContaining('damaged'),
  })
})
