import { expect, it } from 'vitest'
import { Problem } from '../../src/core/problem.ts'
import type { Reach } from '../../src/oidc/issuer-document.ts'
import { readKeySet } from '../../src/oidc/key-set.ts'

const ISSUER = 'https://login.example/realms/house'
const OIDC = `${ISSUER}/.well-known/openid-configuration`
const OAUTH = 'https://login.example/.well-known/oauth-authorization-server/realms/house'
const KEYS = 'https://login.example/keys'
const SET = { keys: [{ kty: 'EC' }] }

type Site = Record<string, { status?: number; body: unknown }>

/** A web that is only what it is told to be. */
function aSite(site: Site) {
  const asked: [string, boolean][] = []
  const reach: Reach = async (url, told) => {
    asked.push([url.href, told])
    const found = site[url.href]
    const body = typeof found?.body === 'string' ? found.body : JSON.stringify(found?.body ?? null)
    return { status: found === undefined ? 404 : (found.status ?? 200), body: Buffer.from(body) }
  }
  return { asked, reach }
}

const read = (site: Site, issuer = ISSUER) => readKeySet({ issuer, address: '' }, aSite(site).reach)
const about = (over: object = {}) => ({ body: { issuer: ISSUER, jwks_uri: KEYS, ...over } })

it('keys are found by the document of OpenID Connect, and where there is none by that of OAuth', async () => {
  expect(await read({ [OIDC]: about(), [KEYS]: { body: SET } })).toEqual(SET)
  expect(await read({ [OAUTH]: about(), [KEYS]: { body: SET } })).toEqual(SET)
})

it('an issuer with a slash at its end is found, and is told apart from one without', async () => {
  const site = {
    'https://login.example/.well-known/openid-configuration': about({ issuer: 'https://login.example/' }),
    [KEYS]: { body: SET },
  }
  expect(await read(site, 'https://login.example/')).toEqual(SET)
  await expect(read(site, 'https://login.example')).rejects.toThrow('is of https://login.example/, and oidc_issuer is')
})

it('an issuer is asked at its own host, whatever its path looks like', async () => {
  const { asked, reach } = aSite({})
  const issuer = 'https://login.example//evil.example/'
  await expect(readKeySet({ issuer, address: '' }, reach)).rejects.toThrow('tells nothing of itself')
  expect(asked.map(([url]) => new URL(url).host)).toEqual(['login.example', 'login.example'])
})

it('an address of keys that is set is asked, and nothing else', async () => {
  const { asked, reach } = aSite({ [KEYS]: { body: SET } })
  expect(await readKeySet({ issuer: 'any', address: KEYS }, reach)).toEqual(SET)
  expect(asked).toEqual([[KEYS, false]])
})

it('keys on another host than the issuer are spoken to as what another told of', async () => {
  const far = 'https://keys.example/set'
  const { asked, reach } = aSite({ [OIDC]: about({ jwks_uri: far }), [far]: { body: SET } })
  await readKeySet({ issuer: ISSUER, address: '' }, reach)
  expect(asked).toEqual([
    [OIDC, false],
    [far, true],
  ])
})

it.each<[string, Site, string]>([
  ['is of another issuer', { [OIDC]: about({ issuer: 'https://evil.example' }) }, 'is of https://evil.example'],
  ['is of no issuer', { [OIDC]: about({ issuer: ['x'] }) }, 'is of another issuer'],
  ['is of an issuer with a line break in it', { [OIDC]: about({ issuer: 'https://x\nBAD' }) }, 'is of another issuer'],
  ['tells no keys', { [OIDC]: about({ jwks_uri: undefined }) }, 'tells no address of keys'],
  ['tells keys without TLS', { [OIDC]: about({ jwks_uri: 'http://login.example/keys' }) }, 'no https URL'],
  ['tells keys on this machine', { [OIDC]: about({ jwks_uri: 'http://127.0.0.1/keys' }) }, 'no https URL'],
  ['tells keys in a file', { [OIDC]: about({ jwks_uri: 'file:///etc/passwd' }) }, 'no https URL'],
  [
    'tells keys with a name and a password',
    { [OIDC]: about({ jwks_uri: 'https://a:b@login.example/' }) },
    'no https URL',
  ],
  ['leads elsewhere', { [OIDC]: { status: 302, body: '' } }, '302: a redirect is not followed'],
  ['is broken', { [OIDC]: { body: '<html>' } }, 'no document about an issuer'],
  ['cannot be given now', { [OIDC]: { status: 500, body: '' } }, 'answers 500'],
  ['is not there', {}, 'tells nothing of itself'],
  [
    'leads to keys that lead elsewhere',
    { [OIDC]: about(), [KEYS]: { status: 301, body: SET } },
    'a redirect is not followed',
  ],
  ['leads to keys that are none', { [OIDC]: about(), [KEYS]: { body: { keys: 'all' } } }, 'no set of keys'],
])('an issuer whose document %s is not believed, and it is said why', async (_, site, message) => {
  const refusal = await read(site).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(Problem)
  expect(refusal).toMatchObject({ code: 'ISSUER_UNREACHABLE', message: expect.stringContaining(message) })
})
