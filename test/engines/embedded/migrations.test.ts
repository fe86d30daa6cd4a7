import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { expect, it } from 'vitest'
import { authenticate } from '../../../src/engines/embedded/authenticate.ts'
import { connect } from '../../../src/engines/embedded/connection.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { storeKeys, unlock } from '../../../src/engines/embedded/page-encryption.ts'
import { commit, leafData, serialise } from '../../../src/ledger/leaf.ts'
import { grow, leafHash } from '../../../src/ledger/tree.ts'
import { handClock } from '../../contracts/engine/contract.ts'
import { eraseUser } from '../../contracts/engine/erasing.ts'
import { said } from '../../contracts/engine/said.ts'
import { storeKey } from '../../store-key.ts'
import { migrated } from './migrated.ts'

it('a store from before amendments is found, searched and amended as any other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-migrate-'))
  const db = new Database(join(folder, 'undercurrent.db'))
  unlock(db, storeKeys(storeKey).database)
  migrated(db, 2)
  const { event_id, ts, body } = said('m1', { prompt: 'an old question' })
  db.prepare("insert into leaves values (0, 'event', ?, x'00')").run(event_id)
  db.prepare(
    `insert into events(seq, event_id, ts, received, tenant, event_type, body) values (0, ?, ?, 0, '', 'llm.completion', ?)`,
  ).run(event_id, ts, JSON.stringify(body))
  db.exec("insert into words(rowid, prompt, response) values (0, 'an old question', 'answer m1')")
  db.exec("update counters set value = 1 where name = 'words'; update head set size = 1, frontier = zeroblob(32)")
  db.close()

  const engine = await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock() })
  const found = async (word: string) =>
    (await engine.match({ all: [word] }, {}, { order: 'newest', limit: 9 })).items.map((hit) => hit.event_id)
  expect(await found('old')).toEqual(['m1'])
  while ((await engine.tend(100)) > 0);
  expect(await found('old')).toEqual(['m1'])
  expect(await engine.count({ event_ids: ['m1'] })).toBe(1)
  expect(await engine.append([said('m1')])).toMatchObject({ duplicates: [0] })
  await engine.append([{ ...said('m1', { prompt: 'a new one' }), kind: 'amendment', reason: 'redaction' }])
  expect([await found('old'), await found('new')]).toEqual([[], ['m1']])
  await engine.close()
})

it('a store is copied beside itself, encrypted, before it is changed, once for each schema', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-migrate-'))
  const file = join(folder, 'undercurrent.db')
  const copy = `${file}.schema-2`
  const db = new Database(file)
  unlock(db, storeKeys(storeKey).database)
  migrated(db, 2)
  db.exec("insert into leaves values (0, 'event', 'm1', x'00')")
  db.close()

  const told: unknown[] = []
  const log = { info: (fields: unknown) => told.push(fields), warn: () => {}, error: () => {} }
  const open = async () => (await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock(), log })).close()
  await open()
  expect(told).toEqual([{ files: ['undercurrent.db.schema-2'] }])
  expect(statSync(copy).mode & 0o777).toBe(0o600)
  expect(readFileSync(copy).includes('leaves')).toBe(false)
  const former = new Database(copy, { readonly: true })
  unlock(former, storeKeys(storeKey).database)
  expect(former.pragma('user_version', { simple: true })).toBe(2)
  expect(former.prepare('select event_id from leaves').pluck().all()).toEqual(['m1'])
  former.close()

  const { mtimeMs } = statSync(copy)
  await open()
  expect(statSync(copy).mtimeMs).toBe(mtimeMs)

  expect(authenticate(folder, storeKey)).toEqual([])
  const bytes = readFileSync(copy)
  bytes[bytes.length - 5000]! ^= 1
  writeFileSync(copy, bytes)
  expect(authenticate(folder, storeKey)).toMatchObject([{ file: 'undercurrent.db.schema-2' }])
})

it('a store with texts in clear has them sealed, once, and every leaf still follows from its row', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-migrate-'))
  const db = new Database(join(folder, 'undercurrent.db'))
  unlock(db, storeKeys(storeKey).database)
  migrated(db, 3)
  const putLeaf = db.prepare("insert into leaves(seq, kind, event_id, commitment) values (?, 'event', ?, ?)")
  const putEvent = db.prepare(
    `insert into events(seq, event_id, ts, received, tenant, event_type, user_id, salt, body)
     values (?, ?, ?, 0, '', 'llm.completion', ?, ?, ?)`,
  )
  const MANY = 1200
  const hashes: Uint8Array[] = []
  db.transaction(() => {
    for (let i = 0; i < MANY; i++) {
      const user_id = i % 3 === 0 ? undefined : `u${i % 7}`
      const { event_id, ts, body } = said(`m${i}`, {
        prompt: `zanzibar ${i}`,
        route: '/chat',
        ...(user_id && { user_id }),
      })
      const [salt, text] = [randomBytes(32), serialise(body)]
      putLeaf.run(i, event_id, commit(salt, text))
      hashes.push(leafHash(leafData('event', event_id, commit(salt, text))))
      putEvent.run(i, event_id, ts, user_id ?? null, salt, text)
    }
    // erased before
    db.exec('update events set salt = null, body = null, user_id = null where seq = 5')
    const { made, frontier } = grow(0, [], hashes)
    const putNode = db.prepare('insert into nodes values (?, ?, ?)')
    for (const { level, index, hash } of made) if (level > 0) putNode.run(level, index, hash)
    db.prepare('update head set size = ?, frontier = ?').run(MANY, Buffer.concat(frontier))
  })()
  db.close()

  const engine = await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock() })
  const entries = await engine.sealed(0, MANY)
  expect(entries.filter(({ state }) => state === 'held')).toHaveLength(MANY - 1)
  for (const { salt, body, commitment, state } of entries)
    if (state === 'held') expect(commit(salt!, body!)).toEqual(Buffer.from(commitment))
  expect(await engine.count({ fields: { route: '/chat' } })).toBe(MANY - 1)
  expect((await engine.match({ all: ['zanzibar'] }, {}, { order: 'newest', limit: 9 })).total).toBe(MANY - 1)
  while ((await engine.tend(1000)) > 0);
  const erased = await eraseUser(engine, 'u1')
  expect(erased).toBeGreaterThan(50)
  expect(await engine.count({ fields: { route: '/chat' } })).toBe(MANY - 1 - erased)
  await engine.close()
  const raw = connect(folder, false, storeKey)
  const stored = raw.prepare('select count(*) from events where typeof(body) = ? and salt is null').pluck()
  expect(stored.get('text')).toBe(0)
  expect(stored.get('blob')).toBeGreaterThan(1000)
  raw.close()
})
