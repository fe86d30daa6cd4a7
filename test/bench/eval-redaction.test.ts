import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it, vi } from 'vitest'
import { evalRedaction, measure, type RedactionReport } from '../../bench/eval-redaction.ts'
import { shareOf } from '../../bench/share.ts'
import { samples } from '../redactors/samples.ts'

const row = (before: string, value: string, type: string) => {
  const start = [...before].length
  return {
    text: `${before}${value} end`,
    spans: [[start, start + [...value].length, type]] as [number, number, string][],
  }
}
const rows = [
  row('😀 mail ', samples.email, 'EMAIL_ADDRESS'),
  row('card ', '4111 1111 1111 1112', 'CREDIT_CARD'),
  row('😀😀 ', 'Ada Lovelace', 'PERSON'),
  { text: `unlabelled ${samples.ipv4}`, spans: [] },
]

it('the interval agrees with the published one for 8 of 10', () => {
  const { low, high } = shareOf(8, 10)
  expect(low).toBeCloseTo(0.4902, 3)
  expect(high).toBeCloseTo(0.9433, 3)
  expect(shareOf(0, 0)).toMatchObject({ low: 0, high: 1 })
})

it('counts what is covered by type, in code points, and what was found beside the labels', () => {
  const { recall, precision, clean } = measure(new Map([['own', rows]]))
  expect(recall['own EMAIL_ADDRESS']).toMatchObject({ of: 1, n: 1 })
  expect(recall['own CREDIT_CARD']).toMatchObject({ of: 0, n: 1 })
  expect(recall['own PERSON']).toBeUndefined()
  expect(precision.EMAIL).toMatchObject({ of: 1, n: 1 })
  expect(precision.IP).toMatchObject({ of: 0, n: 1 })
  expect(clean).toMatchObject({ of: 1, n: 2 })
})

it('counts texts with a secret, apart from public identifiers and near misses', () => {
  const secrets = [
    { text: samples.github, label: 1 as const, categories: ['secret'] },
    { text: 'bucket-name', label: 1 as const, categories: ['identifier'] },
    { text: 'ghp_short', label: 0 as const },
  ]
  expect(measure(new Map([['own', secrets]])).secrets).toMatchObject({
    caught: { of: 1, n: 1 },
    caughtIdentifiers: { of: 0, n: 1 },
    nearMissesChanged: { of: 0, n: 1 },
  })
})

it('reads a folder, and says aloud where there is none', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  expect(await evalRedaction(undefined, { json: true })).toEqual({ skipped: true })
  expect(said.mock.calls.flat().join('')).toContain('nothing is measured')
  said.mockRestore()

  const dir = await mkdtemp(join(tmpdir(), 'labelled-'))
  await writeFile(join(dir, 'set.jsonl.gz'), gzipSync(rows.map((r) => JSON.stringify(r)).join('\n')))
  const report = (await evalRedaction(dir, { json: true })) as RedactionReport
  expect(report.recall['set EMAIL_ADDRESS']).toMatchObject({ of: 1, n: 1 })
  await rm(dir, { recursive: true })
})
