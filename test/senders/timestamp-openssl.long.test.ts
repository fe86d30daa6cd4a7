import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { timestampAuthority } from '../../src/senders/timestamp.ts'
import { aCheckpoint, calm } from './a-checkpoint.ts'
import { aTsa } from './a-tsa.ts'
import { httpServer } from './receivers.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-tsa-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const openssl = (...args: string[]) => spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
const present = openssl('version').status === 0
if (!present) console.warn('skipped: there is no program openssl, so no timestamp was checked with it')

function done(...args: string[]) {
  const { status, stderr } = openssl(...args)
  expect(`${status} ${status === 0 ? '' : stderr}`).toBe('0 ')
}

const at = (url: string, authorities: string, now: number) =>
  timestampAuthority({
    name: 'notary',
    url,
    authorities,
    allowPrivate: true,
    timeoutMs: 10_000,
    random: (bytes) => new Uint8Array(bytes).fill(129),
    now: () => now,
  })

it.skipIf(!present)('openssl verifies a stored timestamp with the note alone', async () => {
  const tsa = await aTsa()
  const { url } = await httpServer(async ({ body }, response) => {
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' })
    response.end(await tsa.answer(body))
  })
  const checkpoint = aCheckpoint(12)
  const stamp = await at(url, tsa.ca, Date.parse('2026-01-15T08:00:00Z') * 1000).put(checkpoint, calm)
  writeFileSync(join(folder, 'ca.pem'), tsa.ca)
  writeFileSync(join(folder, 'a.note'), checkpoint.note)
  writeFileSync(join(folder, 'a.tsr'), stamp!.reply)
  done('ts', '-verify', '-data', 'a.note', '-in', 'a.tsr', '-CAfile', 'ca.pem')
  writeFileSync(join(folder, 'b.note'), aCheckpoint(13).note)
  expect(openssl('ts', '-verify', '-data', 'b.note', '-in', 'a.tsr', '-CAfile', 'ca.pem').status).not.toBe(0)
})

it.skipIf(!present).each(['rsa:2048', 'ec'])('an authority that openssl runs is believed (%s)', async (kind) => {
  const fresh = kind === 'ec' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['-newkey', kind]
  writeFileSync(
    join(folder, 'tsa.cnf'),
    `[tsa]\ndefault_tsa = one\n[one]\nserial = serial\ndefault_policy = 1.2.3.4.1\ndigests = sha256\nsigner_digest = sha256
ess_cert_id_alg = sha256\naccuracy = secs:1\n[req]\ndistinguished_name = dn\n[dn]\n
[stamping]\nextendedKeyUsage = critical,timeStamping\n[ca]\nbasicConstraints = critical,CA:TRUE\n`,
  )
  writeFileSync(join(folder, 'serial'), '01\n')
  const base = ['-nodes', '-config', 'tsa.cnf', ...fresh]
  done('req', '-x509', ...base, '-subj', '/CN=Root', '-keyout', 'root.key', '-out', 'root.pem', '-extensions', 'ca')
  done('req', ...base, '-subj', '/CN=Stamp', '-keyout', 'tsa.key', '-out', 'tsa.csr')
  const signing = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial']
  done(
    'x509',
    '-req',
    '-in',
    'tsa.csr',
    ...signing,
    '-extfile',
    'tsa.cnf',
    '-extensions',
    'stamping',
    '-out',
    'tsa.pem',
  )
  const { url } = await httpServer(({ body }, response) => {
    writeFileSync(join(folder, 'q.tsq'), body)
    const keys = ['-signer', 'tsa.pem', '-inkey', 'tsa.key', '-out', 'r.tsr']
    done('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'q.tsq', ...keys)
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' })
    response.end(readFileSync(join(folder, 'r.tsr')))
  })
  const root = readFileSync(join(folder, 'root.pem'), 'utf8')
  expect(await at(url, root, Date.now() * 1000).put(aCheckpoint(3), calm)).toMatchObject({ size: 3 })
})
