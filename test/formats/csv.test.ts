import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { csvOf, csvStream } from '../../src/formats/csv.ts'

const rows = [
  ['a, "quoted"\r\nline', 1, true, null],
  ['=cmd|calc', -2, false, undefined],
] as const

it('writes a table that a reader of RFC 4180 reads back, where no text acts as a formula', () => {
  const text = csvOf(['text', 'n', 'is', 'none'], rows)
  expect(parse(text)).toEqual([
    ['text', 'n', 'is', 'none'],
    ['a, "quoted"\r\nline', '1', '1', ''],
    ["'=cmd|calc", '-2', '', ''],
  ])
  for (const start of ['=', '+', '-', '@', '\t', '\r'])
    expect(parse(csvOf([], [[`${start}x`]])).at(-1)).toEqual([`'${start}x`])
})

it('writes the same row by row, and ends in the error of its rows', async () => {
  async function* given() {
    yield* rows
  }
  let text = ''
  for await (const chunk of csvStream(['text', 'n', 'is', 'none'], given())) text += chunk
  expect(text).toBe(csvOf(['text', 'n', 'is', 'none'], rows))

  async function* broken() {
    yield rows[0]
    throw new Error('the store is gone')
  }
  await expect(async () => {
    for await (const _ of csvStream(['text'], broken()));
  }).rejects.toThrow('the store is gone')
})
