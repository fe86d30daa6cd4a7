import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addressOf, auth, createAttempts } from '../../src/api/plugins/auth.ts'
import type { Role } from '../../src/core/key.ts'
import { ROLES } from '../../src/core/key.ts'
import { MINUTE, SECOND } from '../../src/core/window.ts'
import { revokeKey } from '../../src/flow/keys.ts'
import { type AnApi, anApi, said } from './an-api.ts'

/** The table of docs/access.md, by route: who may call it. */
const table = new Map(
  readFileSync(join(import.meta.dirname, '../../docs/access.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| `[A-Z]+ \//.test(line))
    .map((line) => {
      const [route = '', ...cells] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', ''))
      const audited = cells.pop()
      for (const cell of cells) if (cell !== 'yes' && cell !== '-') throw new Error(`${route}: ${cell} says nothing`)
      return [route, { cells: cells.map((cell) => cell === 'yes'), audited: audited === '-' ? null : audited }] as const
    }),
)
const [NO_KEY, FIRST_ROLE, BOUND] = [0, 1, 1 + ROLES.length]

describe('each door', () => {
  let api: AnApi
  const bound = {} as Record<Role, string>
  beforeAll(async () => {
    api = await anApi()
    for (const role of ROLES) bound[role] = (await api.aKey({ role, tenant_id: 'acme' })).key
  })
  afterAll(() => api.close())

  const ask = async (route: string, as: { role?: Role | null; key?: string }) => {
    const [method = '', path = ''] = route.split(' ')
    return (await api.call(method, path.replace('{entity_type}', 'user').replace(/\{\w+\}/, 'x'), as)).status
  }

  it.each([...table])('%s opens as the table says, to each role, and to no other', async (route, { cells }) => {
    const open = cells[NO_KEY]
    const nobody = await ask(route, { role: null })
    if (open) expect(nobody).toBe(200)
    else expect(nobody).toBe(401)
    for (const [i, role] of ROLES.entries()) {
      const may = cells[FIRST_ROLE + i]!
      for (const [who, opens] of [
        [{ role }, may],
        [{ key: bound[role] }, may && cells[BOUND]!],
      ] as const) {
        const status = await ask(route, who)
        if (opens) expect([401, 403], `${role} ${JSON.stringify(Object.keys(who))}`).not.toContain(status)
        else expect(status, `${role} ${JSON.stringify(Object.keys(who))}`).toBe(403)
      }
    }
  })

  it('is audited as the table says', async () => {
    const { paths } = (await api.call('GET', '/openapi.json')).json
    for (const [route, { audited }] of table) {
      const [method = '', path = ''] = route.split(' ')
      expect(paths[path][method.toLowerCase()]['x-audit'] ?? null, route).toBe(audited)
    }
  })

  it('is in the table, and the table has no others', async () => {
    const { paths } = (await api.call('GET', '/openapi.json')).json
    const routes = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect([...table.keys()].sort()).toEqual(routes.sort())
    expect(table.size).toBeGreaterThan(20)
  })

  it('opens at the start page, which holds no data', async () => {
    expect((await api.call('GET', '/', { role: null })).status).toBe(200)
  })
})

describe('a key', () => {
  let api: AnApi
  beforeEach(async () => {
    api = await anApi()
  })
  afterEach(() => api.close())

  it('metrics are open where the setting says so', async () => {
    const open = await anApi({ options: { metricsOpen: true } })
    expect((await open.call('GET', '/metrics', { role: null })).status).toBe(200)
    await open.close()
  })

  it('a route that does not say who may call it stops the start', () => {
    const app = Fastify()
    auth(app, { engine: api.engine, clock: api.clock, log: { info() {}, warn() {}, error() {} } })
    expect(() => app.get('/v1/secret', async () => 'text')).toThrow('GET /v1/secret does not say who may call it')
  })

  it('a revoked key is refused within two seconds, an expired one at once', async () => {
    const { id, key } = await api.aKey({ role: 'analyst' })
    expect((await api.call('GET', '/v1/concepts', { key })).status).toBe(200)
    await revokeKey(api, id)
    api.pass(2 * SECOND)
    expect((await api.call('GET', '/v1/concepts', { key })).status).toBe(401)

    const short = await api.aKey({ role: 'analyst', expires: '1s' })
    expect((await api.call('GET', '/v1/concepts', { key: short.key })).status).toBe(200)
    api.pass(SECOND)
    expect((await api.call('GET', '/v1/concepts', { key: short.key })).status).toBe(401)
  })

  it('bad keys are slowed by address, and a good key from there still opens', async () => {
    for (let i = 0; i < 20; i++) expect((await api.call('GET', '/v1/jobs', { key: `uc_bad${i}` })).status).toBe(401)
    const slowed = await api.call('GET', '/v1/jobs', { key: 'uc_bad' })
    expect(slowed.status).toBe(429)
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await api.call('GET', '/v1/jobs')).status).toBe(200)
    api.pass(MINUTE)
    expect((await api.call('GET', '/v1/jobs', { key: 'uc_bad' })).status).toBe(401)
  })

  it('attempts are counted in bounded memory', () => {
    const attempts = createAttempts({ now: () => 0 })
    for (let i = 0; i < 20; i++) attempts.failed('first')
    expect(attempts.failed('first')).toBe(60)
    for (let i = 0; i < 10_000; i++) attempts.failed(`other-${i}`)
    expect(attempts.failed('first')).toBe(0)
  })

  it('an IPv6 sender counts by its network, an IPv4 one by itself', () => {
    expect(addressOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
    expect(addressOf('192.0.2.7')).toBe('192.0.2.7')
    expect(addressOf('::ffff:192.0.2.7')).toBe('::ffff:192.0.2.7')
  })

  it('a key of a tenant writes and reads nothing else', async () => {
    const acme = {
      ingest: (await api.aKey({ role: 'ingest', tenant_id: 'acme' })).key,
      analyst: (await api.aKey({ role: 'analyst', tenant_id: 'acme' })).key,
    }
    const sent = await api.call('POST', '/v1/events', {
      key: acme.ingest,
      body: [said('a1'), said('a2', { tenant_id: 'acme' }), said('a3', { tenant_id: 'globex' })],
    })
    expect(sent.json).toEqual({
      accepted: 2,
      duplicates: 0,
      rejected: [{ index: 2, path: '/tenant_id', message: expect.any(String) }],
    })
    await api.call('POST', '/v1/events', { role: 'ingest', body: [said('g1', { tenant_id: 'globex' })] })

    expect((await api.call('GET', '/v1/events/a1', { key: acme.analyst })).json.tenant_id).toBe('acme')
    expect((await api.call('GET', '/v1/events/g1', { key: acme.analyst })).status).toBe(404)
    expect((await api.call('GET', '/v1/events/g1', { role: 'analyst' })).status).toBe(200)

    await api.call('GET', '/v1/search?q=a', { key: acme.analyst })
    await api.call('POST', '/v1/search', { key: acme.analyst, body: { q: 'a', tenant_id: 'acme' } })
    await api.call('GET', '/v1/search?q=a', { role: 'analyst' })
    expect(api.asked).toEqual([{ q: 'a', tenant_id: 'acme' }, { q: 'a', tenant_id: 'acme' }, { q: 'a' }])
    for (const path of ['/v1/search?q=a', '/v1/findings?', '/v1/scores?', '/v1/baselines?metric=volume&group=user'])
      expect((await api.call('GET', `${path}&tenant_id=globex`, { key: acme.analyst })).status, path).toBe(403)
    expect((await api.call('GET', '/v1/siem/findings?tenant_id=globex', { key: acme.analyst })).status).toBe(403)
  })
})
