import { afterEach, beforeEach, expect, it } from 'vitest'
import { HOUR } from '../../../src/core/window.ts'
import { allRecords } from '../../../src/flow/all-records.ts'
import { patchFinding } from '../../../src/flow/findings.ts'
import { listMonitors, removeMonitor, showMonitor } from '../../../src/flow/monitors/own.ts'
import { eraseUser } from '../../contracts/engine/erasing.ts'
import { type AMonitorHouse, aMonitorHouse, DAY, ordinary, START } from './a-monitor-house.ts'

const REFUSALS = { search: { concept: 'refusal' } } as const
const SAVED = START + 21 * DAY
let house: AMonitorHouse

beforeEach(async () => {
  house = await aMonitorHouse()
  await house.append(ordinary(house, START, SAVED))
  house.at(SAVED)
  await house.read()
})
afterEach(async () => await house.close())

/** A surge of refusals in one hour, and ordinary hours up to `until`. */
async function surge(at: number, until: number, n = 20) {
  await house.append([...ordinary(house, SAVED, until), ...house.hour(at, new Array(n).fill('a refusal'))])
  house.at(until)
  await house.read()
}

it('raises a finding of a surge, once, with what came, what is usual, and the events', async () => {
  const saved = await house.save('refusals', REFUSALS)
  expect(saved).toMatchObject({ state: 'counting', action: 'surge', backtest: { findings: 0, matches: 168 } })
  await house.job()
  expect(await house.findings()).toEqual([])
  await surge(SAVED + 30 * HOUR, SAVED + 2 * DAY)
  await house.job()
  const [finding, ...others] = await house.findings()
  expect(others).toEqual([])
  expect(finding).toMatchObject({
    detector: 'monitor-surge',
    monitor: 'refusals',
    entity_type: 'source',
    entity_id: 'monitor:refusals',
    tenant_id: null,
    status: 'new',
    first_seen: '2026-01-27T06:00:00.000000Z',
  })
  const [evidence] = finding!.evidence
  expect(evidence!.observed).toBeGreaterThanOrEqual(20)
  expect(evidence!.expected).toBeLessThan(9)
  expect(evidence!.event_ids).toHaveLength(10)
  expect(await showMonitor(house, 'refusals', {})).toMatchObject({
    state: 'watching',
    open_findings: 1,
    last_day: 27,
    counted_until: '2026-01-28T00:00:00.000000Z',
  })
  const changes = await house.changes()
  await house.job()
  house.at(SAVED + 3 * DAY)
  await house.job()
  expect([(await house.findings()).length, await house.changes()]).toEqual([1, changes])
})

it('comes to one outcome wherever a run is killed', async () => {
  await house.save('refusals', REFUSALS)
  await house.save('policy', { ...REFUSALS, action: 'each' })
  await surge(SAVED + 30 * HOUR, SAVED + 2 * DAY)
  const { engine } = house
  for (let writes = 0; ; writes++) {
    let left = writes
    const putRecords: typeof engine.putRecords = async (rows) => {
      if (left-- === 0) throw new Error('killed')
      return await engine.putRecords(rows)
    }
    const killed = await house.job({ putRecords }).then(
      () => false,
      () => true,
    )
    if (!killed) break
  }
  const once = await house.findings()
  await house.job()
  expect(await house.findings()).toEqual(once)
  expect(once.filter(({ detector }) => detector === 'monitor-surge')).toHaveLength(1)
  expect(once.filter(({ detector }) => detector === 'policy-violation')).toHaveLength(7)
  expect(await house.changes()).toBe(once.length)
})

it('says in a back-test what the job then raises', async () => {
  await house.save('refusals', { ...REFUSALS, silence: true })
  await house.append([
    ...ordinary(house, SAVED, SAVED + 6 * DAY),
    ...house.hour(SAVED + 30 * HOUR, new Array(15).fill('a refusal')),
    ...house.hour(SAVED + 4 * DAY, new Array(9).fill('a refusal')),
    ...house.hour(SAVED + 4 * DAY + 5 * HOUR, new Array(9).fill('a refusal')),
  ])
  // days without any refusal, while answers go on
  for (let at = SAVED + 6 * DAY; at < SAVED + 9 * DAY; at += HOUR) await house.append(house.hour(at, ['fine', 'well']))
  for (let at = SAVED + 7 * HOUR; at <= SAVED + 9 * DAY; at += 7 * HOUR) {
    house.at(at)
    await house.read()
    await house.job()
  }
  house.at(SAVED + 9 * DAY)
  await house.job()
  const raised = (await house.findings()).map(({ detector, first_seen, evidence, severity }) => ({
    kind: detector.slice('monitor-'.length),
    since: first_seen,
    observed: evidence[0]!.observed,
    expected: evidence[0]!.expected,
    severity,
  }))
  expect(raised.map(({ kind }) => kind)).toEqual(['surge', 'surge', 'silence'])
  const told = await house.try({ ...REFUSALS, silence: true })
  expect(told.findings).toBe(3)
  expect(told.raised.toReversed()).toMatchObject(raised)
  expect(told.per_week).toBeGreaterThan(0.5)
})

it('counts late events where they belong, and takes back what they took the ground from', async () => {
  await house.save('refusals', REFUSALS)
  await surge(SAVED + 30 * HOUR, SAVED + 2 * DAY, 12)
  await house.job()
  expect(await house.findings()).toHaveLength(1)
  // as many in the same hour of every week before: it is usual
  for (const week of [1, 2, 3])
    await house.append(house.hour(SAVED + 30 * HOUR - week * 7 * DAY, new Array(14).fill('a refusal')))
  await house.read()
  await house.job()
  expect(await house.findings()).toMatchObject([{ status: 'resolved', note: expect.stringContaining('late events') }])
})

it('counts again what is read late, and calls no silence what nobody has read', async () => {
  await house.save('refusals', { ...REFUSALS, silence: true })
  await house.job()
  await house.append([
    ...ordinary(house, SAVED, SAVED + 3 * DAY),
    ...house.hour(SAVED + 30 * HOUR, new Array(20).fill('a refusal')),
  ])
  house.at(SAVED + 3 * DAY)
  await house.read({ marks: false })
  await house.job()
  await house.job()
  expect(await house.findings()).toEqual([])
  await house.read()
  await house.job()
  expect(await house.findings()).toMatchObject([{ detector: 'monitor-surge' }])
})

it('folds the matches of a policy by user; a closed finding stays closed, and a long pause begins another', async () => {
  const policy = { ...REFUSALS, action: 'each', severity: 'high' } as const
  expect((await house.try(policy)).raised).toHaveLength(7)
  await house.save('no-refusals', policy)
  const says = async (at: number, user_id: string, n = 1) => {
    await house.append(house.hour(at, new Array(n).fill('a refusal'), { user_id }))
    house.at(at + HOUR)
    await house.read()
    await house.job()
  }
  await says(SAVED + HOUR, 'bob', 2)
  await says(SAVED + 3 * HOUR, 'eve')
  await says(SAVED + DAY, 'bob', 12)
  const both = await house.findings()
  expect(both).toMatchObject([
    { entity_type: 'user', entity_id: 'bob', detector: 'policy-violation', severity: 'high', monitor: 'no-refusals' },
    { entity_id: 'eve', evidence: [{ observed: 1 }] },
  ])
  expect(both[0]!.evidence[0]).toMatchObject({ observed: 14, expected: 0 })
  expect(both[0]!.evidence[0]!.event_ids).toHaveLength(10)
  await patchFinding(house, both[0]!.finding_id, { status: 'false_positive' })
  await says(SAVED + 2 * DAY, 'bob')
  expect((await house.findings())[0]).toMatchObject({ status: 'false_positive', evidence: [{ observed: 14 }] })
  await says(SAVED + 20 * DAY, 'bob', 3)
  const bobs = (await house.findings()).filter(({ entity_id }) => entity_id === 'bob')
  expect(bobs.map(({ status, evidence }) => [status, evidence[0]!.observed])).toEqual([
    ['false_positive', 14],
    ['new', 3],
  ])
})

it('is counted anew by a new version of its concept, and raises nothing of before', async () => {
  await house.save('refusals', REFUSALS)
  await house.job()
  house.standing.set('refusal', { ...house.told('refusal', 2), pending: 'score:refusal@2' } as never)
  await house.job()
  expect(await showMonitor(house, 'refusals', {})).toMatchObject({ state: 'waiting', reason: /concept/ })
  house.standing.delete('refusal')
  await house.job()
  expect(await showMonitor(house, 'refusals', {})).toMatchObject({ state: 'broken', reason: /no concept of this name/ })
  house.standing.set('refusal', house.told('refusal', 1))
  await house.job()
  expect(await showMonitor(house, 'refusals', {})).toMatchObject({ state: 'watching', last_day: 7 })
})

it('goes on naming the concepts that its words named when it was saved', async () => {
  expect(await house.save('refusals', { search: { q: 'all refusals' } })).toMatchObject({ concepts: ['refusal'] })
  await house.job()
  house.standing.delete('refusal')
  await house.job()
  // not what the words would mean without it
  expect(await showMonitor(house, 'refusals', {})).toMatchObject({ state: 'broken', reason: /names refusal/ })
})

it('keeps nobody who was erased: a monitor of him goes or is broken, and his finding goes', async () => {
  const acme = { tenant_id: 'acme' }
  await house.append(house.hour(SAVED, ['a refusal', 'a refusal'], { user_id: 'bob-smith', ...acme }))
  house.at(SAVED + HOUR)
  await house.read()
  const ofBob = { search: { concept: 'refusal', user_id: 'bob-smith' }, least: 10 }
  await house.save('of-one', ofBob, acme)
  await house.save('of-one', ofBob)
  await house.save('of-both', { ...ofBob, search: { concept: 'refusal', user_id: ['bob-smith', 'u2'] } })
  await house.save('policy', { ...REFUSALS, action: 'each' })
  await house.append(house.hour(SAVED + HOUR, ['a refusal'], { user_id: 'bob-smith', ...acme }))
  house.at(SAVED + 2 * HOUR)
  await house.read()
  await house.job()
  expect(await house.findings()).toMatchObject([{ entity_id: 'bob-smith', tenant_id: 'acme' }])
  await eraseUser(house.engine, 'bob-smith')
  await house.job()
  const left = await listMonitors(house, {})
  expect(left.map(({ name, tenant_id, state }) => [name, tenant_id, state])).toEqual([
    ['of-both', null, 'watching'],
    ['of-one', null, 'broken'],
    ['policy', null, 'watching'],
  ])
  expect(left[1]!.reason).toMatch(/an erasure/)
  for (const kind of ['monitor', 'monitor-counts', 'finding', 'change'])
    expect(JSON.stringify(await allRecords(house.engine, kind)), kind).not.toContain('bob')
  expect(await house.findings()).toEqual([])
})

it('counts an event once that is of several concepts, and none that is of one it excludes', async () => {
  await house.append(house.hour(SAVED - HOUR, ['medical', 'medical refusal', 'a refusal']))
  await house.read()
  const matches = async (search: object) => (await house.try({ search } as never)).matches
  expect(await matches({ any_of: ['refusal', 'medical'] })).toBe(168 + 3)
  expect(await matches({ concept: 'refusal', any_of: ['medical'] })).toBe(1)
  expect(await matches({ any_of: ['medical'], none_of: ['refusal'] })).toBe(1)
  expect(await matches({ concept: 'refusal', min_probability: 0.95 })).toBe(0)
})

it('tells the tenant of each user whom a policy of the house finds, and keeps a bounded number open', async () => {
  await house.save('policy', { ...REFUSALS, action: 'each' })
  for (let from = 0; from < 220; from += 110)
    await house.append(
      Array.from({ length: 110 }, (_, i) =>
        house.hour(SAVED, ['a refusal'], { user_id: `many${from + i}`, tenant_id: 'acme' }),
      ).flat(),
    )
  house.at(SAVED + HOUR)
  await house.read()
  await house.job()
  const found = await house.findings()
  expect(found).toHaveLength(200)
  expect(new Set(found.map(({ tenant_id, entity_type }) => `${entity_type} of ${tenant_id}`))).toEqual(
    new Set(['user of acme']),
  )
  expect(await showMonitor(house, 'policy', {})).toMatchObject({ open_findings: 200, held_back: 20 })
  house.at(SAVED + 2 * DAY)
  await house.job()
  for (const { finding_id } of found.slice(0, 30)) await patchFinding(house, finding_id, { status: 'resolved' })
  await house.job()
  expect(await house.findings()).toHaveLength(220)
  expect(await showMonitor(house, 'policy', {})).toMatchObject({ open_findings: 190, held_back: 0 })
})

it('raises nothing while it is paused, and begins with what comes after', async () => {
  await house.save('refusals', { ...REFUSALS, paused: true })
  await surge(SAVED + 30 * HOUR, SAVED + 2 * DAY)
  await house.job()
  expect(await showMonitor(house, 'refusals', {})).toMatchObject({ state: 'paused', counted_until: null })
  await house.save('refusals', REFUSALS)
  await house.job()
  expect(await house.findings()).toEqual([])
  await house.append(house.hour(SAVED + 2 * DAY, new Array(20).fill('a refusal')))
  house.at(SAVED + 2 * DAY + HOUR)
  await house.read()
  await house.job()
  expect(await house.findings()).toMatchObject([{ first_seen: '2026-01-28T00:00:00.000000Z' }])
})

it('is removed with its counts, and its findings stay', async () => {
  await house.save('refusals', REFUSALS)
  await surge(SAVED + 30 * HOUR, SAVED + 2 * DAY)
  await house.job()
  await removeMonitor(house, 'refusals', {})
  await house.job()
  expect([await listMonitors(house, {}), (await house.findings()).length]).toEqual([[], 1])
  await expect(showMonitor(house, 'refusals', {})).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await house.save('refusals', REFUSALS)).toMatchObject({ state: 'counting', open_findings: 1 })
})
