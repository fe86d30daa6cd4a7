import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { formatTime } from '../../src/core/window.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { clockAt, entryOf, HOUR, MINUTE, START } from '../flow/traffic.ts'
import { told } from './told.ts'

let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-reconcile-'))
  const config = readConfig({ data_dir: join(folder, 'data'), key_file: join(folder, 'key') })
  const house = await openHouse(config, clockAt(START + 24 * HOUR))
  await house.engine.append(
    Array.from({ length: 6 }, (_, i) =>
      entryOf({
        event_id: `e${i}`,
        timestamp: formatTime(START + 9 * HOUR + (10 + i) * MINUTE),
        event_type: 'llm.completion',
        model: 'gpt-4o',
        api_key_id: 'key-1',
        tokens_input: 10,
        tokens_output: 20,
        status: 'success',
      }),
    ),
  )
  await house.close()
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const undercurrent = (...args: string[]) =>
  told(...args, '--data-dir', join(folder, 'data'), '--key-file', join(folder, 'key'))

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const CSV = 'hour,model,api_key_id,requests,tokens_input,tokens_output\n2026-01-05T09:00:00Z,gpt-4o,key-1,'

it('ends with 0 where both sides agree, whatever the file’s form', async () => {
  const bucket = {
    start_time: START / 1e6 + 9 * 3600,
    end_time: START / 1e6 + 10 * 3600,
    results: [
      { model: 'gpt-4o-2024-08-06', api_key_id: 'key-1', num_model_requests: 6, input_tokens: 60, output_tokens: 120 },
    ],
  }
  const rows = Array.from({ length: 6 }, (_, i) =>
    JSON.stringify({ ts: formatTime(START + 9 * HOUR + i), m: 'gpt-4o', k: 'theirs' }),
  )
  for (const args of [
    [file('usage.csv', `${CSV}6,60,120\n`)],
    [file('usage.csv.gz', gzipSync(`${CSV}6,60,120\n`))],
    [file('usage.json', JSON.stringify({ object: 'page', data: [bucket], has_more: false }))],
    [file('gateway.ndjson', rows.join('\n')), '--map', 'timestamp=ts,model=m,api_key_id=k', '--alias', 'theirs=key-1'],
  ]) {
    const { code, out, err } = await undercurrent('reconcile', ...args)
    expect([code, out]).toEqual([0, ''])
    expect(err).toContain('both sides agree')
  }
})

it('ends with 3 and a table where they differ, and tells of it in findings', async () => {
  const usage = file('usage.csv', `${CSV}9,90,180\n`)
  const { code, out } = await undercurrent('reconcile', usage)
  expect(code).toBe(3)
  expect(out).toContain('2026-01-05 09:00  gpt-4o  key-1  6 / 9     60 / 90    120 / 180')
  const again = await undercurrent('reconcile', usage, '--json')
  expect(again.code).toBe(3)
  expect(JSON.parse(again.out)).toMatchObject({
    agreed: false,
    mismatches: [{ store: { requests: 6 }, witness: { requests: 9 } }],
  })
  const { out: told } = await undercurrent('findings', '--json', '--detector', 'telemetry-mismatch')
  expect(JSON.parse(told).items).toMatchObject([{ entity_type: 'api_key', entity_id: 'key-1', severity: 'medium' }])
})

it('ends with 2 for a file that is none or a wrong option, and quotes nothing of it', async () => {
  for (const args of [
    [join(folder, 'absent.csv')],
    [file('bad.csv', `${CSV}sk-secret,1,1\n`)],
    [file('bad.json', '{"data": [sk-secret')],
    [file('bad.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3]))],
    [file('empty.csv', '')],
    [folder],
    [file('usage.csv', `${CSV}6,60,120\n`), '--edge', '99999'],
    [file('usage.csv', `${CSV}6,60,120\n`), '--tolerance', 'x'],
  ]) {
    const { code, out, err } = await undercurrent('reconcile', ...args)
    expect([args, code, out]).toEqual([args, 2, ''])
    expect(err).not.toContain('sk-secret')
  }
})
