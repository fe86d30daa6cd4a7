import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type SecureVersion } from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { isLoopback, openTls, type Tls } from '../../src/roof/tls.ts'
import { type AnApi, anApi } from './an-api.ts'
import { aCertificate, type Made } from './certificates.ts'

let folder: string
let root: Made
let service: Made
const open: AnApi[] = []
const lines: string[] = []
const note = (fields: Record<string, unknown>, message: string) =>
  void lines.push(JSON.stringify({ message, ...fields }))
const clock = { now: () => Date.now() * 1000 }
const parts = { clock, log: { info: note, warn: note, error: note } }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-tls-'))
  root = await aCertificate('a root')
  service = await aCertificate('a service', { by: root })
  write('ca.pem', root.cert)
})
afterEach(async () => {
  for (const api of open.splice(0)) await api.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 })
const settings = (more: Record<string, unknown> = {}) =>
  readConfig({ tls_cert_file: 'cert.pem', tls_key_file: 'key.pem', ...more }, {}, folder)

async function overTls(more: Record<string, unknown> = {}, made = service) {
  write('cert.pem', made.cert)
  write('key.pem', made.key)
  const tls = openTls(settings(more), parts) as Tls
  const api = await anApi({ options: { tls }, parts: { clock } })
  open.push(api)
  return { tls, api }
}

interface Ask {
  client?: Made
  key?: string
  agent?: Agent
  maxVersion?: SecureVersion
}

function ask(port: number, path: string, { client, key, agent, maxVersion }: Ask = {}) {
  return new Promise<{ status: number; hsts: unknown; text: string; serial: string }>((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        servername: 'localhost',
        ca: root.cert,
        agent: agent ?? new Agent(),
        ...(client && { cert: client.cert, key: client.key }),
        ...(maxVersion && { maxVersion, minVersion: maxVersion }),
        ...(key && { headers: { authorization: `Bearer ${key}` } }),
      },
      (answer) => {
        const { serialNumber } = (answer.socket as import('node:tls').TLSSocket).getPeerCertificate()
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk) => (text += chunk))
        answer.on('end', () =>
          resolve({
            status: answer.statusCode!,
            hsts: answer.headers['strict-transport-security'],
            text,
            serial: serialNumber,
          }),
        )
      },
    )
    sent.on('error', reject).end()
  })
}

it('every answer says that HTTPS is to be kept to, also a refusal and one to what is no request', async () => {
  const { api } = await overTls()
  for (const path of ['/healthz', '/nowhere', '/v1/search', '/%zz'])
    expect((await ask(api.port, path)).hsts).toBe('max-age=31536000')
  const text = await new Promise<string>((resolve, reject) => {
    let said = ''
    const socket = connect({ host: '127.0.0.1', port: api.port, servername: 'localhost', ca: root.cert })
    socket.on('secureConnect', () => socket.write('no request\r\n\r\n'))
    socket
      .on('data', (chunk) => (said += chunk))
      .on('end', () => resolve(said))
      .on('error', reject)
  })
  expect(text).toMatch(/^HTTP\/1.1 400 [\s\S]*Strict-Transport-Security: max-age=31536000\r\n/)
})

it('TLS 1.2 is spoken by setting alone', async () => {
  const { api } = await overTls()
  await expect(ask(api.port, '/healthz', { maxVersion: 'TLSv1.2' })).rejects.toThrow()
  const older = await overTls({ tls_min_version: 'TLSv1.2' })
  expect((await ask(older.api.port, '/healthz', { maxVersion: 'TLSv1.2' })).status).toBe(200)
  expect((await ask(older.api.port, '/healthz')).status).toBe(200)
})

it('plain HTTP on the port of TLS is closed, and the service goes on', async () => {
  const { api } = await overTls()
  await new Promise<void>((resolve) => {
    const socket = connectPlain(api.port, '127.0.0.1', () => socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'))
    socket.on('data', (chunk) => expect(String(chunk)).not.toContain('HTTP/1.1 2'))
    socket.on('error', () => {}).on('close', () => resolve())
  })
  expect((await ask(api.port, '/healthz')).status).toBe(200)
})

it('plain HTTP stays on the machine unless the setting lets it out', () => {
  const plain = (host: string, more = {}) => openTls(readConfig({ host, ...more }, {}, folder), parts)
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) expect(plain(host)).toBeUndefined()
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.org', 'localhost.example.org'])
    expect(() => plain(host)).toThrow(`plain HTTP on ${host}`)
  expect(plain('0.0.0.0', { allow_plain_http: true })).toBeUndefined()
  expect(isLoopback('128.0.0.1')).toBe(false)
})

it('senders and SIEMs must show a certificate besides the key, others need none', async () => {
  const { api } = await overTls({ tls_client_ca_file: 'ca.pem' })
  const { siem, analyst, admin } = api.keys
  const right = await aCertificate('a siem', { by: root })
  const stranger = await aCertificate('a stranger', { by: await aCertificate('another root') })
  const late = await aCertificate('late', { by: root, to: -1 })
  const feed = '/v1/siem/findings'
  expect((await ask(api.port, feed, { client: right, key: siem })).status).toBe(200)
  expect((await ask(api.port, feed, { client: right })).status).toBe(401)
  expect(await ask(api.port, feed, { key: siem })).toMatchObject({
    status: 403,
    text: expect.stringContaining('none was shown'),
  })
  expect(await ask(api.port, feed, { key: admin })).toMatchObject({ status: 403 })
  expect((await ask(api.port, '/v1/findings', { key: siem })).status).toBe(403)
  expect(await ask(api.port, feed, { client: stranger, key: siem })).toMatchObject({ status: 403 })
  const expired = await ask(api.port, feed, { client: late, key: siem })
  expect(expired).toMatchObject({ status: 403 })
  expect(expired.text).toContain('has expired')
  expect((await ask(api.port, '/v1/findings', { key: analyst })).status).toBe(200)
  expect((await ask(api.port, '/healthz')).status).toBe(200)
})

it('everybody with a key must show a certificate where the setting says all', async () => {
  const { api } = await overTls({ tls_client_ca_file: 'ca.pem', tls_client_for: 'all' })
  const right = await aCertificate('anybody', { by: root })
  for (const key of [api.keys.analyst, api.keys.siem, api.keys.admin]) {
    const refused = await ask(api.port, '/v1/findings', { key })
    expect(refused).toMatchObject({ status: 403, hsts: 'max-age=31536000' })
    expect(refused.text).toContain('none was shown')
  }
  expect((await ask(api.port, '/v1/findings', { client: right, key: api.keys.admin })).status).toBe(200)
  expect((await ask(api.port, '/v1/findings', { client: right })).status).toBe(401)
  expect((await ask(api.port, '/healthz')).status).toBe(200)
})

it('the time that the certificate has left is a metric, also of the next one', async () => {
  const { api, tls } = await overTls()
  const left = async () => {
    const { text } = await ask(api.port, '/metrics', { key: api.keys.admin })
    return Number(/^undercurrent_tls_certificate_expiry_seconds (\S+)$/m.exec(text)?.[1]) / 86_400
  }
  expect(await left()).toBeCloseTo(60, 1)
  const next = await aCertificate('the next', { by: root, to: 90 })
  write('cert.pem', next.cert)
  write('key.pem', next.key)
  tls.reload()
  expect(await left()).toBeCloseTo(90, 1)
})

it('a new certificate is shown to new connections, and a pair that does not fit changes nothing', async () => {
  const { api, tls } = await overTls()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const before = await ask(api.port, '/healthz', { agent })
  const next = await aCertificate('the next', { by: root })
  lines.length = 0
  write('cert.pem', next.cert)
  tls.reload()
  tls.reload()
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('is not the key of the first certificate')
  expect((await ask(api.port, '/healthz')).serial).toBe(before.serial)
  write('cert.pem', next.cert.slice(0, 200))
  tls.reload()
  write('cert.pem', next.cert)
  write('key.pem', next.key.slice(0, 60))
  tls.reload()
  expect((await ask(api.port, '/healthz')).serial).toBe(before.serial)
  write('key.pem', next.key)
  tls.reload()
  expect((await ask(api.port, '/healthz')).serial).not.toBe(before.serial)
  expect((await ask(api.port, '/healthz', { agent })).serial).toBe(before.serial)
  agent.destroy()
  for (const made of [service, next])
    for (const line of made.key.split('\n').slice(1, -2)) expect(lines.join('\n')).not.toContain(line)
})

it('settings and files that do not fit together are refused, and nothing of the key is told', async () => {
  write('cert.pem', service.cert)
  write('key.pem', (await aCertificate('another', { by: root })).key)
  expect(() => openTls(settings(), parts)).toThrow('is not the key of the first certificate')
  write('key.pem', 'no key')
  expect(() => openTls(settings(), parts)).toThrow('holds no private key in PEM')
  expect(() => openTls(settings({ tls_key_file: '' }), parts)).toThrow('give both, or none')
  expect(() => openTls(settings({ tls_key_file: 'absent.pem' }), parts)).toThrow('cannot be read (ENOENT)')
})

it('a key that others can read and an end that is near are spoken of', async () => {
  const ending = await aCertificate('ending', { by: root, to: 10 })
  write('cert.pem', ending.cert)
  write('key.pem', ending.key)
  chmodSync(join(folder, 'key.pem'), 0o640)
  lines.length = 0
  openTls(settings(), parts)
  expect(lines.join()).toMatch(/others can read the TLS key[\s\S]*expires soon/)
  chmodSync(join(folder, 'key.pem'), 0o600)
})
