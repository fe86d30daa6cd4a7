import { expect, it } from 'vitest'
import type { After, Engine, Json, RecordRow, Words } from '../../../src/core/ports.ts'
import { DAY, parseTime } from '../../../src/core/window.ts'
import { everyTerm, termsOf } from '../../../src/flow/search/terms.ts'
import { leafHash, nodeHash } from '../../../src/ledger/tree.ts'
import { eraseUser } from './erasing.ts'
import { said } from './said.ts'

/** A clock that a test moves. */
const NEWEST = { order: 'newest', limit: 100 } as const

export function handClock(start = parseTime('2026-02-01T00:00:00Z')!) {
  let now = start
  return { now: () => now, pass: (ms: number) => (now += ms * 1000) }
}

export type Opener = (clock: { now(): number }) => Promise<Engine>

const unit = (...values: number[]) => {
  const v = new Float32Array(4)
  v.set(values)
  const norm = Math.hypot(...v)
  return v.map((x) => x / norm)
}

const SPACE = { space: 's1', model: 'm', revision: 'r', dtype: 'q8', dims: 4, state: 'active' } as const

/** What every engine promises; a new engine is tested by being listed. */
export function engineContract(name: string, open: Opener) {
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

  withEngine('stores an event_id once, whatever comes with it again', async (engine) => {
    expect(await engine.append([said('a1'), said('a2'), said('a1', { prompt: 'other' })])).toEqual({
      accepted: 2,
      duplicates: [2],
      size: 2,
    })
    expect(await engine.append([said('a2', { timestamp: '2026-01-09T00:00:00Z' }), said('a3')])).toEqual({
      accepted: 1,
      duplicates: [0],
      size: 3,
    })
    const { items } = await engine.events({}, { limit: 10 })
    expect(items.map((e) => [e.event.event_id, e.seq])).toEqual([
      ['a3', 2],
      ['a2', 1],
      ['a1', 0],
    ])
    expect(items[2]!.event.prompt).toBe('question a1')
  })

  withEngine('narrows to events and records under any of several names', async (engine) => {
    await engine.append([said('a', { user_id: 'u1' }), said('b', { user_id: 'u2' }), said('c', { user_id: 'u3' })])
    for (const field of ['user_id', 'event_id']) {
      const of = field === 'user_id' ? ['u1', 'u3', 'u9'] : ['a', 'c']
      expect(await engine.count({ fields: { [field]: of } })).toBe(2)
    }
    const record: RecordRow = { kind: 'score', id: '', ts: 0, entity: null, tenant_id: null, rank: 1, body: {} }
    const of = (id: string) => ({ record: { ...record, id, entity: `user:${id}` }, expect: 0 })
    await engine.putRecords(['u1', 'u2', 'u3'].map(of))
    const found = await engine.records('score', { entities: ['user:u3', 'user:u1'] }, { order: 'rank', limit: 9 })
    expect(found.map(({ id }) => id)).toEqual(['u1', 'u3'])
  })

  withEngine('tells of entries that are no events in the ledger alone', async (engine) => {
    const entry = { kind: 'audit', event_id: 'x1', ts: 0, body: { action: 'looked' } } as const
    await engine.append([said('a1'), entry, said('a2')])
    expect((await engine.head()).size).toBe(3)
    expect(await engine.count({})).toBe(2)
    expect((await engine.claim('embed:s1', 10, 1000))?.events.map(({ seq }) => seq)).toEqual([0, 2])
  })

  withEngine('keeps a tree whose root any reader of the leaves can compute', async (engine) => {
    for (const size of [1, 2, 5, 13]) {
      await engine.append(Array.from({ length: size }, (_, i) => said(`${size}-${i}`)))
      const head = await engine.head()
      const hashes = (await engine.leaves(0, head.size)).map(leafHash)
      expect(hashes).toHaveLength(head.size)
      expect(Buffer.from(head.root).toString('hex')).toBe(Buffer.from(root(hashes)).toString('hex'))
    }
    const [pair] = await engine.nodes([{ level: 1, index: 0 }])
    const leaves = (await engine.leaves(0, 2)).map(leafHash)
    expect(pair).toEqual(Buffer.from(nodeHash(leaves[0]!, leaves[1]!)))
  })

  withEngine('seals ids as it gives them back, whatever they hold', async (engine) => {
    const ids = ['a\u0000b', '__proto__', 'x\ud800', '\udc00y', '"\n', '𝒊𝒅']
    await engine.append(ids.map((id) => said(id)))
    const head = await engine.head()
    const hashes = (await engine.leaves(0, head.size)).map(leafHash)
    expect(Buffer.from(head.root).toString('hex')).toBe(Buffer.from(root(hashes)).toString('hex'))
    for (const id of ids) expect(await engine.count({ event_ids: [Buffer.from(id).toString()] })).toBe(1)
    expect(await engine.append(ids.map((id) => said(id)))).toMatchObject({ accepted: 0 })
  })

  withEngine('filters by time (half-open), by field and by tenant', async (engine) => {
    await engine.append([
      said('b1', { user_id: 'u1', tenant_id: 't1', environment: 'production', model: 'm1' }),
      said('b2', { user_id: 'u2', tenant_id: 't1', model: 'm1' }),
      said('b3', { user_id: 'u1', model: 'm2', sequence: 7 }),
    ])
    const ids = async (filter: Parameters<Engine['events']>[0]) =>
      (await engine.events(filter, { limit: 10 })).items.map((e) => e.event.event_id)
    const at = parseTime('2026-01-05T00:00:02Z')!
    expect(await ids({ since: at, until: at + 1_000_000 })).toEqual(['b2'])
    expect(await ids({ until: at })).toEqual(['b1'])
    expect(await ids({ tenant_id: 't1' })).toEqual(['b2', 'b1'])
    expect(await ids({ tenant_id: 't1', fields: { user_id: 'u1' } })).toEqual(['b1'])
    expect(await ids({ fields: { environment: 'production' } })).toEqual(['b1'])
    expect(await ids({ fields: { sequence: '7' } })).toEqual(['b3'])
    expect(await ids({ fields: { "model' or 1=1 --": 'x' } })).toEqual([])
    expect(await ids({ event_ids: ['b1', 'b3', 'none'] })).toEqual(['b3', 'b1'])
    expect(await engine.count({ fields: { model: 'm1' } })).toBe(2)
    const rows = await engine.tally(['model', 'day'], {})
    expect(rows.map((r) => [...r.key, r.n])).toEqual([
      ['m1', '2026-01-05', 2],
      ['m2', '2026-01-05', 1],
    ])
  })

  withEngine('sums events in groups, the largest first, with how their figures are spread', async (engine) => {
    const figures = (n: number) => ({ latency_ms: 10 * n, tokens_input: n, cost_usd: n / 1000 })
    await engine.append([
      ...Array.from({ length: 100 }, (_, i) => said(`g${i}`, { model: 'm1', user_id: `u${i % 3}`, ...figures(i + 1) })),
      said('h1', { model: 'm2', status: 'error', timestamp: '2026-02-01T00:00:00Z' }),
      said('h2', { timestamp: '2026-01-04T23:59:59Z', status: 'success', latency_ms: 7 }),
    ])
    const { rows, total, groups } = await engine.summarise(['model'], {}, 2)
    expect([groups, total.n, total.errors]).toEqual([3, 102, 1])
    expect(rows.map(({ key, n, errors }) => [...key, n, errors])).toEqual([
      ['m1', 100, 0],
      ['m2', 1, 1],
    ])
    expect(rows[0]!.figures.tokens_input).toMatchObject({ n: 100, sum: 5050, p50: expect.closeTo(50, -0.1) })
    expect(Math.abs(rows[0]!.figures.latency_ms.p99! / 990 - 1)).toBeLessThan(0.011)
    expect(rows[0]!.figures.tokens_output).toEqual({ n: 0, sum: 0, p50: null, p90: null, p95: null, p99: null })
    expect(total.figures.latency_ms).toMatchObject({ n: 101, sum: 50_507 })
    const keys = async (...by: string[]) =>
      (await engine.summarise(by, {}, 9)).rows.map(({ key, n }) => [...key, n]).sort()
    expect(await keys('week')).toEqual([
      ['2025-12-29', 1],
      ['2026-01-05', 100],
      ['2026-01-26', 1],
    ])
    expect(await keys('month', 'user_id')).toEqual([
      ['2026-01-01', null, 1],
      ['2026-01-01', 'u0', 34],
      ['2026-01-01', 'u1', 33],
      ['2026-01-01', 'u2', 33],
      ['2026-02-01', null, 1],
    ])
    expect(await engine.summarise([], { fields: { user_id: 'nobody' } }, 9)).toMatchObject({
      rows: [],
      total: { n: 0 },
    })
  })

  withEngine('counts an event for each of its tools, documents and rules, and once in all', async (engine) => {
    const used = (id: string, tools: string[], documents: string[] = [], fields = {}) =>
      said(id, {
        ...fields,
        tools_called: tools.map((name) => ({ name })),
        rag_documents: documents.map((name) => ({ id: name })),
      })
    await engine.append([
      used('t1', ['search', 'mail', 'search'], ['d1', 'd2'], { latency_ms: 10 }),
      used('t2', ['search'], ['d1'], { latency_ms: 30, error: { type: 'timeout' } }),
      used('t3', []),
    ])
    const { rows, total, groups } = await engine.summarise(['tool'], {}, 9)
    expect(rows.map(({ key, n, figures }) => [...key, n, figures.latency_ms.sum])).toEqual([
      ['search', 2, 40],
      ['mail', 1, 10],
      [null, 1, 0],
    ])
    expect([groups, total.n, total.figures.latency_ms.sum]).toEqual([3, 3, 40])
    const tallied = async (...by: string[]) => (await engine.tally(by, {})).map(({ key, n }) => [...key, n])
    expect(await tallied('tool', 'document_id')).toEqual(
      expect.arrayContaining([
        ['search', 'd1', 2],
        ['search', 'd2', 1],
        ['mail', 'd1', 1],
        ['mail', 'd2', 1],
        [null, null, 1],
      ]),
    )
    expect(await tallied('error_type')).toEqual([
      [null, 2],
      ['timeout', 1],
    ])
  })

  withEngine('sums the largest of many groups as it sums those of few', async (engine) => {
    await engine.append(
      Array.from({ length: 2400 }, (_, i) => said(`n${i}`, { user_id: `u${i % 1200}`, latency_ms: i % 1200 })),
    )
    await engine.append([said('more', { user_id: 'u1199', latency_ms: 1 })])
    const { rows, groups } = await engine.summarise(['user_id'], {}, 1)
    expect(groups).toBe(1200)
    expect(rows).toMatchObject([{ key: ['u1199'], n: 3, figures: { latency_ms: { n: 3, sum: 2 * 1199 + 1 } } }])
    expect(rows[0]!.figures.latency_ms.p50).toBeCloseTo(1199, -2)
  })

  withEngine('pages without shifting while events come in', async (engine) => {
    await engine.append(Array.from({ length: 7 }, (_, i) => said(`p${i}`)))
    const size = (await engine.head()).size
    const seen: string[] = []
    let page = await engine.events({ before_seq: size }, { limit: 3 })
    for (;;) {
      seen.push(...page.items.map((e) => e.event.event_id))
      if (page.next === null) break
      await engine.append([said(`late${seen.length}`)])
      page = await engine.events({ before_seq: size }, { limit: 3, after: page.next })
    }
    expect(seen).toEqual(['p6', 'p5', 'p4', 'p3', 'p2', 'p1', 'p0'])
  })

  withEngine('finds words at once and after the word index took them in', async (engine) => {
    await engine.append([
      said('w1', { prompt: 'Where is the café invoice?', response: 'It is in the mail.' }),
      said('w2', { prompt: 'invoice', response: '"quoted" AND near*' }),
      said('w3', { prompt: '发票', response: 'naïve' }),
    ])
    const ids = async (words: string[], filter = {}) =>
      (await engine.match({ all: words }, filter, { order: 'newest', limit: 10 })).items.map((hit) => hit.event_id)
    const check = async () => {
      expect(await ids(['invoice'])).toEqual(['w2', 'w1'])
      expect(await ids(['CAFE', 'invoice'])).toEqual(['w1'])
      expect(await ids(['mail'], { part: 'prompt' })).toEqual([])
      expect(await ids(['mail'], { part: 'response' })).toEqual(['w1'])
      expect(await ids(['quoted" OR "invoice'])).toEqual([])
      expect(await ids(['发票'])).toEqual(['w3'])
      expect(await ids(['naive'])).toEqual(['w3'])
      expect((await engine.match({ all: ['invoice'] }, {}, { order: 'newest', limit: 1 })).total).toBe(2)
    }
    await check()
    while ((await engine.tend(2)) > 0);
    await check()
    await engine.append([said('w4', { prompt: 'another invoice' })])
    expect(await ids(['invoice'])).toEqual(['w4', 'w2', 'w1'])
  })

  withEngine('finds words of every script, before the word index took them in and after', async (engine) => {
    const words = [
      '한국어',
      'край',
      'データ',
      'हिन्दी',
      'Ελληνικά',
      'čeština',
      'ελληνικά',
      'Straße',
      'İstanbul',
      'ไทย',
      '数据',
    ]
    await engine.append(words.map((word, i) => said(`t${i}`, { prompt: `about ${word} today`, response: '' })))
    const found = () =>
      Promise.all(
        words.map(async (word) => [word, (await engine.match(everyTerm(termsOf(word)), {}, NEWEST)).total > 0]),
      )
    expect(await found()).toEqual(words.map((word) => [word, true]))
    while ((await engine.tend(100)) > 0);
    expect(await found()).toEqual(words.map((word) => [word, true]))
  })

  withEngine('offers a stage the same work until that work is saved', async (engine, clock) => {
    await engine.append([said('c1'), said('c2'), said('c3')])
    const first = (await engine.claim('embed:s1', 2, 1000))!
    expect(first.events.map((e) => e.event.event_id)).toEqual(['c1', 'c2'])
    const second = (await engine.claim('embed:s1', 2, 1000))!
    expect(second.events.map((e) => e.event.event_id)).toEqual(['c3'])
    expect(await engine.claim('embed:s1', 2, 1000)).toBeNull()
    clock.pass(2000)
    const again = (await engine.claim('embed:s1', 2, 1000))!
    expect(again.events).toEqual(first.events)
    expect(await engine.settle(first, { records: [{ record: note('x'), expect: null }] })).toBe('lost')
    expect(await engine.records('note', {}, { order: 'ts', limit: 9 })).toEqual([])
    expect(await engine.settle(again, { records: [{ record: note('x'), expect: null }] })).toBe('settled')
    expect(await engine.settle(again, {})).toBe('lost')
    expect(await engine.waiting('embed:s1')).toBe(1)
    expect(await engine.settle(second, {})).toBe('settled')
    expect(await engine.waiting('embed:s1')).toBe(0)
    expect(await engine.records('note', {}, { order: 'ts', limit: 9 })).toHaveLength(1)
  })

  withEngine('lists audit entries and receipts, newest first, by time and by what they say', async (engine) => {
    const told = (n: number, kind: 'audit' | 'receipt' = 'audit') =>
      ({ kind, event_id: `a${n}`, ts: n * 1000, body: { action: n % 2 === 0 ? 'even' : 'odd', by: `k${n}` } }) as const
    await engine.append([told(1), said('c1'), told(2), told(9, 'receipt'), told(3), said('c2'), told(4)])
    const list = async (...args: Parameters<typeof engine.others> extends [unknown, ...infer R] ? R : never) =>
      (await engine.others('audit', ...args)).map(({ event_id }) => event_id)
    expect(await list({}, { limit: 9 })).toEqual(['a4', 'a3', 'a2', 'a1'])
    expect(await engine.others('audit', {}, { limit: 1 })).toEqual([
      { seq: 6, event_id: 'a4', ts: 4000, body: { action: 'even', by: 'k4' } },
    ])
    expect(await list({}, { limit: 2, before_seq: 6 })).toEqual(['a3', 'a2'])
    expect(await list({ since: 2000, until: 4000 }, { limit: 9 })).toEqual(['a3', 'a2'])
    expect(await list({ fields: { action: 'even' } }, { limit: 9 })).toEqual(['a4', 'a2'])
    expect(await list({ fields: { action: 'even', by: 'k3' } }, { limit: 9 })).toEqual([])
    expect(await list({ fields: { "x' or 1": 'y' } }, { limit: 9 })).toEqual([])
    expect((await engine.others('receipt', {}, { limit: 9 })).map(({ event_id }) => event_id)).toEqual(['a9'])
  })

  withEngine('counts audit entries and receipts by what they say', async (engine) => {
    const told = (n: number, kind: 'audit' | 'receipt', body: Record<string, Json>) =>
      ({ kind, event_id: `a${n}`, ts: n * 1000, body }) as const
    await engine.append([
      told(1, 'audit', { action: 'search', rows: 3 }),
      told(2, 'audit', { action: 'search', rows: 4 }),
      told(3, 'audit', { action: 'backup', rows: 'many' }),
      told(4, 'audit', {}),
      told(5, 'receipt', { rule: { name: 'chat' }, counts: { events: 7 } }),
      said('c1'),
    ])
    expect(await engine.otherSums('audit', { by: 'action', sum: 'rows' }, {})).toEqual([
      { value: null, n: 1, sum: 0, first: 4000, last: 4000 },
      { value: 'backup', n: 1, sum: 0, first: 3000, last: 3000 },
      { value: 'search', n: 2, sum: 7, first: 1000, last: 2000 },
    ])
    expect(await engine.otherSums('audit', { by: 'action' }, { since: 2000, until: 3000 })).toEqual([
      { value: 'search', n: 1, sum: 0, first: 2000, last: 2000 },
    ])
    expect(await engine.otherSums('receipt', { by: 'rule.name', sum: 'counts.events' }, {})).toEqual([
      { value: 'chat', n: 1, sum: 7, first: 5000, last: 5000 },
    ])
    await expect(engine.otherSums('audit', { by: "x' or 1" }, {})).rejects.toThrow('is no path')
  })

  withEngine('counts what waits for a stage by tenant, and never what is no event', async (engine) => {
    await engine.append([said('w1', { tenant_id: 'acme' }), said('w2'), said('w3', { tenant_id: 'acme' })])
    await engine.append([{ kind: 'audit', event_id: 'a1', ts: 1, body: { action: 'test' } }])
    expect(await engine.waiting('embed:s1')).toBe(3)
    expect(await engine.waiting('embed:s1', 'acme')).toBe(2)
    expect(await engine.waiting('embed:s1', 'globex')).toBe(0)
    const ticket = (await engine.claim('embed:s1', 2, 1000))!
    const rest = (await engine.claim('embed:s1', 2, 1000))!
    await engine.settle(rest, {})
    expect([await engine.waiting('embed:s1'), await engine.waiting('embed:s1', 'acme')]).toEqual([2, 1])
    await engine.settle(ticket, {})
    expect([await engine.waiting('embed:s1'), await engine.waiting('embed:s1', 'acme')]).toEqual([0, 0])
  })

  withEngine('gives the baseline stage one ticket at a time, in ledger order', async (engine) => {
    await engine.append([said('s1'), said('s2')])
    const first = (await engine.claim('baseline', 1, 1000))!
    expect(await engine.claim('baseline', 1, 1000)).toBeNull()
    await engine.settle(first, {})
    expect((await engine.claim('baseline', 1, 1000))!.events[0]!.event.event_id).toBe('s2')
  })

  withEngine('leases a slot once and for ever', async (engine, clock) => {
    const ticket = await engine.slot('digest', '2026-01-15', 1000)
    if (typeof ticket === 'string') throw new Error(ticket)
    expect(await engine.slot('digest', '2026-01-15', 1000)).toBe('busy')
    clock.pass(1500)
    const again = await engine.slot('digest', '2026-01-15', 1000)
    if (typeof again === 'string') throw new Error(again)
    expect(await engine.settle(ticket, {})).toBe('lost')
    expect(await engine.settle(again, {})).toBe('settled')
    expect(await engine.slot('digest', '2026-01-15', 1000)).toBe('done')
  })

  withEngine('gives out again what was leased before the clock went back', async (engine, clock) => {
    await engine.append([said('c1')])
    clock.pass(3_600_000)
    const first = (await engine.claim('baseline', 10, 1000))!
    const slot = await engine.slot('digest', '2026-01-15', 1000)
    clock.pass(-3_600_000)
    const again = (await engine.claim('baseline', 10, 1000))!
    expect(again.events).toEqual(first.events)
    expect(await engine.settle(first, {})).toBe('lost')
    expect(await engine.settle(again, {})).toBe('settled')
    expect(await engine.slot('digest', '2026-01-15', 1000)).toMatchObject({
      fence: (slot as { fence: number }).fence + 1,
    })
  })

  withEngine('says how far everything was summed, and read by the model that answers', async (engine) => {
    await engine.putSpace({ space: 's1', model: 'm', revision: 'r', dtype: 'f32', dims: 2, state: 'active' })
    await engine.append([said('f1'), said('f2'), said('f3')])
    const work = async (stage: 'baseline' | 'embed:s1', limit: number) =>
      await engine.settle((await engine.claim(stage, limit, 1000))!, {})
    await work('baseline', 3)
    await work('embed:s1', 2)
    expect(await engine.finished()).toBe(2)
    await work('embed:s1', 1)
    expect(await engine.finished()).toBe(3)
    await engine.append([said('f4')])
    await work('embed:s1', 1)
    expect(await engine.finished()).toBe(3)
  })

  withEngine('hands out no more text at once than memory should hold', async (engine) => {
    const long = 'x'.repeat(9 * 2 ** 20)
    await engine.append(Array.from({ length: 8 }, (_, i) => said(`h${i}`, { prompt: long })))
    const sizes: number[] = []
    for (;;) {
      const ticket = await engine.claim('embed:s1', 100, 1000)
      if (ticket === null) break
      sizes.push(ticket.events.length)
      await engine.settle(ticket, {})
    }
    expect(sizes).toEqual([3, 3, 2])
    expect(await engine.waiting('embed:s1')).toBe(0)
  })

  withEngine(
    'ranks matches by how often, how rarely and in how short a text they hold what is sought',
    async (engine) => {
      await engine.append([
        said('r1', { prompt: 'parcel', response: `${'filler '.repeat(50)}` }),
        said('r2', { prompt: 'parcel parcel customs', response: '' }),
        said('r3', { prompt: 'nothing', response: 'parcel' }),
        said('r4', { prompt: 'customs', response: 'duty' }),
        ...Array.from({ length: 20 }, (_, i) => said(`x${i}`, { prompt: `other ${i}`, response: 'answer' })),
      ])
      const best = async (words: Words, filter = {}) =>
        (await engine.match(words, filter, { order: 'best', limit: 10 })).items.map((hit) => hit.event_id)
      const check = async () => {
        expect(await best({ all: ['parcel'] })).toEqual(['r2', 'r3', 'r1'])
        expect(await best({ all: ['parcel'] }, { part: 'response' })).toEqual(['r3'])
        expect(await best({ all: ['parcel', 'customs'] })).toEqual(['r2'])
        expect((await best({ all: [], some: ['parcel', 'customs'] }))[0]).toBe('r2')
        expect((await best({ all: [], some: ['parcel', 'customs', 'duty'] })).toSorted()).toEqual([
          'r1',
          'r2',
          'r3',
          'r4',
        ])
        expect(await best({ all: ['customs'], none: ['duty'] })).toEqual(['r2'])
        expect(await best({ all: ['customs'], some: ['duty', 'tax'] })).toEqual(['r4'])
        expect(await best({ all: ['->'], none: ['duty'] })).toEqual([])
      }
      await check()
      while ((await engine.tend(100)) > 0);
      await check()
    },
  )

  withEngine('pages matches by time, both ways, each once while events come in', async (engine) => {
    const timestamp = '2026-01-05T00:00:00Z'
    await engine.append(Array.from({ length: 7 }, (_, i) => said(`p${i}`, { prompt: 'needle', timestamp })))
    await engine.append([said('q1', { prompt: 'needle', timestamp: '2026-01-06T00:00:00Z' })])
    while ((await engine.tend(100)) > 0);
    await engine.append([said('q2', { prompt: 'needle', timestamp: '2026-01-04T00:00:00Z' })])
    const { size } = await engine.head()
    for (const [order, expected] of [
      ['newest', ['q1', 'p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'q2']],
      ['oldest', ['q2', 'p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'q1']],
    ] as const) {
      const seen: string[] = []
      let after: After | null = null
      for (let n = 0; n < 9; n++) {
        const page: { order: typeof order; limit: number; after?: After } = { order, limit: 2 }
        if (after !== null) page.after = after
        const found = await engine.match({ all: ['needle'] }, { before_seq: size }, page)
        expect(found.total).toBe(9)
        seen.push(...found.items.map((hit) => hit.event_id))
        await engine.append([said(`late${order}${n}`, { prompt: 'needle', timestamp })])
        after = found.next
        if (after === null) break
      }
      expect(seen).toEqual(expected)
    }
  })

  withEngine(
    'gives a text one signature before the word index took it in and after, and none once it is erased',
    async (engine) => {
      await engine.append([
        said('g1', { user_id: 'u1', prompt: 'the same words', response: '' }),
        said('g2', { user_id: 'u2', prompt: 'The same, words!', response: 'yes' }),
      ])
      const before = await engine.signaturesOf(['g1', 'g2', 'nobody'])
      expect([...before.keys()].toSorted()).toEqual(['g1', 'g2'])
      expect(before.get('g1')!.prompt).toEqual(before.get('g2')!.prompt)
      while ((await engine.tend(100)) > 0);
      expect(await engine.signaturesOf(['g1', 'g2'])).toEqual(before)
      await eraseUser(engine, 'u1')
      expect([...(await engine.signaturesOf(['g1', 'g2'])).keys()]).toEqual(['g2'])
    },
  )

  withEngine(
    'finds what a text without spaces holds by its letters, before the index took it in and after',
    async (engine) => {
      await engine.append([
        said('j1', { prompt: '東京都の天気は？', response: 'パスワードを変更しました。' }),
        said('j2', { prompt: 'ﾊﾟｽﾜｰﾄﾞを忘れた', response: '猫' }),
        said('z1', { prompt: '如何重置我的密码', response: '请点击“设置”。iPhone充电很慢' }),
        said('k1', { prompt: '비밀번호를 재설정하고 싶어요', response: '네' }),
        said('t1', { prompt: 'ฉันลืมรหัสผ่านของฉัน', response: 'ตั้งค่าใหม่' }),
      ])
      const found = async (...all: string[]) =>
        (await engine.match({ all }, {}, { order: 'newest', limit: 9 })).items.map((hit) => hit.event_id).toSorted()
      const check = async () => {
        expect(await found('パスワード')).toEqual(['j1', 'j2'])
        expect(await found('京都')).toEqual(['j1'])
        expect(await found('京都府')).toEqual([])
        expect(await found('猫')).toEqual(['j2'])
        expect(await found('码')).toEqual(['z1'])
        expect(await found('重置', '密码')).toEqual(['z1'])
        expect(await found('重置密码')).toEqual([])
        expect(await found('iphone充电')).toEqual(['z1'])
        expect(await found('充电')).toEqual(['z1'])
        expect(await found('비밀번호')).toEqual(['k1'])
        expect(await found('비밀번호'.normalize('NFD'))).toEqual(['k1'])
        expect(await found('รหัสผ่าน')).toEqual(['t1'])
      }
      await check()
      while ((await engine.tend(100)) > 0);
      await check()
    },
  )

  withEngine('finds words behind what millions of accents on one letter make of a text', async (engine) => {
    await engine.append([said('z0', { prompt: `e${'\u0301'.repeat(4 * 2 ** 20)} needle` })])
    const found = async (word: string) =>
      (await engine.match({ all: [word] }, {}, { order: 'newest', limit: 100 })).total
    expect([await found('needle'), await found('e')]).toEqual([1, 1])
    while ((await engine.tend(100)) > 0);
    expect(await found('needle')).toBe(1)
  })

  withEngine('pages through texts that are equally near, each once', async (engine) => {
    await engine.putSpace(SPACE)
    const timestamp = '2026-01-05T00:00:00Z'
    await engine.append(Array.from({ length: 25 }, (_, i) => said(`q${(i * 7) % 25}`, { timestamp })))
    const ticket = (await engine.claim('embed:s1', 100, 1000))!
    const vectors = ticket.events.map(({ seq }) => ({
      seq,
      part: 'prompt' as const,
      space: 's1',
      tenant_id: null,
      content: Buffer.from(`c${seq % 3}`),
      vector: unit(1, (seq % 3) / 10),
    }))
    await engine.settle(ticket, { vectors })
    const seen: string[] = []
    let page = await engine.within(unit(1), 's1', 0.5, {}, { limit: 4 })
    for (;;) {
      seen.push(...page.items.map(({ event_id }) => event_id))
      if (page.next === null) break
      page = await engine.within(unit(1), 's1', 0.5, {}, { limit: 4, after: page.next })
    }
    expect(seen).toHaveLength(25)
    expect(new Set(seen).size).toBe(25)
    expect(seen).toEqual((await engine.within(unit(1), 's1', 0.5, {}, { limit: 100 })).items.map((hit) => hit.event_id))
  })

  withEngine('adds roll-ups of one key, and saves none of a lost ticket', async (engine) => {
    await engine.append([said('r1')])
    const ticket = (await engine.claim('baseline', 10, 1000))!
    const row = {
      period: 3600,
      start: 0,
      entity_type: 'user',
      entity_id: 'u1',
      tenant_id: '',
      metric: 'volume',
      n: 2,
      total: 3.5,
      sketch: new Uint8Array(),
    } as const
    expect(await engine.settle(ticket, { rollups: [row, row] })).toBe('settled')
    expect(await engine.settle(ticket, { rollups: [row] })).toBe('lost')
    const [sum] = await engine.rollups({ period: 3600, entity_type: 'user', metric: 'volume' })
    expect(sum).toMatchObject({ n: 4, total: 7 })
  })

  withEngine('writes records only over the version that was expected, and orders them by writing', async (engine) => {
    const put = (id: string, expected: number | null) => engine.putRecords([{ record: note(id), expect: expected }])
    expect(await put('n1', 0)).toBe('stored')
    expect(await put('n1', 0)).toBe('stale')
    expect(await put('n2', null)).toBe('stored')
    expect(await put('n1', 1)).toBe('stored')
    expect(
      await engine.putRecords([
        { record: note('n3'), expect: 0 },
        { record: note('n2'), expect: 9 },
      ]),
    ).toBe('stale')
    const listed = await engine.records('note', {}, { order: 'rev', limit: 9 })
    expect(listed.map((r) => [r.id, r.version])).toEqual([
      ['n2', 1],
      ['n1', 2],
    ])
    expect((await engine.records('note', {}, { order: 'rev', limit: 9, after: listed[0]! })).map((r) => r.id)).toEqual([
      'n1',
    ])
    expect(await engine.records('note', { fields: { id: 'n2' } }, { order: 'ts', limit: 9 })).toHaveLength(1)
  })

  withEngine('finds the nearest texts, narrowed by any filter, and every text that is close enough', async (engine) => {
    await engine.putSpace(SPACE)
    await engine.append(Array.from({ length: 20 }, (_, i) => said(`v${i}`, { user_id: `u${i % 4}` })))
    const ticket = (await engine.claim('embed:s1', 100, 1000))!
    const vectors = ticket.events.map((e) => ({
      seq: e.seq,
      part: 'prompt' as const,
      space: 's1',
      tenant_id: null,
      content: Buffer.from(`c${e.seq}`),
      vector: unit(1, e.seq / 10),
    }))
    await engine.settle(ticket, { vectors })
    const near = await engine.nearest(unit(1, 0), 's1', 3, {})
    expect(near.hits.map((h) => h.event_id)).toEqual(['v0', 'v1', 'v2'])
    const filtered = await engine.nearest(unit(1, 0), 's1', 3, { fields: { user_id: 'u3' } })
    expect(filtered.hits.map((h) => h.event_id)).toEqual(['v3', 'v7', 'v11'])
    expect((await engine.nearest(unit(1, 0), 's1', 3, { part: 'response' })).hits).toEqual([])
    const cosine = 1 / Math.hypot(1, 0.45)
    const within = await engine.within(unit(1, 0), 's1', cosine, {}, { limit: 3 })
    expect(within.total).toBe(5)
    const rest = await engine.within(unit(1, 0), 's1', cosine, {}, { limit: 3, after: within.next! })
    expect([...within.items, ...rest.items].map((h) => h.event_id)).toEqual(['v0', 'v1', 'v2', 'v3', 'v4'])
    expect(await engine.vectorOf('v2', 'prompt', 's1')).toEqual(unit(1, 0.2))
    expect(await engine.known('s1', null, [Buffer.from('c2'), Buffer.from('nope')])).toHaveProperty('size', 1)
    expect(await engine.known('s1', 'other', [Buffer.from('c2')])).toHaveProperty('size', 0)
  })

  withEngine('ranks marks, counts them all, and pages through each once', async (engine) => {
    await engine.append(Array.from({ length: 10 }, (_, i) => said(`k${i}`)))
    const ticket = (await engine.claim('embed:s1', 100, 1000))!
    const marks = ticket.events.map((e) => ({ seq: e.seq, concept: 'refusal', version: 1, p: e.seq / 10 }))
    await engine.settle(ticket, { marks })
    const first = await engine.marked('refusal', 1, 0.5, {}, { limit: 3 })
    expect(first.total).toBe(5)
    expect(first.items.map((m) => m.event_id)).toEqual(['k9', 'k8', 'k7'])
    expect(first.histogram.reduce((a, b) => a + b)).toBe(10)
    const rest = await engine.marked('refusal', 1, 0.5, {}, { limit: 3, after: first.next! })
    expect(rest.items.map((m) => m.event_id)).toEqual(['k6', 'k5'])
    expect((await engine.marksOf(['k9'])).get('k9')).toEqual({ refusal: 0.9 })
  })

  withEngine('destroys what it knows of a user and keeps the leaves', async (engine) => {
    await engine.putSpace(SPACE)
    await engine.append([said('e1', { user_id: 'gone', prompt: 'zanzibar' }), said('e2', { user_id: 'stays' })])
    const ticket = (await engine.claim('embed:s1', 10, 1000))!
    const vector = unit(1)
    await engine.settle(ticket, {
      vectors: ticket.events.map((e) => ({
        seq: e.seq,
        part: 'prompt',
        space: 's1',
        tenant_id: null,
        content: Buffer.from('same'),
        vector,
      })),
      marks: ticket.events.map((e) => ({ seq: e.seq, concept: 'refusal', version: 1, p: 1 })),
    })
    while ((await engine.tend(100)) > 0);
    const leaves = await engine.leaves(0, 2)
    expect(await eraseUser(engine, 'gone')).toBe(1)
    expect(await engine.leaves(0, 2)).toEqual(leaves)
    expect((await engine.sealed(2, 9)).map(({ kind }) => kind)).toEqual(['receipt'])
    expect((await engine.match({ all: ['zanzibar'] }, {}, { order: 'newest', limit: 9 })).total).toBe(0)
    expect((await engine.events({}, { limit: 9 })).items.map((e) => e.event.event_id)).toEqual(['e2'])
    expect((await engine.nearest(vector, 's1', 9, {})).hits.map((h) => h.event_id)).toEqual(['e2'])
    expect((await engine.marked('refusal', 1, 0, {}, { limit: 9 })).total).toBe(1)
    expect(await engine.append([said('e1')])).toMatchObject({ accepted: 0, duplicates: [0] })
  })
}

function note(id: string): RecordRow {
  return { kind: 'note', id, ts: 5 * DAY, entity: null, tenant_id: null, rank: null, body: { id } }
}

/** RFC 6962, section 2.1, as it is written there. */
export function root(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0]!
  let split = 1
  while (split * 2 < hashes.length) split *= 2
  return nodeHash(root(hashes.slice(0, split)), root(hashes.slice(split)))
}
