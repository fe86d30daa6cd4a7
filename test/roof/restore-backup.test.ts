import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { beforeAll, expect, it } from 'vitest'
import type { Entry } from '../../src/core/ports.ts'
import { storeKeys, unlock } from '../../src/engines/embedded/page-encryption.ts'
import { checkpoint } from '../../src/flow/checkpoint.ts'
import { outsidePoints } from '../../src/flow/verify-checkpoints.ts'
import { checkpointText } from '../../src/ledger/checkpoint.ts'
import { noteSigner, noteVerifier } from '../../src/ledger/note.ts'
import { EMPTY_ROOT } from '../../src/ledger/tree.ts'
import { fileMade } from '../../src/roof/backup-files.ts'
import { manifestText, signManifest } from '../../src/roof/backup-manifest.ts'
import { keyFor } from '../../src/roof/key-file.ts'
import { ledgerSigner } from '../../src/roof/ledger-signer.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { makeBackup } from '../../src/roof/make-backup.ts'
import { type RestoreAsk, restoreBackup } from '../../src/roof/restore-backup.ts'
import { systemClock } from '../../src/roof/system-clock.ts'
import { said } from '../contracts/engine/said.ts'
import { migrated } from '../engines/embedded/migrated.ts'
import { aHouse } from './a-house.ts'
import { refusalOf } from './refusal.ts'

let house: Awaited<ReturnType<typeof aHouse>>
let backup: string
let target: string

beforeAll(async () => {
  house = await aHouse()
  backup = join(house.folder, 'backup')
  target = join(house.folder, 'restored')
  const audit: Entry = { kind: 'audit', event_id: 'a1', ts: 1, body: { action: 'key.create' } }
  await house.engine.append([...Array.from({ length: 20 }, (_, n) => said(`e${n}`)), audit])
  await house.engine.tend(100)
  await checkpoint({ ...house, signer: ledgerSigner(house.config, house.secrets) })
  await makeBackup(house, { to: backup })
})

const restore = (ask: Partial<RestoreAsk> = {}) =>
  restoreBackup({ ...house.config, data_dir: target, key_file: house.config.key_file }, systemClock, {
    from: backup,
    replace: false,
    ...ask,
  })

const refusal = (ask: Partial<RestoreAsk> = {}) => refusalOf(house.folder, () => restore(ask))

it('a byte that was changed anywhere is noticed, and the file is named', async () => {
  const damaged = join(house.folder, 'damaged')
  for (const name of readdirSync(backup)) {
    const whole = readFileSync(join(backup, name))
    const step = Math.max(1, Math.floor(whole.length / 40))
    for (let at = 0; at < whole.length; at += step) {
      cpSync(backup, damaged, { recursive: true })
      const bytes = Buffer.from(whole)
      bytes[at]! ^= 0x20
      writeFileSync(join(damaged, name), bytes)
      expect(await refusal({ from: damaged }), `byte ${at} of ${name}`).toContain(
        `STORE_BROKEN: the backup is damaged: ${join(damaged, name)}: `,
      )
      rmSync(damaged, { recursive: true })
    }
  }
})

it('a file that is missing, cut or longer is named', async () => {
  const damaged = join(house.folder, 'damaged')
  for (const name of readdirSync(backup)) {
    for (const change of [
      (path: string) => rmSync(path),
      (path: string) => writeFileSync(path, readFileSync(path).subarray(0, -1)),
      (path: string) => appendFileSync(path, '\n'),
    ]) {
      cpSync(backup, damaged, { recursive: true })
      change(join(damaged, name))
      expect(await refusal({ from: damaged })).toContain(join(damaged, name))
      rmSync(damaged, { recursive: true })
    }
  }
})

it('a manifest that somebody else wrote is refused, though its hashes fit', async () => {
  const forged = join(house.folder, 'forged')
  cpSync(backup, forged, { recursive: true })
  const path = join(forged, 'manifest.json')
  const { signature, ...rest } = JSON.parse(readFileSync(path, 'utf8'))
  const text = signature.slice(0, signature.indexOf('\n\n') + 1)
  const other = noteSigner('undercurrent/backup', keyFor(new Uint8Array(32), 'checkpoint')).sign(text)
  writeFileSync(path, `${JSON.stringify({ ...rest, signature: other })}\n`)
  expect(await refusal({ from: forged })).toContain('its signature is not that of the keys beside it')
  rmSync(forged, { recursive: true })
})

it('a store that was tampered with is backed up as it is, which is said, and restored as that', async () => {
  const other = await aHouse()
  await other.engine.append([said('t0'), said('t1')])
  const db = new Database(join(other.config.data_dir, 'undercurrent.db'))
  unlock(db, storeKeys(other.secrets.store).database)
  db.exec('update events set body = randomblob(length(body)) where seq = 1')
  db.close()
  const from = join(other.folder, 'backup')
  expect((await makeBackup(other, { to: from })).ledger.verdicts).toContain('edited')
  const config = { ...other.config, data_dir: join(other.folder, 'restored') }
  expect((await restoreBackup(config, systemClock, { from, replace: false })).verdicts).toContain('edited')
})

it('a backup of an older schema is brought up to date', async () => {
  const from = join(house.folder, 'older')
  mkdirSync(from)
  cpSync(join(backup, 'wrapped-keys.json'), join(from, 'wrapped-keys.json'))
  const db = new Database(join(from, 'undercurrent.db'))
  unlock(db, storeKeys(house.secrets.store).database)
  migrated(db, 2)
  db.close()
  const files = await Promise.all(['wrapped-keys.json', 'undercurrent.db'].map((name) => fileMade(from, name)))
  const ledger = { size: 0, root: Buffer.from(EMPTY_ROOT).toString('base64'), verdicts: ['unanchored' as const] }
  const rest = { made_at: '2026-01-01', version: '0.0.1', schema: 2, ledger, checkpoint: null, files, elsewhere: [] }
  writeFileSync(join(from, 'manifest.json'), manifestText(signManifest(rest, house.secrets)))
  expect(await restore({ from })).toMatchObject({ entries: 0, verdicts: ['unanchored'] })
  await (await openHouse({ ...house.config, data_dir: target })).close()
  rmSync(target, { recursive: true })
  rmSync(from, { recursive: true })
})

it('only an absent or empty place is taken, and --replace moves what is there aside', async () => {
  mkdirSync(target)
  writeFileSync(join(target, 'mine'), 'x')
  expect(await refusal()).toContain('BAD_REQUEST: ')
  const { moved_to: aside } = await restore({ replace: true })
  expect(readdirSync(aside!)).toEqual(['mine'])
  rmSync(target, { recursive: true })
  mkdirSync(target)
  expect(await restore()).toMatchObject({ entries: 21, moved_to: null, missing: null, verdicts: ['unanchored'] })
  const again = await openHouse({ ...house.config, data_dir: target })
  try {
    expect(await again.engine.sealed(0, 21)).toEqual(await house.engine.sealed(0, 21))
    const [last, ...more] = await again.engine.sealed(21, 99)
    expect(more).toEqual([])
    expect(last).toMatchObject({ kind: 'audit', state: 'held' })
    expect(JSON.parse(last!.body!)).toMatchObject({ action: 'restore', rows: 21, by: expect.stringMatching(/^os:/) })
    expect((await again.engine.match({ all: ['question'] }, {}, { order: 'newest', limit: 99 })).total).toBe(
      (await house.engine.match({ all: ['question'] }, {}, { order: 'newest', limit: 99 })).total,
    )
    expect(again.secrets).toEqual(house.secrets)
  } finally {
    await again.close()
  }
  rmSync(target, { recursive: true })
  rmSync(aside!, { recursive: true })
})

it('a checkpoint that was kept outside says what is missing, or that the ledger is another', async () => {
  const signer = ledgerSigner(house.config, house.secrets)
  const at = (size: number, root: Uint8Array) => (vkey: string) =>
    outsidePoints(
      signer.sign(checkpointText({ origin: signer.name, size, root })),
      'kept.txt',
      noteVerifier(vkey),
      signer.name,
    )
  const { root } = await house.engine.head()
  expect(await refusal({ outside: at(21, new Uint8Array(32)) })).toContain('CONFLICT: ')
  expect(await restore({ outside: at(30, root) })).toMatchObject({
    verdicts: ['rolled-back'],
    missing: { from: 21, to: 30 },
  })
  rmSync(target, { recursive: true })
  expect(await restore({ outside: at(21, root) })).toMatchObject({ verdicts: ['intact'], missing: null })
  rmSync(target, { recursive: true })
})

it('what is made of events again is not in a backup, and waits to be made', async () => {
  expect(readdirSync(backup).sort()).toEqual(['keyring.db', 'manifest.json', 'undercurrent.db', 'wrapped-keys.json'])
  await restore()
  const again = await openHouse({ ...house.config, data_dir: target })
  try {
    // all of it waits for the word index
    expect(await again.engine.tend(100)).toBe(22)
  } finally {
    await again.close()
  }
  expect(existsSync(join(target, 'index'))).toBe(false)
  rmSync(target, { recursive: true })
})
