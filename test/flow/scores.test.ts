import { beforeAll, describe, expect, it } from 'vitest'
import { parseTime } from '../../src/core/window.ts'
import { scoreOf, scores } from '../../src/flow/scores.ts'
import { aNightHouse, type NightHouse } from './night-house.ts'
import { DAY, failures, HOUR, SECOND, START, traffic } from './traffic.ts'

describe('scores', () => {
  let house: NightHouse
  beforeAll(async () => {
    house = await aNightHouse(START + 20 * DAY)
    await house.say(traffic({ seed: 4, users: 12, days: 20, requests: (u, day) => (u === 1 && day === 17 ? 20 : 1) }))
    for (const [i, tenant_id] of ['acme', 'other'].entries())
      await house.say(
        failures(`f${i}`, START + 18 * DAY + HOUR, 6 + 6 * i, 10 * SECOND, { user_id: 'shared', tenant_id }),
      )
    await house.night()
  })

  it('come highest first, with reasons and without history', async () => {
    const { items } = await scores(house, { min_score: 1 })
    expect(items.map(({ score }) => score)).toEqual(items.map(({ score }) => score).sort((a, b) => b - a))
    expect(items.some(({ entity_id }) => entity_id === 'u1')).toBe(true)
    expect(items[0]).not.toHaveProperty('history')
    for (const { evidence } of items) expect(evidence.length).toBeGreaterThan(0)
  })

  it('page without loss or repetition', async () => {
    const whole = (await scores(house, {})).items.map(({ entity_id, tenant_id }) => `${tenant_id} ${entity_id}`)
    const paged: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof scores>> = await scores(house, {
        limit: 2,
        ...(cursor === null ? {} : { cursor }),
      })
      paged.push(...page.items.map(({ entity_id, tenant_id }) => `${tenant_id} ${entity_id}`))
      cursor = page.next_cursor
    } while (cursor !== null)
    expect(paged).toEqual(whole)
  })

  it('stand as they stood at the end of the last day before a time', async () => {
    const then = await scores(house, { at: START + 17 * DAY })
    expect(then.items.find(({ entity_id }) => entity_id === 'u1')?.score ?? 0).toBeLessThan(20)
    const after = await scores(house, { at: START + 18 * DAY })
    const burst = after.items.find(({ entity_id }) => entity_id === 'u1')
    expect(burst?.score).toBeGreaterThanOrEqual(40)
    const { history } = await scoreOf(house, 'user', 'u1')
    expect(history.find(({ at }) => (parseTime(at) ?? 0) === START + 18 * DAY - 1)?.score).toBe(burst?.score)
  })

  it('never show another tenant’s', async () => {
    const acme = await scores(house, { tenant_id: 'acme' })
    expect(new Set(acme.items.map(({ tenant_id }) => tenant_id))).toEqual(new Set(['acme']))
    const [own, other] = [
      await scoreOf(house, 'user', 'shared', { tenant_id: 'acme' }),
      await scoreOf(house, 'user', 'shared', { tenant_id: 'other' }),
    ]
    expect(own.score).toBeLessThan(other.score)
    await expect(scoreOf(house, 'user', 'u1', { tenant_id: 'other' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('are 0 for whom nothing speaks against, and NOT_FOUND for whom nobody knows', async () => {
    const calm = await scoreOf(house, 'model', 'gpt-small')
    expect(calm).toMatchObject({ score: 0, severity: 'low', evidence: [] })
    expect(calm.first_seen < calm.last_seen).toBe(true)
    await expect(scoreOf(house, 'user', 'nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('are found by the raw name of somebody whose pseudonym is stored', async () => {
    const redactor = {
      forms: (_: string, value: string): [string, ...string[]] =>
        value === 'one@example.org' ? ['user:0', 'u1'] : [value],
    }
    expect((await scoreOf({ ...house, redactor }, 'user', 'one@example.org')).entity_id).toBe('u1')
  })

  it('refuse a limit and a cursor that are none', async () => {
    await expect(scores(house, { limit: 1001 })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(scores(house, { cursor: '!' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})
