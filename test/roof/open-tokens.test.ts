import { expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { issuerState } from '../../src/roof/open-tokens.ts'
import { httpServer } from '../senders/receivers.ts'

const about = (issuer: string, over: object = {}) =>
  readConfig({ oidc_issuer: issuer, oidc_audience: 'undercurrent', ...over }, {})

/** An issuer that answers with what it is told to, by path. */
async function answering(site: (url: string) => Record<string, { status?: number; headers?: object; body: string }>) {
  const server = await httpServer(({ path }, response) => {
    const { status = 200, headers = {}, body } = site(server.url)[path] ?? { status: 404, body: '' }
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  })
  return server
}
const DOCUMENT = '/.well-known/openid-configuration'

it('says of an issuer whether its keys can be had now', async () => {
  const { url } = await answering((issuer) => ({
    [DOCUMENT]: { body: JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }) },
    '/keys': { body: '{"keys":[{"kty":"EC"},{"kty":"RSA"}]}' },
  }))
  expect(await issuerState(about(url))).toBe(`${url} shows 2 keys`)
  expect(await issuerState(readConfig({}, {}))).toBe('none is set; keys alone open')
})

it.each<[string, Parameters<typeof answering>[0], string]>([
  [
    'that leads to the metadata of a cloud',
    (issuer) => ({ [DOCUMENT]: { body: JSON.stringify({ issuer, jwks_uri: 'https://169.254.169.254/keys' }) } }),
    '169.254.169.254 is a private address: oidc_jwks_url lets it be spoken to',
  ],
  [
    'that leads to a name of this machine',
    (issuer) => ({ [DOCUMENT]: { body: JSON.stringify({ issuer, jwks_uri: 'https://localhost/keys' }) } }),
    'localhost resolves to a private address',
  ],
  [
    'that leads elsewhere',
    () => ({ [DOCUMENT]: { status: 302, headers: { location: 'https://evil.example' }, body: '' } }),
    '302',
  ],
  ['that does not end', () => ({ [DOCUMENT]: { body: `"${'x'.repeat(2 ** 18)}"` } }), 'answers more than 262144 bytes'],
  [
    'that has no keys',
    (issuer) => ({
      [DOCUMENT]: { body: JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }) },
      '/keys': { body: '{"keys":[]}' },
    }),
    'has no keys',
  ],
])('an issuer %s is not followed', async (_, site, message) => {
  const { url, received } = await answering(site)
  await expect(issuerState(about(url))).rejects.toMatchObject({
    code: 'ISSUER_UNREACHABLE',
    message: expect.stringContaining(message),
  })
  expect(received.length).toBeLessThanOrEqual(2)
})

it('an issuer that is away is named, with what is wrong', async () => {
  await expect(issuerState(about('http://127.0.0.1:1'))).rejects.toThrow('127.0.0.1:1 refuses the connection')
})
