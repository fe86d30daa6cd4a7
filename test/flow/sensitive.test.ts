import { expect, it } from 'vitest'
import type { LogEvent, RedactedEvent, RedactionNote } from '../../src/core/event.ts'
import { formatTime } from '../../src/core/window.ts'
import { baselines } from '../../src/flow/baselines.ts'
import { aNightHouse, type NightHouse } from './night-house.ts'
import { DAY, HOUR, MINUTE, START } from './traffic.ts'

let made = 0
/** An event as the redactor hands it on: the values are gone, the note tells of them. */
function noted(house: NightHouse, at: number, event: Partial<LogEvent>, note: Partial<RedactionNote>) {
  const event_id = `n${made++}`
  const redaction = { version: '2', rules: '', counts: {}, ...note }
  const whole = { event_id, timestamp: formatTime(at), event_type: 'llm.completion', ...event, redaction }
  return house.engine.append([{ kind: 'event', event_id, ts: at, body: whole as unknown as RedactedEvent }])
}
const leaked = { counts: { API_KEY: 1 }, output: { API_KEY: 1 } }
const named = (house: NightHouse, detector: string) =>
  house.findings().then((all) => all.filter((finding) => finding.detector === detector))

it('one secret in an answer is a finding about the user who got it, with the event to read', async () => {
  const house = await aNightHouse(START + DAY)
  await noted(house, START + HOUR, { user_id: 'eve', model: 'm' }, leaked)
  await noted(house, START + HOUR, { user_id: 'bob', model: 'm' }, { counts: { EMAIL: 4 }, output: { EMAIL: 4 } })
  await house.night()
  const [finding, ...more] = await named(house, 'sensitive-output')
  expect(more).toEqual([])
  expect(finding).toMatchObject({ entity_type: 'user', entity_id: 'eve', severity: 'medium' })
  expect(finding?.evidence[0]?.event_ids).toEqual(['n0'])
})

it('the events to read are those that hold something, however many others came after', async () => {
  const house = await aNightHouse(START + DAY)
  const before = made
  await noted(house, START + HOUR, { user_id: 'eve' }, leaked)
  for (let i = 1; i < 300; i++) await noted(house, START + HOUR + i * 1_000_000, { user_id: 'eve' }, {})
  await noted(house, START + HOUR + 6 * MINUTE, { user_id: 'eve' }, { counts: { API_KEY: 1 } })
  await house.night()
  const [finding] = await named(house, 'sensitive-output')
  expect(finding?.evidence[0]?.event_ids).toEqual([`n${before}`])
})

it('an answer of nobody’s is a finding about the model', async () => {
  const house = await aNightHouse(START + DAY)
  await noted(house, START + HOUR, { model: 'm' }, leaked)
  await house.night()
  expect(await named(house, 'sensitive-output')).toMatchObject([{ entity_type: 'model', entity_id: 'm' }])
})

it('a secret in a prompt raises nothing, many within an hour do', async () => {
  const house = await aNightHouse(START + DAY)
  await noted(house, START + HOUR, { user_id: 'one' }, { counts: { API_KEY: 1 } })
  for (let i = 0; i < 30; i++)
    await noted(house, START + HOUR + i * MINUTE, { user_id: 'many' }, { counts: { API_KEY: 1 } })
  await house.night()
  expect(await named(house, 'sensitive-output')).toEqual([])
  expect(await named(house, 'sensitive-input')).toMatchObject([{ entity_id: 'many', severity: 'high' }])
})

it('an application that answers with such values by design is told of once, not every night', async () => {
  const house = await aNightHouse(START + 21 * DAY)
  for (let day = 0; day < 20; day++)
    for (let i = 0; i < 3; i++)
      await noted(house, START + day * DAY + HOUR + i * MINUTE, { user_id: 'generator' }, leaked)
  await house.night()
  const all = await named(house, 'sensitive-output')
  expect(all.length).toBe(1)
  expect(Date.parse(all[0]?.last_seen ?? '') * 1000).toBeLessThan(START + 6 * DAY)
})

it('a night in which many answers hold such values begins five findings, the strongest', async () => {
  const house = await aNightHouse(START + DAY)
  for (let user = 0; user < 12; user++)
    for (let i = 0; i <= user; i++) await noted(house, START + HOUR + i * MINUTE, { user_id: `u${user}` }, leaked)
  await house.night()
  const ids = (await named(house, 'sensitive-output')).map(({ entity_id }) => entity_id)
  expect(ids.sort()).toEqual(['u10', 'u11', 'u7', 'u8', 'u9'])
})

it('what was redacted has a baseline of each user and type', async () => {
  const house = await aNightHouse(START + DAY)
  await noted(house, START + HOUR, { user_id: 'eve' }, { counts: { EMAIL: 4 } })
  await house.night()
  const { items } = await baselines(house, { metric: 'redacted.EMAIL', group: 'user', id: 'eve' })
  expect(items).toMatchObject([{ metric: 'redacted.EMAIL', n: 4 }])
})
