import { TLSSocket } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../core/problem.ts'
import type { Micros } from '../../core/window.ts'
import type { Access } from '../access.ts'
import type { RouteParts, TlsServing } from '../parts.ts'

/**
 * A client certificate besides the key: of whoever calls a route that is for the named roles alone, and of whoever
 * holds a key of these roles, wherever he goes. Goes after the keys are looked at; stands in for none.
 */
export function clientCertificate(app: FastifyInstance, { tls, clock }: Pick<RouteParts, 'tls' | 'clock'>): void {
  if (tls === undefined || tls.clientFor.length === 0) return
  const { clientFor } = tls
  const seen = new WeakMap<TLSSocket, Shown>()

  app.addHook('onRequest', async (request) => {
    if (request.is404 || !isAskedOf(clientFor, request.routeOptions.config.roles, request.caller?.role)) return
    const { socket } = request.raw
    const shown = socket instanceof TLSSocket ? (seen.get(socket) ?? shownBy(socket)) : NOTHING
    if (socket instanceof TLSSocket) seen.set(socket, shown)
    const fault = shown.fault ?? (shown.until <= clock.now() ? 'CERT_HAS_EXPIRED' : null)
    if (fault !== null)
      throw new Problem(
        'FORBIDDEN',
        `this asks for a client certificate besides the key: ${FAULTS[fault] ?? `the one shown is not trusted (${fault})`}`,
      )
  })
}

type Roles = TlsServing['clientFor']

function isAskedOf(clientFor: Roles, access: Access | undefined, role: Roles[number] | undefined): boolean {
  if (access === 'none') return false
  if (clientFor === 'all' || access === undefined) return true
  const named = (one: unknown) => (clientFor as readonly unknown[]).includes(one)
  return named(role) || (access !== 'any' && access.every(named))
}

/** What a connection showed: why it is not trusted, as OpenSSL names it, or until when it is. */
interface Shown {
  fault: string | null
  until: Micros
}

const NOTHING: Shown = { fault: 'NONE', until: 0 }

const FAULTS: Record<string, string> = {
  NONE: 'none was shown',
  CERT_HAS_EXPIRED: 'the one shown has expired',
  CERT_NOT_YET_VALID: 'the one shown is not valid yet',
}

function shownBy(socket: TLSSocket): Shown {
  const certificate = socket.getPeerX509Certificate()
  // asked for first: a connection without one may still count as authorized, as a resumed session does
  if (certificate === undefined) return NOTHING
  // declared as an error; it is the name of one
  const fault = socket.authorized ? null : String(socket.authorizationError)
  return { fault, until: Date.parse(certificate.validTo) * 1000 }
}
