import { mkdirSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { dirname, join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { expect, it } from 'vitest'
import { aCertificate, type Made } from '../api/certificates.ts'
import { aFolder, discard, served } from './served.ts'

/** Serial number of the certificate that a new connection is shown. */
const shown = (address: string, root: Made) =>
  new Promise<string>((resolve, reject) => {
    get(`${address}/healthz`, { ca: root.cert, servername: 'localhost', agent: new Agent() }, (answer) => {
      resolve((answer.socket as TLSSocket).getPeerCertificate().serialNumber)
      answer.resume()
    }).on('error', reject)
  })

it('a service that is sent SIGHUP shows the new certificate to whoever connects next, and goes on', async () => {
  const dataDir = aFolder()
  const folder = dirname(dataDir)
  const root = await aCertificate('a root')
  const put = async (name: string) => {
    const { cert, key } = await aCertificate(name, { by: root })
    writeFileSync(join(folder, 'cert.pem'), cert)
    writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
  }
  try {
    mkdirSync(folder, { recursive: true })
    await put('the first')
    const files = ['--tls-cert-file', join(folder, 'cert.pem'), '--tls-key-file', join(folder, 'key.pem')]
    const service = await served(dataDir, '', files)
    expect(service.address).toMatch(/^https:/)
    const first = await shown(service.address, root)
    await put('the second')
    const asked = performance.now()
    process.kill(service.pid, 'SIGHUP')
    while ((await shown(service.address, root)) === first) expect(performance.now() - asked).toBeLessThan(9_000)
    expect(service.output()).toContain('the TLS certificate was read anew')
    await service.kill('SIGTERM')
    expect(await service.ended).toBe(0)
  } finally {
    discard(dataDir)
  }
}, 60_000)
