import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../../src/core/event.ts'
import { formatTime, type Micros } from '../../src/core/window.ts'
import { baselines } from '../../src/flow/baselines.ts'
import { AGREED } from '../../src/flow/mismatch-findings.ts'
import { reconcile } from '../../src/flow/reconcile.ts'
import { compare, familyOf, type StoreRow } from '../../src/flow/reconcile-compare.ts'
import { exactly, type Usage, type UsageRow } from '../../src/formats/in/usage.ts'
import { aNightHouse, outcomeOf } from './night-house.ts'
import { DAY, HOUR, MINUTE, START, traffic } from './traffic.ts'

const ASK = { event_types: ['llm.completion'], edge: 5 * MINUTE, tolerance: 0.01 }

const said = (hour: number, requests: number, more: Partial<UsageRow> = {}): UsageRow => ({
  hour: START + hour * HOUR,
  model: 'gpt-small',
  api_key_id: 'key-1',
  requests,
  tokens_input: exactly(requests * 10),
  tokens_output: exactly(requests * 20),
  ...more,
})
const witness = (rows: UsageRow[], covers: Usage['covers'] = 'all'): Usage => ({
  rows,
  hours: [...new Set(rows.map(({ hour }) => hour))].sort((a, b) => a - b),
  covers,
})

const calls = (hour: number, n: number, of: Partial<LogEvent> = {}, at: Micros = 20 * MINUTE): LogEvent[] =>
  Array.from({ length: n }, (_, i) => ({
    event_id: `${hour}-${at}-${of.model}-${of.api_key_id}-${i}`,
    timestamp: formatTime(START + hour * HOUR + at + i),
    event_type: 'llm.completion',
    user_id: 'u1',
    model: 'gpt-small',
    api_key_id: 'key-1',
    tokens_input: 10,
    tokens_output: 20,
    status: 'success' as const,
    ...of,
  }))

async function aHouse(events: LogEvent[]) {
  const house = await aNightHouse(START + 2 * DAY)
  await house.say(events)
  return { ...house, told: async () => (await house.findings()).filter((one) => one.detector === 'telemetry-mismatch') }
}

describe('a second witness', () => {
  it('that agrees leaves nothing behind', async () => {
    const house = await aHouse([...calls(1, 50), ...calls(2, 30)])
    const found = await reconcile(house, witness([said(1, 50), said(2, 30)]), ASK)
    expect(found.mismatches).toEqual([])
    expect(await house.told()).toEqual([])
    expect(await house.engine.records('doubt', {}, { order: 'ts', limit: 10 })).toEqual([])
  })

  it('that has more, less, or other keys becomes a finding of the key with both sides’ numbers', async () => {
    const house = await aHouse([...calls(1, 40), ...calls(2, 30), ...calls(1, 7, { api_key_id: 'forged' })])
    const { mismatches } = await reconcile(house, witness([said(1, 50), said(2, 30)]), ASK)
    expect(mismatches.map(({ hour, api_key_id }) => [hour, api_key_id])).toEqual([
      [START + HOUR, 'forged'],
      [START + HOUR, 'key-1'],
    ])
    const told = await house.told()
    expect(told.map(({ entity_type, entity_id }) => `${entity_type}:${entity_id}`).sort()).toEqual([
      'api_key:forged',
      'api_key:key-1',
    ])
    const own = told.find(({ entity_id }) => entity_id === 'key-1')
    expect(own?.evidence).toMatchObject([
      {
        observed: 40,
        expected: 50,
        since: formatTime(START + HOUR),
        text: `2026-01-05 01:00 UTC of gpt-small: the record holds 40 requests, 400 tokens in, 800 tokens out, the witness says 50 requests, 500 tokens in, 1000 tokens out`,
      },
    ])
    expect(told.find(({ entity_id }) => entity_id === 'forged')?.severity).toBe('high')
  })

  it('may be asked again: nothing changes; and what came late resolves the finding and lifts the doubt', async () => {
    const house = await aHouse(calls(1, 40))
    const usage = witness([said(1, 50)])
    await reconcile(house, usage, ASK)
    const [told, changes] = [await house.told(), await house.changes()]
    const doubts = await house.engine.records('doubt', {}, { order: 'ts', limit: 10 })
    house.clock.set(START + 3 * DAY)
    await reconcile(house, usage, ASK)
    expect(await house.told()).toEqual(told)
    expect(await house.changes()).toEqual(changes)
    expect(await house.engine.records('doubt', {}, { order: 'ts', limit: 10 })).toEqual(doubts)
    await house.say(calls(1, 10, {}, 30 * MINUTE))
    expect((await reconcile(house, usage, ASK)).mismatches).toEqual([])
    expect(await house.told()).toMatchObject([{ status: 'resolved', note: AGREED }])
    expect(await house.engine.records('doubt', {}, { order: 'ts', limit: 10 })).toMatchObject([
      { body: { state: 'lifted' } },
    ])
  })

  it('comes to the same end when a run is killed at any write', async () => {
    async function outcome(dies: number | null) {
      const house = await aHouse([...calls(1, 40), ...calls(25, 7, { api_key_id: 'forged' }), ...calls(26, 5)])
      const usage = witness([said(1, 50), said(25, 1), said(26, 5)])
      let writes = 0
      const engine = {
        ...house.engine,
        putRecords: (given: Parameters<typeof house.engine.putRecords>[0]) => {
          if (dies !== null && writes++ === dies) throw new Error('killed')
          return house.engine.putRecords(given)
        },
      }
      await reconcile({ ...house, engine }, usage, ASK).catch(() => {})
      dies = null
      await reconcile({ ...house, engine }, usage, ASK)
      const told = (await house.told()).sort((a, b) => (a.finding_id < b.finding_id ? -1 : 1))
      return { told, changes: (await house.changes()).map(({ id }) => id).sort() }
    }
    const whole = await outcome(null)
    expect(whole.told).toHaveLength(3)
    for (let dies = 0; dies < 4; dies++) expect(await outcome(dies)).toEqual(whole)
  })

  it('may count what lies at the edge of an hour in its neighbour, and nothing else', async () => {
    const house = await aHouse([
      ...calls(1, 20),
      ...calls(1, 5, {}, HOUR - MINUTE),
      ...calls(2, 20),
      ...calls(2, 3, {}, MINUTE),
    ])
    expect((await reconcile(house, witness([said(1, 20), said(2, 28)]), ASK)).mismatches).toEqual([])
    expect((await reconcile(house, witness([said(1, 28), said(2, 20)]), ASK)).mismatches).toEqual([])
    expect((await reconcile(house, witness([said(1, 19), said(2, 29)]), ASK)).mismatches).toHaveLength(2)
    expect((await reconcile(house, witness([said(1, 20), said(2, 28)]), { ...ASK, edge: 0 })).mismatches).toHaveLength(
      2,
    )
  })

  it('may or may not count what failed, and need not count tokens', async () => {
    const house = await aHouse([
      ...calls(1, 20),
      ...calls(1, 5, { status: 'error', tokens_input: 0, tokens_output: 0 }, 30 * MINUTE),
    ])
    const untold = { tokens_input: null, tokens_output: null }
    for (const n of [20, 23, 25])
      expect((await reconcile(house, witness([said(1, n, untold)]), ASK)).mismatches).toEqual([])
    expect((await reconcile(house, witness([said(1, 26, untold)]), ASK)).mismatches).toHaveLength(1)
  })

  it('of one provider says nothing about the models of another', async () => {
    const house = await aHouse([...calls(1, 20), ...calls(1, 9, { model: 'claude-x' })])
    const listed = await reconcile(house, witness([said(1, 20)], 'listed'), ASK)
    expect([listed.mismatches, listed.unlisted]).toEqual([[], ['claude-x']])
    expect((await reconcile(house, witness([said(1, 20)], 'all'), ASK)).mismatches).toMatchObject([
      { model: 'claude-x' },
    ])
  })
})

describe('names of models', () => {
  it('lose the date of a version and the prefix of a provider, and nothing else', () => {
    expect(familyOf('gpt-4o-2024-08-06')).toBe('gpt-4o')
    expect(familyOf('openai/gpt-4-0613')).toBe('gpt-4')
    expect(familyOf('claude-3-5-sonnet@20240620')).toBe('claude-3-5-sonnet')
    expect(familyOf('claude-3-5-sonnet-latest')).toBe('claude-3-5-sonnet')
    for (const name of ['gpt-4o-mini', 'llama-3.1-70b', 'o1', '']) expect(familyOf(name)).toBe(name)
  })

  it('are compared as they are where both sides use the same, else by family', () => {
    const held = (model: string, requests: number): StoreRow => ({
      hour: START,
      model,
      api_key_id: null,
      status: 'success',
      requests,
      tokens_input: 0,
      tokens_output: 0,
    })
    const told = (model: string, requests: number) =>
      said(0, requests, { model, api_key_id: null, tokens_input: null, tokens_output: null })
    const differ = (rows: UsageRow[], store: StoreRow[]) =>
      compare(witness(rows), store, new Map(), 0).mismatches.map(({ model }) => model)
    expect(differ([told('m-2024-08-06', 5)], [held('m', 5)])).toEqual([])
    expect(differ([told('m-2024-08-06', 5)], [held('m', 2), held('m-2024-08-06', 3)])).toEqual([])
    // the same names on both sides: a swap between versions shows
    expect(differ([told('m', 5), told('m-2024-08-06', 5)], [held('m', 4), held('m-2024-08-06', 6)])).toEqual([
      'm',
      'm-2024-08-06',
    ])
  })
})

it('whatever crosses an hour’s edge within its bounds is explained, whatever else differs is not', () => {
  const row = (hour: number, requests: number): StoreRow => ({
    hour: START + hour * HOUR,
    model: 'm',
    api_key_id: null,
    status: null,
    requests,
    tokens_input: 0,
    tokens_output: 0,
  })
  const hours = fc.array(
    fc.record({ n: fc.nat(50), edge: fc.nat(9), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    { minLength: 2, maxLength: 20 },
  )
  fc.assert(
    fc.property(hours, fc.nat(19), fc.boolean(), (plan, at, extra) => {
      const moved = plan.map(({ edge, share }, i) => (i === plan.length - 1 ? 0 : Math.round(edge * share)))
      const edges = new Map(
        plan.map(({ edge }, i) => [START + (i + 1) * HOUR, { before: [row(i, edge)], after: [] as StoreRow[] }]),
      )
      const store = plan.map(({ n, edge }, i) => row(i, n + edge))
      const rows = plan.map(({ n, edge }, i) =>
        said(i, n + edge - (moved[i] ?? 0) + (moved[i - 1] ?? 0), {
          model: 'm',
          api_key_id: null,
          tokens_input: null,
          tokens_output: null,
        }),
      )
      expect(compare(witness(rows), store, edges, 0).mismatches).toEqual([])
      if (!extra) return
      const more = rows.map((one, i) =>
        i === at % rows.length ? { ...one, requests: (one.requests ?? 0) + 1000 } : one,
      )
      expect(compare(witness(more), store, edges, 0).mismatches.length).toBeGreaterThan(0)
    }),
  )
})

describe('an hour that a witness contradicts', () => {
  it('does not move a baseline, until both sides agree', async () => {
    const usual = Array.from({ length: 20 }, (_, hour) => calls(hour, 10 + (hour % 3))).flat()
    const poison = calls(20, 4000, { tokens_output: 9000 })
    const clean = await aHouse(usual)
    const house = await aHouse([...usual, ...poison])
    for (const one of [clean, house]) await one.night()
    const ask = { metric: 'tokens_output', group: 'model', id: 'gpt-small' } as const
    const [before] = (await baselines(clean, ask)).items
    expect((await baselines(house, ask)).items[0]?.median).toBeGreaterThan(before?.median ?? 0)
    await reconcile(house, witness([said(20, 12)]), ASK)
    for (const of of [ask, { ...ask, group: 'user', id: 'u1' }, { ...ask, group: 'api_key', id: 'key-1' }] as const)
      expect((await baselines(house, of)).items).toEqual((await baselines(clean, of)).items)
    await reconcile(house, witness([said(20, 4000, { tokens_output: exactly(36_000_000) })]), ASK)
    expect((await baselines(house, ask)).items[0]?.n).toBe((before?.n ?? 0) + 4000)
  })

  it('teaches the nights nothing: who was poisoned while he was learnt is judged as if that day had not been', async () => {
    const plan = { seed: 3, users: 6, days: 16 }
    const loud = (user: number, day: number) => (user === 2 && day >= 15 ? 6 : 1)
    const poisoned = [3, 8, 9]
    const flood = poisoned.flatMap((day) =>
      calls(24 * day + 10, 900, { user_id: 'u2', tenant_id: 'acme', model: 'other', api_key_id: 'key-9' }),
    )
    async function scoreOf(doubt: boolean) {
      const house = await aNightHouse(START + 16 * DAY)
      await house.say([...traffic({ ...plan, requests: loud }), ...flood])
      await house.night()
      if (doubt) {
        const rows = poisoned.map((day) => said(24 * day + 10, 0, { model: 'other', api_key_id: 'key-9' }))
        await reconcile(house, witness(rows, 'listed'), ASK)
        await house.night()
      }
      const anchor = (await house.engine.states('night', 'user')).find(({ entity_id }) => entity_id === 'u2')
      const state = anchor?.state as { anchors: { volume: { days: number; weekday: { mean: number } } } }
      return { days: state.anchors.volume.days, level: state.anchors.volume.weekday.mean, ...(await outcomeOf(house)) }
    }
    const [taught, spared] = [await scoreOf(false), await scoreOf(true)]
    expect(spared.days).toBeLessThan(taught.days + 1)
    expect(spared.level).toBeLessThan(taught.level - 0.2)
  }, 30_000)
})
