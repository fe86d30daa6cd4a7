import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, expect, it } from 'vitest'
import type { Columns, RowOf } from '../../../src/formats/parquet/columns.ts'
import { readParquet } from '../../../src/formats/parquet/read.ts'
import { writeParquet } from '../../../src/formats/parquet/write.ts'

const folder = mkdtempSync(join(tmpdir(), 'uc-parquet-'))
afterAll(() => rmSync(folder, { recursive: true }))

const COLUMNS = {
  seq: 'int',
  ts: 'time',
  cost: 'number',
  kept: 'flag',
  said: 'text',
  subject: 'bytes',
  texts: 'sealed',
} as const satisfies Columns

const AT = Date.parse('2026-01-15T08:00:00Z') * 1000 + 123_456

const rows: RowOf<typeof COLUMNS>[] = Array.from({ length: 2500 }, (_, i) => ({
  seq: i === 7 ? Number.MAX_SAFE_INTEGER : i,
  ts: i % 11 === 0 ? null : AT + i * 1_000_001,
  cost: i % 3 === 0 ? null : i / 7,
  kept: i % 5 === 0 ? null : i % 2 === 0,
  said: i % 4 === 0 ? null : i === 1 ? '' : `žluťoučký 🦊 ${i}\n"'`,
  subject: i % 6 === 0 ? null : Uint8Array.of(i & 255, 0, 255),
  texts: i % 9 === 0 ? Uint8Array.from({ length: 40 }, (_, j) => (i * j) & 255) : null,
}))

it('gives every cell back as it was, also those that are not there', async () => {
  const bytes = await writeParquet(COLUMNS, rows, { format: 'one' })
  const read = await readParquet(bytes, COLUMNS)
  expect(read.rows).toEqual(rows)
  expect(read.note.format).toBe('one')
  expect((await readParquet(await writeParquet(COLUMNS, []), COLUMNS)).rows).toEqual([])
})

it('refuses what is no file of these columns', async () => {
  const bytes = await writeParquet({ seq: 'int' }, [{ seq: 1 }])
  await expect(readParquet(bytes.subarray(0, bytes.length - 9), { seq: 'int' })).rejects.toThrow('no Parquet file')
  await expect(readParquet(Buffer.from('PAR1 and no more'), { seq: 'int' })).rejects.toThrow('no Parquet file')
  await expect(readParquet(bytes, { text: 'text' })).rejects.toThrow('it has no column text')
  await expect(readParquet(bytes, { seq: 'text' })).rejects.toThrow('its column seq is of another kind')
  expect((await readParquet(bytes, { seq: 'int' })).rows).toEqual([{ seq: 1 }])
})

it('writes what another engine reads: dates, numbers, texts, zstd', async () => {
  const file = join(folder, 'a.parquet')
  writeFileSync(file, await writeParquet(COLUMNS, rows))
  const duck = await (await DuckDBInstance.create(':memory:')).connect()
  const ask = async (sql: string) => (await duck.runAndReadAll(sql)).getRowObjectsJson()
  expect(await ask(`select count(*)::int n, count(said)::int said, max(seq) most from '${file}'`)).toEqual([
    { n: 2500, said: 1875, most: String(Number.MAX_SAFE_INTEGER) },
  ])
  expect(
    await ask(`select said, epoch_us(ts) micros, octet_length(subject)::int bytes from '${file}' where seq = 2`),
  ).toEqual([{ said: rows[2]!.said, micros: String(AT + 2 * 1_000_001), bytes: 3 }])
  const [{ total }] = (await ask(`select sum(cost) total from '${file}'`)) as [{ total: number }]
  expect(total).toBeCloseTo(
    rows.reduce((sum, row) => sum + (row.cost ?? 0), 0),
    6,
  )
  expect(await ask(`select typeof(ts) as kind from '${file}' limit 1`)).toEqual([{ kind: 'TIMESTAMP WITH TIME ZONE' }])
  expect(
    await ask(`select path_in_schema as name, compression from parquet_metadata('${file}') order by column_id`),
  ).toEqual(
    Object.entries(COLUMNS).map(([name, kind]) => ({ name, compression: kind === 'sealed' ? 'UNCOMPRESSED' : 'ZSTD' })),
  )
  expect(await ask(`select strftime(ts, '%Y-%m-%d %H:%M:%S') as day from '${file}' where seq = 2`)).toEqual([
    { day: '2026-01-15 08:00:02' },
  ])
})
