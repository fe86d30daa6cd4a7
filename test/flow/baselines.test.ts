import { beforeAll, describe, expect, it } from 'vitest'
import { hourOfWeek } from '../../src/core/window.ts'
import { baselines } from '../../src/flow/baselines.ts'
import { median } from '../../src/stats/robust.ts'
import { aNightHouse, type NightHouse } from './night-house.ts'
import { DAY, START, traffic } from './traffic.ts'

const events = [...traffic({ seed: 8, users: 6, days: 16 })]

describe('baselines', () => {
  let house: NightHouse
  beforeAll(async () => {
    house = await aNightHouse(START + 16 * DAY)
    await house.say(events)
    await house.night()
  })
  const ask = (more: object) => baselines(house, { metric: 'tokens_output', group: 'user', ...more })

  it('are within one percent of the true median of the events', async () => {
    const { items } = await ask({ id: 'u2' })
    const truth = events.filter(({ user_id }) => user_id === 'u2').map(({ tokens_output = 0 }) => tokens_output)
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({
      entity_id: 'u2',
      n: truth.length,
      state: 'ready',
      since: expect.stringMatching(/^2026-01/),
    })
    expect(Math.abs((items[0]?.median ?? 0) / (median(truth) ?? 1) - 1)).toBeLessThan(0.02)
    const { p05 = 0, p25 = 0, p75 = 0, p95 = 0, p99 = 0 } = items[0]?.quantiles ?? {}
    expect([p05, p25, p75, p95, p99]).toEqual([p05, p25, p75, p95, p99].sort((a, b) => a - b))
  })

  it('know the hours of the week, null where nothing was seen', async () => {
    const { items } = await ask({ metric: 'volume', id: 'u2' })
    const hours = items[0]?.hour_of_week ?? []
    expect(hours).toHaveLength(168)
    const own = events.filter(({ user_id }) => user_id === 'u2')
    for (const [hour, seen] of hours.entries())
      expect(seen?.n ?? 0).toBe(own.filter(({ timestamp }) => hourOfWeek(Date.parse(timestamp) * 1000) === hour).length)
  })

  it('give error rates as shares', async () => {
    const { items } = await baselines(house, { metric: 'error_rate', group: 'model', id: 'gpt-small' })
    expect(items[0]?.median).toBeGreaterThanOrEqual(0)
    expect(items[0]?.quantiles.p99).toBeLessThan(0.2)
  })

  it.each(['constructor', '__proto__', 'toString'])('know no metric of the name %s', async (metric) => {
    expect((await ask({ metric, id: 'u2' })).items).toEqual([])
  })

  it('page through a whole group, each entity once', async () => {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof baselines>> = await ask({
        limit: 4,
        ...(cursor === null ? {} : { cursor }),
      })
      seen.push(...page.items.map(({ entity_id }) => entity_id))
      cursor = page.next_cursor
    } while (cursor !== null)
    expect(seen).toEqual(['u0', 'u1', 'u2', 'u3', 'u4', 'u5'])
  })

  it('are empty for whom nothing is known, also within another tenant', async () => {
    expect((await ask({ id: 'nobody' })).items).toEqual([])
    expect((await ask({ id: 'u2', tenant_id: 'other' })).items).toEqual([])
    expect((await ask({ metric: 'gpu_util' })).items).toEqual([])
  })

  it('refuse a group, a limit and a cursor that are none', async () => {
    await expect(ask({ group: 'campaign' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(ask({ limit: 0 })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(ask({ cursor: 'x' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})
