import { expect, it } from 'vitest'
import type { LogEvent } from '../../../src/core/event.ts'
import type { Engine, Entry, Rollup } from '../../../src/core/ports.ts'
import { leafHash } from '../../../src/ledger/tree.ts'
import { handClock, type Opener, root } from './contract.ts'
import { eraseUser } from './erasing.ts'
import { type Fields, said } from './said.ts'

const SPACE = { space: 's1', model: 'm', revision: 'r', dtype: 'q8', dims: 4, state: 'active' } as const

/** The same event with other content. */
export function amended(id: string, fields: Fields = {}): Entry {
  return { ...said(id, fields), kind: 'amendment', reason: 'redaction' }
}

/** What every engine promises of amendments. */
export function amendmentContract(name: string, open: Opener) {
  const withEngine = (title: string, body: (engine: Engine, clock: ReturnType<typeof handClock>) => Promise<void>) =>
    it(`${name} ${title}`, async () => {
      const clock = handClock()
      const engine = await open(clock)
      try {
        await body(engine, clock)
      } finally {
        await engine.close()
      }
    })

  /** Gives what waits a vector and a mark that stand for its question. */
  async function embed(engine: Engine) {
    for (;;) {
      const ticket = await engine.claim('embed:s1', 100, 1000)
      if (ticket === null) return
      await engine.settle(ticket, meaningOf(ticket.events))
    }
  }

  const meaningOf = (events: { seq: number; event: LogEvent }[]) => ({
    vectors: events.map(({ seq, event }) => ({
      seq,
      part: 'prompt' as const,
      space: 's1',
      tenant_id: null,
      content: Buffer.from(event.prompt!),
      vector: axis(event.prompt!.length % 4),
    })),
    marks: events.map(({ seq, event }) => ({
      seq,
      concept: 'refusal',
      version: 1,
      p: (event.prompt!.length % 4) / 10,
    })),
  })

  const only = async (engine: Engine, id: string) => (await engine.events({ event_ids: [id] }, { limit: 9 })).items

  withEngine('puts an amendment in the place of its event, under a new leaf', async (engine, clock) => {
    await engine.append([said('a1'), said('a2', { user_id: 'u1' })])
    const [old] = await engine.leaves(0, 1)
    const { received } = (await only(engine, 'a1'))[0]!
    clock.pass(5000)
    expect(await engine.append([amended('a1', { prompt: 'other', user_id: 'u2' })])).toEqual({
      accepted: 1,
      duplicates: [],
      size: 3,
    })
    const found = await only(engine, 'a1')
    expect(found.map((one) => [one.seq, one.received, one.event.prompt])).toEqual([[2, received, 'other']])
    expect(await engine.count({})).toBe(2)
    expect(await engine.count({ fields: { user_id: 'u2' } })).toBe(1)
    expect((await engine.leaves(0, 1))[0]).toEqual(old)
    const leaves = await engine.leaves(0, 3)
    expect(JSON.parse(Buffer.from(leaves[2]!).toString())).toMatchObject({ kind: 'amendment', event_id: 'a1', v: 1 })
    const head = await engine.head()
    expect(Buffer.from(head.root)).toEqual(Buffer.from(root(leaves.map(leafHash))))
    expect(await engine.append([said('a1')])).toMatchObject({ accepted: 0, duplicates: [0] })
  })

  withEngine('counts amendments of events that it does not hold, or that were erased', async (engine) => {
    await engine.append([said('a1', { user_id: 'u1' }), said('a2')])
    await eraseUser(engine, 'u1')
    expect(await engine.append([amended('a1'), amended('none'), amended('a2', { prompt: 'other' })])).toEqual({
      accepted: 1,
      duplicates: [0, 1],
      size: 4,
    })
    expect(await only(engine, 'a1')).toEqual([])
  })

  withEngine(
    'takes amendments of one event in one batch in their order, also of one that comes with it',
    async (engine) => {
      await engine.append([said('a1')])
      const batch = [
        amended('a1', { prompt: 'two' }),
        said('a2'),
        amended('a1', { prompt: 'three' }),
        amended('a2', { prompt: 'x' }),
      ]
      expect(await engine.append(batch)).toMatchObject({ accepted: 4, duplicates: [], size: 5 })
      expect((await engine.events({}, { limit: 9 })).items.map((one) => [one.seq, one.event.prompt])).toEqual([
        [4, 'x'],
        [3, 'three'],
      ])
    },
  )

  withEngine('takes no amendment of what was amended since it was read', async (engine) => {
    await engine.append([said('a1'), said('a2')])
    await engine.append([amended('a1', { prompt: 'late part' })])
    const batch = [
      { ...amended('a1', { prompt: 'old' }), of: 0 },
      { ...amended('a2', { prompt: 'new' }), of: 1 },
    ]
    expect(await engine.append(batch)).toMatchObject({ accepted: 1, duplicates: [0] })
    expect((await only(engine, 'a1'))[0]!.event.prompt).toBe('late part')
    expect((await only(engine, 'a2'))[0]!.event.prompt).toBe('new')
  })

  withEngine('finds an amended event by its new words and meaning alone', async (engine) => {
    await engine.putSpace(SPACE)
    await engine.append([said('a1', { prompt: 'xylophone' }), said('a2', { prompt: 'xylophone' }), said('a3')])
    await embed(engine)
    while ((await engine.tend(100)) > 0);
    await engine.append([amended('a1', { prompt: 'piccolo' })])
    const words = async (word: string) =>
      (await engine.match({ all: [word] }, {}, { order: 'newest', limit: 9 })).items.map((hit) => hit.event_id)
    const near = async () => (await engine.nearest(axis(1), 's1', 9, {})).hits.map((hit) => [hit.event_id, hit.score])
    const check = async () => {
      expect(await words('xylophone')).toEqual(['a2'])
      expect(await words('piccolo')).toEqual(['a1'])
    }
    await check()
    expect(await engine.vectorOf('a1', 'prompt', 's1')).toBeNull()
    expect((await near()).map(([id]) => id)).not.toContain('a1')
    expect((await engine.marksOf(['a1'])).size).toBe(0)
    expect((await engine.marked('refusal', 1, 0, {}, { limit: 9 })).total).toBe(2)
    expect(await engine.waiting('embed:s1')).toBe(1)
    while ((await engine.tend(100)) > 0);
    await check()
    await embed(engine)
    expect(await engine.vectorOf('a1', 'prompt', 's1')).toEqual(axis(3))
    expect(await engine.vectorOf('a2', 'prompt', 's1')).toEqual(axis(1))
    expect((await engine.marksOf(['a1'])).get('a1')).toEqual({ refusal: 0.3 })
    expect((await near()).map(([id]) => id).sort()).toEqual(['a1', 'a2', 'a3'])
  })

  withEngine('drops what a stage made of the former text', async (engine, clock) => {
    await engine.putSpace(SPACE)
    await engine.append([said('a1'), said('a2')])
    const ticket = (await engine.claim('embed:s1', 100, 1000))!
    await engine.append([amended('a1', { prompt: 'other' })])
    expect(await engine.settle(ticket, meaningOf(ticket.events))).toBe('settled')
    expect(await engine.vectorOf('a1', 'prompt', 's1')).toBeNull()
    expect((await engine.marksOf(['a1', 'a2'])).size).toBe(1)
    expect(await engine.known('s1', null, [Buffer.from('question a1')])).toHaveProperty('size', 0)
    const next = (await engine.claim('embed:s1', 100, 1000))!
    expect(next.events.map((one) => one.event.prompt)).toEqual(['other'])
    clock.pass(2000)
    await engine.append([amended('a1', { prompt: 'third' })])
    expect((await engine.claim('embed:s1', 100, 1000))!.events).toEqual([])
  })

  withEngine('tells baselines what they counted before, until they have seen the amendment', async (engine) => {
    await engine.append([said('a1', { latency_ms: 5, user_id: 'u1', attributes: { note: 'text' } }), said('a2')])
    await engine.settle((await engine.claim('baseline', 100, 1000))!, {})
    await engine.append([amended('a1', { latency_ms: 7, prompt: 'one' })])
    await engine.append([amended('a1', { latency_ms: 9, prompt: 'two' })])
    const ticket = (await engine.claim('baseline', 100, 1000))!
    expect(ticket.events.map((one) => one.seq)).toEqual([3])
    const { was, event } = ticket.events[0]!
    expect(event.latency_ms).toBe(9)
    expect(was!.event).toMatchObject({
      latency_ms: 5,
      user_id: 'u1',
      event_type: 'llm.completion',
      redaction: { counts: {} },
    })
    for (const text of ['prompt', 'response', 'attributes']) expect(was!.event).not.toHaveProperty(text)
    await engine.settle(ticket, {})
    await engine.append([amended('a1', { latency_ms: 11 })])
    expect((await engine.claim('baseline', 100, 1000))!.events[0]!.was!.event.latency_ms).toBe(9)
  })

  withEngine('has baselines count whole what they had not counted before it was amended', async (engine) => {
    await engine.append([said('a1'), said('a2')])
    await engine.append([amended('a1', { prompt: 'other' })])
    const ticket = (await engine.claim('baseline', 100, 1000))!
    expect(ticket.events.map((one) => [one.event.event_id, one.was])).toEqual([
      ['a2', undefined],
      ['a1', undefined],
    ])
  })

  withEngine('gives baselines a range again where an event in their hands is amended', async (engine) => {
    await engine.append([said('a1'), said('a2')])
    const first = (await engine.claim('baseline', 100, 1000))!
    await engine.append([amended('a1', { prompt: 'other' })])
    expect(await engine.settle(first, {})).toBe('lost')
    const again = (await engine.claim('baseline', 100, 1000))!
    expect(again.events.map((one) => one.event.event_id)).toEqual(['a2'])
    expect(await engine.settle(again, {})).toBe('settled')
    const rest = (await engine.claim('baseline', 100, 1000))!
    expect(rest.events.map((one) => [one.event.event_id, one.was])).toEqual([['a1', undefined]])
  })

  withEngine('takes sums off sums, and forgets an entity with its last one', async (engine) => {
    const row = (entity_id: string, n: number): Rollup => ({
      period: 3600,
      start: 0,
      entity_type: 'user',
      entity_id,
      tenant_id: '',
      metric: 'volume',
      n,
      total: n * 2,
      sketch: new Uint8Array(),
    })
    const slot = async (name: string) =>
      (await engine.slot('test', name, 1000)) as Exclude<Awaited<ReturnType<Engine['slot']>>, string>
    const state = { detector: 'd', entity_type: 'user', tenant_id: '', version: 1, day: 0, state: {} } as const
    const record = { kind: 'score', ts: 0, tenant_id: null, rank: 1, body: {} }
    await engine.settle(await slot('a'), {
      rollups: [row('u1', 3), row('u2', 3)],
      states: [
        { ...state, entity_id: 'u1' },
        { ...state, entity_id: 'u2' },
      ],
      records: ['u1', 'u2'].map((id) => ({ record: { ...record, id, entity: `user:${id}` }, expect: null })),
    })
    await engine.settle(await slot('b'), {
      rollups: [row('u3', 1)],
      less: [row('u1', 1), row('u2', 3), row('none', 1)],
    })
    const sums = await engine.rollups({ period: 3600 })
    expect(sums.map(({ entity_id, n, total }) => [entity_id, n, total])).toEqual([
      ['u1', 2, 4],
      ['u3', 1, 2],
    ])
    expect((await engine.states('d', 'user')).map(({ entity_id }) => entity_id)).toEqual(['u1'])
    expect((await engine.records('score', {}, { order: 'ts', limit: 9 })).map(({ id }) => id)).toEqual(['u1'])
  })

  withEngine(
    'lets an event whose text is not kept go on with the vectors and marks that it came with',
    async (engine) => {
      await engine.putSpace(SPACE)
      const withheld = { redaction: { withheld: { prompt: 'hash' } } } satisfies Fields
      const content = Buffer.from('first')
      await engine.append([said('a1', { prompt: '', ...withheld })], {
        vectors: [{ at: 0, part: 'prompt', space: 's1', tenant_id: null, content, vector: axis(2) }],
        marks: [{ at: 0, concept: 'refusal', version: 1, p: 0.9 }],
      })
      await engine.append([amended('a1', { prompt: '', user_agent: 'x', ...withheld })])
      expect(await engine.vectorOf('a1', 'prompt', 's1')).toEqual(axis(2))
      expect((await engine.nearest(axis(2), 's1', 9, {})).hits).toMatchObject([{ seq: 1, event_id: 'a1' }])
      expect((await engine.marksOf(['a1'])).get('a1')).toEqual({ refusal: 0.9 })
      expect(await engine.unexamined({ space: 's2' })).toBe(1)
      await engine.append([amended('a1', { prompt: 'told after all' })])
      expect(await engine.vectorOf('a1', 'prompt', 's1')).toBeNull()
      expect(await engine.unexamined({ space: 's2' })).toBe(0)
    },
  )
}

/** A unit vector of four numbers along one axis. */
const axis = (at: number) => Float32Array.from({ length: 4 }, (_, i) => (i === at ? 1 : 0))
