import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { expect, it } from 'vitest'
import { migrations } from '../../../src/engines/embedded/migrations/index.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { storeKeys, unlock } from '../../../src/engines/embedded/page-encryption.ts'
import { handClock } from '../../contracts/engine/contract.ts'
import { said } from '../../contracts/engine/said.ts'
import { storeKey } from '../../store-key.ts'

it('a store from before amendments is found, searched and amended as any other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-migrate-'))
  const db = new Database(join(folder, 'undercurrent.db'))
  unlock(db, storeKeys(storeKey).database)
  for (const migration of migrations.slice(0, 2)) db.exec(migration)
  db.pragma('user_version = 2')
  const { event_id, ts, body } = said('m1', { prompt: 'an old question' })
  db.prepare("insert into leaves values (0, 'event', ?, x'00')").run(event_id)
  db.prepare(
    `insert into events(seq, event_id, ts, received, tenant, event_type, body) values (0, ?, ?, 0, '', 'llm.completion', ?)`,
  ).run(event_id, ts, JSON.stringify(body))
  db.exec("insert into words(rowid, prompt, response) values (0, 'an old question', 'answer m1')")
  db.exec("update counters set value = 1 where name = 'words'; update head set size = 1, frontier = zeroblob(32)")
  db.close()

  const engine = await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock() })
  const found = async (word: string) => (await engine.match([word], {}, 9)).items.map((hit) => hit.event_id)
  expect(await found('old')).toEqual(['m1'])
  while ((await engine.tend(100)) > 0);
  expect(await found('old')).toEqual(['m1'])
  expect(await engine.count({ event_ids: ['m1'] })).toBe(1)
  expect(await engine.append([said('m1')])).toMatchObject({ duplicates: [0] })
  await engine.append([{ ...said('m1', { prompt: 'a new one' }), kind: 'amendment', reason: 'redaction' }])
  expect([await found('old'), await found('new')]).toEqual([[], ['m1']])
  await engine.close()
})
