import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/core/problem.ts'
import { NO_MAPPING } from '../../src/formats/in/mapping.ts'
import { type ImportOptions, importFile } from '../../src/roof/import-file.ts'
import { aHouse } from './a-house.ts'

const line = (n: number, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    timestamp: new Date(Date.UTC(2026, 0, 5) + n * 1000).toISOString(),
    event_type: 'llm.completion',
    user_id: 'u1',
    prompt: `question ${n}`,
    ...more,
  })

/** Imports into a real store; what was rejected comes with the answer. */
async function anImporter() {
  const house = await aHouse()
  const take = async (name: string, content: string | Uint8Array | null, options: Partial<ImportOptions> = {}) => {
    const file = join(house.folder, name)
    if (content !== null) writeFileSync(file, content)
    const rejected: [number, string, string][] = []
    const progress: [number, number][] = []
    const result = await importFile({
      file,
      format: 'auto',
      mapping: NO_MAPPING,
      sender: { tenant_id: null },
      idKey: new Uint8Array(32).fill(9),
      ingest: (records, sender) => house.writing().ingestRecords(records, sender),
      progress: (...at) => progress.push(at),
      rejected: (...one) => rejected.push(one),
      ...options,
    })
    return { ...result, list: rejected, progress }
  }
  return { house, take, count: () => house.engine.count({}) }
}

const lines = (from: number, until: number) => Array.from({ length: until - from }, (_, i) => line(from + i)).join('\n')

describe('an import', () => {
  it('takes lines, zipped lines and a table for what they are, whatever the file is called', async () => {
    const { take, count } = await anImporter()
    expect(await take('a.log', `\ufeff${lines(0, 5)}`)).toMatchObject({ format: 'jsonl', accepted: 5, rejected: 0 })
    expect(await take('b.txt', gzipSync(lines(5, 10)))).toMatchObject({ format: 'jsonl', accepted: 5 })
    const table = 'timestamp,event_type,prompt,tokens_input\n2026-01-05T00:00:00Z,llm.completion,"a, ""b""\nc",12\n'
    expect(await take('c', gzipSync(table))).toMatchObject({ format: 'csv', accepted: 1, rejected: 0 })
    expect(await count()).toBe(11)
  })

  it('of a table makes events with numbers, and leaves out what is empty', async () => {
    const { house, take } = await anImporter()
    const table = 'event_id,timestamp,event_type,prompt,latency_ms,messages\n'
    const messages = '"[{""role"":""user"",""content"":""hi""}]"'
    await take('t.csv', `${table}e1,2026-01-05T00:00:00Z,llm.completion,,250,${messages}\n`)
    const [stored] = (await house.engine.events({}, { limit: 1 })).items
    expect(stored?.event).toMatchObject({ latency_ms: 250, messages: [{ role: 'user', content: 'hi' }] })
    expect(stored?.event).not.toHaveProperty('prompt')
  })

  it('that is begun again finds only duplicates, in records with an id and without', async () => {
    const { take, count } = await anImporter()
    const content = `${lines(0, 30)}\n${line(30, { event_id: 'mine' })}\n${line(31, { event_id: null })}`
    expect(await take('again.jsonl', content)).toMatchObject({ records: 32, accepted: 32, duplicates: 0 })
    expect(await take('again.jsonl', content)).toMatchObject({ records: 32, accepted: 0, duplicates: 32 })
    expect(await take('copy.jsonl.gz', gzipSync(content))).toMatchObject({ accepted: 0, duplicates: 32 })
    expect(await count()).toBe(32)
  })

  it('of a file that has grown takes in what is new', async () => {
    const { house, take } = await anImporter()
    await take('grows.jsonl', `${lines(0, 3)}\n`)
    appendFileSync(join(house.folder, 'grows.jsonl'), `${lines(3, 7)}\n`)
    expect(await take('grows.jsonl', null)).toMatchObject({ records: 7, accepted: 4, duplicates: 3 })
  })

  it('tells two equal records of a file apart, and equal records of two files or tenants', async () => {
    const { take, count } = await anImporter()
    const same = line(1)
    expect(await take('one.jsonl', `${line(0)}\n${same}\n${same}`)).toMatchObject({ accepted: 3 })
    expect(await take('two.jsonl', `${line(9)}\n${same}\n${same}`)).toMatchObject({ accepted: 3 })
    const acme = { sender: { tenant_id: 'acme' } }
    expect(await take('one.jsonl', null, acme)).toMatchObject({ accepted: 3, duplicates: 0 })
    expect(await count()).toBe(9)
  })

  it('lists rejected records by their place, with path and reason and nothing of their text', async () => {
    const { take } = await anImporter()
    const secret = 'do-not-repeat-me'
    const content = [line(0), `{"prompt": "${secret}"`, '7', '', line(1, { timestamp: secret }), line(2)].join('\n')
    const { list, ...result } = await take('bad.jsonl', content)
    expect(result).toMatchObject({ records: 5, accepted: 2, rejected: 3 })
    expect(list.map(([record, path]) => [record, path])).toEqual([
      [2, ''],
      [3, ''],
      [4, '/timestamp'],
    ])
    expect(JSON.stringify(list)).not.toContain(secret)
  })

  it('counts rejections through every batch', async () => {
    const { take } = await anImporter()
    const content = Array.from({ length: 2_300 }, (_, i) => (i % 2 === 0 ? line(i) : '{')).join('\n')
    const { list, progress, ...result } = await take('many.jsonl', content)
    expect(result).toMatchObject({ records: 2_300, accepted: 1_150, rejected: 1_150 })
    expect(list.map(([record]) => record)).toEqual(Array.from({ length: 1_150 }, (_, i) => 2 * i + 2))
    expect(progress.at(-1)).toEqual([content.length, content.length])
  })

  it('gives fields of another shape their names, and times to records without one', async () => {
    const { house, take } = await anImporter()
    const mapping = {
      take: { user_id: 'who.id', prompt: 'turns.0.text' },
      set: { event_type: 'llm.completion' },
      clock: { start: Date.UTC(2026, 0, 5) * 1000, step: 60_000_000 },
    }
    const record = (text: string) => JSON.stringify({ who: { id: 'u7' }, turns: [{ text }] })
    expect(await take('m.jsonl', `${record('a')}\n${record('b')}`, { mapping })).toMatchObject({ accepted: 2 })
    const { items } = await house.engine.events({}, { limit: 2 })
    expect(items.map(({ event }) => [event.user_id, event.prompt, event.timestamp])).toEqual([
      ['u7', 'b', '2026-01-05T00:01:00.000000Z'],
      ['u7', 'a', '2026-01-05T00:00:00.000000Z'],
    ])
  })

  it('of a damaged file stores what was read before the damage, and says where it was without quoting it', async () => {
    const { take, count } = await anImporter()
    const secret = 'do-not-repeat-me'
    const table = `timestamp,event_type,prompt\n2026-01-05T00:00:00Z,llm.completion,fine\nx,y,${secret} "z" ${secret}\n`
    const broken = await take('broken.csv', table).catch((error: unknown) => error)
    expect(broken).toBeInstanceOf(Problem)
    expect(broken).toMatchObject({
      code: 'UNPROCESSABLE',
      message: expect.stringMatching(/past line 3: \w+QUOTE/),
    })
    expect((broken as Problem).message).not.toContain(secret)

    const noise = Array.from({ length: 4_000 }, (_, i) => line(i, { request_id: `r${(i * 7_919) % 4_001}` })).join('\n')
    const half = gzipSync(noise).subarray(0, -2_000)
    await expect(take('half.jsonl.gz', half)).rejects.toMatchObject({
      code: 'UNPROCESSABLE',
      message: expect.stringContaining('gzip stream is damaged or ends early'),
    })
    expect(await count()).toBeGreaterThan(1_000)
    await expect(take('stub.gz', gzipSync(line(0)).subarray(0, 12))).rejects.toMatchObject({ code: 'UNPROCESSABLE' })
  })

  it('says what is wrong where there is no such file, or a folder', async () => {
    const { house, take } = await anImporter()
    await expect(take('missing.jsonl', null)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(take('.', null)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect(await house.engine.count({})).toBe(0)
  })

  it('of an empty file is done at once', async () => {
    const { take } = await anImporter()
    expect(await take('empty.jsonl', '')).toMatchObject({ records: 0, accepted: 0, rejected: 0 })
  })

  it('passes on what the store says, and takes nothing for damage that is none', async () => {
    const { take } = await anImporter()
    const full = () => Promise.reject(new Problem('DISK_FULL', 'the disk is full'))
    await expect(take('f.jsonl', lines(0, 3), { ingest: full })).rejects.toMatchObject({ code: 'DISK_FULL' })
    const bug = () => Promise.reject(new TypeError('a bug'))
    await expect(take('g.jsonl', lines(0, 3), { ingest: bug })).rejects.toThrow(TypeError)
  })
})
