import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { told } from './told.ts'

let folder: string
const undercurrent = (...args: string[]) =>
  told(...args, ...['--data-dir', join(folder, 'data'), '--key-file', join(folder, 'key')])

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-compliance-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('a check of a fresh store loses nothing, and one under a preset ends with 3 and names what it asks for', async () => {
  const fresh = await undercurrent('compliance', 'check')
  expect(fresh).toMatchObject({ code: 0, out: expect.stringMatching(/no control is lost$/m) })
  const asked = await undercurrent('compliance', 'check', '--preset', 'hipaa')
  expect(asked.code, asked.err).toBe(3)
  expect(asked.out).toMatch(/^LOST backup .*\n {5}the preset asks for it and it is off: .*undercurrent backup FOLDER/m)
  expect(asked.out).toMatch(/^lost \(hipaa\): retention, backup$/m)
})

it('what the preset asks for is found once it is done, and a review and a report leave no name of a file', async () => {
  writeFileSync(join(folder, 'retention.yaml'), 'rules:\n  - { name: chat, preset: hipaa }\n')
  const rules = ['--retention-file', join(folder, 'retention.yaml')]
  expect((await undercurrent('compliance', 'review', '--by', 'the auditor')).out).toMatch(
    /^the auditor reviewed 0 live/m,
  )
  const done = await undercurrent('backup', join(folder, 'backup'), ...rules)
  expect(done.code, done.err).toBe(0)
  const check = await undercurrent('compliance', 'check', '--preset', 'hipaa', ...rules)
  expect(check, check.out).toMatchObject({ code: 0 })
  const report = await undercurrent('compliance', 'report', '--preset', 'hipaa', ...rules)
  expect(report.out).toContain('the auditor')
  expect(report.out).not.toContain(folder)
  expect(await undercurrent('compliance', 'accept', 'moon', '--by', 'me')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no such control'),
  })
})
