import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readParquet } from '../../src/formats/parquet/read.ts'
import { told } from './told.ts'

let folder: string
const undercurrent = (...args: string[]) =>
  told(
    ...args,
    ...['--data-dir', join(folder, 'data'), '--key-file', join(folder, 'key')],
    ...['--retention-file', join(folder, 'retention.yaml')],
  )
const json = async (...args: string[]) => {
  const { code, out, err } = await undercurrent(...args, '--json')
  expect(code, err).toBe(0)
  return JSON.parse(out)
}

const rules = (more: string) =>
  writeFileSync(
    join(folder, 'retention.yaml'),
    `rules:
  - { name: old, from: timestamp, ${more} }
archive: { folder: cold }
`,
  )

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-archive-'))
  mkdirSync(join(folder, 'cold'))
  const event = (n: number) => ({
    event_id: `e${n}`,
    timestamp: '2025-01-05T00:00:00Z',
    event_type: 'llm.completion',
    prompt: `zanzibar ${n}`,
    user_id: `u${n % 2}`,
  })
  writeFileSync(join(folder, 'log.jsonl'), [0, 1, 2, 3].map((n) => JSON.stringify(event(n))).join('\n'))
  rules('archive_after: 30d')
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

it('archives nothing without a rule, nor where the folder is not there, and says so', async () => {
  rules('delete_after: 3000d')
  expect(await undercurrent('archive')).toMatchObject({ code: 2, err: expect.stringContaining('no rule archives') })
  rules('archive_after: 30d')
  expect((await undercurrent('import', join(folder, 'log.jsonl'))).code).toBe(0)
  await undercurrent('job', 'run', 'embed')
  await undercurrent('job', 'run', 'baseline')
  rmSync(join(folder, 'cold'), { recursive: true })
  expect(await undercurrent('archive')).toMatchObject({
    code: 1,
    err: expect.stringContaining('/cold is not there: mount it, or make it with'),
  })
  expect((await json('archive', '--dry-run')).dues).toMatchObject([{ rule: 'old', action: 'archive', events: 4 }])
  const doctor = await undercurrent('doctor', '--port', '0')
  expect(doctor.out).toMatch(/BAD +archive +.*cold cannot be written \(ENOENT\)/)
})

it('moves texts to a file, lists, reads, exports and brings them back, each in the audit', async () => {
  await undercurrent('import', join(folder, 'log.jsonl'))
  await undercurrent('job', 'run', 'embed')
  await undercurrent('job', 'run', 'baseline')
  expect((await undercurrent('archive', '--dry-run')).out).toMatch(/^old +archive +4 /m)
  const { files } = await json('archive')
  expect(files).toMatchObject([{ rule: 'old', events: 4, left: 0 }])
  expect((await json('archive', '--dry-run')).dues).toMatchObject([{ events: 0 }])
  const { items } = await json('archive', 'list')
  expect(items).toMatchObject([{ file: files[0].file, state: 'standing', rows: 4, rows_there: 4 }])
  expect((await undercurrent('archive', 'list')).out).toContain(files[0].file)
  expect((await json('archive', 'verify')).items).toMatchObject([{ whole: 4, differs: [], failed: null }])
  expect((await json('verify')).counts).toMatchObject({ archived: 4 })
  expect((await undercurrent('doctor', '--port', '0')).out).toMatch(/ok +archive +1 files in /)

  const out = join(folder, 'out')
  expect(await json('archive', 'export', out, '--user', 'u1')).toMatchObject({ events: 2, differs: [] })
  const [name = ''] = readdirSync(out)
  const { rows } = await readParquet(readFileSync(join(out, name)), { event_id: 'text', prompt: 'text' })
  expect(rows).toEqual([
    { event_id: 'e1', prompt: 'zanzibar 1' },
    { event_id: 'e3', prompt: 'zanzibar 3' },
  ])
  expect(await undercurrent('archive', 'export', out)).toMatchObject({
    code: 2,
    err: expect.stringContaining('not empty'),
  })

  expect(await json('archive', 'restore', '--event', 'e3', '--keep', '7d')).toMatchObject({ events: 1, differs: [] })
  expect(await json('archive')).toEqual({ files: [] })
  expect((await json('archive', 'list')).items).toMatchObject([{ rows_there: 3 }])
  const file = join(folder, 'cold', readdirSync(join(folder, 'cold'))[0]!)
  chmodSync(file, 0o600)
  writeFileSync(file, 'PAR1')
  expect(await undercurrent('archive', 'verify')).toMatchObject({ code: 3, out: expect.stringContaining('altered') })
  expect(await undercurrent('archive', 'restore')).toMatchObject({ code: 1, err: expect.stringContaining('altered') })
  const { items: audited } = await json('audit')
  const actions = audited
    .map(({ action }: { action: string }) => action)
    .filter((one: string) => one.startsWith('arch'))
  expect(actions).toEqual(['archive.restore', 'archive.export', 'archive'])
})

it('erases and ends what is archived: others of the same key come back first, a file of which nothing is left is deleted', async () => {
  await undercurrent('import', join(folder, 'log.jsonl'))
  await undercurrent('job', 'run', 'embed')
  await undercurrent('job', 'run', 'baseline')
  await json('archive')
  await undercurrent('erase', '--user', 'u1', '--dry-run', '--export', join(folder, 'held'))
  expect(readFileSync(join(folder, 'held.json'), 'utf8')).toContain('zanzibar 3')
  expect((await json('erase', '--event', 'e1', '--yes')).outcome).toBe('erased')
  expect((await json('archive', 'list')).items).toMatchObject([{ rows_there: 2 }])
  // e3 lay under the same key: it came back, and moves again
  expect((await json('archive')).files).toMatchObject([{ events: 1 }])
  expect(readdirSync(join(folder, 'cold'))).toHaveLength(2)
  rules('archive_after: 30d, delete_after: 60d')
  expect((await json('retain')).done).toMatchObject([{ action: 'delete', events: 3 }])
  expect((await undercurrent('job', 'run', 'archive')).code).toBe(0)
  expect(readdirSync(join(folder, 'cold'))).toEqual([])
  expect((await json('verify')).counts).toMatchObject({ erased: 4, archived: 0 })
})

it('deletes what has ended as soon as something is brought back, also where nothing was to', async () => {
  const move = async () => {
    for (const job of ['embed', 'baseline']) await undercurrent('job', 'run', job)
    await json('archive')
    return readdirSync(join(folder, 'cold')).length
  }
  await undercurrent('import', join(folder, 'log.jsonl'))
  expect(await move()).toBe(1)
  expect(JSON.parse((await undercurrent('redact-stored', '--dry-run', '--json')).out)).toMatchObject({ archived: 4 })
  expect((await undercurrent('redact-stored', '--dry-run')).err).toContain('4 archived events were not looked at')
  expect(await json('archive', 'restore', '--keep', '0d')).toMatchObject({ events: 4 })
  expect(readdirSync(join(folder, 'cold'))).toEqual([])
  expect(await move()).toBe(1)
  for (const user of ['u0', 'u1']) await json('erase', '--user', user, '--yes')
  expect(readdirSync(join(folder, 'cold'))).toHaveLength(1)
  expect(await json('archive', 'restore')).toMatchObject({ events: 0 })
  expect(readdirSync(join(folder, 'cold'))).toEqual([])
})

it('takes periods and times that are none for wrong usage', async () => {
  expect(await undercurrent('archive', 'restore', '--keep', 'soon')).toMatchObject({ code: 2 })
  expect(await undercurrent('archive', 'restore', '--since', 'soon')).toMatchObject({ code: 2 })
})

it('does not take a file that there is not for an empty one', async () => {
  expect((await undercurrent('import', join(folder, 'log.jsonl'))).code).toBe(0)
  for (const asked of [['restore'], ['verify'], ['export', join(folder, 'out')]])
    expect(await undercurrent('archive', ...asked, '--file', 'ab'.repeat(16))).toMatchObject({
      code: 2,
      err: expect.stringContaining('archive list'),
    })
})
