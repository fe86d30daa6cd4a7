import { constants } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import { BlockList, isIP } from 'node:net'
import { createSecureContext, type SecureContextOptions, type SecureVersion } from 'node:tls'
import { HSTS } from '../api/hsts.ts'
import type { TlsServing } from '../api/parts.ts'
import type { Config } from '../config.ts'
import type { Role } from '../core/key.ts'
import type { Clock, Log } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { DAY, dateOf, formatTime } from '../core/window.ts'
import { readTlsFiles, sameFiles, type TlsFiles, type TlsSettings } from './tls-files.ts'

/** Files are looked at this often; a new certificate is shown at the latest by then. */
const LOOK_MS = 10_000
/** A certificate that ends within so many days is spoken of once a day. */
export const EXPIRY_DAYS = 30
/** A client that has not finished its handshake by then is cut off. */
const HANDSHAKE_MS = 10_000

/** TLS 1.3 has authenticated suites only; of TLS 1.2 those with forward secrecy and authenticated encryption. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

export interface Tls extends TlsServing {
  /** Looks at the files now: a pair that fits is shown to whoever connects next, one that does not changes nothing. */
  reload(): void
  /** Reloads when the files change and at SIGHUP, until what it returns is called. */
  watch(everyMs?: number): () => void
}

export type TlsServingSettings = TlsSettings &
  Pick<Config, 'host' | 'tls_min_version' | 'tls_client_for' | 'allow_plain_http'>

/**
 * How the service is served: over TLS where a certificate is given, else undefined, which is plain HTTP. Throws Problem
 * CONFIG_INVALID where the settings or the files do not fit together, and where plain HTTP would leave the machine.
 */
export function openTls(settings: TlsServingSettings, { clock, log }: { clock: Clock; log: Log }): Tls | undefined {
  if (!isTls(settings)) return undefined
  let files = readTlsFiles(settings)
  let refused = ''
  let spokenOn = ''
  const servers = new Set<Server>()
  const context = () => contextOf(files, settings.tls_min_version)
  // what the files' own check lets through and OpenSSL does not is found here, before anything listens
  createSecureContext(context())
  if ((files.keyMode & 0o077) !== 0)
    log.warn(
      { file: settings.tls_key_file, mode: files.keyMode.toString(8) },
      'others can read the TLS key: chmod 600 it',
    )

  function warnOfExpiry() {
    const now = clock.now()
    if (files.expiresAt - now > EXPIRY_DAYS * DAY || spokenOn === dateOf(now)) return
    spokenOn = dateOf(now)
    const about = { file: settings.tls_cert_file, expires_at: formatTime(files.expiresAt) }
    if (files.expiresAt <= now) log.error(about, 'the TLS certificate has expired: clients refuse it')
    else log.warn(about, 'the TLS certificate expires soon')
  }
  warnOfExpiry()

  function reload() {
    try {
      const found = readTlsFiles(settings)
      if (!sameFiles(found, files)) {
        createSecureContext(contextOf(found, settings.tls_min_version))
        files = found
        spokenOn = ''
        for (const server of servers) server.setSecureContext(context())
        log.info({ expires_at: formatTime(files.expiresAt) }, 'the TLS certificate was read anew')
      }
      refused = ''
    } catch (error) {
      // whatever OpenSSL says of a key is not repeated
      const reason = error instanceof Problem ? error.message : 'OpenSSL does not take the certificate or its key'
      if (reason !== refused) log.warn({ reason }, 'the TLS files do not fit together; the former ones stay')
      refused = reason
    }
    warnOfExpiry()
  }

  return {
    clientFor: settings.tls_client_ca_file === '' ? [] : rolesIn(settings.tls_client_for),
    expiresAt: () => files.expiresAt,
    server(handler, options) {
      const server = createServer(
        {
          ...options,
          ...context(),
          handshakeTimeout: HANDSHAKE_MS,
          // asked of everybody and judged by route: a console needs none
          requestCert: files.ca !== undefined,
          rejectUnauthorized: false,
        },
        (request, response) => {
          // here rather than in a hook, so that no answer is without it
          response.setHeader('strict-transport-security', HSTS)
          handler(request, response)
        },
      )
      servers.add(server)
      server.once('close', () => servers.delete(server))
      return server
    },
    reload,
    watch(everyMs = LOOK_MS) {
      // a look at the bytes sees what a watch of the file system does not: a link that leads elsewhere, a mounted secret
      const timer = setInterval(reload, everyMs).unref()
      process.on('SIGHUP', reload)
      return () => {
        clearInterval(timer)
        process.off('SIGHUP', reload)
      }
    },
  }
}

function isTls(settings: TlsServingSettings): boolean {
  const { tls_cert_file: cert, tls_key_file: key, tls_client_ca_file: ca, host } = settings
  const refuse = (message: string): never => {
    throw new Problem('CONFIG_INVALID', message)
  }
  if (cert !== '' && key !== '') return true
  if (cert !== '') return refuse('tls_cert_file is given without tls_key_file: give both, or none')
  if (key !== '') return refuse('tls_key_file is given without tls_cert_file: give both, or none')
  if (ca !== '') return refuse('tls_client_ca_file needs TLS: give tls_cert_file and tls_key_file as well')
  if (!settings.allow_plain_http && !isLoopback(host))
    return refuse(
      `plain HTTP on ${host} would send keys and events readable over the network: give tls_cert_file and tls_key_file, ` +
        'listen on 127.0.0.1, or set allow_plain_http where a proxy on a network of its own ends TLS',
    )
  return false
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether what is sent to an address stays on the machine. Of names, only `localhost` is known to. */
export function isLoopback(host: string): boolean {
  const family = isIP(host)
  if (family === 0) return host.toLowerCase() === 'localhost'
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

function contextOf({ cert, key, ca }: TlsFiles, minVersion: SecureVersion): SecureContextOptions {
  return {
    cert,
    key,
    minVersion,
    ciphers: CIPHERS,
    honorCipherOrder: true,
    ...(ca !== undefined && { ca }),
    // a resumed session would keep what was once found of a client: its certificate may have ended since, its authority gone
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (ca === undefined ? 0 : constants.SSL_OP_NO_TICKET),
  }
}

function rolesIn(text: Config['tls_client_for']): TlsServing['clientFor'] {
  return text === 'all' ? 'all' : (text.split(',') as Role[])
}
