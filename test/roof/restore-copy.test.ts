import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { checkpoint } from '../../src/flow/checkpoint.ts'
import { copyStates } from '../../src/flow/copy-cursor.ts'
import { verify } from '../../src/flow/verify.ts'
import { outsidePoints, storedNotes } from '../../src/flow/verify-checkpoints.ts'
import { checkpointText } from '../../src/ledger/checkpoint.ts'
import { noteVerifier } from '../../src/ledger/note.ts'
import { copySource } from '../../src/roof/copy-source.ts'
import { ledgerSigner } from '../../src/roof/ledger-signer.ts'
import { type House, openHouse } from '../../src/roof/local-house.ts'
import { makeBackup } from '../../src/roof/make-backup.ts'
import { type RestoreCopyAsk, restoreCopy } from '../../src/roof/restore-copy.ts'
import { handClock } from '../contracts/engine/contract.ts'
import { eraseUser } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { objectStore } from '../senders/receivers.ts'
import { aHouse } from './a-house.ts'
import { refusalOf } from './refusal.ts'

const clock = handClock()
let house: Awaited<ReturnType<typeof aHouse>>
let keys: string
let oldKeys: string
let vault: string
let target: string
const copies = () => join(house.folder, 'copies.yaml')

/** Three segments: what was said, amended and noted; what was erased with a receipt; what came last. */
beforeAll(async () => {
  house = await aHouse({}, clock)
  const at = (name: string) => join(house.folder, name)
  keys = at('keys')
  oldKeys = at('old-keys')
  vault = at('vault')
  target = at('restored')
  mkdirSync(vault)
  writeFileSync(copies(), 'segments:\n  - { name: vault, kind: folder, path: vault }\n')
  await house.engine.append([
    said('a', { user_id: 'u1', session_id: 's1', tenant_id: 't' }),
    said('b', { user_id: 'u2', session_id: 's2' }),
    said('c', { user_id: 'u2', session_id: 's3' }),
    said('d', { session_id: 's4' }),
    said('e'),
    { kind: 'audit', event_id: 'x', ts: 5, body: { action: 'key.create' } },
  ])
  await makeBackup(house, { to: at('backup'), keysTo: keys })
  cpSync(keys, oldKeys, { recursive: true })
  await copied()
  const [, old] = await house.engine.sealed(0, 2)
  const body = { ...JSON.parse(old!.body!), prompt: 'an amended sentence' }
  await house.engine.append([{ kind: 'amendment', event_id: 'b', reason: 'redaction', ts: old!.ts!, body }])
  await eraseUser(house.engine, 'u1', { tenant_id: 't' })
  await copied()
  await house.engine.append([said('f', { user_id: 'u3' })])
  await copied()
  expect(segments()).toHaveLength(3)
})

const segments = (folder = vault) => readdirSync(folder).sort()

async function copied(): Promise<void> {
  clock.pass(60_000)
  const other = await openHouse({ ...house.config, copies_file: copies() }, clock)
  try {
    expect(await other.writing().runJob('copy')).toMatchObject({ outcome: 'done' })
  } finally {
    await other.writing().stop()
    await other.close()
  }
}

function restore(ask: Partial<RestoreCopyAsk> & { from?: string } = {}) {
  const { from = vault, ...rest } = ask
  const config = { ...house.config, data_dir: target, copies_file: copies() }
  const copy = copySource(from, config, clock, { env: {}, signal: new AbortController().signal })
  return restoreCopy(config, clock, { copy, keysFrom: keys, replace: false, ...rest })
}

async function restored<T>(work: (again: House) => Promise<T>): Promise<T> {
  const again = await openHouse({ ...house.config, data_dir: target }, clock)
  try {
    return await work(again)
  } finally {
    await again.close()
    rmSync(target, { recursive: true })
  }
}

const refusal = (ask: Parameters<typeof restore>[0]) => refusalOf(house.folder, () => restore(ask))

async function damagedCopy(change: (folder: string, names: string[]) => void): Promise<string> {
  const folder = join(house.folder, 'damaged')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const name of segments()) writeFileSync(join(folder, name), readFileSync(join(vault, name)))
  change(folder, segments())
  return folder
}

it('a copy and the keys give the same ledger, entry by entry, and its checkpoints', async () => {
  const told = await restore()
  const { size } = await house.engine.head()
  expect(told).toMatchObject({ entries: size, verdicts: ['intact'], missing: null, others: [], moved_to: null })
  expect(told.counts).toMatchObject({ amended: 1, erased: 1 })
  await restored(async (again) => {
    const was = await house.engine.sealed(0, size)
    expect(await again.engine.sealed(0, size)).toEqual(was)
    expect(await again.engine.nodes([{ level: 3, index: 0 }])).toEqual(
      await house.engine.nodes([{ level: 3, index: 0 }]),
    )
    const page = { limit: 99 }
    expect(await again.engine.events({}, page)).toEqual(await house.engine.events({}, page))
    expect(await again.engine.tally(['user_id', 'tenant_id'], {})).toEqual(
      await house.engine.tally(['user_id', 'tenant_id'], {}),
    )
    const notes = await storedNotes(again.engine)
    expect(notes).toEqual((await storedNotes(house.engine)).filter((note) => notes.includes(note)))
    expect(notes.length).toBeGreaterThan(1)
    const [last] = await again.engine.sealed(size, size + 1)
    expect(JSON.parse(last!.body!)).toMatchObject({ action: 'restore', rows: size })
    expect(
      (await again.engine.match({ all: ['amended'] }, {}, { order: 'newest', limit: 9 })).items.map(
        ({ event_id }) => event_id,
      ),
    ).toEqual(['b'])
    // no sentence of before the amendment, none of who was erased
    expect(
      (await again.engine.match({ all: ['question'] }, {}, { order: 'newest', limit: 9 })).items.map(
        ({ event_id }) => event_id,
      ),
    ).not.toContain('a')
    // every stage sees all of it again
    expect(await again.engine.waiting('baseline')).toBe(7)
    const { vkey } = ledgerSigner(again.config, again.secrets)
    expect(await verify(again, { vkey })).toMatchObject({ ok: true, bad: [] })
    await checkpoint({ ...again, signer: ledgerSigner(again.config, again.secrets) })
    // the next segment goes behind the last
    expect(await copyStates(again.engine)).toMatchObject([{ target: 'vault', to: size, behind_since: null }])
  })
})

it('what was erased with a receipt stays erased, also under keys from before', async () => {
  const told = await restore({ keysFrom: oldKeys })
  expect(told.counts).toMatchObject({ erased: 1 })
  await restored(async ({ engine }) => {
    const [first] = await engine.sealed(0, 1)
    expect(first).toMatchObject({ event_id: 'a', state: 'erased', body: null, salt: null })
    expect((await engine.events({ fields: { user_id: 'u1' } }, { limit: 9 })).items).toEqual([])
    // the keys are from before f came as well: its text is lost with the key
    expect((await engine.events({ fields: { user_id: 'u3' } }, { limit: 9 })).items).toEqual([])
    expect((await engine.events({ fields: { user_id: 'u2' } }, { limit: 9 })).items).toHaveLength(2)
  })
})

it('what is missing at the end is told, and what is missing before others is refused', async () => {
  const { size } = await house.engine.head()
  const cut = await damagedCopy((folder, names) => rmSync(join(folder, names[2]!)))
  const outside = (vkey: string) => {
    const signer = ledgerSigner(house.config, house.secrets)
    const text = checkpointText({ origin: signer.name, size, root: new Uint8Array(32) })
    return outsidePoints(signer.sign(text), 'kept.txt', noteVerifier(vkey), signer.name)
  }
  const told = await restore({ from: cut, outside })
  expect(told.verdicts).toContain('rolled-back')
  expect(told.missing).toEqual({ from: told.entries, to: size })
  rmSync(target, { recursive: true })
  expect(await refusal({ outside })).toContain('CONFLICT: ')
  const gap = await damagedCopy((folder, names) => rmSync(join(folder, names[1]!)))
  expect(await refusal({ from: gap })).toContain('STORE_BROKEN: ')
  expect(await refusal({ from: gap })).toMatch(/missing: no segment has the entries from \d+ to \d+, and others come/)
  const head = await damagedCopy((folder, names) => rmSync(join(folder, names[0]!)))
  expect(await refusal({ from: head })).toContain('no segment has the entries from 0 to 5')
})

it('a segment that is damaged, or of another ledger, is named, and nothing is made of the copy', async () => {
  const flipped = await damagedCopy((folder, [name]) => {
    const bytes = readFileSync(join(vault, name!))
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(join(folder, name!), bytes)
  })
  expect(await refusal({ from: flipped })).toContain(`damaged ${segments()[0]}`)
  const renamed = await damagedCopy((folder, names) =>
    renameSync(
      join(folder, names[0]!),
      join(
        folder,
        names[0]!.replace(/\d(?=\.)/, (digit) => String(Number(digit) + 1)),
      ),
    ),
  )
  expect(await refusal({ from: renamed })).toContain('it is not the segment that its name says')
  const foreign = await damagedCopy((folder, [name]) => {
    const bytes = readFileSync(join(vault, name!))
    writeFileSync(
      join(folder, name!),
      Buffer.from(bytes.toString('latin1').replace(/[0-9a-f]{16} /, '0123456789abcdef '), 'latin1'),
    )
  })
  expect(await refusal({ from: foreign })).toContain(`foreign ${segments()[0]}: it is of another ledger`)
  const empty = await damagedCopy((folder, names) => {
    for (const name of names) rmSync(join(folder, name))
  })
  expect(await refusal({ from: empty })).toContain('BAD_REQUEST: ')
  expect(await refusal({ keysFrom: vault })).toContain('wrapped-keys.json')
  const beside = await damagedCopy((folder) => writeFileSync(join(folder, 'README'), 'a letter'))
  expect(await restore({ from: beside })).toMatchObject({ others: ['README'], verdicts: ['intact'] })
  rmSync(target, { recursive: true })
})

it('a bucket is as good as a folder', async () => {
  const store = await objectStore()
  for (const name of segments())
    store.objects.set(`log/segments/${name}`, {
      body: readFileSync(join(vault, name)),
      mode: 'COMPLIANCE',
      until: '2099-01-01T00:00:00Z',
    })
  writeFileSync(join(house.folder, 'access-key'), 'AKIDEXAMPLE')
  writeFileSync(
    copies(),
    `segments:
  - { name: store, kind: s3, bucket: bucket, prefix: log, endpoint: '${store.url}', lock: COMPLIANCE, retain_days: 1,
      allow_private: true, access_key_id: { file: access-key }, secret_access_key: { file: access-key } }
`,
  )
  const { size } = await house.engine.head()
  expect(await restore({ from: 's3:store' })).toMatchObject({ entries: size, verdicts: ['intact'] })
  await restored(async ({ engine }) => {
    expect(await engine.sealed(0, size)).toEqual(await house.engine.sealed(0, size))
    expect(await copyStates(engine)).toMatchObject([{ target: 'store', to: size }])
  })
  expect(await refusal({ from: 's3:store', keysFrom: join(house.folder, 'nothing') })).toContain('BAD_REQUEST')
})
