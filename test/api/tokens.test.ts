import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { parseTime } from '../../src/core/window.ts'
import { openTokens } from '../../src/roof/open-tokens.ts'
import { type AnApi, anApi, said } from './an-api.ts'

/** A small issuer: it signs with one key, publishes it at an address of this machine, and says whatever it is told to. */
const ISSUER = 'https://login.example'
const AUDIENCE = 'undercurrent'
const NOW = parseTime('2026-02-01T12:00:00Z')! / 1e6
const key = await generateKeyPair('ES256')
const foreign = await generateKeyPair('ES256')
let published = true
let fetched = 0
const server = createServer(async (_request, response) => {
  fetched++
  if (!published) return void response.writeHead(500).end()
  const jwk = { ...(await exportJWK(key.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }))
})

type Claims = Record<string, unknown>

const claims = (over: Claims = {}) =>
  ({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'ada-1',
    client_id: 'console',
    jti: 't1',
    iat: NOW,
    exp: NOW + 300,
    org: { roles: ['analyst'] },
    tenant: '*',
    ...over,
  }) as JWTPayload
const signed = async (over: Claims = {}, header: object = {}, by = key.privateKey) =>
  await new SignJWT(claims(over)).setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'at+jwt', ...header }).sign(by)

const config = (over: object = {}) =>
  readConfig(
    {
      oidc_issuer: ISSUER,
      oidc_audience: AUDIENCE,
      oidc_jwks_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
      oidc_roles_claim: 'org.roles',
      oidc_tenant_claim: 'tenant',
      oidc_mfa_values: 'mfa, urn:example:loa:3',
      ...over,
    },
    {},
  )

let api: AnApi
let strict: AnApi
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const clock = { now: () => NOW * 1e6 }
  api = await anApi({ parts: { tokens: openTokens(config(), clock) } })
  strict = await anApi({ parts: { tokens: openTokens(config({ oidc_mfa_for: 'text' }), clock) } })
  const body = [said('e1', { tenant_id: 'acme' }), said('e2', { tenant_id: 'globex' })]
  for (const one of [api, strict]) await one.call('POST', '/v1/events', { role: 'ingest', body })
})
afterAll(async () => {
  await api?.close()
  await strict?.close()
  server.close()
})

const read = async (token: string, path = '/v1/events/e1', at = api) => await at.call('GET', path, { key: token })

it('opens what the roles of a good token open, and the audit names its subject', async () => {
  const token = await signed()
  expect((await read(token)).json.prompt).toBe('where is my parcel')
  expect((await read(token, '/v1/jobs')).status).toBe(403)
  expect((await read(token, '/v1/siem/findings')).status).toBe(403)
  const [entry] = (await api.call('GET', '/v1/audit')).json.items
  expect(entry).toMatchObject({ action: 'event.read', by: 'sub:ada-1', role: 'analyst' })
})

it('fetches the keys of the issuer once for many tokens', async () => {
  const before = fetched
  for (let i = 0; i < 5; i++) await read(await signed({ jti: `many-${i}` }))
  expect(fetched - before).toBeLessThanOrEqual(1)
})

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const refused: [string, () => Promise<string>][] = [
  ['expired', () => signed({ exp: NOW - 60 })],
  ['of a time to come', () => signed({ nbf: NOW + 600 })],
  ['for another audience', () => signed({ aud: 'other' })],
  ['of another issuer', () => signed({ iss: 'https://evil.example' })],
  ['signed by another key under the same name', () => signed({}, {}, foreign.privateKey)],
  ['not signed', async () => new UnsecuredJWT(claims()).encode()],
  ['not signed, typ and all', async () => `${part({ alg: 'none', typ: 'at+jwt' })}.${part(claims())}.`],
  [
    'signed with the public key as a secret',
    async () => {
      const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(key.publicKey)))
      return await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' }).sign(secret)
    },
  ],
  ['an id token', () => signed({}, { typ: 'JWT' })],
  ['without a type', () => signed({}, { typ: undefined })],
  ['without an end', () => signed({ exp: undefined })],
  ['without a subject', () => signed({ sub: undefined })],
  ['without a client', () => signed({ client_id: undefined })],
  ['without an id', () => signed({ jti: undefined })],
  ['without a tenant', () => signed({ tenant: undefined })],
  ['of no tenant that has a name', () => signed({ tenant: ['acme'] })],
  [
    'changed after it was signed',
    async () => (await signed()).replace(/\.[^.]+\./, `.${part(claims({ sub: 'eve' }))}.`),
  ],
  ['cut off', async () => (await signed()).slice(0, -8)],
  ['longer than any', async () => `${'a'.repeat(8_000)}.b.c`],
]

it.each(refused)('refuses a token that is %s', async (_, make) => {
  const answer = await read(await make())
  // from the sixth on the address is locked out, and what is good still opens
  expect([401, 429]).toContain(answer.status)
  expect(answer.text).not.toContain('parcel')
  expect((await read(await signed())).status).toBe(200)
})

it('keeps to the tenant that the token names', async () => {
  const token = await signed({ tenant: 'acme' })
  expect((await read(token)).status).toBe(200)
  expect((await read(token, '/v1/events/e2')).status).toBe(404)
  expect((await read(token, '/v1/findings?tenant_id=globex')).status).toBe(403)
})

it('shows no texts to a role that is to see metadata, whatever else it is named', async () => {
  const token = await signed({ org: { roles: ['analyst', 'analyst:metadata', 'root', 7] } })
  const answer = await read(token)
  expect(answer.status).toBe(200)
  expect(answer.text).not.toContain('parcel')
})

it('takes roles from a text with blanks too, and gives none that are not ours', async () => {
  expect((await read(await signed({ org: { roles: 'openid auditor' } }), '/v1/audit')).status).toBe(200)
  for (const roles of ['root', [], undefined, 'ADMIN', 'admins', 'analyst:all'])
    expect((await read(await signed({ org: { roles } }))).status, String(roles)).toBe(403)
})

it('asks an admin for more than one factor', async () => {
  const roles = { org: { roles: ['admin', 'analyst'] } }
  const plain = await signed(roles)
  const refusal = await read(plain, '/v1/jobs')
  expect([refusal.status, refusal.json.detail]).toEqual([403, expect.stringContaining('more than one factor')])
  // what he may do as an analyst he may
  expect((await read(plain)).status).toBe(200)
  for (const told of [{ amr: ['pwd', 'mfa'] }, { acr: 'urn:example:loa:3' }])
    expect((await read(await signed({ ...roles, ...told }), '/v1/jobs')).status).toBe(200)
  for (const told of [{ amr: ['pwd'] }, { amr: 'mfa' }, { acr: 'mfa2' }])
    expect((await read(await signed({ ...roles, ...told }), '/v1/jobs')).status).toBe(403)
})

it('asks whoever sees texts for it, where the house says so', async () => {
  expect((await read(await signed(), '/v1/events/e1', strict)).status).toBe(403)
  expect((await read(await signed({ amr: ['mfa'] }), '/v1/events/e1', strict)).status).toBe(200)
  expect((await read(await signed({ org: { roles: 'siem' } }), '/v1/findings', strict)).status).toBe(200)
  expect((await read(await signed({ org: { roles: 'analyst:metadata' } }), '/v1/events/e1', strict)).status).toBe(200)
})

it('says that the issuer cannot be reached, and counts no guess for it', async () => {
  published = false
  const away = await anApi({ parts: { tokens: openTokens(config(), { now: () => NOW * 1e6 }) } })
  const token = await signed()
  for (let i = 0; i < 7; i++) expect((await read(token, '/v1/events/e1', away)).status).toBe(503)
  published = true
  await away.close()
})

it('keys open as before, and a token opens nothing where no issuer is named', async () => {
  expect((await api.call('GET', '/v1/events/e1', { role: 'analyst' })).status).toBe(200)
  const without = await anApi()
  expect((await read(await signed(), '/v1/events/e1', without)).status).toBe(401)
  await without.close()
})

it.each([
  { oidc_audience: '' },
  { oidc_jwks_url: '', oidc_issuer: 'http://login.example' },
  { oidc_jwks_url: '', oidc_issuer: 'https://login.example/?of=1' },
  { oidc_jwks_url: '', oidc_issuer: 'login' },
  { oidc_jwks_url: 'http://login.example/jwks' },
  { oidc_jwks_url: 'nowhere' },
])('is not set up by halves: %j', (over) => {
  expect(() => openTokens(config(over), { now: () => 0 })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})
