import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCopiesFile } from '../../src/roof/copies-file.ts'
import { openCopies } from '../../src/roof/open-copies.ts'
import { aCheckpoint, calm } from '../senders/a-checkpoint.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-copies-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (text: string) => {
  const path = join(folder, 'copies.yaml')
  writeFileSync(path, text)
  return path
}
const roof = { segmentKey: new Uint8Array(32), clock: { now: () => 0 }, env: {} }

describe('a copies file', () => {
  it('says where copies go; its paths are taken from where it lies', () => {
    const settings = readCopiesFile(
      file(`
segment_every_s: 45
checkpoints:
  - { name: witness, kind: file, path: mount/ledger.notes }
  - { name: hook, kind: webhook, url: https://example.com/hook, secret: { file: hook.secret } }
  - { name: siem, kind: syslog, host: siem.example.com, port: 6514, transport: tls }
  - { name: bucket, kind: s3, bucket: my-logs, region: eu-central-1, lock: COMPLIANCE, retain_days: 365 }
  - { name: notary, kind: timestamp, url: http://tsa.example.com/ }
segments:
  - { name: vault, kind: folder, path: /mnt/vault }
  - { name: minio, kind: s3, bucket: my-logs, endpoint: 'http://10.0.0.5:9000', allow_private: true, lock: GOVERNANCE, retain_days: 30 }
`),
    )
    const copies = openCopies(settings, roof)
    expect(copies.segmentEvery).toBe(45_000_000)
    expect([...copies.checkpoints, ...copies.segments].map(({ place }) => place)).toEqual([
      `file ${join(folder, 'mount/ledger.notes')}`,
      'webhook https://example.com/hook',
      'syslog tls siem.example.com:6514',
      's3 https://my-logs.s3.eu-central-1.amazonaws.com/',
      'timestamp http://tsa.example.com/',
      'folder /mnt/vault',
      's3 http://10.0.0.5:9000/my-logs/',
    ])
  })

  it('may be empty', () => {
    expect(openCopies(readCopiesFile(file('')), roof)).toMatchObject({ checkpoints: [], segments: [] })
  })

  const hook = 'name: a, kind: webhook, secret: {env: X}'
  it.each([
    ['an unknown part', 'segment: []', '/segment is not known here; there are segment_every_s, segment_bytes'],
    ['a kind that there is not', 'checkpoints: [{name: a, kind: mail}]', '/checkpoints/0/kind must be one of file,'],
    [
      'a kind that holds no segments',
      'segments: [{name: a, kind: syslog}]',
      '/segments/0/kind must be one of folder, s3',
    ],
    ['a target that is none', 'segments: [3]', '/segments/0/kind must be one of'],
    ['a target without its place', 'segments: [{name: a, kind: folder}]', '/segments/0/path is missing'],
    [
      'an unknown word',
      'segments: [{name: a, kind: folder, path: x, to: y}]',
      '/segments/0/to is not known here; there are name, kind, path',
    ],
    [
      'a name twice',
      'segments: [{name: a, kind: folder, path: x}, {name: a, kind: folder, path: y}]',
      '/segments/1/name is the name of another',
    ],
    [
      'a secret itself',
      'checkpoints: [{name: a, kind: webhook, url: "https://x.example", secret: whsec_hidden}]',
      '/checkpoints/0/secret must be object',
    ],
    [
      'two places of a secret',
      `checkpoints: [{${hook.replace('env: X', 'env: X, file: y')}, url: "https://x.example"}]`,
      '/checkpoints/0/secret needs either env or file',
    ],
    [
      'a password in a URL',
      `checkpoints: [{${hook}, url: "https://u:hidden@x.example"}]`,
      '/checkpoints/0/url must hold no user',
    ],
    [
      'plain HTTP',
      `checkpoints: [{${hook}, url: "http://x.example"}]`,
      '/checkpoints/0/url must begin with https:// unless',
    ],
    [
      'a lock of no kind',
      'segments: [{name: a, kind: s3, bucket: abc, lock: SOFT, retain_days: 1}]',
      '/segments/0/lock must be one of COMPLIANCE, GOVERNANCE',
    ],
    ['too short a time', 'segment_every_s: 1', '/segment_every_s must be >= 30'],
  ])('with %s is told by file, place and what may stand there', (_, text, told) => {
    const path = file(text)
    expect(() => readCopiesFile(path)).toThrow(`${path}: ${told}`)
    expect(() => readCopiesFile(path)).not.toThrow('hidden')
  })

  it('that is absent is said', () => {
    expect(() => readCopiesFile(join(folder, 'absent'))).toThrow('there is no copies file')
  })

  it('names secrets that are looked up when they are needed', async () => {
    const [hook] = openCopies(
      readCopiesFile(file('checkpoints: [{name: a, kind: webhook, url: "https://x.example", secret: {env: HOOK}}]')),
      roof,
    ).checkpoints
    await expect(hook!.put(aCheckpoint(1), calm)).rejects.toThrow('a secret is not there: set HOOK')
  })
})
