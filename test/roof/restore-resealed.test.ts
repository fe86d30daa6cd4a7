import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { resealedRange } from '../../src/core/copy.ts'
import { verify } from '../../src/flow/verify.ts'
import { openResealed, sealResealed } from '../../src/ledger/resealed.ts'
import { copySource } from '../../src/roof/copy-source.ts'
import { keyFor } from '../../src/roof/key-file.ts'
import { ledgerSigner } from '../../src/roof/ledger-signer.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { makeBackup } from '../../src/roof/make-backup.ts'
import { restoreCopy } from '../../src/roof/restore-copy.ts'
import { handClock } from '../contracts/engine/contract.ts'
import { anOrder, eraseUser } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { aHouse } from './a-house.ts'

const clock = handClock()
let house: Awaited<ReturnType<typeof aHouse>>
const at = (name: string) => join(house.folder, name)

/** A copy of what two users said; of one, two sessions were erased since, and one text was amended between. */
beforeAll(async () => {
  house = await aHouse({}, clock)
  mkdirSync(at('vault'))
  writeFileSync(at('copies.yaml'), 'segments:\n  - { name: vault, kind: folder, path: vault }\n')
  await house.engine.append([
    ...['s1', 's2', 's3', 's2'].map((session_id, i) => said(`a${i}`, { user_id: 'u1', session_id })),
    said('b0', { user_id: 'u2', session_id: 's9' }),
    said('a5', { user_id: 'u1', session_id: 's2' }),
  ])
  await makeBackup(house, { to: at('backup'), keysTo: at('keys') })
  cpSync(at('keys'), at('old-keys'), { recursive: true })
  await copied()
  await house.engine.erase({ session_id: ['s1'] }, anOrder())
  await copied()
  cpSync(at('keys'), at('middle-keys'), { recursive: true })
  const old = (await house.engine.entryOf('a5'))!
  const body = { ...JSON.parse(old.body!), prompt: 'an amended sentence' }
  await house.engine.append([{ kind: 'amendment', event_id: 'a5', reason: 'redaction', ts: old.ts!, body }])
  await house.engine.erase({ session_id: ['s3'] }, anOrder())
  // under a key of the name that was destroyed
  await house.engine.append([said('a4', { user_id: 'u1', session_id: 's2' })])
  await copied()
  expect(resealed()).toHaveLength(2)
})

const resealed = (folder = at('vault')) => readdirSync(folder).filter((name) => name.endsWith('.resealed'))

/** Copies, and renews the keys, a minute later. */
async function copied(): Promise<void> {
  clock.pass(60_000)
  const other = await openHouse({ ...house.config, copies_file: at('copies.yaml') }, clock)
  try {
    expect(await other.writing().runJob('copy')).toMatchObject({ outcome: 'done' })
  } finally {
    await other.writing().stop()
    await other.close()
  }
}

/** Restores, and answers with what it told, how verification goes, and by event what can be read. */
async function restored({ from = at('vault'), keys = 'keys' } = {}) {
  const config = { ...house.config, data_dir: at('restored') }
  const copy = copySource(from, config, clock, { env: {}, signal: new AbortController().signal })
  const told = await restoreCopy(config, clock, { copy, keysFrom: at(keys), replace: false })
  const again = await openHouse(config, clock)
  try {
    const { items } = await again.engine.events({}, { limit: 99 })
    const texts = Object.fromEntries(items.map(({ event }) => [event.event_id, event.prompt]))
    const { vkey } = ledgerSigner(again.config, again.secrets)
    return { told, texts, checked: await verify(again, { vkey }) }
  } finally {
    await again.close()
    rmSync(at('restored'), { recursive: true })
  }
}

const TEXTS = { a1: 'question a1', a3: 'question a3', a4: 'question a4', a5: 'an amended sentence', b0: 'question b0' }

it('texts that an erasure of others resealed come back from a copy, and those that it erased do not', async () => {
  const { told, texts, checked } = await restored()
  expect(told).toMatchObject({ verdicts: ['intact'], missing: null, others: [] })
  expect(told.counts).toMatchObject({ erased: 2, amended: 1 })
  expect(texts).toEqual(TEXTS)
  expect(checked).toMatchObject({ ok: true, bad: [] })
})

it('receipts hold also where the keys are older than the erasures', async () => {
  for (const keys of ['old-keys', 'middle-keys']) {
    const { told, texts } = await restored({ keys })
    expect(told.counts).toMatchObject({ erased: 2 })
    // the last two came under a key that is not among them
    expect(texts).toEqual({ ...TEXTS, a4: undefined, a5: undefined })
  }
})

it('without what was resealed, the texts in it are told to be lost', async () => {
  const folder = at('without')
  mkdirSync(folder)
  for (const name of readdirSync(at('vault')))
    if (!resealed().includes(name)) writeFileSync(join(folder, name), readFileSync(join(at('vault'), name)))
  const { told, texts } = await restored({ from: folder })
  // the user has another key by now
  expect(told).toMatchObject({ verdicts: ['edited'], counts: { erased: 2 } })
  expect(texts).toEqual({ a4: TEXTS.a4, a5: TEXTS.a5, b0: TEXTS.b0 })
})

it('a resealed segment that is damaged is named, and nothing is made of the copy', async () => {
  const folder = at('damaged')
  cpSync(at('vault'), folder, { recursive: true })
  const [name] = resealed(folder)
  rmSync(join(folder, name!))
  writeFileSync(join(folder, name!), readFileSync(join(at('vault'), name!)).subarray(0, -1))
  const before = readdirSync(house.folder)
  await expect(restored({ from: folder })).rejects.toThrow(
    `damaged ${name}: it was changed, cut off, or sealed under another key; nothing was changed: put the original back, or move it away to restore without the texts in it`,
  )
  expect(readdirSync(house.folder)).toEqual(before)
})

it('a resealed segment of another history of the ledger is named', async () => {
  const folder = at('forked')
  cpSync(at('vault'), folder, { recursive: true })
  const file = resealed(folder)[0]!
  const key = keyFor(house.secrets.root, 'segment')
  const { name: origin } = ledgerSigner(house.config, house.secrets)
  const found = { origin, ...resealedRange(file)! }
  const { entries } = await openResealed(readFileSync(join(folder, file)), key, found)
  const forked = entries.map((entry) => ({ ...entry, commitment: new Uint8Array(32) }))
  rmSync(join(folder, file))
  writeFileSync(join(folder, file), await sealResealed({ ...found, entries: forked }, key, new Uint8Array(12)))
  await expect(restored({ from: folder })).rejects.toThrow(
    `${file}: its entry 1 is another than the one that the segments have`,
  )
})

it('a user who is erased as a whole later comes back from nowhere', async () => {
  await eraseUser(house.engine, 'u1')
  await copied()
  expect(resealed()).toHaveLength(2)
  for (const keys of ['keys', 'old-keys', 'middle-keys']) {
    const { told, texts } = await restored({ keys })
    expect(told).toMatchObject({ verdicts: ['intact'], counts: { erased: 6 } })
    expect(texts).toEqual({ b0: TEXTS.b0 })
  }
})
