import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { tlsState } from '../../src/roof/tls-state.ts'
import { aCertificate, type Made } from '../api/certificates.ts'

let folder: string
let root: Made
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-tls-state-'))
  root = await aCertificate('a root')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 })
const files = { tls_cert_file: 'cert.pem', tls_key_file: 'key.pem' }
const clock = { now: () => Date.now() * 1000 }
const state = (settings: Record<string, unknown>) => tlsState(readConfig(settings, {}, folder), clock)

it('says how the service is served, until when, and what is wrong with it', async () => {
  expect(state({})).toBe('plain HTTP on 127.0.0.1')
  expect(() => state({ host: '0.0.0.0' })).toThrow('plain HTTP on 0.0.0.0')
  expect(() => state(files)).toThrow('cannot be read (ENOENT)')
  const put = async (to: number) => {
    const made = await aCertificate('a service', { by: root, to })
    write('cert.pem', made.cert)
    write('key.pem', made.key)
  }
  await put(60)
  expect(state(files)).toMatch(/cert\.pem until \d{4}-\d\d-\d\d$/)
  write('ca.pem', root.cert)
  expect(state({ ...files, tls_client_ca_file: 'ca.pem' })).toMatch(/; client certificates for ingest,siem$/)
  chmodSync(join(folder, 'key.pem'), 0o644)
  expect(() => state(files)).toThrow('chmod 600 it')
  rmSync(join(folder, 'key.pem'))
  await put(10)
  expect(() => state(files)).toThrow(/ends on \d{4}-\d\d-\d\d, in \d+ days: renew it/)
  await put(-1)
  expect(() => state(files)).toThrow(/ended on \d{4}-\d\d-\d\d: clients refuse it/)
})
