import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/core/ports.ts'
import { authenticate } from '../../../src/engines/embedded/authenticate.ts'
import { type Connection, connect } from '../../../src/engines/embedded/connection.ts'
import { KEY_RING, keyRing, subjectOf } from '../../../src/engines/embedded/key-ring.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { storeKeys, unlock } from '../../../src/engines/embedded/page-encryption.ts'
import { type SealedBody, unsealBody } from '../../../src/engines/embedded/sealed-body.ts'
import { shredder } from '../../../src/engines/embedded/shred.ts'
import { commit } from '../../../src/ledger/leaf.ts'
import { grow, leafHash, rootOf } from '../../../src/ledger/tree.ts'
import { handClock } from '../../contracts/engine/contract.ts'
import { eraseUser } from '../../contracts/engine/erasing.ts'
import { said } from '../../contracts/engine/said.ts'
import { plainFiles } from '../../plain-files.ts'
import { storeKey } from '../../store-key.ts'

let dataDir: string
beforeEach(() => {
  dataDir = join(mkdtempSync(join(tmpdir(), 'uc-ring-')), 'var')
})
afterEach(() => rmSync(join(dataDir, '..'), { recursive: true, force: true }))

async function opened<T>(work: (engine: Engine) => Promise<T>, folder = dataDir, half?: 'read' | 'write'): Promise<T> {
  const engine = await openEmbedded({
    key: storeKey,
    dataDir: folder,
    clock: handClock(),
    ...(half === undefined ? {} : { half }),
  })
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

function inside<T>(work: (db: Connection, ring: ReturnType<typeof keyRing>) => T): T {
  const db = connect(dataDir, true, storeKey)
  const ring = keyRing(dataDir, storeKey, 'write')
  try {
    return work(db, ring)
  } finally {
    ring.close()
    db.close()
  }
}

const promptsOf = async (engine: Engine) =>
  (await engine.events({}, { limit: 99 })).items.map(({ event }) => event.prompt).sort()
const found = async (engine: Engine, word: string) =>
  (await engine.match({ all: [word] }, {}, { order: 'newest', limit: 9 })).total
const tended = async (engine: Engine) => {
  while ((await engine.tend(1000)) > 0);
}
const keyOf = (tenant_id: string, user_id: string) =>
  inside((_, ring) => ring.keyOf(subjectOf({ event_id: '', tenant_id, user_id })))

describe('a subject', () => {
  it('is a user of a tenant, else a session, else the event', () => {
    const name = (fields: object) => subjectOf({ event_id: 'e1', ...fields }).toString('hex')
    const names = [
      name({ user_id: 'a', session_id: 's' }),
      name({ user_id: 'a', tenant_id: 't' }),
      name({ session_id: 'a' }),
      name({}),
      name({ event_id: 'a' }),
    ]
    expect(new Set(names).size).toBe(5)
    expect(name({ user_id: 'a', session_id: 'other', event_id: 'other' })).toBe(names[0])
  })

  it('of one tenant dies without the one of the same name of another', async () => {
    await opened(async (engine) => {
      await engine.append([
        said('a1', { tenant_id: 'acme', user_id: 'u1', prompt: 'one' }),
        said('a2', { tenant_id: 'other', user_id: 'u1', prompt: 'two' }),
      ])
    })
    const [one, two] = [keyOf('acme', 'u1'), keyOf('other', 'u1')]
    expect(one).toHaveLength(32)
    expect(one).not.toEqual(two)
    await opened(async (engine) => {
      expect(await eraseUser(engine, 'u1', { tenant_id: 'acme' })).toBe(1)
      expect(await promptsOf(engine)).toEqual(['two'])
    })
    expect([keyOf('acme', 'u1'), keyOf('other', 'u1')]).toEqual([null, two])
  })

  it('that comes back after its erasure has a new key, and is read', async () => {
    await opened((engine) => engine.append([said('a1', { user_id: 'u1' })]))
    const before = keyOf('', 'u1')
    await opened(async (engine) => {
      await eraseUser(engine, 'u1')
      await engine.append([said('a2', { user_id: 'u1', prompt: 'again' })])
      expect(await promptsOf(engine)).toEqual(['again'])
    })
    expect(keyOf('', 'u1')).not.toEqual(before)
  })

  it('whose last text was amended into that of another loses its key, and not before', async () => {
    await opened((engine) => engine.append([said('a1', { user_id: 'u1' }), said('a2', { user_id: 'u1' }), said('a3')]))
    const amend = (id: string) =>
      opened((engine) => engine.append([{ ...said(id, { user_id: 'p1' }), kind: 'amendment', reason: 'redaction' }]))
    await amend('a1')
    expect(keyOf('', 'u1')).not.toBeNull()
    await amend('a2')
    expect(keyOf('', 'u1')).toBeNull()
    expect(keyOf('', 'p1')).not.toBeNull()
    await amend('a3')
    expect(inside((_, ring) => ring.keyOf(subjectOf({ event_id: 'a3' })))).toBeNull()
  })
})

it('a key that was read is not kept: where another process destroys it, the next reading finds none', async () => {
  await opened((engine) => engine.append([said('a1', { user_id: 'u1' })]))
  const subject = subjectOf({ event_id: '', user_id: 'u1' })
  inside((_, here) =>
    inside((_, there) => {
      here.steady(() => {
        const key = here.keyOf(subject)
        there.destroy([subject])
        expect(key).toHaveLength(32)
        // the ring as it was when the reading began
        expect([here.keyOf(subject), here.destroyed()]).toEqual([key, 0])
      })
      expect([here.keyOf(subject), here.destroyed()]).toEqual([null, 1])
      expect(here.steady(() => here.keyOf(subject))).toBeNull()
    }),
  )
})

it('a text is sealed where it lies, and what events are filtered by lies beside it', async () => {
  const long = 'x'.repeat(600)
  await opened(async (engine) => {
    await engine.append([
      said('a1', { prompt: 'zanzibar', route: '/chat', purpose: long, tokens_cached: 7, system: 'marmalade' }),
      { kind: 'audit', event_id: 'x1', ts: 5, body: { action: 'looked' } },
    ])
    expect(await engine.count({ fields: { route: '/chat' } })).toBe(1)
    expect(await engine.count({ fields: { tokens_cached: '7' } })).toBe(1)
    expect((await engine.tally(['route'], {}))[0]!.key).toEqual(['/chat'])
    const [event, audit] = await engine.kept(0, 9)
    const text = inside((_, ring) => unsealBody(ring.keyOf(event!.subject!)!, 'a1', event!.body!))
    expect(commit(text.salt, text.text)).toEqual(Buffer.from(event!.commitment))
    expect(() => inside((_, ring) => unsealBody(ring.keyOf(event!.subject!)!, 'a2', event!.body!))).toThrow('altered')
    expect(audit!.subject).toBeNull()
    expect(commit(audit!.body!.subarray(0, 32), Buffer.from(audit!.body!.subarray(32)).toString())).toEqual(
      Buffer.from(audit!.commitment),
    )
  })
  const row = inside((db) => db.prepare<[], SealedBody & { salt: null; meta: string }>('select * from events').get())!
  expect(row.salt).toBeNull()
  expect(JSON.parse(row.meta)).toMatchObject({ event_id: 'a1', route: '/chat', tokens_cached: 7 })
  for (const word of ['zanzibar', 'marmalade', long]) {
    expect(row.meta).not.toContain(word)
    expect(row.body!.includes(word)).toBe(false)
  }
})

describe('a copy from before an erasure', () => {
  const erased = ['zanzibar', 'marmalade']
  let copy: string
  let root: Uint8Array
  beforeEach(async () => {
    copy = join(dataDir, '..', 'copy')
    await opened(async (engine) => {
      await engine.append([
        said('a1', { user_id: 'u1', prompt: 'zanzibar' }),
        said('a2', { user_id: 'u2', prompt: 'piccolo' }),
        said('a3', { user_id: 'u1', prompt: 'marmalade' }),
      ])
      await tended(engine)
      root = (await engine.head()).root
    })
    cpSync(dataDir, copy, { recursive: true })
    await opened((engine) => eraseUser(engine, 'u1'))
  })

  it('tells nothing of the texts under the ring of afterwards, and still proves every leaf', async () => {
    copyFileSync(join(dataDir, KEY_RING), join(copy, KEY_RING))
    await expect(opened(promptsOf, copy, 'read')).rejects.toMatchObject({ code: 'STORE_BROKEN' })
    await opened(async (engine) => {
      expect(await promptsOf(engine)).toEqual(['piccolo'])
      for (const word of erased) expect(await found(engine, word)).toBe(0)
      await tended(engine)
      for (const word of erased) expect(await found(engine, word)).toBe(0)
      expect(await found(engine, 'piccolo')).toBe(1)
      expect(await engine.count({})).toBe(1)
      expect(await engine.count({ fields: { user_id: 'u1' } })).toBe(0)
      const sealed = await engine.sealed(0, 9)
      // and a receipt of what this copy learnt
      expect(sealed.map(({ state }) => state)).toEqual(['erased', 'held', 'erased', 'held'])
      expect(JSON.parse(sealed[3]!.body!)).toMatchObject({
        leaves: [
          [0, 1],
          [2, 3],
        ],
        subject: null,
      })
      expect(commit(sealed[1]!.salt!, sealed[1]!.body!)).toEqual(Buffer.from(sealed[1]!.commitment))
      expect((await engine.kept(0, 9)).map(({ body }) => body !== null)).toEqual([false, true, false, true])
      const leaves = (await engine.leaves(0, 3)).map(leafHash)
      expect(Buffer.from(rootOf(grow(0, [], leaves).frontier))).toEqual(Buffer.from(root))
    }, copy)
    const bytes = Buffer.concat(plainFiles(copy, storeKey).map((file) => file.bytes))
    expect(bytes.includes('piccolo')).toBe(true)
    for (const word of erased) expect(bytes.includes(word)).toBe(false)
    await opened(promptsOf, copy, 'read')
  })

  it('cannot give back a key: a ring from before the erasure is refused, and so is none', async () => {
    copyFileSync(join(copy, KEY_RING), join(dataDir, KEY_RING))
    await expect(opened(promptsOf)).rejects.toMatchObject({
      code: 'STORE_BROKEN',
      message: expect.stringContaining('older'),
    })
    rmSync(join(dataDir, KEY_RING))
    await expect(opened(promptsOf)).rejects.toMatchObject({ message: expect.stringContaining('keyring.db is missing') })
    expect(existsSync(join(dataDir, KEY_RING))).toBe(false)
  })
})

describe('an erasure that dies', () => {
  const die = (): never => {
    throw new Error('dead')
  }
  beforeEach(() =>
    opened(async (engine) => {
      await engine.append([said('a1', { user_id: 'u1' }), said('a2', { user_id: 'u2', prompt: 'stays' })])
      await tended(engine)
    }),
  )
  const subject = subjectOf({ event_id: '', user_id: 'u1' })
  const doomed = () => inside((db) => db.prepare('select count(*) from doomed').pluck().get())

  it('before it destroyed the key is finished by whoever opens the store next', async () => {
    inside((db, ring) => {
      shredder(db, ring).later(subject)
      expect(() => shredder(db, { ...ring, destroy: die }).now()).toThrow('dead')
    })
    expect([keyOf('', 'u1') !== null, doomed()]).toEqual([true, 1])
    await opened(async (engine) => {
      expect(await promptsOf(engine)).toContain('stays')
    })
    expect([keyOf('', 'u1'), doomed()]).toEqual([null, 0])
  })

  it('after it destroyed the key, before the store knew, is finished too', async () => {
    inside((db, ring) => {
      shredder(db, ring).later(subject)
      expect(() => shredder(db, { ...ring, destroyed: die }).now()).toThrow('dead')
    })
    expect([keyOf('', 'u1'), doomed()]).toEqual([null, 1])
    await opened(() => Promise.resolve(), dataDir, 'read')
    await opened(async (engine) => {
      await engine.append([said('a3', { user_id: 'u1', prompt: 'new' })])
      await tended(engine)
      expect(await promptsOf(engine)).toEqual(['new', 'stays'])
      expect((await engine.sealed(0, 9)).map(({ state }) => state)).toEqual(['erased', 'held', 'held', 'held'])
    })
    expect(doomed()).toBe(0)
  })

  it('leaves nothing sealed under a doomed key: an append beside it takes a new one', async () => {
    await opened(async (engine) => {
      inside((db, ring) => shredder(db, ring).later(subject))
      await engine.append([said('a3', { user_id: 'u1', prompt: 'new' })])
      inside((db, ring) => shredder(db, ring).now())
      expect(await promptsOf(engine)).toEqual(['new', 'stays'])
    })
  })
})

it('a row whose key is gone, or that was altered, reads as erased and fails nothing', async () => {
  await opened(async (engine) => {
    await engine.append([
      said('a1', { user_id: 'u1', prompt: 'zanzibar' }),
      said('a2', { user_id: 'u2', prompt: 'zanzibar' }),
      said('a3', { user_id: 'u3', prompt: 'zanzibar' }),
    ])
    inside((db, ring) => {
      ring.destroy([subjectOf({ event_id: '', user_id: 'u1' })])
      db.exec('update events set body = randomblob(99) where seq = 1')
    })
    expect(await promptsOf(engine)).toEqual(['zanzibar'])
    expect(await found(engine, 'zanzibar')).toBe(1)
    expect((await engine.claim('embed:s1', 9, 1000))!.events.map(({ seq }) => seq)).toEqual([2])
    const entries = await engine.sealed(0, 9)
    expect(entries.map(({ state, body }) => [state, body?.length])).toMatchObject([
      ['erased', undefined],
      ['held', 0],
      ['held', expect.any(Number)],
    ])
    const amended = said('a1', { user_id: 'u1' })
    expect(await engine.append([{ ...amended, kind: 'amendment', reason: 'redaction' }])).toMatchObject({
      duplicates: [0],
    })
    await tended(engine)
    expect(await eraseUser(engine, 'u2')).toBe(1)
    await tended(engine)
    expect(await found(engine, 'zanzibar')).toBe(1)
  })
})

it('a ring that takes no key fails the append as a whole', async () => {
  await opened(async (engine) => {
    await engine.append([said('a1', { user_id: 'u1' })])
    const beside = new Database(join(dataDir, KEY_RING))
    unlock(beside, storeKeys(storeKey).keyring)
    beside.exec("create trigger full before insert on keys begin select raise(abort, 'full'); end")
    const batch = [said('a2', { user_id: 'u1' }), said('a3', { user_id: 'u2' })]
    await expect(engine.append(batch)).rejects.toThrow('full')
    expect([(await engine.head()).size, await engine.count({})]).toEqual([1, 1])
    beside.exec('drop trigger full')
    beside.close()
    expect(await engine.append(batch)).toMatchObject({ accepted: 2, size: 3 })
    expect(await promptsOf(engine)).toHaveLength(3)
  })
})

it('a destroyed key is in no page of the ring and not in its journal, and every page is authenticated', async () => {
  const users = Array.from({ length: 600 }, (_, i) => `u${i}`)
  const keys = await opened(async (engine) => {
    await engine.append(users.map((user_id, i) => said(`a${i}`, { user_id })))
    const all = inside((_, ring) => ring.need(users.map((user_id) => subjectOf({ event_id: '', user_id }))))
    for (let i = 0; i < users.length; i += 5) await eraseUser(engine, users[i]!)
    await tended(engine)
    return users.map((user_id) => all.get(subjectOf({ event_id: '', user_id }).toString('hex'))!)
  })
  const bytes = Buffer.concat(
    plainFiles(dataDir, storeKey)
      .filter(({ path }) => path.includes(KEY_RING))
      .map((file) => file.bytes),
  )
  const left = keys.flatMap((key, i) => (bytes.includes(Buffer.from(key)) ? [i] : []))
  expect(left).toEqual(users.flatMap((_, i) => (i % 5 === 0 ? [] : [i])))

  const file = join(dataDir, KEY_RING)
  expect(readdirSync(dataDir).some((name) => readFileSync(join(dataDir, name)).includes('SQLite format'))).toBe(false)
  expect(authenticate(dataDir, storeKey)).toEqual([])
  const written = readFileSync(file)
  written[20_000]! ^= 1
  writeFileSync(file, written)
  expect(authenticate(dataDir, storeKey)).toMatchObject([{ file: KEY_RING, pages: [2] }])
})
