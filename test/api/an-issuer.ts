import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider, { type Configuration } from 'oidc-provider'

/** What somebody logs in with, and what his token says of him. */
export interface Person {
  sub: string
  acr?: string
  amr?: string[]
  claims: Record<string, unknown>
}

export const RESOURCE = 'https://undercurrent.example'
const CLIENT = { id: 'console', secret: 'a-secret-of-the-console' }
const CALLBACK = 'https://console.example/callback'

/** A key pair of the issuer, by its name. */
export async function aKeyPair(kid: string, alg: 'ES256' | 'RS256' = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const named = async (key: CryptoKey): Promise<JWK> => ({ ...(await exportJWK(key)), kid, alg, use: 'sig' })
  return { privateKey, publicKey, private: await named(privateKey), public: await named(publicKey) }
}

/**
 * `oidc-provider` on a socket of this machine, which issues JWT access tokens (RFC 9068) for one resource: to a client by
 * its secret, and to a person who logs in with a browser. `below` is a path that the issuer lies under, `alg` what it signs by.
 */
export async function anIssuer({ below = '', audience = 'undercurrent', alg = 'ES256' as 'ES256' | 'RS256' } = {}) {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => void response.end()
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const issuer = origin + below
  let person: Person = { sub: 'nobody', claims: {} }
  /** Claims of tokens that a client gets for itself. */
  let own: Record<string, unknown> = {}
  let lifeS = 300
  /** Changes the keys of the issuer; those named first sign. */
  async function turn(keys: readonly JWK[]) {
    const provider = new Provider(issuer, configuration(keys))
    const callback = provider.callback()
    handle = (request, response) => {
      // as a server does that something is mounted in below a path
      const { url = '' } = request
      Object.assign(request, { originalUrl: url, url: url.slice(below.length) })
      if (request.url?.startsWith('/interaction/')) void logIn(provider, request, response)
      else callback(request, response)
    }
  }

  const configuration = (keys: readonly JWK[]): Configuration => ({
    jwks: { keys: [...keys] } as NonNullable<Configuration['jwks']>,
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [CALLBACK],
        grant_types: ['authorization_code', 'client_credentials'],
        id_token_signed_response_alg: alg,
      },
    ],
    acrValues: ['urn:example:loa:1', 'urn:example:loa:3'],
    cookies: { keys: ['a key for cookies of a test'] },
    findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
    interactions: { url: (_, { uid }) => `${below}/interaction/${uid}` },
    ttl: {
      AccessToken: () => lifeS,
      ClientCredentials: () => lifeS,
      Session: 60,
      Interaction: 60,
      Grant: 60,
      IdToken: 300,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'logs',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: lifeS,
          jwt: { sign: { alg } },
        }),
      },
    },
    extraTokenClaims: (context, token) => {
      if (token.kind === 'ClientCredentials') return own
      const { acr, amr, authTime } = context.oidc.entities.AuthorizationCode ?? {}
      return { ...person.claims, ...(acr && { acr }), ...(amr && { amr }), ...(authTime && { auth_time: authTime }) }
    },
  })

  /** Whoever comes to the log-in is the person of the moment, and agrees to everything. */
  async function logIn(provider: Provider, request: IncomingMessage, response: ServerResponse) {
    const grant = new provider.Grant({ accountId: person.sub, clientId: CLIENT.id })
    grant.addOIDCScope('openid')
    grant.addResourceScope(RESOURCE, 'logs')
    const { sub: accountId, acr, amr } = person
    await provider.interactionFinished(request, response, {
      login: { accountId, ...(acr === undefined ? {} : { acr }), ...(amr === undefined ? {} : { amr }) },
      consent: { grantId: await grant.save() },
    })
  }

  async function tokens(form: Record<string, string>): Promise<{ access_token: string; id_token?: string }> {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ resource: RESOURCE, ...form }),
    })
    if (response.status !== 200) throw new Error(`the issuer answers ${response.status}: ${await response.text()}`)
    return (await response.json()) as { access_token: string }
  }

  return {
    issuer,
    origin,
    turn,
    /** Paths that the issuer was asked for. */
    asked,
    /** How long tokens live from now on, in seconds. */
    live: (seconds: number) => {
      lifeS = seconds
    },

    /** An access token for the client itself (client_credentials). */
    async forClient(claims: Record<string, unknown>): Promise<string> {
      own = claims
      return (await tokens({ grant_type: 'client_credentials', scope: 'logs' })).access_token
    },

    /** What a person gets who logs in with a browser (authorization code with PKCE). */
    async forPerson(who: Person): Promise<{ access_token: string; id_token?: string }> {
      person = who
      const verifier = randomBytes(32).toString('base64url')
      const query = new URLSearchParams({
        client_id: CLIENT.id,
        response_type: 'code',
        redirect_uri: CALLBACK,
        scope: 'openid logs',
        resource: RESOURCE,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      })
      const code = await browsed(`${issuer}/auth?${query}`, origin)
      return await tokens({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier })
    },

    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Follows a log-in from redirect to redirect with its cookies, as a browser does; answers the code that it ends with. */
async function browsed(start: string, origin: string): Promise<string> {
  const cookies = new Map<string, string>()
  for (let at = start, steps = 0; steps < 10; steps++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(at, { redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';', 1)[0]!.split('=')
      cookies.set(name, value)
    }
    const next = new URL(response.headers.get('location') ?? '', origin)
    if (next.origin !== origin) {
      const code = next.searchParams.get('code')
      if (code === null) throw new Error(`the log-in ended at ${next.href}`)
      return code
    }
    at = next.href
  }
  throw new Error('the log-in did not end')
}
