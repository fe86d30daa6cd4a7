import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { syslog } from '../../src/senders/syslog.ts'
import { webhook } from '../../src/senders/webhook.ts'
import { aCertificate, type Made } from '../api/certificates.ts'
import { aCheckpoint, calm } from './a-checkpoint.ts'

let authority: Made
let other: Made
let own: Made
let client: Made
beforeAll(async () => {
  ;[authority, other] = await Promise.all([aCertificate('One'), aCertificate('Other')])
  ;[own, client] = await Promise.all([aCertificate('box', { by: authority }), aCertificate('me', { by: authority })])
})

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

it('syslog over TLS speaks to whom its authority vouches for, and shows who it is', async () => {
  const got: string[] = []
  const options = { cert: own.cert, key: own.key, ca: authority.cert, requestCert: true, rejectUnauthorized: true }
  const server = createTls(options, (socket) =>
    socket.on('data', (part) => got.push(String(part))).on('error', () => {}),
  )
  const port = await listening(server)
  const target = (ca: string, who?: Made) =>
    syslog({
      name: 'siem',
      host: 'localhost',
      port,
      transport: 'tls',
      facility: 13,
      enterpriseNumber: 32473,
      hostname: 'box',
      procid: '1',
      timeoutMs: 2000,
      ca,
      ...(who === undefined ? {} : { client: who }),
    })
  await target(authority.cert, client).put(aCheckpoint(3), calm)
  expect(got.join('')).toContain(' checkpoint [checkpoint@32473 size="3"')
  await expect(target(other.cert, client).put(aCheckpoint(4), calm)).rejects.toThrow('nobody known has signed')
  await expect(target(authority.cert).put(aCheckpoint(4), calm)).rejects.toThrow(`localhost:${port} `)
  expect(got.join('')).not.toContain('size="4"')
})

it('a webhook over TLS speaks only to whom its authority vouches for', async () => {
  const server = createHttps({ cert: own.cert, key: own.key }, (_, response) => response.end())
  const port = await listening(server)
  const secret = () => `whsec_${Buffer.alloc(24, 1).toString('base64')}`
  const hook = (ca: string, host = 'localhost') =>
    webhook({
      name: 'hook',
      url: `https://${host}:${port}/`,
      secret,
      ca,
      now: () => 0,
      allowPrivate: true,
      timeoutMs: 2000,
    })
  await hook(authority.cert).put(aCheckpoint(3), calm)
  await expect(hook(other.cert).put(aCheckpoint(3), calm)).rejects.toThrow('nobody known has signed')
  await expect(hook(authority.cert, '127.0.0.1').put(aCheckpoint(3), calm)).rejects.toThrow('of another name')
})
