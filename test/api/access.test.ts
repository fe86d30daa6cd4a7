import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { auth } from '../../src/api/plugins/auth.ts'
import { addressOf, createLockout } from '../../src/api/plugins/lockout.ts'
import { createRates } from '../../src/api/plugins/rates.ts'
import type { Role } from '../../src/core/key.ts'
import { ROLES } from '../../src/core/key.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/window.ts'
import { revokeKey } from '../../src/flow/keys.ts'
import { createRedactor } from '../../src/redactors/index.ts'
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
    const log = { info() {}, warn() {}, error() {} }
    const { engine, clock } = api
    const ingest = () => Promise.reject(new Error('nothing came'))
    auth(app, { engine, clock, log, ingest, tokens: null, redactor: createRedactor({ key: Buffer.alloc(32) }) })
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

  it('five bad keys lock an address out, for longer each time, and a good key from there still opens', async () => {
    const bad = async () => await api.call('GET', '/v1/jobs', { key: 'uc_bad' })
    for (let i = 0; i < 5; i++) expect((await bad()).status).toBe(401)
    for (const seconds of [60, 120, 240]) {
      const locked = await bad()
      expect([locked.status, Number(locked.headers.get('retry-after'))]).toEqual([429, seconds])
      expect((await api.call('GET', '/v1/jobs')).status).toBe(200)
      api.pass(seconds * SECOND)
      expect((await bad()).status).toBe(401)
    }
  })

  it('bad keys are told as failed logins of the service, so that they raise the finding of any application', async () => {
    for (let i = 0; i < 9; i++) await api.call('GET', '/v1/jobs', { key: 'uc_bad' })
    await api.call('GET', '/v1/jobs', { role: null })
    const told = async () =>
      (await api.engine.events({ fields: { event_type: 'auth.failure' } }, { limit: 20 })).items.map(
        ({ event }) => event,
      )
    await expect.poll(async () => (await told()).length).toBe(5)
    expect((await told())[0]).toMatchObject({ service: 'undercurrent', ip_address: '127.0.0.1' })
    expect(JSON.stringify(await told())).not.toContain('uc_bad')
  })

  it('an address is locked out for an hour at most, and forgotten after one', () => {
    let now = 0
    const lockout = createLockout({ now: () => now })
    for (let i = 0; i < 5; i++) expect(lockout.failed('a')).toEqual({ waitS: 0, told: true })
    let waitS = 0
    for (let i = 0; i < 10; i++) {
      waitS = lockout.failed('a').waitS
      now += waitS * SECOND
      lockout.failed('a')
    }
    expect(waitS).toBe(3600)
    now += 3 * HOUR
    for (let i = 0; i < 5; i++) expect(lockout.failed('a').waitS).toBe(0)
    expect(lockout.failed('a')).toEqual({ waitS: 60, told: false })
    // four in any five minutes are no guessing
    for (let i = 0; i < 40; i++) {
      expect(lockout.failed('b')).toEqual({ waitS: 0, told: true })
      now += (5 * MINUTE) / 4
    }
  })

  it('addresses are counted in bounded memory', () => {
    const lockout = createLockout({ now: () => 0 })
    for (let i = 0; i < 5; i++) lockout.failed('first')
    expect(lockout.failed('first').waitS).toBe(60)
    for (let i = 0; i < 10_000; i++) lockout.failed(`other-${i}`)
    expect(lockout.failed('first').waitS).toBe(0)
  })

  it('a key, and an address, has its requests of a minute, which come back with time', async () => {
    let now = 0
    const taken = createRates({ now: () => now }, 60)
    for (let i = 0; i < 60; i++) expect(taken('k')).toBe(0)
    expect(taken('k')).toBe(1)
    expect(taken('other')).toBe(0)
    now += 2 * SECOND
    expect([taken('k'), taken('k'), taken('k')]).toEqual([0, 0, 1])

    const slow = await anApi({ options: { rateLimit: 3 } })
    for (const [i, role] of (['analyst', 'analyst', 'siem'] as const).entries())
      expect((await slow.call('GET', '/v1/findings', { role })).status, `${i}`).toBe(200)
    const refused = await slow.call('GET', '/v1/findings', { role: 'admin' })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20'])
    expect((await slow.call('GET', '/healthz', { role: null })).status).toBe(200)
    await slow.close()
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
