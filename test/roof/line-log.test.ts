import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { newSecrets } from '../../src/encryption/wrapped-keys.ts'
import { lineLog } from '../../src/roof/line-log.ts'
import { openRedactor } from '../../src/roof/open-redactor.ts'
import { samples } from '../redactors/samples.ts'

let folder: string
let written: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-log-'))
  written = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})
const logOf = (level = 'info') => {
  const config = readConfig({ data_dir: join(folder, 'var') }, {}, folder)
  return lineLog(level, openRedactor(config, newSecrets()).text)
}

it('an error that quotes what it was given is told without it', () => {
  const reason = `Error: unexpected ${samples.email} in JSON`
  logOf().error({ job: 'embed', reason, done: 3 }, 'a job failed')
  expect(JSON.parse(written)).toMatchObject({ level: 'error', message: 'a job failed', job: 'embed', done: 3 })
  expect(JSON.parse(written).reason).toMatch(/^Error: unexpected \[EMAIL:\w{16}\] in JSON$/)
})

it('no text is too deep in the fields to be redacted', () => {
  logOf().error({ errors: [{ of: { user: samples.email } }] }, 'a job failed')
  expect(written).not.toContain(samples.email)
  expect(JSON.parse(written).errors[0].of.user).toMatch(/^\[EMAIL:\w{16}\]$/)
})

it('names, ids and times stay as they are', () => {
  const fields = {
    request_id: '550e8400-e29b-41d4-a716-446655440000',
    method: 'GET',
    route: '/v1/scores/:entity_type/:entity_id',
    status: 200,
    ms: 12,
    key_id: 'key_0123456789abcdef',
  }
  logOf().info(fields, 'answered')
  expect(JSON.parse(written)).toMatchObject(fields)
})

it('nothing below its level is written', () => {
  logOf('warn').info({}, 'answered')
  expect(written).toBe('')
})
