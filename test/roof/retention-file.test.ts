import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RETENTION_PRESETS } from '../../src/core/retention-presets.ts'
import { DAY } from '../../src/core/window.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { openArchive } from '../../src/roof/open-archive.ts'
import { readRetentionFile, retentionOf } from '../../src/roof/retention-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-retention-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const redactor = createRedactor({ key: new Uint8Array(32).fill(1) })
const file = (text: string) => {
  const path = join(folder, 'retention.yaml')
  writeFileSync(path, text)
  return path
}
const rulesIn = (text: string) => retentionOf({ retention_file: file(text) }, redactor)

describe('a retention file', () => {
  it('says how long events are kept, by type, tenant and tag', () => {
    const [clinic, chat] = rulesIn(`
rules:
  - { name: clinic, preset: hipaa, tenants: [clinic, ann@example.com], delete_after: 2555d }
  - { name: chat, event_types: [llm.completion, 'auth.*'], tags: { service: [shop] }, from: timestamp, delete_after: 90d }
`)
    expect(clinic).toMatchObject({
      keep: 2190 * DAY,
      after: { delete: 2555 * DAY, anonymise: null, archive: null },
      from: 'receipt',
      event_types: null,
    })
    // a tenant is compared as it is stored
    expect(clinic!.tenants).toEqual(['clinic', redactor.identifier('tenant_id', 'ann@example.com')])
    expect(chat).toMatchObject({
      event_types: ['llm.completion', 'auth.*'],
      tenants: null,
      tags: { service: ['shop'] },
      from: 'timestamp',
      keep: null,
      after: { delete: 90 * DAY, anonymise: null, archive: null },
      beats_minimum: false,
    })
    expect(chat!.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('changes the hash of a rule with anything that the rule says', () => {
    const hashOf = (rule: string) => rulesIn(`rules: [{ name: a, ${rule} }]`)[0]!.hash
    expect(hashOf('delete_after: 90d')).toBe(hashOf('delete_after: 90d, from: receipt'))
    const others = ['delete_after: 91d', 'delete_after: 90d, tenants: [x]', 'delete_after: 90d, beats_minimum: true']
    for (const other of others) expect(hashOf(other)).not.toBe(hashOf('delete_after: 90d'))
  })

  it.each(Object.entries(RETENTION_PRESETS))(
    'keeps by the preset %s what its source asks, and ends nothing',
    (preset, terms) => {
      expect(terms.source).toMatch(/\d/)
      const period = terms.keep === null ? ', delete_after: 30d' : ''
      const [rule] = rulesIn(`rules: [{ name: a, preset: ${preset}${period} }]`)
      expect(rule!.keep).toBe(terms.keep === null ? null : terms.keep * DAY)
      expect(rule!.after.delete).toBe(terms.keep === null ? 30 * DAY : null)
    },
  )

  it('says where the archive lies; a path is taken from where the file lies', () => {
    const archiveIn = (text: string) =>
      readRetentionFile(file(`rules: [{ name: a, keep: 9d }]\narchive: ${text}`)).archive
    expect(archiveIn('{ folder: cold }')).toEqual({ folder: join(folder, 'cold') })
    const roof = { clock: { now: () => 0 }, env: {} }
    const s3 = archiveIn('{ s3: { bucket: my-logs, prefix: a, lock: GOVERNANCE, retain_days: 30 } }')
    expect(openArchive(s3!, roof).place).toBe('s3 https://my-logs.s3.us-east-1.amazonaws.com/a/archive/')
    expect(openArchive({ folder }, roof).place).toBe(`folder ${folder}`)
  })

  it.each([
    ['{}', '/archive needs either folder or s3'],
    ['{ folder: a, s3: { bucket: my-logs } }', '/archive needs either folder or s3'],
    ['{ s3: { bucket: my-logs, lock: COMPLIANCE } }', '/archive/s3/retain_days and lock need each other'],
    ['{ s3: { bucket: my-logs, endpoint: "http://a.example" } }', '/archive/s3/endpoint must begin with https://'],
    ['{ s3: { bucket: my-logs, path: a } }', '/archive/s3/path is not known here; there are bucket, region'],
    ['{ place: a }', '/archive/place is not known here; there are folder, s3'],
  ])('an archive %s is told with its place', (text, told) => {
    expect(() => readRetentionFile(file(`rules: [{ name: a, keep: 9d }]\narchive: ${text}`))).toThrow(told)
  })

  it('says what is archived, and a rule that does not has the hash that it always had', () => {
    const archive = '{ s3: { bucket: abc, lock: COMPLIANCE, retain_days: 9 } }'
    const text = (more: string) => `{ archive: ${archive}, rules: [{ name: a, delete_after: 400d${more} }] }`
    const [plain] = rulesIn(text(''))
    const [cold] = rulesIn(text(', archive_after: 90d'))
    expect(cold!.after).toEqual({ delete: 400 * DAY, anonymise: null, archive: 90 * DAY })
    expect(plain!.hash).toBe(rulesIn('rules: [{ name: a, delete_after: 400d }]')[0]!.hash)
    expect(cold!.hash).not.toBe(plain!.hash)
  })

  it('is not there: then there are no rules', () => {
    expect(retentionOf({ retention_file: '' }, redactor)).toEqual([])
    expect(() => readRetentionFile(join(folder, 'none.yaml'))).toThrow('there is no retention file')
  })

  it.each([
    ['{}', '/rules is missing'],
    ['rules: []', '/rules'],
    [
      'rules: [{ name: a }]',
      '/rules/0 says nothing: give a preset, keep, delete_after, anonymise_after or archive_after',
    ],
    ['rules: [{ name: a, preset: gdpr }]', '/rules/0/delete_after is missing: gdpr leaves the period to the purpose'],
    ['rules: [{ name: a, preset: hippo }]', '/rules/0/preset must be one of soc-2, iso-27001, gdpr, hipaa'],
    ['rules: [{ name: a, preset: hipaa, keep: 5d }]', '/rules/0/keep is shorter than the 2190 days of hipaa'],
    ['rules: [{ name: a, keep: 90d, delete_after: 30d }]', '/rules/0/delete_after is shorter than the 90 days'],
    ['rules: [{ name: a, preset: pci-dss, delete_after: 90d }]', '/rules/0/delete_after is shorter than the 365 days'],
    ['rules: [{ name: a, delete_after: 90 }]', '/rules/0/delete_after'],
    ['rules: [{ name: a, delete_after: 12h }]', '/rules/0/delete_after must look like'],
    ['rules: [{ name: a, delete_after: 1d, tag: {} }]', '/rules/0/tag is not known here; there are name, preset'],
    ['rules: [{ name: a, delete_after: 1d, tags: { tenant_id: [x] } }]', '/rules/0/tags/tenant_id is said by tenants'],
    ["rules: [{ name: a, delete_after: 1d, tags: { 'x\\'': [x] } }]", '/rules/0/tags has a name'],
    ['rules: [{ name: a, delete_after: 1d }, { name: a, keep: 2d }]', '/rules/1/name is the name of another rule too'],
    [
      'rules: [{ name: a, anonymise_after: 9d, delete_after: 9d }]',
      '/rules/0/anonymise_after is not before delete_after',
    ],
    ['rules: [{ name: a, keep: 9d, anonymise_after: 8d }]', '/rules/0/anonymise_after is shorter than the 9 days'],
    ['rules: [{ name: a, archive_after: 9d }]', '/rules/0/archive_after needs a place: say archive with folder or s3'],
    [
      '{ archive: { folder: x }, rules: [{ name: a, archive_after: 9d, delete_after: 9d }] }',
      '/rules/0/archive_after is',
    ],
    ['{ archive: {}, rules: [{ name: a, archive_after: 9d }] }', '/archive needs either folder or s3'],
    [
      '{ archive: { path: x }, rules: [{ name: a, keep: 9d }] }',
      '/archive/path is not known here; there are folder, s3',
    ],
    ['rules: [{ name: a, keep: 9d, keep_vectors: true }]', '/rules/0/keep_vectors is said beside'],
    ['rules: [{ name: a, keep: 2d, beats_minimum: true }]', '/rules/0/beats_minimum has no period'],
  ])('%s is told with its place', (text, told) => {
    expect(() => readRetentionFile(file(text.replace("'x\\''", '"x\'"')))).toThrow(told)
  })
})
