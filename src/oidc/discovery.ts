import { type Reach, readDocument, toldStatus, unreachable } from './issuer-document.ts'

/**
 * Where the keys of an issuer are, as it tells itself (OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3).
 * What it tells counts only where it calls itself what it is known by here, to the letter, and its keys come over https
 * or, where the issuer is on this machine, from the same host. `told` is whether they are on another host than it is.
 * Throws ISSUER_UNREACHABLE.
 */
export async function discoveredKeys(issuer: string, reach: Reach): Promise<{ url: URL; told: boolean }> {
  const own = new URL(issuer)
  const { url, document } = await metadata(own, reach)
  const name = document.issuer
  if (name !== issuer)
    throw unreachable(url, `is of ${nameOf(name)}, and oidc_issuer is ${issuer}: both must be the same`)
  const address = document.jwks_uri
  if (typeof address !== 'string' || !URL.canParse(address))
    throw unreachable(url, 'tells no address of keys (jwks_uri)')
  const keys = new URL(address)
  const told = keys.hostname !== own.hostname
  const safe = keys.protocol === 'https:' || (keys.protocol === 'http:' && own.protocol === 'http:' && !told)
  if (!safe || keys.username !== '' || keys.password !== '')
    throw unreachable(url, 'tells an address of keys (jwks_uri) that is no https URL')
  return { url: keys, told }
}

/** The document about an issuer: of OpenID Connect, else, where there is none, of OAuth 2.0. */
async function metadata(own: URL, reach: Reach): Promise<{ url: URL; document: Record<string, unknown> }> {
  const path = own.pathname.replace(/\/$/, '')
  const places = [`${path}/.well-known/openid-configuration`, `/.well-known/oauth-authorization-server${path}`] as const
  const missed: string[] = []
  for (const place of places) {
    // not relative to it: a path may begin with two slashes
    const url = new URL(own.origin + place)
    const { status, document } = await readDocument(url, false, reach)
    if (status === 200 && document !== undefined) return { url, document }
    if (status < 400 || status >= 500)
      throw unreachable(url, status === 200 ? NO_DOCUMENT : `answers ${toldStatus(status)}`)
    missed.push(`${url.pathname} ${status}`)
  }
  throw unreachable(
    own,
    `tells nothing of itself (${missed.join(', ')}): is oidc_issuer right? oidc_jwks_url can name its keys`,
  )
}

const NO_DOCUMENT = 'answers something that is no document about an issuer'

/** Whatever stands there is another's: quoted only where it is a plain URL. */
function nameOf(name: unknown): string {
  return typeof name === 'string' && /^https?:\/\/[\x21-\x7e]{1,200}$/.test(name) ? name : 'another issuer'
}
