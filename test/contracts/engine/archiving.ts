import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import {
  ARCHIVE,
  type ArchiveManifest,
  type ArchivePlace,
  type ArchiveRow,
  archiveSlices,
} from '../../../src/core/archive.ts'
import type { Engine } from '../../../src/core/ports.ts'
import type { RetentionRule } from '../../../src/core/retention.ts'
import { DAY, type Micros } from '../../../src/core/window.ts'
import { handClock, type Opener } from './contract.ts'
import { anOrder, embedAll, eraseUser } from './erasing.ts'
import { said } from './said.ts'

const actor = { by: 'a test', role: null, tenant_id: null, from: 'command line' } as const
let entries = 0
const entry = () => ({ id: `archive-entry-${entries++}`, actor })

/** A rule over every event, in days; what is not given it does not do. */
export function aRule(
  name: string,
  {
    archive = null,
    delete: end = null,
    anonymise = null,
    ...rest
  }: Partial<Record<'archive' | 'delete' | 'anonymise', number | null>> & Partial<RetentionRule>,
): RetentionRule {
  const micros = (days: number | null) => (days === null ? null : days * DAY)
  return {
    name,
    hash: '00ff',
    event_types: null,
    tenants: null,
    tags: {},
    from: 'receipt',
    keep: null,
    after: { archive: micros(archive), delete: micros(end), anonymise: micros(anonymise) },
    beats_minimum: false,
    keep_vectors: false,
    ...rest,
  }
}

/** Files as whoever keeps them has them: in memory, by their ids. */
export type Files = Map<string, ArchiveRow[]>

/** Archives what is due under the rules; the files that it made. */
export async function archiveAll(
  engine: Engine,
  rules: readonly RetentionRule[],
  now: Micros,
  files: Files,
  limit = 10_000,
) {
  const made: string[] = []
  for (const [at, rule] of rules.entries()) {
    if (rule.after.archive === null) continue
    for (let after: ArchivePlace | null = null; ; ) {
      const file = randomBytes(16).toString('hex')
      const batch = await engine.archivable({ file, rules, at, now, after, limit })
      if (batch === null) break
      after = batch.next
      const manifest = manifestOf(file, rule, batch)
      await engine.beginArchive(manifest)
      // as if it had been somewhere else meanwhile
      const rows = structuredClone(batch.rows)
      files.set(file, rows)
      for (const slice of archiveSlices(rows))
        await engine.archive({ manifest: { ...manifest, bytes: 1, sha256: 'aa' }, rows: slice, entry: entry() })
      made.push(file)
    }
  }
  return made
}

const manifestOf = (
  file: string,
  { name, hash }: RetentionRule,
  { rows, day, tenant_id }: { rows: readonly ArchiveRow[]; day: string; tenant_id: string },
): ArchiveManifest => ({
  v: 1,
  file,
  state: 'begun',
  target: 'memory',
  path: file,
  day,
  tenant_id,
  rule: { name, hash },
  rows: rows.length,
  bytes: null,
  sha256: null,
  at: '2026-02-01T00:00:00.000000Z',
  read_at: null,
})

/** Archives the events of a user that have been counted; gives their number. */
export async function archiveUser(engine: Engine, user_id: string, now: Micros, files: Files = new Map()) {
  for (let ticket = await engine.claim('baseline', 1000, 1000); ticket !== null; ) {
    await engine.settle(ticket, {})
    ticket = await engine.claim('baseline', 1000, 1000)
  }
  const made = await archiveAll(engine, [aRule('cold', { archive: 0, tags: { user_id: [user_id] } })], now, files)
  return made.reduce((sum, file) => sum + files.get(file)!.length, 0)
}

/** Brings rows of a file back. */
export const thawAll = async (
  engine: Engine,
  file: string,
  files: Files,
  seqs: number[] | null = null,
  hot_until = 0,
) => {
  const done = { thawed: 0, differs: [] as number[] }
  for (const rows of archiveSlices(files.get(file)!)) {
    const step = await engine.thaw({ file, rows, seqs, hot_until, entry: entry() })
    done.thawed += step.thawed
    done.differs.push(...step.differs)
  }
  return done
}

/** What every engine promises of the cold archive. */
export function archiveContract(name: string, open: Opener) {
  const withEngine = (
    title: string,
    body: (engine: Engine, clock: ReturnType<typeof handClock>, files: Files) => Promise<void>,
  ) =>
    it(`${name} ${title}`, async () => {
      const clock = handClock()
      const engine = await open(clock)
      try {
        await body(engine, clock, new Map())
      } finally {
        await engine.close()
      }
    })

  const pass = (clock: ReturnType<typeof handClock>, days: number) => clock.pass((days * DAY) / 1000)
  const held = async (engine: Engine) =>
    (await engine.events({}, { limit: 99 })).items.map(({ event }) => event.event_id).sort()
  const states = async (engine: Engine) =>
    (await engine.sealed(0, 99)).filter(({ kind }) => kind !== 'audit').map(({ state }) => state)
  const stateOf = async (engine: Engine, file: string) =>
    (
      (await engine.records(ARCHIVE, { ids: [file] }, { order: 'ts', limit: 1 }))[0]?.body as
        | ArchiveManifest
        | undefined
    )?.state
  const space = 's1'
  const q = Float32Array.of(0.6, 0.8)
  const cold = [aRule('cold', { archive: 30 })]

  /** Words, meaning and marks by which events are found. */
  const found = async (engine: Engine, id: string) => {
    while ((await engine.tend(100)) > 0);
    return {
      words: (await engine.match({ all: ['question'] }, { event_ids: [id] }, { order: 'newest', limit: 9 })).total,
      near: (await engine.nearest(q, space, 9, { event_ids: [id] })).hits.map(({ score }) => score),
      within: (await engine.within(q, space, 0.9, { event_ids: [id] }, { limit: 9 })).total,
      marks: (await engine.marksOf([id])).get(id),
      marked: (await engine.marked('refusal', 1, 0.1, { event_ids: [id] }, { limit: 9 })).total,
      vector: await engine.vectorOf(id, 'prompt', space),
    }
  }

  withEngine('moves texts into files and back, with all by which they are found', async (engine, clock, files) => {
    await engine.append([said('c1', { user_id: 'u1' }), said('c2', { user_id: 'u2' }), said('c3', { user_id: 'u1' })])
    await embedAll(engine, 0.5)
    const before = await found(engine, 'c1')
    expect(before).toMatchObject({ words: 1, near: [expect.closeTo(1)], within: 1, marks: { refusal: 0.5 }, marked: 1 })
    pass(clock, 31)
    await engine.append([said('c4', { user_id: 'u1' })])
    const until = clock.now()
    const sums = () =>
      Promise.all([
        engine.tally([], {}),
        engine.tally(['user_id', 'day'], { until }),
        engine.summarise(['user_id'], {}, 9),
      ])
    const counted = await sums()
    expect(counted[0]).toMatchObject([{ n: 4 }])
    expect((await engine.due(cold, clock.now()))[0]).toMatchObject({ action: 'archive', events: 3, cold: 0 })
    const [file] = await archiveAll(engine, cold, clock.now(), files)
    expect(files.size).toBe(1)
    expect(files.get(file!)!.map(({ event_id, texts }) => [event_id, texts !== null])).toHaveLength(3)
    expect(await held(engine)).toEqual(['c4'])
    expect([await engine.count({}), await sums()]).toEqual([1, counted])
    expect(await states(engine)).toEqual(['archived', 'archived', 'archived', 'held'])
    expect(await found(engine, 'c1')).toEqual({
      words: 0,
      near: [],
      within: 0,
      marks: undefined,
      marked: 0,
      vector: null,
    })
    expect(await engine.cold({})).toMatchObject([{ manifest: { file, state: 'standing', sha256: 'aa' }, rows: 3 }])
    expect(await engine.cold({ fields: { user_id: 'u2' } })).toMatchObject([{ rows: 1 }])
    expect(await engine.coldRows(file!, { fields: { user_id: 'u1' } })).toEqual([0, 2])
    expect(await engine.append([said('c1'), { ...said('c2'), kind: 'amendment', reason: 'redaction' }])).toMatchObject({
      duplicates: [0, 1],
    })
    const [audit] = await engine.others('audit', { fields: { action: 'archive' } }, { limit: 1 })
    expect(audit!.body).toMatchObject({ by: 'a test', rows: 3, leaves: [[0, 3]], asked: { file, sha256: 'aa' } })
    const texts = await engine.readArchive(file!, files.get(file!)!)
    expect(texts.map(({ verdict, event_id, text }) => [verdict, JSON.parse(text!).event_id === event_id])).toEqual(
      Array(3).fill(['whole', true]),
    )
    expect(texts[0]!.marks).toEqual([{ concept: 'refusal', version: 1, p: 0.5 }])

    expect(await thawAll(engine, file!, files, [0])).toEqual({ thawed: 1, differs: [] })
    expect(await held(engine)).toEqual(['c1', 'c4'])
    expect(await found(engine, 'c1')).toEqual(before)
    expect(await stateOf(engine, file!)).toBe('standing')
    expect(await thawAll(engine, file!, files)).toEqual({ thawed: 2, differs: [] })
    expect(await states(engine)).toEqual(['held', 'held', 'held', 'held'])
    expect([await stateOf(engine, file!), await engine.archiveKey(file!)]).toEqual(['ended', null])
    expect(await thawAll(engine, file!, files)).toEqual({ thawed: 0, differs: [] })
    // the model has not read it yet
    pass(clock, 31)
    expect(await found(engine, 'c1')).toEqual(before)
    const [again] = await archiveAll(engine, cold, clock.now(), files)
    expect(await held(engine)).toEqual(['c4'])
    // before the index of vectors has heard that they went
    await thawAll(engine, again!, files)
    expect(await found(engine, 'c1')).toEqual(before)
  })

  withEngine(
    'makes a file per day of receipt and tenant, of few rows where so many are asked for',
    async (engine, clock, files) => {
      await engine.append([said('c1', { tenant_id: 'a' }), said('c2', { tenant_id: 'b' }), said('c3')])
      pass(clock, 1)
      await engine.append([
        said('c4', { tenant_id: 'a', event_type: 'auth.failure' }),
        said('c5', { tenant_id: 'a' }),
        said('c6', { tenant_id: 'a' }),
      ])
      pass(clock, 31)
      const made = await archiveAll(engine, cold, clock.now(), files, 2)
      expect(
        made.map((file) =>
          files
            .get(file)!
            .map(({ event_id }) => event_id)
            .sort(),
        ),
      ).toEqual([['c3'], ['c1'], ['c4', 'c5'], ['c6'], ['c2']])
      const all = await engine.cold({})
      expect(all.map(({ manifest }) => [manifest.day, manifest.tenant_id])).toEqual(
        expect.arrayContaining([
          ['2026-02-01', 'a'],
          ['2026-02-01', 'b'],
          ['2026-02-01', ''],
          ['2026-02-02', 'a'],
        ]),
      )
    },
  )

  withEngine(
    'leaves what a hold selects, what was restored, and what earlier rules end',
    async (engine, clock, files) => {
      await engine.append([
        said('c1', { user_id: 'u1' }),
        said('c2', { user_id: 'u2' }),
        said('c3', { event_type: 'auth.failure' }),
      ])
      const hold = {
        hold_id: 'h1',
        selection: { user_id: ['u1'] },
        released: null,
        reason: 'r',
        by: 'a test',
        since: '',
      }
      await engine.putRecords([
        { record: { kind: 'hold', id: 'h1', ts: 0, entity: null, tenant_id: null, rank: null, body: hold }, expect: 0 },
      ])
      pass(clock, 31)
      const rules = [aRule('end', { delete: 30, event_types: ['auth.*'] }), ...cold]
      const due = await engine.due(rules, clock.now())
      expect(due.map(({ rule, events, held }) => [rule, events, held.length])).toEqual([
        ['end', 1, 0],
        ['cold', 1, 1],
      ])
      const [file] = await archiveAll(engine, rules, clock.now(), files)
      expect(await held(engine)).toEqual(['c1', 'c3'])
      await thawAll(engine, file!, files, null, clock.now() + DAY)
      expect(await archiveAll(engine, rules, clock.now(), files)).toEqual([])
      pass(clock, 2)
      expect(await archiveAll(engine, rules, clock.now(), files)).toHaveLength(1)
    },
  )

  withEngine(
    'takes nothing out of the store that changed, or that did not come back as it was',
    async (engine, clock, files) => {
      await engine.append([
        said('c1', { user_id: 'u1' }),
        said('c2', { user_id: 'u2' }),
        said('c3', { user_id: 'u3' }),
        said('c4', { user_id: 'u4' }),
      ])
      pass(clock, 31)
      const file = 'ab'.repeat(16)
      const batch = (await engine.archivable({ file, rules: cold, at: 0, now: clock.now(), after: null, limit: 9 }))!
      const manifest = manifestOf(file, cold[0]!, batch)
      const order = { manifest: { ...manifest, bytes: 1, sha256: 'aa' }, rows: batch.rows, entry: entry() }
      await expect(engine.archive(order)).rejects.toMatchObject({ code: 'CONFLICT' })
      await engine.beginArchive(manifest)
      await expect(engine.beginArchive(manifest)).rejects.toMatchObject({ code: 'CONFLICT' })
      await eraseUser(engine, 'u1')
      await engine.append([
        { ...said('c2', { user_id: 'u2', prompt: 'other' }), kind: 'amendment', reason: 'redaction' },
      ])
      const rows = structuredClone(batch.rows)
      rows.find(({ event_id }) => event_id === 'c3')!.texts![40]! ^= 1
      const { archived, left } = await engine.archive({ ...order, rows })
      expect([archived, left.sort()]).toEqual([1, [0, 1, 2]])
      files.set(file, rows)
      const verdicts = (await engine.readArchive(file, rows)).map(({ event_id, verdict }) => [event_id, verdict]).sort()
      expect(verdicts).toEqual([
        ['c1', 'gone'],
        ['c2', 'gone'],
        ['c3', 'gone'],
        ['c4', 'whole'],
      ])
      const altered = structuredClone(rows)
      for (const { texts } of altered) if (texts !== null) texts[texts.length - 1]! ^= 1
      expect(await engine.readArchive(file, altered)).toContainEqual({
        seq: 3,
        event_id: 'c4',
        verdict: 'differs',
        text: null,
        marks: [],
      })
      expect(await engine.thaw({ file, rows: altered, seqs: null, hot_until: 0, entry: entry() })).toEqual({
        thawed: 0,
        differs: [3],
      })
      expect(await engine.dropArchive(file)).toBe(false)
    },
  )

  withEngine('takes no text whose key is destroyed while its block is being opened', async (engine, clock, files) => {
    const users = Array.from({ length: 60 }, (_, i) => `u${i}`)
    for (const user_id of users)
      await engine.append([
        said(`kept-${user_id}`, { user_id, session_id: `a-${user_id}` }),
        said(`gone-${user_id}`, { user_id, session_id: `b-${user_id}` }),
      ])
    pass(clock, 31)
    const file = 'ef'.repeat(16)
    const batch = (await engine.archivable({ file, rules: cold, at: 0, now: clock.now(), after: null, limit: 999 }))!
    const manifest = { ...manifestOf(file, cold[0]!, batch), bytes: 1, sha256: 'aa' }
    await engine.beginArchive(manifest)
    files.set(file, structuredClone(batch.rows))
    // blocks are opened with pauses, in which the sessions go and what is left of their users is sealed anew
    const taken = engine.archive({ manifest, rows: files.get(file)!, entry: entry() })
    await engine.erase({ session_id: users.map((user_id) => `b-${user_id}`) }, anOrder())
    await taken
    expect((await thawAll(engine, file, files)).differs).toEqual([])
    expect(await engine.count({})).toBe(users.length)
  })

  withEngine('moves large events in commits of few', async (engine, clock, files) => {
    const prompt = `${'a'.repeat(300_000)} question`
    for (let n = 0; n < 7; n++) await engine.append([said(`c${n}`, { user_id: 'u1', prompt })])
    pass(clock, 31)
    const [file] = await archiveAll(engine, cold, clock.now(), files)
    const blocks = archiveSlices(files.get(file!)!, 1)
    expect(blocks.map((rows) => rows.length)).toEqual([3, 3, 1])
    for (const { texts } of files.get(file!)!.filter((row) => row.texts !== null))
      expect(texts!.length).toBeLessThan(9999)
    expect(archiveSlices(blocks.map(([row]) => ({ ...row!, texts: new Uint8Array(2 ** 16) })))).toHaveLength(3)
    expect(await thawAll(engine, file!, files)).toEqual({ thawed: 7, differs: [] })
  })

  withEngine('ends a file that was begun and never used', async (engine) => {
    const file = 'cd'.repeat(16)
    const key = await engine.beginArchive(manifestOf(file, cold[0]!, { rows: [], day: '2026-01-01', tenant_id: '' }))
    expect([key.length, await engine.archiveKey(file)]).toEqual([32, key])
    expect(await engine.dropArchive(file)).toBe(true)
    expect([await stateOf(engine, file), await engine.archiveKey(file)]).toEqual(['ended', null])
  })

  withEngine('ends a file once every row of it is due, with a receipt per rule', async (engine, clock, files) => {
    await engine.append([
      said('c1', { user_id: 'u1' }),
      said('c2', { event_type: 'auth.failure' }),
      said('c3', { user_id: 'u1', event_type: 'kept' }),
    ])
    pass(clock, 31)
    const rules = [
      aRule('all', { archive: 30, delete: 90, event_types: ['llm.*'] }),
      aRule('auth', { archive: 30, delete: 60, event_types: ['auth.*'] }),
      aRule('kept', { archive: 30, event_types: ['kept'] }),
    ]
    await archiveAll(engine, [aRule('cold', { archive: 30 })], clock.now(), files)
    const [file] = [...files.keys()]
    pass(clock, 30)
    const end = () =>
      engine.endCold({ file: file!, rules, now: clock.now(), receipt_ids: ['r0', 'r1', 'r2'], by: 'a test' })
    expect(await engine.coldDue(rules, clock.now())).toEqual([{ file, ends: 1, stay: [0, 2] }])
    expect((await engine.due(rules, clock.now())).filter(({ events }) => events > 0)).toMatchObject([
      { rule: 'auth', events: 1, cold: 1 },
    ])
    expect(await end()).toBeNull()
    pass(clock, 30)
    const [due] = await engine.coldDue(rules, clock.now())
    expect(due).toEqual({ file, ends: 2, stay: [2] })
    await thawAll(engine, file!, files, due!.stay)
    expect(await end()).toMatchObject([
      {
        rule: 'all',
        events: 1,
        receipt_id: 'r0',
        keys: 0,
        receipt: { leaves: [[0, 1]], counts: { events: 1, archives: 1 } },
      },
      { rule: 'auth', events: 1, receipt_id: 'r1', keys: 1, receipt: { leaves: [[1, 2]] } },
    ])
    expect(await states(engine)).toEqual(['erased', 'erased', 'held', 'held', 'held'])
    expect([await stateOf(engine, file!), await engine.archiveKey(file!)]).toEqual(['ended', null])
    expect(await engine.coldDue(rules, clock.now())).toEqual([])
    // the key of the user stays with his other text
    expect(await held(engine)).toEqual(['c3'])
  })

  withEngine(
    'erases a subject without his files, and part of it once the rest came back',
    async (engine, clock, files) => {
      await engine.append([
        said('c1', { user_id: 'u1', session_id: 's1' }),
        said('c2', { user_id: 'u1', session_id: 's2' }),
        said('c3', { user_id: 'u2' }),
      ])
      pass(clock, 31)
      const [file] = await archiveAll(engine, cold, clock.now(), files)
      expect(await engine.survey({ user_id: ['u2'] })).toMatchObject({ events: 1, archives: 1, words: 0, keys: 1 })
      expect(await engine.coldBeside({ user_id: ['u2'] })).toEqual([])
      expect(await eraseUser(engine, 'u2')).toBe(1)
      expect(await engine.readArchive(file!, files.get(file!)!)).toContainEqual({
        seq: 2,
        event_id: 'c3',
        verdict: 'gone',
        text: null,
        marks: [],
      })

      expect(await engine.survey({ session_id: ['s1'] })).toMatchObject({ events: 1, archives: 1, resealed: 1 })
      await expect(engine.erase({ session_id: ['s1'] }, anOrder())).rejects.toMatchObject({ code: 'ENGINE_BUSY' })
      const beside = await engine.coldBeside({ session_id: ['s1'] })
      expect(beside).toEqual([{ file, seqs: [1] }])
      await thawAll(engine, file!, files, beside[0]!.seqs)
      const erased = await engine.erase({ session_id: ['s1'] }, anOrder())
      expect(erased!.receipt).toMatchObject({
        leaves: [[0, 1]],
        counts: { events: 1, archives: 1, resealed: 1, keys: 1 },
      })
      expect(await held(engine)).toEqual(['c2'])
      expect([await stateOf(engine, file!), await engine.archiveKey(file!)]).toEqual(['ended', null])
    },
  )

  withEngine('gives back what came with an event whose text is not kept', async (engine, clock, files) => {
    await engine.putSpace({ space, model: 'm', revision: '1', dtype: 'fp32', dims: 2, state: 'active' })
    const withheld = { prompt: 'hash' } as const
    await engine.append([said('c1', { redaction: { withheld } })], {
      vectors: [{ at: 0, part: 'prompt', space, tenant_id: null, content: Buffer.from('x'), vector: q }],
      marks: [{ at: 0, concept: 'refusal', version: 1, p: 0.7 }],
    })
    expect(await engine.unexamined({ space: 's2' })).toBe(1)
    pass(clock, 31)
    const [file] = await archiveAll(engine, cold, clock.now(), files)
    expect(await engine.unexamined({ space: 's2' })).toBe(0)
    await thawAll(engine, file!, files)
    expect(await engine.unexamined({ space: 's2' })).toBe(1)
    expect(await found(engine, 'c1')).toMatchObject({ within: 1, marks: { refusal: 0.7 } })
  })
}
