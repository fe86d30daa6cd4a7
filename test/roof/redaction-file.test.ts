import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Config, readConfig } from '../../src/config.ts'
import { newSecrets } from '../../src/encryption/wrapped-keys.ts'
import { openRedactor } from '../../src/roof/open-redactor.ts'
import { readRedactionFile } from '../../src/roof/redaction-file.ts'
import { samples } from '../redactors/samples.ts'

const secrets = newSecrets()
const redactorOf = (config: Config) => openRedactor(config, secrets)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-redaction-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (text: string) => {
  const path = join(folder, 'redaction.yaml')
  writeFileSync(path, text)
  return path
}
const configOf = (settings: Record<string, unknown> = {}) =>
  readConfig({ data_dir: join(folder, 'var'), ...settings }, {}, folder)

describe('a redaction file', () => {
  it('says what is found and what stays', () => {
    const path = file(`
names: off
network_addresses: truncate
user_id: pseudonymise
rules:
  - name: badge
    type: BADGE
    pattern: '\\bEMP-\\d{6}\\b'
    tenants: [acme]
allow:
  - text: ${samples.email}
keep:
  - fields: [reasoning]
    keep: drop
`)
    const redactor = redactorOf(configOf({ redaction_file: path }))
    expect(redactor.text(`EMP-123456 of ${samples.email} at 203.0.113.9`, 'acme')).toMatch(
      new RegExp(`^\\[BADGE:\\w{16}\\] of ${samples.email} at 203\\.0\\.113\\.0$`),
    )
    expect(redactor.identifier('user_id', 'u1')).toMatch(/^user:/)
  })

  it.each(['', '# all as it is\n'])('may be empty: %j', (text) => {
    expect(readRedactionFile(file(text), configOf())).toEqual({})
  })

  it('that is absent stops the start', () => {
    const redaction_file = join(folder, 'absent.yaml')
    expect(() => redactorOf(configOf({ redaction_file }))).toThrow(`there is no redaction file ${redaction_file}`)
  })
})

describe('a fault in it is told with the file, the place and what may stand there', () => {
  it.each([
    ['an unknown part', 'rule: []', '/rule is not known here; there are names, placeholders, network_addresses'],
    ['a word that is none of the choice', 'names: medium', '/names must be one of off, low, high'],
    ['a list where none belongs', 'user_id: [keep]', '/user_id must be one of keep, pseudonymise, drop'],
    ['a rule without a pattern', 'rules: [{name: badge, type: BADGE}]', '/rules/0/pattern is missing'],
    ['a name in capitals', 'rules: [{name: Badge, type: BADGE, pattern: x}]', '/rules/0/name must look like ^[a-z]'],
    [
      'a type in small letters',
      'rules: [{name: badge, type: badge, pattern: x}]',
      '/rules/0/type must look like ^[A-Z]',
    ],
    [
      'a check that there is not',
      'rules: [{name: badge, type: BADGE, pattern: x, checksum: crc}]',
      '/rules/0/checksum must be one of luhn, mod97, mod11, verhoeff, mod11-10',
    ],
    [
      'an unknown word in a rule',
      'rules: [{name: badge, type: BADGE, pattern: x, regex: y}]',
      '/rules/0/regex is not known here; there are name, type, pattern',
    ],
    [
      'a pattern that RE2 refuses',
      'rules: [{name: badge, type: BADGE, pattern: "(?=x)"}]',
      '/rules/0/pattern is no pattern',
    ],
    ['an exception from nothing', 'allow: [{types: [EMAIL]}]', '/allow/0 needs a text or a pattern'],
    ['a probability above one', 'withhold: [{concept: medical, above: 2, keep: drop}]', '/withhold/0/above must be'],
    ['a field without text', 'keep: [{fields: [promt], keep: drop}]', '/keep/0/fields/0 is no field with text'],
    [
      'a concept that there is not',
      'withhold: [{concept: medicla, above: 0.5, keep: drop}]',
      '/withhold/0/concept is no concept; there are ',
    ],
    ['a field of no kind', 'keep: [{fields: [prompt], keep: all}]', '/keep/0/keep must be one of redacted, hash, drop'],
  ])('%s', (_, text, told) => {
    const path = file(text)
    expect(() => readRedactionFile(path, configOf())).toThrow(`${path}: ${told}`)
  })

  it.each(['- a\n', 'a: [1'])('that is no mapping: %j', (text) => {
    const path = file(text)
    expect(() => readRedactionFile(path, configOf())).toThrow(`${path} cannot be read as YAML`)
  })

  it.each([
    ['broken', `allow:\n  - text: ${samples.email}\n foo\n`, 'BAD_INDENT at line 3, column 1'],
    ['with a tag that nobody knows', `allow: [{ text: !secret ${samples.email} }]`, 'TAG_RESOLVE_FAILED at line 1'],
    ['with a name twice', `names: off\nnames: low # ${samples.email}\n`, 'DUPLICATE_KEY at line 2, column 1'],
  ])('that is %s is told by the place, and not quoted', (_, text, told) => {
    const path = file(text)
    expect(() => readRedactionFile(path, configOf())).toThrow(told)
    expect(() => readRedactionFile(path, configOf())).not.toThrow(samples.email)
  })

  it('that is a folder, or endless, is not read', () => {
    expect(() => readRedactionFile(folder, configOf())).toThrow(`${folder} cannot be read (EISDIR)`)
    const path = file(`# ${'x'.repeat(5 * 2 ** 20)}`)
    expect(() => readRedactionFile(path, configOf())).toThrow(`${path} has 5242882 bytes; 4194304 are read at most`)
  })
})

describe('a key of pseudonyms in a file of its own', () => {
  it('is made, readable by its owner alone, and used from then on', () => {
    const pseudonym_key_file = join(folder, 'pseudonyms.key')
    const first = redactorOf(configOf({ pseudonym_key_file }))
    expect(statSync(pseudonym_key_file).mode & 0o777).toBe(0o600)
    const pseudonym = first.identifier('user_id', samples.email)
    expect(redactorOf(configOf({ pseudonym_key_file })).identifier('user_id', samples.email)).toBe(pseudonym)
    expect(redactorOf(configOf()).identifier('user_id', samples.email)).not.toBe(pseudonym)
  })

  it('ends the joins where it is replaced or destroyed', () => {
    const pseudonym_key_file = join(folder, 'pseudonyms.key')
    const config = configOf({ pseudonym_key_file })
    const before = redactorOf(config).text(samples.email)
    rmSync(pseudonym_key_file)
    expect(redactorOf(config).text(samples.email)).not.toBe(before)
    expect(redactorOf(configOf({ pseudonym_key_file: join(folder, 'next.key') })).text(samples.email)).not.toBe(before)
  })

  it('that holds no key is refused', () => {
    const pseudonym_key_file = file('not a key')
    expect(() => redactorOf(configOf({ pseudonym_key_file }))).toThrow(/holds no 32 bytes in base64/)
  })
})
