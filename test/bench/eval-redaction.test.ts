import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it, vi } from 'vitest'
import { evalRedaction } from '../../bench/eval-redaction.ts'
import { measureLabelled } from '../../bench/redaction-labelled.ts'
import { measureOrdinary } from '../../bench/redaction-ordinary.ts'
import { measureSecrets } from '../../bench/redaction-secrets.ts'
import { shareOf } from '../../bench/share.ts'
import { RULES } from '../../src/redactors/rules.ts'
import { createScan } from '../../src/redactors/scan.ts'
import { samples } from '../redactors/samples.ts'

const scan = createScan(RULES)
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
  { text: `unlabelled ${samples.ipv4}`, spans: [] },
]

it('the interval agrees with the published one for 8 of 10', () => {
  const { low, high } = shareOf(8, 10)
  expect(low).toBeCloseTo(0.4902, 3)
  expect(high).toBeCloseTo(0.9433, 3)
  expect(shareOf(0, 0)).toMatchObject({ low: 0, high: 1 })
})

it('counts what is covered by label, in code points, and what was found beside the labels', () => {
  const { recall, overall, precision, clean } = measureLabelled(scan, new Map([['sentences', rows]]))
  expect(recall.shaped['sentences EMAIL_ADDRESS']).toMatchObject({ of: 1, n: 1 })
  expect(recall.checked['sentences CREDIT_CARD']).toMatchObject({ of: 0, n: 1 })
  expect(overall.sentences).toMatchObject({ of: 1, n: 2 })
  expect(precision.sentences.EMAIL).toMatchObject({ of: 1, n: 1 })
  expect(precision.sentences.IP).toMatchObject({ of: 0, n: 1 })
  expect(clean).toMatchObject({ of: 1, n: 1 })
})

it('holds a vector to the kind that it was made for', () => {
  const vectors = [
    { ...row('', '9434765919', 'UK_NHS'), recogniser: 'uk_nhs' },
    { text: `9434765918 and ${samples.email}`, spans: [], recogniser: 'uk_nhs' },
  ]
  const { recall, precision } = measureLabelled(scan, new Map([['vectors', vectors]]))
  expect(recall.checked['vectors UK_NHS']).toMatchObject({ n: 1 })
  // the e-mail address is another recogniser's, labelled nowhere
  expect(precision.vectors.uk_nhs?.share ?? 1).toBe(1)
})

it('counts texts with a secret, apart from public identifiers and near misses', () => {
  const secrets = [
    { text: samples.github, label: 1 as const, categories: ['secret'] },
    { text: 'bucket-name', label: 1 as const, categories: ['identifier'] },
    { text: 'ghp_short', label: 0 as const },
  ]
  expect(measureSecrets(scan, new Map([['own', secrets]]))).toMatchObject({
    recall: { of: 1, n: 1 },
    identifiers: { of: 0, n: 1 },
    precision: { of: 1, n: 1 },
    nearMissesChanged: { of: 0, n: 1 },
  })
  expect(measureSecrets(scan, new Map([['own', rows]]))).toBeNull()
})

it('counts ordinary texts once each, and what is changed in them per thousand', () => {
  const texts = [
    { prompt: 'hello', response: `write to ${samples.email}` },
    { prompt: 'hello', turns: [{ content: samples.github }] },
  ]
  expect(measureOrdinary(scan, new Map([['own', texts]]), 100)).toMatchObject({
    texts: 3,
    byType: { EMAIL: 1, API_KEY: 1 },
  })
})

it('reads a folder, and says aloud what it skips where there is none', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  const alone = await evalRedaction(undefined, { json: true, values: 1 })
  expect(alone).toMatchObject({ labelled: null, secrets: null, ordinary: null })
  expect(alone.disguised.overall.n).toBeGreaterThan(500)
  expect(said.mock.calls.flat().join('')).toContain('labelled texts are skipped')
  expect(said.mock.calls.flat().join('')).toContain('ordinary texts are skipped')

  const dir = await mkdtemp(join(tmpdir(), 'labelled-'))
  await writeFile(join(dir, 'set.jsonl.gz'), gzipSync(rows.map((r) => JSON.stringify(r)).join('\n')))
  const { labelled } = await evalRedaction(dir, { json: true, values: 0 })
  said.mockRestore()
  expect(labelled?.recall.shaped['set EMAIL_ADDRESS']).toMatchObject({ of: 1, n: 1 })
  await rm(dir, { recursive: true })
})
