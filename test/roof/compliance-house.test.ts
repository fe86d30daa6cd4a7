import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { houseFacts } from '../../src/roof/compliance-house.ts'

const redactor = createRedactor({ key: Buffer.alloc(32, 7) })
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-house-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const facts = (over: object) =>
  houseFacts({
    config: readConfig({ key_file: join(folder, 'secret.key'), ...over }, {}, folder),
    engine: { records: async () => [] },
    redactor,
  })

it('says what is wrong with the master key and with TLS, and names no file of the machine', async () => {
  const places = { tls_cert_file: join(folder, 'cert.pem'), tls_key_file: join(folder, 'key.pem') }
  const gone = await facts(places)
  expect(gone.master_key).toMatchObject({ source: 'file', fault: expect.stringContaining('is gone') })
  expect(gone.listens.fault).toContain('undercurrent doctor')
  writeFileSync(join(folder, 'secret.key'), 'x')
  chmodSync(join(folder, 'secret.key'), 0o644)
  const open = await facts({})
  expect(open.master_key.fault).toMatch(/can be read by others \(mode 644\): chmod 600/)
  expect(open.listens).toMatchObject({ loopback: true, tls: null, fault: null })
  expect(JSON.stringify([gone, open])).not.toContain(folder)
})

it('takes the same values for more than one factor as the doors do, by whatever they are told apart', async () => {
  const issuer = { oidc_issuer: 'https://issuer.example', oidc_audience: 'undercurrent' }
  const { oidc } = await facts({ ...issuer, oidc_mfa_values: 'mfa otp,  urn:example:loa:3' })
  expect(oidc?.mfa_values).toEqual(['mfa', 'otp', 'urn:example:loa:3'])
})
