import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readKey, verifyCase } from '../../docs/verify/verify.mjs'
import type { ColdStore } from '../../src/core/archive.ts'
import type { LogEvent } from '../../src/core/event.ts'
import type { Engine } from '../../src/core/ports.ts'
import { Problem } from '../../src/core/problem.ts'
import type { RetentionRule } from '../../src/core/retention.ts'
import { DAY } from '../../src/core/window.ts'
import { KEY_RING } from '../../src/engines/embedded/key-ring.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { openRebuild } from '../../src/engines/embedded/rebuild.ts'
import { makeCase } from '../../src/flow/case.ts'
import { erase, surveyErasure } from '../../src/flow/erase.ts'
import { eventOf } from '../../src/flow/events.ts'
import { addHold, releaseHold } from '../../src/flow/holds.ts'
import { planRetention, retain } from '../../src/flow/retain.ts'
import { exportSubject } from '../../src/flow/subject-export.ts'
import { verify } from '../../src/flow/verify.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { aRule, archiveAll, type Files, thawAll } from '../contracts/engine/archiving.ts'
import { said } from '../contracts/engine/said.ts'
import { checkpointed, Ledger, signer } from '../stories/tampered.ts'

const actor = { by: 'os:tester', role: null, tenant_id: null, from: 'command line' } as const
const redactor = createRedactor({ key: new Uint8Array(32).fill(1) })
const KEY = new Uint8Array(32).fill(3)
const archiving = [aRule('cold', { archive: 30 })]
let ledger: Ledger
let files: Files
let ids = 0

beforeEach(() => {
  ledger = new Ledger()
  files = new Map()
})
afterEach(() => ledger.discard())

/** Files as they were kept in memory; those that were taken out cannot be read. */
const cold: ColdStore = {
  async rows({ file }) {
    const rows = files.get(file)
    if (rows === undefined) throw new Problem('COPY_FAILED', 'the file is away')
    return rows
  },
  async sweep() {},
}

const parts = (engine: Engine) => ({
  engine,
  clock: ledger.clock,
  redactor,
  cold,
  signer,
  subjectKey: new Uint8Array(32).fill(2),
  newId: () => `archived-${ids++}`,
  renewKeyCopies: async () => [],
})
const pass = (days: number) => ledger.clock.pass((days * DAY) / 1000)
const store = (engine: Engine, events: Record<string, Partial<LogEvent>>) =>
  engine.append(Object.entries(events).map(([id, event]) => said(id, event)))
const idsHeld = async (engine: Engine) =>
  (await engine.events({}, { limit: 99 })).items.map(({ event }) => event.event_id).sort()
const archived = async (engine: Engine) => archiveAll(engine, archiving, ledger.clock.now(), files)
const actions = async (engine: Engine) =>
  (await engine.others('audit', {}, { limit: 99 })).map(({ body }) => body.action).reverse()

it('an archived text is quiet to both verifiers, and one that only says so is missing', async () => {
  await ledger.open(async (engine) => {
    await store(engine, { a0: { user_id: 'u1' }, a1: { user_id: 'u2' }, a2: { user_id: 'u1' }, a3: {} })
    pass(31)
    await archived(engine)
  })
  const quiet = await ledger.judged()
  for (const said of [quiet.house, quiet.alone])
    expect(said).toMatchObject({ bad: [], verdicts: ['unanchored'], counts: { intact: 1, archived: 4 } })
  await ledger.open(async (engine) => {
    await thawAll(engine, [...files.keys()][0]!, files, [0, 2])
    await erase(parts(engine), { subject: { user_id: 'u2' }, actor })
  })
  const mixed = await ledger.judged()
  for (const said of [mixed.house, mixed.alone])
    expect(said).toMatchObject({ bad: [], counts: { archived: 1, erased: 1 } })
  // what came back is not in a file any more, whatever a row says
  ledger.tamper((db) => db.exec('update events set body = null, archive = 1 where seq = 2'))
  const lost = await ledger.judged()
  for (const said of [lost.house, lost.alone])
    expect(said).toMatchObject({ bad: [{ seq: 2, verdict: 'missing' }], counts: { archived: 1 } })
})

it('what came back from a file is looked for again by a pass that goes on behind it', async () => {
  const went = (again: 'new' | 'start') =>
    ledger.open((engine) => verify({ engine, clock: ledger.clock }, { vkey: signer.vkey, from: again }))
  await ledger.open(async (engine) => {
    await store(engine, { a0: { user_id: 'u1' }, a1: { user_id: 'u1' }, a2: { user_id: 'u1' }, a3: { user_id: 'u1' } })
    pass(31)
    await archived(engine)
  })
  expect(await went('start')).toMatchObject({ bad: [], counts: { archived: 4 } })
  const [file] = [...files.keys()]
  await ledger.open((engine) => thawAll(engine, file!, files, [0, 1, 2]))
  expect(await went('new')).toMatchObject({ began_at: 5, bad: [], counts: { archived: 4 } })
  // back and gone again, as the audit says, and one that only its row says of
  await ledger.open(async (engine) => {
    await store(engine, { a4: { user_id: 'u1' } })
    await thawAll(engine, file!, files, [3])
    pass(1)
    await archived(engine)
  })
  expect(await went('new')).toMatchObject({ bad: [] })
  await ledger.open((engine) => thawAll(engine, [...files.keys()].at(-1)!, files, [1]))
  ledger.tamper((db) => db.exec('update events set body = null, archive = 1 where seq = 1'))
  for (const how of ['new', 'start'] as const)
    expect((await went(how)).bad).toMatchObject([{ seq: 1, count: 1, verdict: 'missing' }])
  expect((await ledger.judged()).alone.bad).toMatchObject([{ seq: 1, count: 1, verdict: 'missing' }])
})

it('a text that lies in no file by the audit is missing also where all of it is judged in one run', async () => {
  await ledger.grow(0, 4)
  ledger.tamper((db) => {
    db.exec("insert into archives(file) values ('x')")
    db.exec('update events set body = null, archive = 1 where seq in (1, 2)')
  })
  const { house, alone } = await ledger.judged()
  expect(house.bad).toMatchObject([{ seq: 1, count: 2, verdict: 'missing' }])
  expect(alone.bad).toMatchObject([{ seq: 1, count: 2, verdict: 'missing' }])
})

it('a case tells an archived event by the entry that says so', () =>
  ledger.open(async (engine) => {
    await store(engine, { a1: { user_id: 'u1' }, a2: { user_id: 'u2' } })
    pass(31)
    await archived(engine)
    await checkpointed(engine, ledger.clock.now())
    const file = await makeCase({ engine, clock: ledger.clock, signer }, { event_ids: ['a1'], verifier: '' })
    const judged = (given: object) => verifyCase(structuredClone(given), [], readKey(signer.vkey)) as unknown
    const events = [{ verdict: 'archived' }, { kind: 'audit', verdict: 'intact' }]
    expect(judged(file)).toMatchObject({ ok: true, signature: 'ok', counts: { archived: 1 }, events })
    expect(judged({ ...file, audit: [] })).toMatchObject({ ok: false, events: [{ verdict: 'erased-unreceipted' }] })
  }))

it('an archived event is found by nobody and told of with its file', () =>
  ledger.open(async (engine) => {
    await store(engine, { a1: { tenant_id: 'acme' } })
    pass(31)
    const [file] = await archived(engine)
    const read = (id: string, tenant?: string) =>
      eventOf({ engine, redactor, concepts: { answering: async () => [] } }, id, tenant)
    await expect(read('a1')).rejects.toThrow(`archived, in file ${file} of 2026-02-01`)
    await expect(read('a1', 'acme')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(read('a1', 'globex')).rejects.toThrow('there is no event with this id')
    expect(await engine.count({})).toBe(0)
  }))

it('rules delete whole files without reading them, and of others bring back what stays', () =>
  ledger
    .open(async (engine) => {
      const rules: RetentionRule[] = [
        aRule('chat', { archive: 30, delete: 90, event_types: ['llm.*'] }),
        aRule('auth', { archive: 30, anonymise: 120, event_types: ['auth.*'] }),
      ]
      await store(engine, { a1: { user_id: 'u1' }, a2: { user_id: 'u2' } })
      pass(1)
      await store(engine, { a3: { user_id: 'u1' }, a4: { user_id: 'u2', event_type: 'auth.failure' } })
      pass(31)
      const [first, second] = await archiveAll(engine, [aRule('cold', { archive: 30 })], ledger.clock.now(), files)
      pass(58)
      // all of the first file, by whole days
      const gone = files.get(first!)!
      files.delete(first!)
      const ended = async () => {
        const plan = await planRetention(parts(engine), rules)
        const answer = await retain(parts(engine), { rules, actor })
        const due = plan.dues.filter(({ events, action }) => events > 0 && action !== 'archive')
        expect(answer.done.map(({ rule, action, events }) => [rule, action, events])).toEqual(
          due.map(({ rule, action, events }) => [rule, action, events]),
        )
        return answer
      }
      const one = await ended()
      expect(one.done).toMatchObject([{ rule: 'chat', action: 'delete', events: 2, receipts: [expect.any(String)] }])
      expect(await engine.archiveKey(first!)).toBeNull()
      files.set(first!, gone)

      pass(1)
      const rows = files.get(second!)!
      files.delete(second!)
      const failed = await retain(parts(engine), { rules, actor })
      expect(failed).toMatchObject({ done: [], files_failed: [{ file: second, why: 'the file is away' }] })
      expect(await engine.cold({})).toMatchObject([{ rows: 2 }])
      files.set(second!, rows)
      const two = await ended()
      expect(two.done).toMatchObject([{ rule: 'chat', events: 1 }])
      expect(await idsHeld(engine)).toEqual(['a4'])
      expect(await engine.archiveKey(second!)).toBeNull()

      await archiveAll(engine, rules, ledger.clock.now(), files)
      expect(await idsHeld(engine)).toEqual([])
      pass(31)
      const three = await ended()
      expect(three.done).toMatchObject([{ rule: 'auth', action: 'anonymise', events: 1 }])
      expect((await engine.events({}, { limit: 9 })).items.map(({ event }) => event.user_id)).toEqual([undefined])
      expect(await engine.cold({})).toEqual([])
    })
    .then(async () => {
      const { house, alone } = await ledger.judged()
      for (const said of [house, alone]) expect(said).toMatchObject({ bad: [], counts: { erased: 3, amended: 1 } })
    }))

it('what a hold selects in a file comes back when the rest ends', () =>
  ledger.open(async (engine) => {
    const rules = [aRule('all', { archive: 30, delete: 90 })]
    await store(engine, { a1: { user_id: 'u1' }, a2: { user_id: 'u2' } })
    pass(31)
    await archived(engine)
    const hold = await addHold(parts(engine), { subject: { user_id: 'u1' }, reason: 'a case', actor })
    pass(60)
    const { done } = await retain(parts(engine), { rules, actor })
    expect(done).toMatchObject([{ rule: 'all', events: 1 }])
    expect(await idsHeld(engine)).toEqual(['a1'])
    await expect(erase(parts(engine), { subject: { user_id: 'u1' }, actor })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await releaseHold(parts(engine), { hold_id: hold.hold_id, actor })
    expect((await retain(parts(engine), { rules, actor })).done).toMatchObject([{ events: 1 }])
  }))

it('an erasure reaches files, tells of them first, and brings back what shares a key', () =>
  ledger.open(async (engine) => {
    await store(engine, {
      a1: { user_id: 'u1', session_id: 's1', prompt: 'the first' },
      a2: { user_id: 'u1', session_id: 's2', prompt: 'the second' },
      a3: { user_id: 'u2', prompt: 'the third' },
    })
    pass(31)
    const [file] = await archived(engine)
    const ask = (subject: object) => ({ subject, actor })
    expect(await surveyErasure(parts(engine), { user_id: 'u1' })).toMatchObject({ events: 2, archives: 2, keys: 1 })
    const texts: string[] = []
    for await (const piece of (await exportSubject(parts(engine), ask({ user_id: 'u1' }))).json()) texts.push(piece)
    const told = JSON.parse(texts.join('')) as { events: LogEvent[] }
    expect(told.events.map(({ prompt }) => prompt).sort()).toEqual(['the first', 'the second'])

    const rows = files.get(file!)!
    files.delete(file!)
    const partial = () => erase(parts(engine), ask({ session_id: 's1' }))
    await expect(partial()).rejects.toThrow(
      'nothing was erased: 1 other texts of the same subject lie in archive files and would be lost with it (the file is away)',
    )
    expect((await engine.cold({}))[0]!.rows).toBe(3)
    expect((await actions(engine)).at(-1)).toBe('erase.refused')
    await expect(erase({ ...parts(engine), cold: undefined as never }, ask({ session_id: 's1' }))).rejects.toThrow(
      'the retention file does not say where',
    )
    files.set(file!, rows)
    expect((await partial()).erased!.receipt.counts).toMatchObject({ events: 1, archives: 1, resealed: 1 })
    expect(await actions(engine)).toContain('archive.restore')
    expect(await idsHeld(engine)).toEqual(['a2'])
    expect((await erase(parts(engine), ask({ user_id: 'u1' }))).erased!.receipt.counts).toMatchObject({
      events: 1,
      archives: 0,
    })
    files.clear()
    expect((await erase(parts(engine), ask({ user_id: 'u2' }))).outcome).toBe('erased')
    expect(await engine.archiveKey(file!)).toBeNull()
    expect(await engine.cold({})).toEqual([])
  }))

it('nothing of a text that was archived is left in the folder of the store', async () => {
  await ledger.open(async (engine) => {
    await engine.append([said('a1', { user_id: 'u1', prompt: 'zanzibar' })])
    while ((await engine.tend(100)) > 0);
    pass(31)
    await archived(engine)
    while ((await engine.tend(100)) > 0);
    expect((await engine.match({ all: ['zanzibar'] }, {}, { order: 'newest', limit: 9 })).total).toBe(0)
  })
  ledger.tamper((db) => {
    expect(db.prepare('select count(*) from words').pluck().get()).toBe(0)
    expect(db.prepare("select body, archive from events where event_id = 'a1'").get()).toEqual({
      body: null,
      archive: 1,
    })
  })
})

it('a backup knows the files, and under a newer key ring ends with those that ended since', async () => {
  const [backup, older] = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'uc-archived-'))) as [string, string]
  const opened = (dataDir: string) => openEmbedded({ dataDir, key: KEY, clock: ledger.clock })
  try {
    await ledger.open(async (engine) => {
      await store(engine, { a1: { user_id: 'u1' }, a2: { user_id: 'u1' } })
      pass(31)
      const [file] = await archived(engine)
      for (const folder of [backup, older]) await engine.backup(folder)
      const again = await opened(backup)
      expect(await thawAll(again, file!, files)).toEqual({ thawed: 2, differs: [] })
      expect(await idsHeld(again)).toEqual(['a1', 'a2'])
      await again.close()

      // the key of the user goes on, that of the file does not
      await store(engine, { a3: { user_id: 'u1' } })
      await retain(parts(engine), { rules: [aRule('all', { delete: 1 })], actor })
      expect(await idsHeld(engine)).toEqual(['a3'])
      rmSync(join(older, KEY_RING))
      await engine.copyKeys(join(older, KEY_RING))
    })
    const engine = await opened(older)
    expect(await engine.cold({})).toEqual([])
    const states = (await engine.sealed(0, 9)).map(({ kind, state }) => [kind, state])
    expect(states).toEqual([
      ['event', 'erased'],
      ['event', 'erased'],
      ['audit', 'held'],
      ['receipt', 'held'],
    ])
    await engine.close()
  } finally {
    for (const folder of [backup, older]) rmSync(folder, { recursive: true, force: true })
  }
})

it('a store that is made of copies again has texts that copies had, and knows the file of others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-archived-'))
  let former: string | undefined
  let later: string | undefined
  try {
    await ledger.open(async (engine) => {
      await store(engine, { a1: { user_id: 'u1' }, a2: { user_id: 'u2' } })
      const copied = await engine.kept(0, 2)
      pass(31)
      ;[former] = await archived(engine)
      await store(engine, { a3: { user_id: 'u1' } })
      pass(31)
      ;[later] = await archived(engine)
      await engine.copyKeys(join(folder, KEY_RING))
      const rest = await engine.kept(2, 5)
      expect(rest.map(({ archive }) => archive)).toEqual([undefined, later, undefined])
      const rebuild = openRebuild(folder, KEY)
      await rebuild.take([...copied, ...rest])
      await rebuild.finish()
      await rebuild.close()
    })
    const engine = await openEmbedded({ dataDir: folder, key: KEY, clock: ledger.clock })
    expect(await idsHeld(engine)).toEqual(['a1', 'a2'])
    expect((await engine.sealed(0, 9)).map(({ state }) => state)).toEqual(['held', 'held', 'held', 'archived', 'held'])
    // nobody would end the file of what is in the store again
    expect([await engine.archiveKey(former!), (await engine.archiveKey(later!))?.length]).toEqual([null, 32])
    await engine.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
