import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { INSIDER_RECORDS } from '../../src/core/analyst.ts'
import type { Role } from '../../src/core/key.ts'
import type { Json } from '../../src/core/ports.ts'
import type { TokenHolder } from '../../src/core/token.ts'
import { parseTime } from '../../src/core/window.ts'
import { aFinding } from '../formats/a-finding.ts'
import { type AnApi, anApi, said } from './an-api.ts'

const DATE = '2026-01-30'
const SEEN = parseTime(`${DATE}T10:00:00Z`)!
let api: AnApi

/** Tokens of these names speak for these roles. */
const HOLDERS: Record<string, TokenHolder['roles']> = {
  both: [
    { role: 'analyst', read: 'text' },
    { role: 'admin', read: 'text' },
  ],
  analyst: [{ role: 'analyst', read: 'text' }],
}

beforeAll(async () => {
  api = await anApi({
    parts: {
      tokens: async (text) => ({ subject: text, roles: HOLDERS[text] ?? [], withoutMfa: [], tenant_id: null }),
    },
  })
  await api.call('POST', '/v1/events', { body: [said('e1', { timestamp: `${DATE}T10:00:00Z`, tenant_id: 'acme' })] })
  const time = `${DATE}T10:00:00.000000Z`
  const put = async (kinds: { finding: string; change: string; score: string }, id: string, over: object) => {
    const finding = aFinding({ finding_id: id, first_seen: time, last_seen: time, created_at: time, ...over })
    const { entity_type, entity_id, tenant_id, score } = finding
    const shown = { ts: SEEN, rank: score, entity: `${entity_type}:${entity_id}`, tenant_id }
    const change = { kind: 'created', change_id: `${id}.1`, at: time }
    const body = { ...finding, first_seen: time, last_seen: time, history: [{ at: time, score }] }
    await api.engine.putRecords([
      { record: { ...shown, kind: kinds.finding, id, body: finding as unknown as Json }, expect: 0 },
      {
        record: { ...shown, kind: kinds.change, id: `${id}.1`, body: { finding, change } as unknown as Json },
        expect: 0,
      },
      { record: { ...shown, kind: kinds.score, id: `s-${id}`, body: body as unknown as Json }, expect: 0 },
    ])
  }
  const ordinary = { finding: 'finding', change: 'change', score: 'score' }
  const analyst = (entity_id: string, tenant_id: string | null, score: number) => ({
    detector: 'insider-export',
    entity_type: 'analyst',
    entity_id,
    tenant_id,
    score,
    title: 'SECRET of an analyst',
  })
  await put(ordinary, 'f-user', { tenant_id: 'acme', score: 60 })
  await put(INSIDER_RECORDS, 'f-acme', analyst('key_acme', 'acme', 70))
  await put(INSIDER_RECORDS, 'f-globex', analyst('key_globex', 'globex', 50))
  await put(INSIDER_RECORDS, 'f-house', analyst('key_house', null, 80))
})
afterAll(() => api.close())

/** An answer, less the name that each refusal has of its own. */
const told = ({ status, json }: { status: number; json: object }) => ({ status, ...json, instance: '' })

/** Ids of insiders' findings that each caller is to see; everybody else sees none. */
const SEES: Record<string, string[]> = {
  admin: ['f-acme', 'f-globex', 'f-house'],
  'admin of acme': ['f-acme'],
  'admin of globex': ['f-globex'],
  'admin without texts': ['f-acme', 'f-globex', 'f-house'],
  'token of an admin who is an analyst': ['f-acme', 'f-globex', 'f-house'],
}
const CALLERS: [string, () => Promise<{ role?: Role; key?: string }>][] = [
  ...(['ingest', 'analyst', 'siem', 'auditor', 'admin'] as const).map(
    (role): [string, () => Promise<{ role: Role }>] => [role, async () => ({ role })],
  ),
  ...(['analyst', 'siem', 'auditor', 'admin'] as const).flatMap((role) =>
    ['acme', 'globex'].map((tenant_id): [string, () => Promise<{ key: string }>] => [
      `${role} of ${tenant_id}`,
      async () => ({ key: (await api.aKey({ role, tenant_id })).key }),
    ]),
  ),
  ['admin without texts', async () => ({ key: (await api.aKey({ role: 'admin', read: 'metadata' })).key })],
  ['token of an analyst', async () => ({ key: 'analyst' })],
  ['token of an admin who is an analyst', async () => ({ key: 'both' })],
]
const INSIDERS = ['f-acme', 'f-globex', 'f-house']
const ANALYSTS: Record<string, string> = { 'f-acme': 'key_acme', 'f-globex': 'key_globex', 'f-house': 'key_house' }

describe.each(CALLERS)('to the %s', (name, caller) => {
  const seen = SEES[name] ?? []

  it('lists hold what is his to see, and count and page no more', async () => {
    const as = await caller()
    const list = await api.call('GET', '/v1/findings', as)
    if (list.status === 403) return expect(seen).toEqual([])
    const ids = list.json.items.map((one: { finding_id: string }) => one.finding_id)
    expect(ids.filter((id: string) => INSIDERS.includes(id)).sort()).toEqual([...seen].sort())
    // page by page the same, without a cursor that tells of one more
    const paged: string[] = []
    for (let cursor = ''; ; ) {
      const page = await api.call('GET', `/v1/findings?limit=1${cursor}`, as)
      paged.push(...page.json.items.map((one: { finding_id: string }) => one.finding_id))
      if (page.json.next_cursor === null) break
      cursor = `&cursor=${page.json.next_cursor}`
    }
    expect(paged).toEqual(ids)
    for (const query of ['entity_type=analyst', 'detector=insider-export']) {
      const some = await api.call('GET', `/v1/findings?${query}`, as)
      expect(some.json.items).toHaveLength(seen.length)
      expect(some.json.next_cursor).toBeNull()
    }
    const scores = await api.call('GET', '/v1/scores', as)
    const named = scores.json.items.filter((one: { entity_type: string }) => one.entity_type === 'analyst')
    expect(named.map((one: { entity_id: string }) => one.entity_id).sort()).toEqual(
      seen.map((id) => ANALYSTS[id]).sort(),
    )
    const then = await api.call('GET', `/v1/scores?at=2026-01-31&entity_type=analyst`, as)
    expect(then.json.items).toHaveLength(seen.length)
  })

  it('a finding that he may not see is answered like one that does not exist', async () => {
    const as = await caller()
    const ask = async (id: string) => await api.call('GET', `/v1/findings/${id}`, as)
    const none = await ask('f-none')
    for (const id of INSIDERS) {
      const answer = await ask(id)
      if (seen.includes(id)) expect([answer.status, answer.json.finding_id]).toEqual([200, id])
      else expect(told(answer)).toEqual(told(none))
    }
    const noScore = await api.call('GET', '/v1/scores/analyst/key_none', as)
    for (const id of INSIDERS) {
      const answer = await api.call('GET', `/v1/scores/analyst/${ANALYSTS[id]}`, as)
      if (seen.includes(id)) expect([answer.status, answer.json.entity_id]).toEqual([200, ANALYSTS[id]])
      else expect(told(answer)).toEqual(told(noScore))
    }
  })

  it('the digest holds what is his to see, in a part of its own', async () => {
    const as = await caller()
    for (const format of ['json', 'html', 'markdown', 'text']) {
      const { status, text } = await api.call('GET', `/v1/digests/${DATE}?format=${format}`, as)
      if (status === 403) return expect(seen).toEqual([])
      const named = INSIDERS.filter((id) => text.replaceAll('\\', '').includes(ANALYSTS[id] ?? id))
      // a tenant without events has no day to tell of
      if (status === 200) expect(named.sort(), format).toEqual([...seen].sort())
      else expect([status, named]).toEqual([404, []])
      if (seen.length === 0) expect(text).not.toMatch(/SECRET|insider|admins/)
    }
    const list = await api.call('GET', '/v1/digests', as)
    expect(list.text).not.toMatch(/SECRET|insider/)
  })

  it('nothing leaves by another door', async () => {
    const as = await caller()
    for (const format of ['native', 'ocsf', 'ecs', 'cef', 'leef'])
      expect((await api.call('GET', `/v1/siem/findings?format=${format}`, as)).text).not.toMatch(/SECRET|insider/)
    for (const path of ['/v1/search?q=SECRET', '/v1/baselines?metric=volume&group=analyst', '/metrics', '/v1/concepts'])
      expect((await api.call('GET', path, as)).text, path).not.toMatch(/SECRET|key_acme|key_house|key_globex/)
  })

  it('a change of one that he may not see is refused as of one that is not there, and leaves no trace', async () => {
    const as = await caller()
    const entries = async () => (await api.call('GET', '/v1/audit?action=finding.change')).json.items
    const before = (await entries()).length
    const change = async (id: string) =>
      await api.call('PATCH', `/v1/findings/${id}`, { ...as, body: { note: `by ${name}` } })
    const none = await change('f-none')
    for (const id of INSIDERS.filter((one) => !seen.includes(one))) expect(told(await change(id))).toEqual(told(none))
    expect(await entries()).toHaveLength(before)
    for (const id of seen) expect((await change(id)).json).toMatchObject({ finding_id: id, note: `by ${name}` })
    const after = await entries()
    expect(after).toHaveLength(before + seen.length)
    if (seen.length > 0) expect(after[0].asked).toMatchObject({ note: true })
    // the feed of the SIEM heard of none of it
    expect((await api.call('GET', '/v1/siem/findings?format=native')).text).not.toContain(`by ${name}`)
  })
})

it('the digest of an analyst is that of an admin, less the part for admins', async () => {
  const admin = (await api.call('GET', `/v1/digests/${DATE}`)).json
  const analyst = (await api.call('GET', `/v1/digests/${DATE}`, { role: 'analyst' })).json
  expect(admin.insiders).toHaveLength(3)
  const { insiders: _, ...rest } = admin
  expect(analyst).toEqual(rest)
  expect(analyst.findings.total).toBe(1)
})

it('a key of a tenant that has none sees none', async () => {
  const { key } = await api.aKey({ role: 'admin', tenant_id: 'initech' })
  expect((await api.call('GET', '/v1/findings', { key })).json).toEqual({ items: [], next_cursor: null })
})
