import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { keyRing, subjectOf } from '../../src/engines/embedded/key-ring.ts'
import { forgetKeyCopy, keyCopies } from '../../src/flow/key-copies.ts'
import { makeBackup } from '../../src/roof/make-backup.ts'
import { handClock } from '../contracts/engine/contract.ts'
import { eraseUser } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { aHouse } from './a-house.ts'

let house: Awaited<ReturnType<typeof aHouse>>
let keys: string
const clock = handClock()
beforeEach(async () => {
  house = await aHouse({}, clock)
  keys = join(house.folder, 'keys')
  await house.engine.append([said('a', { user_id: 'u1' }), said('b', { user_id: 'u2' })])
  await makeBackup(house, { to: join(house.folder, 'backup'), keysTo: keys })
})

/** Whether the copy in a folder has the key of a user. */
function has(user_id: string, folder = keys): boolean {
  const ring = keyRing(folder, house.secrets.store, 'read')
  try {
    return ring.keyOf(subjectOf({ event_id: '', user_id })) !== null
  } finally {
    ring.close()
  }
}
const standing = async () => (await keyCopies(house.engine))[0]!

it('an erasure takes the key out of the copy before it answers', async () => {
  expect([has('u1'), has('u2')]).toEqual([true, true])
  await eraseUser(house.engine, 'u1')
  expect([has('u1'), has('u2')]).toEqual([false, true])
  expect(await house.renewKeyCopies()).toEqual([{ place: keys, renewed: true }])
  expect(readdirSync(keys).sort()).toEqual(['keyring.db', 'wrapped-keys.json'])
  expect(
    readdirSync(house.config.data_dir).filter((name) => /^keyring\.db\./.test(name) && !/-(wal|shm)$/.test(name)),
  ).toEqual([])
})

it('keys of new subjects come to the copy with the job, and nothing is written where nothing changed', async () => {
  await house.engine.append([said('c', { user_id: 'u3' })])
  expect(has('u3')).toBe(false)
  const run = async () => await house.writing().runJob('keys')
  expect(await run()).toMatchObject({ outcome: 'done', done: 1 })
  expect(has('u3')).toBe(true)
  const { renewed_at: at } = await standing()
  clock.pass(60_000)
  expect(await run()).toMatchObject({ outcome: 'done' })
  expect((await standing()).renewed_at).toBe(at)
})

it('the last text of a subject that is amended away takes its key along', async () => {
  const [old] = await house.engine.sealed(0, 1)
  const body = { ...JSON.parse(old!.body!), user_id: 'u9' }
  await house.engine.append([{ kind: 'amendment', event_id: 'a', reason: 'redaction', ts: 1, body }])
  expect(await house.renewKeyCopies()).toEqual([{ place: keys, renewed: true }])
  expect([has('u1'), has('u9')]).toEqual([false, true])
})

it('a place that is away is told, stays told, and is renewed once it is back', async () => {
  renameSync(keys, `${keys}.away`)
  await eraseUser(house.engine, 'u1')
  // an empty mount point is no place of ours
  mkdirSync(keys)
  const [told] = await house.renewKeyCopies()
  expect(told).toMatchObject({ place: keys, renewed: false, message: expect.stringContaining('is it mounted?') })
  expect(readdirSync(keys)).toEqual([])
  expect(await house.writing().runJob('keys')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining(`keys at ${keys}: `),
  })
  expect(await standing()).toMatchObject({ holds: null, behind_since: clock.now(), failures: 3 })
  expect(has('u1', `${keys}.away`)).toBe(true)
  rmSync(keys, { recursive: true })
  renameSync(`${keys}.away`, keys)
  expect(await house.renewKeyCopies()).toEqual([{ place: keys, renewed: true }])
  expect(has('u1')).toBe(false)
  expect(await standing()).toMatchObject({ behind_since: null, last_error: null })
})

it('keys of another data directory that lie there by now are left as they are', async () => {
  const path = join(keys, 'wrapped-keys.json')
  const ours = readFileSync(path)
  writeFileSync(path, '{"v":1,"keys":"b3RoZXI="}\n')
  await eraseUser(house.engine, 'u1')
  expect(await house.renewKeyCopies()).toMatchObject([
    { renewed: false, message: expect.stringContaining('another data') },
  ])
  expect(has('u1')).toBe(true)
  writeFileSync(path, ours)
})

it.skipIf(process.getuid?.() === 0)('a place that may not be written is told', async () => {
  chmodSync(keys, 0o500)
  await eraseUser(house.engine, 'u1')
  expect(await house.renewKeyCopies()).toMatchObject([
    { renewed: false, message: expect.stringContaining('may not be written') },
  ])
  chmodSync(keys, 0o700)
})

it('what a renewal that was killed left there goes with a later one, and a place that is forgotten is left alone', async () => {
  const left = join(keys, 'keyring.db.0123456789ab')
  copyFileSync(join(keys, 'keyring.db'), left)
  utimesSync(left, 1, 1)
  await eraseUser(house.engine, 'u1')
  expect(readdirSync(keys).sort()).toEqual(['keyring.db', 'wrapped-keys.json'])
  expect(await forgetKeyCopy(house.engine, keys, clock.now())).toBe(true)
  expect(await forgetKeyCopy(house.engine, keys, clock.now())).toBe(false)
  await eraseUser(house.engine, 'u2')
  expect(await house.renewKeyCopies()).toEqual([])
  expect(has('u2')).toBe(true)
})
