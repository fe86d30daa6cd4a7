import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { issuerState, openTokens } from '../../src/roof/open-tokens.ts'
import { type AnApi, anApi, said } from './an-api.ts'
import { aKeyPair, anIssuer } from './an-issuer.ts'

/** The doors before a real issuer (oidc-provider) on a real socket, found by discovery. Only the date is ours. */
const AUDIENCE = 'undercurrent'
const START = new Date('2026-02-01T12:00:00Z')
const clock = { now: () => Date.now() * 1000 }

let issuer: Awaited<ReturnType<typeof anIssuer>>
let keys: Awaited<ReturnType<typeof aKeyPair>>
let api: AnApi
let strict: AnApi
const sent = new Set<string>()

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  issuer = await anIssuer()
  keys = await aKeyPair('first')
  await issuer.turn([keys.private])
  api = await anApi({ parts: { tokens: openTokens(config(), clock) } })
  strict = await anApi({ parts: { tokens: openTokens(config({ oidc_mfa_for: 'text' }), clock) } })
  const body = [said('e1', { tenant_id: 'acme' }), said('e2', { tenant_id: 'globex' })]
  for (const one of [api, strict]) await one.call('POST', '/v1/events', { role: 'ingest', body })
})
afterEach(() => vi.setSystemTime(START))
afterAll(async () => {
  vi.useRealTimers()
  await api?.close()
  await strict?.close()
  await issuer?.close()
})

const config = (over: object = {}) =>
  readConfig(
    {
      oidc_issuer: issuer.issuer,
      oidc_audience: AUDIENCE,
      oidc_roles_claim: 'https://undercurrent.example/roles',
      oidc_tenant_claim: 'tenant',
      oidc_mfa_values: 'mfa, urn:example:loa:3',
      ...over,
    },
    {},
  )

async function read(token: string, path = '/v1/events/e1', at = api) {
  sent.add(token)
  return await at.call('GET', path, { key: token })
}

const rights = (roles: unknown, tenant: unknown = '*') => ({ 'https://undercurrent.example/roles': roles, tenant })
const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())

it('a client opens with its own token what the roles in it open, of its tenant alone', async () => {
  const token = await issuer.forClient(rights(['analyst'], 'acme'))
  expect(headerOf(token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256', kid: 'first' })
  expect(payloadOf(token)).toMatchObject({ iss: issuer.issuer, aud: AUDIENCE, client_id: 'console', sub: 'console' })
  expect((await read(token)).json.prompt).toBe('where is my parcel')
  expect((await read(token, '/v1/events/e2')).status).toBe(404)
  expect((await read(token, '/v1/siem/findings')).status).toBe(403)
  expect((await read(token, '/v1/findings?tenant_id=globex')).status).toBe(403)
  const [entry] = (await api.call('GET', '/v1/audit')).json.items
  expect(entry).toMatchObject({ action: 'event.read', by: 'sub:console', role: 'analyst', tenant_id: 'acme' })
})

it('a person who logged in is known by his subject, and an ID token of the same log-in opens nothing', async () => {
  const { access_token, id_token = '' } = await issuer.forPerson({ sub: 'ada-1', claims: rights('analyst') })
  expect((await read(access_token)).status).toBe(200)
  const [entry] = (await api.call('GET', '/v1/audit')).json.items
  expect(entry).toMatchObject({ action: 'event.read', by: 'sub:ada-1' })
  expect(payloadOf(id_token)).toMatchObject({ sub: 'ada-1', iss: issuer.issuer })
  expect((await read(id_token)).status).toBe(401)
})

it.each([
  ['a password alone', { amr: ['pwd'] }, 403],
  ['a low level', { acr: 'urn:example:loa:1' }, 403],
  ['a password and a second factor', { amr: ['pwd', 'mfa'] }, 200],
  ['a level that asks for one', { acr: 'urn:example:loa:3' }, 200],
])('an admin who logged in with %s is treated as the house asks', async (_, how, status) => {
  const { access_token } = await issuer.forPerson({ sub: 'ada-1', ...how, claims: rights(['admin', 'siem']) })
  const jobs = await read(access_token, '/v1/jobs')
  expect(jobs.status).toBe(status)
  if (status === 403) expect(jobs.json.detail).toContain('more than one factor')
  // what the lesser role opens stays open
  expect((await read(access_token, '/v1/findings')).status).toBe(200)
})

it('where the setting says so, whoever reads texts needs a second factor, and nobody else', async () => {
  const logIn = async (claims: object, amr: string[]) =>
    (await issuer.forPerson({ sub: 'ada-1', amr, claims: claims as Record<string, unknown> })).access_token
  expect((await read(await logIn(rights('analyst'), ['pwd']), '/v1/events/e1', strict)).status).toBe(403)
  expect((await read(await logIn(rights('analyst'), ['pwd', 'mfa']), '/v1/events/e1', strict)).status).toBe(200)
  expect((await read(await logIn(rights('analyst:metadata'), ['pwd']), '/v1/events/e1', strict)).status).toBe(200)
  expect((await read(await logIn(rights('siem'), ['pwd']), '/v1/findings', strict)).status).toBe(200)
  // a client of its own has no factors at all
  expect((await read(await issuer.forClient(rights('analyst')), '/v1/events/e1', strict)).status).toBe(403)
})

it('a token ends when it says, give or take half a minute for clocks', async () => {
  issuer.live(60)
  const token = await issuer.forClient(rights('analyst'))
  issuer.live(300)
  vi.setSystemTime(START.getTime() + 85_000)
  expect((await read(token)).status).toBe(200)
  vi.setSystemTime(START.getTime() + 95_000)
  expect((await read(token)).status).toBe(401)
})

it('keys that the issuer changes are followed at the first token that they sign, and those it withdraws are not', async () => {
  const old = await issuer.forClient(rights('analyst'))
  expect((await read(old)).status).toBe(200)
  const next = await aKeyPair('second')
  await issuer.turn([next.private, keys.private])
  vi.setSystemTime(START.getTime() + 31_000)
  const token = await issuer.forClient(rights('analyst'))
  expect(headerOf(token).kid).toBe('second')
  expect((await read(token)).status).toBe(200)
  expect((await read(old)).status).toBe(200)
  await issuer.turn([next.private])
  issuer.live(3_600)
  // kept for ten minutes
  vi.setSystemTime(START.getTime() + 640_000)
  const forged = await new SignJWT({ ...payloadOf(old), iat: Date.now() / 1000, exp: Date.now() / 1000 + 60 })
    .setProtectedHeader(headerOf(old))
    .sign(keys.privateKey)
  expect((await read(forged)).status).toBe(401)
  expect((await read(await issuer.forClient(rights('analyst')))).status).toBe(200)
  await issuer.turn([keys.private])
  issuer.live(300)
})

const refused: [string, () => Promise<string>][] = [
  ['for another audience', async () => await elsewhere({ audience: 'billing' })],
  ['of another issuer', async () => await elsewhere({ below: '/other' })],
  ['not signed', async () => new UnsecuredJWT(payloadOf(await aToken())).encode()],
  [
    'not signed, though of the right type',
    async () => `${part({ ...headerOf(await aToken()), alg: 'none' })}.${(await aToken()).split('.')[1]}.`,
  ],
  ['of which the signature was taken', async () => (await aToken()).replace(/[^.]+$/, '')],
  ['signed with the public key as a secret (PEM)', async () => await withSecret(await exportSPKI(keys.publicKey))],
  ['signed with the public key as a secret (JWK)', async () => await withSecret(JSON.stringify(keys.public))],
  [
    'signed by a key that it brings along',
    async () => {
      const own = await aKeyPair('first')
      return await signed({ jwk: own.public }, own.privateKey)
    },
  ],
  [
    'signed by a key at an address that it names',
    async () => await signed({ jku: 'https://evil.example/keys' }, (await aKeyPair('first')).privateKey),
  ],
  ['with an extension that must be understood', () => signed({ crit: ['exp'], exp: 1 })],
  [
    'changed after it was signed',
    async () => (await aToken()).replace(/\.[^.]+\./, `.${part({ ...payloadOf(await aToken()), sub: 'eve' })}.`),
  ],
  ['huge', async () => `${part({ alg: 'ES256', typ: 'at+jwt' })}.${'a'.repeat(9_000)}.b`],
  ['huge, though signed', () => signed({}, keys.privateKey, { pad: 'x'.repeat(8_000) })],
  ['of roles and a tenant that are none', async () => await issuer.forClient({})],
]

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const aToken = async () => await issuer.forClient(rights('analyst'))
async function signed(header: object, by: CryptoKey | Uint8Array = keys.privateKey, claims: object = {}) {
  const token = await aToken()
  return await new SignJWT({ ...payloadOf(token), ...claims })
    .setProtectedHeader({ ...headerOf(token), ...header })
    .sign(by, { crit: { exp: true } })
}
const withSecret = async (secret: string) => await signed({ alg: 'HS256' }, new TextEncoder().encode(secret))
async function elsewhere(over: { below?: string; audience?: string }) {
  const other = await anIssuer(over)
  await other.turn([keys.private])
  const token = await other.forClient(rights('analyst'))
  await other.close()
  return token
}

it.each(refused)('a token that is %s is refused', async (_, make) => {
  const answer = await read(await make())
  // from the sixth on the address is locked out
  expect([401, 403, 429]).toContain(answer.status)
  expect(answer.text).not.toContain('parcel')
  expect((await read(await aToken())).status).toBe(200)
})

it('asks the issuer for its keys no more often than it must, however many tokens name others', async () => {
  await read(await aToken())
  const before = issuer.asked.filter((path) => path === '/jwks').length
  for (let i = 0; i < 20; i++) await read(await signed({ kid: `none-${i}` }))
  expect(issuer.asked.filter((path) => path === '/jwks').length - before).toBeLessThanOrEqual(1)
})

it('an issuer below a path is found by its own document', async () => {
  const below = await anIssuer({ below: '/realms/house' })
  await below.turn([keys.private])
  const at = await anApi({ parts: { tokens: openTokens(config({ oidc_issuer: below.issuer }), clock) } })
  await at.call('POST', '/v1/events', { role: 'ingest', body: [said('e1')] })
  const token = await below.forClient(rights('analyst'))
  expect(payloadOf(token).iss).toBe(`${below.origin}/realms/house`)
  expect((await read(token, '/v1/events/e1', at)).status).toBe(200)
  expect(await issuerState(config({ oidc_issuer: below.issuer }))).toBe(`${below.issuer} shows 1 keys`)
  await at.close()
  await below.close()
})

it('an issuer that signs by RSA is believed by its own key alone', async () => {
  const rsa = await anIssuer({ alg: 'RS256' })
  const own = await aKeyPair('rsa', 'RS256')
  await rsa.turn([own.private])
  const at = await anApi({ parts: { tokens: openTokens(config({ oidc_issuer: rsa.issuer }), clock) } })
  await at.call('POST', '/v1/events', { role: 'ingest', body: [said('e1')] })
  const token = await rsa.forClient(rights('analyst'))
  expect(headerOf(token)).toMatchObject({ alg: 'RS256', kid: 'rsa', typ: 'at+jwt' })
  expect((await read(token, '/v1/events/e1', at)).status).toBe(200)
  const { privateKey } = await aKeyPair('rsa', 'RS256')
  const header = { alg: 'RS256', kid: 'rsa', typ: 'at+jwt' }
  const forged = await new SignJWT(payloadOf(token)).setProtectedHeader(header).sign(privateKey)
  expect((await read(forged, '/v1/events/e1', at)).status).toBe(401)
  await at.close()
  await rsa.close()
})

it('nothing of a token is in the log, the audit or the store', async () => {
  expect(sent.size).toBeGreaterThan(20)
  const { items } = (await api.call('GET', '/v1/audit?limit=1000')).json
  const { items: events } = await api.engine.events({}, { limit: 1_000 })
  const told = [api.lines, strict.lines, items, events].map((one) => JSON.stringify(one)).join('\n')
  for (const token of sent)
    for (const piece of token.split('.'))
      if (piece.length > 20) expect(told.includes(piece.slice(0, 40)), piece.slice(0, 10)).toBe(false)
})
