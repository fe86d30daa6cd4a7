import { afterAll, beforeAll, expect, it } from 'vitest'
import { MINUTE } from '../../src/core/window.ts'
import { type AConceptHouse, aConceptHouse, MORE_REFUNDS, OTHERS, REFUNDS } from './a-concept-house.ts'
import { said } from './an-api.ts'

let house: AConceptHouse
const keys = {} as Record<'acme' | 'globex', string>
beforeAll(async () => {
  house = await aConceptHouse()
  for (const tenant_id of ['acme', 'globex'] as const)
    keys[tenant_id] = (await house.aKey({ role: 'analyst', tenant_id })).key
  const body = ['acme', 'globex'].flatMap((tenant_id) =>
    [...REFUNDS, ...OTHERS, ...MORE_REFUNDS].map((prompt, i) =>
      said(`${tenant_id}-${i}`, { prompt, tenant_id, response: 'let me see', user_id: `${tenant_id}-u${i}` }),
    ),
  )
  await house.call('POST', '/v1/events', { role: 'ingest', body })
  await house.embed()
})
afterAll(() => house?.close())

const as = (tenant: keyof typeof keys) => ({ key: keys[tenant] })
const ask = {
  description: 'The user asks for a refund.',
  reads: 'prompt',
  positives: REFUNDS.slice(0, 5),
  negatives: OTHERS.slice(0, 5),
}
const put = (name: string, body: object = ask, who: object = as('acme')) =>
  house.call('PUT', `/v1/concepts/${name}`, { ...who, body })
const all = async (concept: string, who: object = as('acme')) =>
  (await house.call('POST', '/v1/search', { ...who, body: { concept, scope: 'all', min_probability: 0, k: 100 } })).json
const found = (answer: { items: { event_id: string }[] }) => answer.items.map(({ event_id }) => event_id)

it('a concept is made of examples, says how well it is told, and is brought to every stored event of its tenant', async () => {
  const made = await put('refunds')
  expect(made.status).toBe(200)
  expect(made.json).toMatchObject({
    name: 'refunds',
    tenant_id: 'acme',
    built_in: false,
    version: 1,
    newest_version: 1,
    scoring: true,
    reads: 'prompt',
    cross_validated: { positives: 5, negatives: 5, calibration: { method: expect.any(String) } },
    examples: { positives: REFUNDS.slice(0, 5).map((text) => ({ text })) },
  })
  for (const share of ['precision', 'recall'] as const) {
    const { value, low, high } = made.json.cross_validated[share]
    expect([low <= value, value <= high, high - low > 0.05]).toEqual([true, true, true])
  }
  const before = await all('refunds')
  expect([before.items.length, before.not_examined]).toEqual([0, 14])

  await house.work()
  const after = await all('refunds')
  expect([after.items.length, after.not_examined]).toEqual([14, 0])
  // what was not among the examples comes before everything else that was not
  const unseen = found(after).filter((id) => Number(id.split('-')[1]) >= 12 || id === 'acme-11')
  expect(unseen.slice(0, 2).sort()).toEqual(['acme-12', 'acme-13'])
  expect(after.items[0].concepts.refunds).toBe(after.items[0].score)
  expect((await house.call('GET', '/v1/concepts/refunds', as('acme'))).json).toMatchObject({
    scoring: false,
    version: 1,
  })
})

it('what comes in later is scored as it is embedded, and a plain question finds the concept', async () => {
  const event = said('acme-late', { prompt: 'refund my order please', tenant_id: 'acme' })
  await house.call('POST', '/v1/events', { role: 'ingest', body: [event] })
  await house.embed()
  const answer = (await house.call('GET', '/v1/search?q=all%20refunds', as('acme'))).json
  expect(answer.interpreted_as).toMatchObject({ concept: 'refunds', scope: 'all' })
  expect(found(answer)).toContain('acme-late')
  const event_ = (await house.call('GET', '/v1/events/acme-late', as('acme'))).json
  expect(event_.concepts.refunds).toBeGreaterThan(0.3)
})

it('another tenant sees nothing of it: not in lists, by its name, in what is shown of events, nor that the name is taken', async () => {
  const { json } = await house.call('GET', '/v1/concepts', as('globex'))
  expect(json.items.map(({ name }: { name: string }) => name)).toEqual(['refusal'])
  const words = ({ json: told, status }: Awaited<ReturnType<typeof house.call>>) => ({
    ...told,
    instance: null,
    status,
  })
  for (const [method, path, body] of [
    ['GET', '/v1/concepts/NAME', undefined],
    ['DELETE', '/v1/concepts/NAME', undefined],
    ['GET', '/v1/concepts/NAME/versions', undefined],
    ['POST', '/v1/concepts/NAME/restore', { version: 1 }],
    ['POST', '/v1/search', { concept: 'NAME' }],
    ['POST', '/v1/feedback', { event_id: 'globex-1', concept: 'NAME', label: true }],
  ] as const) {
    const [theirs, none] = await Promise.all(
      ['refunds', 'nothing'].map(async (name) => {
        const more = body === undefined ? {} : { body: JSON.parse(JSON.stringify(body).replace('NAME', name)) }
        return words(await house.call(method, path.replace('NAME', name), { ...as('globex'), ...more }))
      }),
    )
    expect(theirs, `${method} ${path}`).toEqual(none)
    expect(theirs!.status).toBeGreaterThanOrEqual(400)
  }
  const other = await put(
    'refunds',
    { ...ask, positives: OTHERS.slice(0, 5), negatives: REFUNDS.slice(0, 5) },
    as('globex'),
  )
  expect([other.status, other.json.version]).toEqual([200, 1])
  await house.work()
  const [mine, theirs] = [await all('refunds'), await all('refunds', as('globex'))]
  expect(found(mine).every((id) => id.startsWith('acme'))).toBe(true)
  expect(found(theirs).every((id) => id.startsWith('globex'))).toBe(true)
  expect(found(mine)[0]).not.toBe(found(theirs)[0]?.replace('globex', 'acme'))
})

it('the house sees the concepts of every tenant, and searches by one where it asks about that tenant', async () => {
  const { json } = await house.call('GET', '/v1/concepts', { role: 'analyst' })
  expect(json.items.map(({ name, tenant_id }: { name: string; tenant_id: string }) => [name, tenant_id])).toEqual([
    ['refusal', null],
    ['refunds', 'acme'],
    ['refunds', 'globex'],
  ])
  const body = { concept: 'refunds', tenant_id: 'globex', scope: 'all', min_probability: 0 }
  const answer = await house.call('POST', '/v1/search', { role: 'analyst', body })
  expect(found(answer.json).every((id) => id.startsWith('globex'))).toBe(true)
  expect((await house.call('POST', '/v1/search', { role: 'analyst', body: { concept: 'refunds' } })).status).toBe(400)
})

it('examples may be events that the caller sees; one that he does not, or a mistyped id, is told of by its place', async () => {
  const own = [0, 1, 2, 3, 4].map((i) => ({ event_id: `acme-${i}` }))
  const made = await house.call('POST', '/v1/concepts/fit', {
    ...as('acme'),
    body: { ...ask, positives: own, negatives: ['acme-6', 'acme-7', 'acme-8', 'acme-9', 'acme-10'] },
  })
  expect([made.status, made.json.cross_validated.positives, made.json.cross_validated.negatives]).toEqual([200, 5, 5])
  const refused = async (example: unknown) => {
    const body = { ...ask, positives: [...own, example] }
    const { status, json } = await house.call('POST', '/v1/concepts/fit', { ...as('acme'), body })
    return [status, json.errors]
  }
  const errors = [{ path: '/positives/5', message: expect.stringContaining('no event that you see') }]
  expect(await refused('globex-1')).toEqual([400, errors])
  expect(await refused({ event_id: 'globex-1' })).toEqual([400, errors])
  expect(await refused('acme-nobody')).toEqual([400, errors])
  // a dry run keeps nothing
  expect((await house.call('GET', '/v1/concepts/trial', as('acme'))).status).toBe(404)
})

it('says what is missing of a concept that cannot be made', async () => {
  expect((await put('few', { ...ask, positives: REFUNDS.slice(0, 2), negatives: [] })).status).toBe(422)
  expect((await put('refusal')).status).toBe(409)
  expect((await put('Not a name')).status).toBe(400)
  expect((await put('long', { ...ask, positives: Array.from({ length: 501 }, () => 'x y') })).status).toBe(400)
})

it('a key that sees no texts makes concepts of events, and gets no example’s text', async () => {
  const { key } = await house.aKey({ role: 'analyst', tenant_id: 'acme', read: 'metadata' })
  expect((await put('words', ask, { key })).status).toBe(400)
  const shown = await house.call('GET', '/v1/concepts/refunds', { key })
  expect(shown.text).not.toContain('money')
  const events = {
    positives: [0, 1, 2, 3, 4].map((i) => `acme-${i}`),
    negatives: ['acme-6', 'acme-7', 'acme-8', 'acme-9', 'acme-10'],
  }
  expect((await put('by-events', { ...ask, ...events }, { key })).json.examples.positives[0]).toEqual({
    event_id: 'acme-0',
  })
})

it('secrets in examples are redacted before anything is kept', async () => {
  const positives = REFUNDS.slice(0, 5).map((text) => `${text}, write to ann@shop.example`)
  const { text } = await put('mails', { ...ask, positives })
  expect(text).not.toContain('ann@shop')
  const kept = await house.engine.records('concept-version', {}, { order: 'ts', limit: 100 })
  expect(JSON.stringify(kept)).not.toContain('ann@shop')
})

it('a version before can be gone back to, and while the newest is brought to events the one before answers', async () => {
  const first = (await house.call('GET', '/v1/concepts/refunds', as('acme'))).json
  const second = await put('refunds', { ...ask, positives: REFUNDS, negatives: OTHERS })
  expect(second.json).toMatchObject({ version: 1, newest_version: 2, scoring: true })
  const during = await all('refunds')
  expect([during.items.length, during.not_examined]).toEqual([15, 0])
  await house.work()
  expect((await house.call('GET', '/v1/concepts/refunds', as('acme'))).json).toMatchObject({
    version: 2,
    scoring: false,
  })
  const back = await house.call('POST', '/v1/concepts/refunds/restore', { ...as('acme'), body: { version: 1 } })
  expect(back.json).toMatchObject({ newest_version: 3, cross_validated: first.cross_validated })
  await house.work()
  const { items } = (await house.call('GET', '/v1/concepts/refunds/versions', as('acme'))).json
  const told = items.map(({ version, how, of, state }: Record<string, unknown>) => [version, how, of, state])
  expect(told).toEqual([
    [3, 'restored', 1, 'answers'],
    [2, 'fitted', null, 'kept'],
    [1, 'fitted', null, 'kept'],
  ])
  expect(
    (await house.call('POST', '/v1/concepts/refunds/restore', { ...as('acme'), body: { version: 9 } })).status,
  ).toBe(404)
  // marks of versions that nobody needs are gone
  const marks = async (version: number) =>
    (await house.engine.marked('refunds@acme', version, 0, {}, { limit: 1 })).items.length
  expect([await marks(1), await marks(2), await marks(3)]).toEqual([0, 0, 1])
})

it('a removed concept takes its marks, its examples and its numbers along', async () => {
  const gone = await house.call('DELETE', '/v1/concepts/refunds', as('acme'))
  expect(gone.json).toEqual({ name: 'refunds', outcome: 'removed' })
  house.pass(3 * MINUTE)
  await house.work()
  expect((await house.engine.marked('refunds@acme', 3, 0, {}, { limit: 1 })).items).toEqual([])
  const kept = await house.engine.records('concept-version', { tenant_id: 'acme' }, { order: 'ts', limit: 100 })
  expect(kept.filter(({ id, body }) => id.startsWith('refunds@') && body !== null)).toEqual([])
  expect((await house.call('GET', '/v1/concepts/refunds', as('acme'))).status).toBe(404)
  expect((await put('refunds')).json.newest_version).toBe(4)
})

it('is audited, without an example', async () => {
  const { json, text } = await house.call('GET', '/v1/audit?limit=200', { role: 'auditor' })
  const actions = new Set(json.items.map(({ action }: { action: string }) => action))
  for (const action of ['concept.put', 'concept.fit', 'concept.read', 'concept.restore', 'concept.delete'])
    expect(actions).toContain(action)
  expect(text).not.toContain('money')
})
