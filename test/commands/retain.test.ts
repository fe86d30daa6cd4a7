import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { told } from './told.ts'

let folder: string
const undercurrent = (...args: string[]) =>
  told(...args, '--data-dir', join(folder, 'data'), '--key-file', join(folder, 'key'))
const withRules = (...args: string[]) => undercurrent(...args, '--retention-file', join(folder, 'retention.yaml'))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-retain-'))
  const event = (id: string, event_type: string) =>
    JSON.stringify({ event_id: id, timestamp: '2025-01-05T00:00:00Z', event_type, prompt: 'zanzibar', user_id: 'u1' })
  writeFileSync(join(folder, 'log.jsonl'), [event('e1', 'llm.completion'), event('e2', 'auth.failure')].join('\n'))
  writeFileSync(
    join(folder, 'retention.yaml'),
    `rules:
  - { name: chat, event_types: [llm.*], from: timestamp, delete_after: 30d }
  - { name: logins, event_types: [auth.*], from: timestamp, delete_after: 30d }
  - { name: audit, preset: pci-dss, event_types: [auth.failure] }
`,
  )
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

it('ends nothing without a retention file, and says so', async () => {
  const { code, err } = await undercurrent('retain')
  expect(code).toBe(2)
  expect(err).toContain('no rule is configured')
})

it('tells what would end and what is kept, then does that, and the audit and the ledger know of it', async () => {
  expect((await withRules('import', join(folder, 'log.jsonl'))).code).toBe(0)
  const dues = [
    { rule: 'chat', action: 'delete', events: 1, held: [], clashes: [] },
    { rule: 'logins', action: 'delete', events: 0, clashes: [{ keep: 'audit', wins: 'minimum', events: 1 }] },
  ]
  const clashes = [{ rule: 'logins', keep: 'audit', wins: 'minimum' }]
  expect(JSON.parse((await withRules('retain', '--dry-run', '--json')).out)).toMatchObject({ dues, clashes })
  const { out } = await withRules('retain', '--dry-run')
  expect(out).toMatch(/^chat +delete +1 +0 +20/m)
  expect(out).toContain('clash: logins ends what audit asks to keep longer; the minimum wins')
  const { done } = JSON.parse((await withRules('retain', '--json')).out)
  expect(done).toMatchObject([{ rule: 'chat', action: 'delete', events: 1, receipts: [expect.any(String)] }])
  expect((await withRules('job', 'run', 'retain')).err).toBe('retain: done, 0 done\n')
  const verified = await withRules('verify', '--json')
  expect(verified.code).toBe(0)
  expect(JSON.parse(verified.out).counts).toMatchObject({ erased: 1, amended: 0 })
  const { items } = JSON.parse((await withRules('audit', '--json', '--action', 'retain')).out)
  expect(items.map(({ by, rows }: { by: string; rows: number }) => [by.split(':')[0], rows])).toEqual([
    ['job', 0],
    ['os', 1],
  ])
})
