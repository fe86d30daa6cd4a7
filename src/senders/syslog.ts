import { createSocket } from 'node:dgram'
import { connect, isIPv6, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { CheckpointTarget } from '../core/copy.ts'
import { Problem } from '../core/problem.ts'
import { reasonOf } from './http-request.ts'
import { octetCounted, syslogMessage } from './syslog-message.ts'

export interface SyslogOptions {
  name: string
  host: string
  port: number
  transport: 'udp' | 'tcp' | 'tls'
  facility: number
  enterpriseNumber: number
  /** Name of this machine, as the message tells it. */
  hostname: string
  procid: string
  timeoutMs: number
  ca?: string
  /** PEM, of this end. */
  client?: { cert: string; key: string }
}

/** Notice: normal, and worth keeping. */
const SEVERITY = 5

/**
 * Sends checkpoints by syslog (RFC 5424): over UDP a datagram, over TCP and TLS octet counted. Syslog acknowledges nothing:
 * what counts is that the system took all bytes and the other end did not break the connection off.
 */
export function syslog(options: SyslogOptions): CheckpointTarget {
  const { name, host, port, transport } = options
  const where = `${host}:${port}`
  return {
    name,
    place: `syslog ${transport} ${where}`,
    async put({ size, root, at, note }, signal) {
      const params = { size: String(size), root, note: Buffer.from(note).toString('base64') }
      const message = syslogMessage({
        facility: options.facility,
        severity: SEVERITY,
        timestamp: at,
        host: options.hostname,
        app: 'undercurrent',
        procid: options.procid,
        msgid: 'checkpoint',
        data: { id: `checkpoint@${options.enterpriseNumber}`, params },
        text: `ledger checkpoint of ${size} entries`,
      })
      const ended = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)])
      try {
        if (transport === 'udp') await datagram(options, message)
        else await stream(options, octetCounted(message), ended)
      } catch (error) {
        throw new Problem('COPY_FAILED', `${where} ${reasonOf(error as Error)}`, { cause: error })
      }
      return null
    },
  }
}

function datagram({ host, port }: SyslogOptions, message: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    const end = (error: Error | null) => {
      socket.close()
      if (error === null) resolve()
      else reject(error)
    }
    socket.once('error', end)
    socket.send(message, port, host, (error) => end(error ?? null))
  })
}

/** Resolves once both ends have said that they are done: a receiver that died says so by breaking off. */
function stream(options: SyslogOptions, frame: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = opened(options)
    let sent = false
    const stop = () => {
      // a receiver that keeps the connection open has had its time to break it off
      if (sent) resolve()
      else reject(Object.assign(new Error(), { code: 'ABORT_ERR' }))
      socket.destroy()
    }
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', reject)
    socket.once('close', (broken) => {
      signal.removeEventListener('abort', stop)
      if (!broken) resolve()
    })
    socket.once(options.transport === 'tls' ? 'secureConnect' : 'connect', () => {
      socket.end(frame, () => {
        sent = true
        socket.setTimeout(LINGER_MS, stop)
      })
      socket.resume()
    })
  })
}

/** How long a receiver is given to break off or close after everything was handed over. */
const LINGER_MS = 1_000

function opened({ host, port, transport, ca, client }: SyslogOptions): Socket {
  if (transport === 'tcp') return connect(port, host)
  const named = isIPv6(host) || /^[\d.]+$/.test(host) ? {} : { servername: host }
  return connectTls({ host, port, minVersion: 'TLSv1.2', ...named, ...(ca === undefined ? {} : { ca }), ...client })
}
