import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samples } from '../redactors/samples.ts'
import { aFolder, cli, discard, type Served, served } from '../stories/served.ts'
import { told } from './told.ts'

/** The built command line as a user runs it: what it prints where, and how it ends. */

const dataDir = aFolder()
let service: Served

const event = (n: number) =>
  JSON.stringify({
    event_id: `c${n}`,
    timestamp: new Date(Date.UTC(2026, 0, 5) + n * 1000).toISOString(),
    event_type: 'llm.completion',
    user_id: `u${n}`,
    prompt: `question ${n}`,
    response: n % 2 === 0 ? 'I am sorry, but I cannot help with that.' : 'It is on its way.',
  })

/** Standard output is one JSON value and nothing else. */
function json<T = Record<string, unknown>>({
  code,
  out,
  err,
}: Pick<ReturnType<typeof cli>, 'code' | 'out' | 'err'>): T {
  expect(code, err).toBe(0)
  expect(out.endsWith('\n')).toBe(true)
  expect(out.trimEnd()).not.toContain('\n')
  return JSON.parse(out) as T
}

/** The same in this process, which spares starting one. */
const here = (args: readonly string[]) =>
  told(...args, ...(['--help', '--version'].some((flag) => args.includes(flag)) ? [] : ['--data-dir', dataDir]))

beforeAll(async () => {
  const { key } = json<{ key: string }>(cli(dataDir, ['keys', 'create', '--role', 'admin', '--json']))
  service = await served(dataDir, key, ['--jobs-enabled', 'false'])
})
afterAll(async () => {
  await service?.kill()
  discard(dataDir)
})

describe('wrong usage ends with 2, and says what is right', () => {
  it.each([
    [['nonesuch'], /unknown command/],
    [['serve', '--prot', '1'], /unknown option '--prot'/],
    [['keys', 'create'], /--role/],
    [['keys', 'create', '--role', 'king'], /Allowed choices are ingest, analyst, siem, auditor, admin/],
    [['keys', 'create', '--role', 'siem', '--expires', 'soon'], /expires must be a lifetime such as 90d/],
    [['import'], /missing required argument/],
    [['import', '.'], /is a folder; name the files in it/],
    [['import', 'x.jsonl', '--map', 'nothing'], /--map takes field=value/],
    [['digest', 'yesterday'], /YYYY-MM-DD/],
    [['findings', '--limit', 'many'], /limit/],
    [['scores', '--min-score', 'high'], /min_score|min-score/],
    [['search', 'hello', '--k', 'few'], /k/],
    [['job', 'run'], /missing required argument/],
  ] as [string[], RegExp][])('%j', async (args, message) => {
    const { code, out, err } = await here(args)
    expect(err).toMatch(message)
    expect(err).not.toMatch(/\n\s+at /)
    expect(out).toBe('')
    expect(code).toBe(2)
  })
})

it('the exit code of the process is that of the command', () => {
  expect(cli(dataDir, ['serve', '--prot', '1'])).toMatchObject({ code: 2, out: '' })
  expect(cli(dataDir, ['job', 'run', 'nonesuch'])).toMatchObject({ code: 1, out: '' })
})

describe('what cannot be done ends with 1, in one line', () => {
  it.each([
    [
      ['job', 'run', 'nonesuch'],
      /no such job; there are embed, concepts, baseline, detect, monitors, canaries, memorised, clusters, topics, insiders, digest, checkpoint/,
    ],
    [['keys', 'revoke', 'key_0000000000000000'], /no key with this id/],
    [['import', 'missing.jsonl'], /missing\.jsonl cannot be opened/],
    [['digest', '2001-01-01'], /no event on that day/],
    [['model', 'info', 'nonesuch'], /there is no model nonesuch/],
  ] as [string[], RegExp][])('%j', async (args, message) => {
    const { code, out, err } = await here(args)
    expect(err).toMatch(message)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(out).toBe('')
    expect(code).toBe(1)
  })
})

describe('a configuration that cannot be used ends with 2, in one line', () => {
  it.each([
    [['serve', '--port', 'http'], /port \(from flag\) must be a whole number/],
    [['config', '--config', 'missing.yaml'], /there is no configuration file .*missing\.yaml/],
    [['serve', '--redaction-file', 'missing.yaml'], /there is no redaction file .*missing\.yaml/],
  ] as [string[], RegExp][])('%j', async (args, message) => {
    const { code, out, err } = await here(args)
    expect(err).toMatch(message)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(out).toBe('')
    expect(code).toBe(2)
  })
})

it('what was typed is not repeated where it is recognised', async () => {
  const { code, err } = await here([samples.email])
  expect(err).toBe("error: unknown command '[EMAIL_1]'\n")
  expect(code).toBe(2)
})

describe('help and version end with 0 on standard output', () => {
  it.each([[['--help']], [['--version']], [['import', '--help']], [['job', 'run', '--help']]])('%j', async (args) => {
    const { code, out, err } = await here(args)
    expect([code, err]).toEqual([0, ''])
    expect(out.length).toBeGreaterThan(4)
  })
})

describe('beside the running service', () => {
  it('a key that is made counts at once, and one that is revoked no more', async () => {
    const { id, role, key } = json<{ id: string; role: string; key: string }>(
      await here(['keys', 'create', '--role', 'analyst', '--expires', '1d', '--json']),
    )
    expect(role).toBe('analyst')
    expect((await service.call('GET', '/v1/findings', undefined, { key })).status).toBe(200)
    const { items } = json<{ items: { id: string }[] }>(await here(['keys', 'list', '--json']))
    expect(items.map((item) => item.id)).toContain(id)
    expect(JSON.stringify(items)).not.toContain(key)
    expect(await here(['keys', 'revoke', id])).toMatchObject({ code: 0, out: '', err: `${id} is revoked\n` })
    // a key is taken at its word for two seconds
    await expect
      .poll(async () => (await service.call('GET', '/v1/findings', undefined, { key })).status, { timeout: 5_000 })
      .toBe(401)
  })

  it('a file is taken in; rejected lines are listed with reasons, never with their text', async () => {
    const file = join(dataDir, '..', 'log.jsonl')
    writeFileSync(file, [event(1), '{"secret": "do-not-repeat"', event(2), '{"timestamp": 7}', event(3)].join('\n'))
    const result = json<{ rejected_file: string }>(await here(['import', file, '--json']))
    expect(result).toMatchObject({ format: 'jsonl', records: 5, accepted: 3, duplicates: 0, rejected: 2 })
    const listed = readFileSync(result.rejected_file, 'utf8')
    expect(
      listed
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { record: 2, path: '', message: 'the line is not valid JSON' },
      { record: 4, path: '/timestamp', message: expect.stringContaining('ISO 8601') },
    ])
    expect(listed).not.toContain('do-not-repeat')
    expect((await service.call('GET', '/v1/events/c2')).status).toBe(200)

    const again = await here(['import', file])
    expect(again).toMatchObject({ code: 0, out: '' })
    expect(again.err).toContain('0 accepted, 3 held already, 2 rejected')
  })

  it('standard input is read, also zipped', async () => {
    const lines = [event(11), event(12)].join('\n')
    expect(json(cli(dataDir, ['import', '-', '--json'], gzipSync(lines)))).toMatchObject({ accepted: 2 })
    expect(json(cli(dataDir, ['import', '-', '--json'], ''))).toMatchObject({ records: 0 })
  })

  it('a job is run, and found in the list', async () => {
    // five that were taken in, and the revoked key that knocked
    expect(json(await here(['job', 'run', 'embed', '--json']))).toMatchObject({ outcome: 'done', done: 6 })
    const ended = await here(['job', 'run', 'baseline'])
    expect(ended).toMatchObject({ code: 0, out: '', err: 'baseline: done, 6 done\n' })
    const { items } = json<{ items: { name: string; last_run: unknown }[] }>(await here(['job', 'list', '--json']))
    expect(items.find((item) => item.name === 'embed')?.last_run).toMatchObject({ outcome: 'done', done: 6 })
  })

  it('the log is searched by meaning', async () => {
    const answer = json<{ total: number; items: { event_id: string }[] }>(
      await here(['search', 'all refusals', '--json']),
    )
    expect(answer.items.map((item) => item.event_id).sort()).toEqual(['c12', 'c2'])
    const table = await here(['search', 'question 3', '--mode', 'keyword'])
    expect(table.code).toBe(0)
    expect(table.out).toContain('question 3')
  })

  it('digest, findings, scores, configuration and models are printed, for people and for programs', async () => {
    for (const args of [['digest', '2026-01-05'], ['findings'], ['scores'], ['config'], ['model', 'list']]) {
      const value = await here([...args, '--json'])
      expect(value.code, value.err).toBe(0)
      expect(() => JSON.parse(value.out)).not.toThrow()
      expect(value.err).toBe('')
    }
    const shown = await here(['config'])
    expect(shown.out).toMatch(new RegExp(`data_dir +${dataDir} +flag`))
    expect(shown.err).toBe('')
  })
})

it('a reader that leaves early is no failure', async () => {
  const entry = join(import.meta.dirname, '..', '..', 'dist', 'src', 'commands', 'run.js')
  const line = `set -o pipefail; '${process.execPath}' '${entry}' simulate --scenario support | head -n 1 > /dev/null`
  const ended = spawnSync('bash', ['-c', line], { encoding: 'utf8' })
  expect(ended.stderr).not.toMatch(/EPIPE|\n\s+at /)
  expect(ended.status).toBe(0)
})

it('the doctor says of each part how it is, and ends with 1 where one is ill', async () => {
  const well = json<{ items: { name: string; ok: boolean }[] }>(await here(['doctor', '--port', '0', '--json']))
  expect(well.items.map((item) => item.name)).toEqual(
    expect.arrayContaining(['clock', 'disk', 'key', 'native modules', 'model', 'store', 'token issuer', 'port']),
  )
  expect(well.items.filter((item) => !item.ok)).toEqual([])
  const ill = await here(['doctor', '--port', new URL(service.address).port])
  expect(ill.code).toBe(1)
  expect(ill.out).toMatch(/^BAD +port /m)
})
