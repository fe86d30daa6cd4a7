import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RecordRow } from '../../src/core/ports.ts'
import { MINUTE, parseTime } from '../../src/core/window.ts'
import { labelsOf } from '../../src/flow/labels.ts'
import { aFinding } from '../formats/a-finding.ts'
import { type AConceptHouse, aConceptHouse, OTHERS, REFUNDS } from './a-concept-house.ts'
import { said } from './an-api.ts'

let house: AConceptHouse
let acme: string
/** Answers that put a request off in the words of this house: the shipped concept of refusals does not know them. */
const OFF = [
  'That one is for the counter, kindly take it there',
  'This desk leaves such matters to the counter',
  'Such questions belong to the counter downstairs',
  'The counter sees to this, not this desk',
  'One for the counter, I am afraid',
  'Kindly take this to the counter in the hall',
]
const ON = [
  'Your parcel left the depot this morning',
  'The lamp is sold in green as well',
  'You will find the form under settings',
  'We open at nine on sundays',
  'The second payment was returned to you',
  'Your new password is on its way by post',
]

beforeAll(async () => {
  house = await aConceptHouse()
  acme = (await house.aKey({ role: 'analyst', tenant_id: 'acme' })).key
  const texts = [...REFUNDS, ...OTHERS]
  const body = ['acme', 'globex'].flatMap((tenant_id) =>
    texts.map((prompt, i) =>
      said(`${tenant_id}-${i}`, {
        prompt,
        tenant_id,
        response: [...OFF, ...ON][i],
        user_id: `${tenant_id}-user-${i}`,
      }),
    ),
  )
  await house.call('POST', '/v1/events', { role: 'ingest', body })
  await house.embed()
  const [positives, negatives] = [REFUNDS.slice(0, 5), OTHERS.slice(0, 5)]
  const concept = { description: 'wants a refund', reads: 'prompt', positives, negatives }
  await house.call('PUT', '/v1/concepts/refunds', { key: acme, body: concept })
  await house.work()
})
afterAll(() => house?.close())

const label = (body: object, key = acme) => house.call('POST', '/v1/feedback', { key, body })
const chance = async (event_id: string, concept: string) =>
  (await house.call('GET', `/v1/events/${event_id}`, { key: acme })).json.concepts[concept] as number

it('a label fits a small own concept anew, at once, and the event is told by it once the job was there', async () => {
  const before = await chance('acme-11', 'refunds')
  const given = await label({ event_id: 'acme-11', concept: 'refunds', label: true, note: 'mail ann@shop.example' })
  expect(given.json).toMatchObject({
    given: { event_id: 'acme-11', concept: 'refunds', label: true, note: expect.not.stringContaining('ann@') },
    refit: { outcome: 'refitted', version: 2 },
  })
  await house.work()
  expect(await chance('acme-11', 'refunds')).toBeGreaterThan(before)
  const { json } = await house.call('GET', '/v1/concepts/refunds', { key: acme })
  expect(json).toMatchObject({ version: 2, cross_validated: { positives: 6, labels: 1 } })
})

it('there is one label of an event, which can be changed and taken back', async () => {
  await label({ event_id: 'acme-11', concept: 'refunds', label: false })
  const list = async () => (await house.call('GET', '/v1/feedback?concept=refunds', { key: acme })).json.items
  expect((await list()).map(({ label }: { label: boolean }) => label)).toEqual([false])
  expect(await labelsOf(house.engine, 'refunds', 'acme')).toMatchObject([{ event_id: 'acme-11', label: false }])
  const path = '/v1/feedback?concept=refunds&event_id=acme-11'
  expect((await house.call('DELETE', path, { key: acme })).status).toBe(204)
  expect((await house.call('DELETE', path, { key: acme })).status).toBe(404)
  expect(await list()).toEqual([])
  expect(await labelsOf(house.engine, 'refunds', 'acme')).toEqual([])
})

it('says what is missing', async () => {
  expect((await label({ event_id: 'acme-1', label: true })).status).toBe(400)
  expect((await label({ concept: 'refunds', label: true })).status).toBe(400)
  expect((await label({ event_id: 'acme-1', concept: 'refunds', finding_id: 'f1', label: true })).status).toBe(400)
  expect((await label({ event_id: 'acme-1', concept: 'nothing', label: true })).status).toBe(404)
  const [theirs, none] = await Promise.all(
    ['globex-1', 'nobody'].map((event_id) => label({ event_id, concept: 'refusal', label: true })),
  )
  expect([theirs!.status, theirs!.json.detail]).toEqual([none!.status, none!.json.detail])
  expect(none!.status).toBe(404)
})

it('labels of a tenant correct a built-in concept for its events alone, where that pays, and it can be set back', async () => {
  for (let i = 0; i < 12; i++)
    expect((await label({ event_id: `acme-${i}`, concept: 'refusal', label: i < 6 })).json.refit.outcome).toBe(
      'scheduled',
    )
  const before = await chance('acme-0', 'refusal')
  await house.work()
  const corrected = (await house.call('GET', '/v1/concepts/refusal', { key: acme })).json
  expect(corrected).toMatchObject({
    corrected: true,
    tenant_id: 'acme',
    version: 1001,
    cross_validated: { positives: 6, negatives: 6, labels: 12 },
  })
  expect(await chance('acme-0', 'refusal')).toBeGreaterThan(before)
  const globex = (await house.aKey({ role: 'analyst', tenant_id: 'globex' })).key
  for (const who of [{ key: globex }, { role: 'analyst' as const }])
    expect((await house.call('GET', '/v1/concepts/refusal', who)).json).toMatchObject({ corrected: false, version: 1 })

  expect((await house.call('DELETE', '/v1/concepts/refusal', { key: acme })).json.outcome).toBe('set back')
  house.pass(11 * MINUTE)
  await house.work()
  expect(await chance('acme-0', 'refusal')).toBe(before)
  expect((await house.call('GET', '/v1/concepts/refusal', { key: acme })).json.corrected).toBe(false)
})

it('labels of the house correct it for all, in a version of the store that goes back to the shipped one', async () => {
  for (let i = 0; i < 12; i++)
    await label({ event_id: `globex-${i}`, concept: 'refusal', label: i < 6 }, house.keys.analyst)
  house.pass(11 * MINUTE)
  await house.work()
  const who = { role: 'analyst' } as const
  expect((await house.call('GET', '/v1/concepts/refusal', who)).json).toMatchObject({ version: 1001, corrected: true })
  expect((await house.call('GET', '/v1/concepts/refusal', { key: acme })).json.version).toBe(1001)
  const { items } = (await house.call('GET', '/v1/concepts/refusal/versions', who)).json
  expect(items.map(({ version, how }: Record<string, unknown>) => [version, how])).toEqual([
    [1001, 'labels'],
    [1, 'shipped'],
  ])
  const body = { version: 1 }
  const back = await house.call('POST', '/v1/concepts/refusal/restore', { ...who, body })
  expect(back.json).toMatchObject({ version: 1001, newest_version: 1, scoring: true })
  await house.work()
  expect((await house.call('GET', '/v1/concepts/refusal', who)).json).toMatchObject({ version: 1, corrected: false })
  const all = { concept: 'refusal', scope: 'all', min_probability: 0, k: 100 }
  expect((await house.call('POST', '/v1/search', { ...who, body: all })).json).toMatchObject({
    total: 24,
    not_examined: 0,
  })
})

it('a finding is closed or acknowledged, and its label is kept for whoever calibrates its detector', async () => {
  const finding = aFinding({ finding_id: 'f1', tenant_id: 'acme', status: 'new' })
  const row = { kind: 'finding', id: 'f1', ts: parseTime('2026-01-31T12:00:00Z')!, entity: null, tenant_id: 'acme' }
  const record = { ...row, rank: 50, body: finding } as unknown as RecordRow
  await house.engine.putRecords([{ record, expect: 0 }])
  const wrong = await label({ finding_id: 'f1', label: false, note: 'a batch of ours' })
  expect(wrong.json).toMatchObject({ finding_status: 'false_positive', refit: { outcome: 'none' } })
  expect(wrong.json.refit.note).toContain('no detector is recalibrated')
  expect((await label({ finding_id: 'f1', label: true })).json.finding_status).toBe('acknowledged')
  const { json } = await house.call('GET', '/v1/feedback?finding_id=f1', { key: acme })
  expect(json.items).toMatchObject([{ finding_id: 'f1', label: true }])
})

it('an event that is erased takes its label and its place among the examples along; what was fitted stays', async () => {
  const positives = ['acme-0', 'acme-1', 'acme-2', 'acme-3', 'acme-4', 'acme-5']
  const negatives = ['acme-6', 'acme-7', 'acme-8', 'acme-9', 'acme-10', 'acme-11']
  const body = { description: 'wants a refund', reads: 'prompt', positives, negatives }
  expect((await house.call('PUT', '/v1/concepts/by-event', { key: acme, body })).status).toBe(200)
  await label({ event_id: 'acme-1', concept: 'by-event', label: true })
  await house.work()
  const { version } = (await house.call('GET', '/v1/concepts/by-event', { key: acme })).json
  const erased = await house.call('POST', '/v1/erasures', { body: { user_id: 'acme-user-1', reason: 'asked for it' } })
  expect(erased.json.outcome).toBe('erased')

  expect(await labelsOf(house.engine, 'by-event', 'acme')).toEqual([])
  const shown = (await house.call('GET', '/v1/concepts/by-event', { key: acme })).json
  expect(shown.version).toBe(version)
  const ids = shown.examples.positives.map(({ event_id }: { event_id: string }) => event_id)
  expect(ids).toEqual(positives.filter((id) => id !== 'acme-1'))
  for (const kind of ['concept', 'concept-version', 'label'])
    expect(JSON.stringify(await house.engine.records(kind, {}, { order: 'ts', limit: 500 })), kind).not.toContain(
      '"acme-1"',
    )
  const refit = await label({ event_id: 'acme-2', concept: 'by-event', label: true })
  expect(refit.json.refit.outcome).toBe('refitted')
  const again = (await house.call('GET', '/v1/concepts/by-event', { key: acme })).json
  expect(again.cross_validated.positives).toBe(5)
})
