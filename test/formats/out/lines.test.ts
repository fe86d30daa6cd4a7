import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { cef, cefLine } from '../../../src/formats/out/cef.ts'
import { leef, leefLine } from '../../../src/formats/out/leef.ts'
import { aChange, aFinding, aHostileFinding } from '../a-finding.ts'

it('CEF escapes backslash and bar in the header, backslash and equals in values', () => {
  const header = ['Sea|Co', 'Tide\\Watch', '2.1', 'drip', 'Prompt = leak | probe', '8']
  const extension = [
    ['rt', '1795191962148'],
    ['cs1Label', 'analytic'],
    ['cs1', 'slow=sum|v3'],
    ['msg', 'k=v\\w|x\nsecond line'],
  ] as const
  expect(cefLine(header, extension)).toBe(
    'CEF:0|Sea\\|Co|Tide\\\\Watch|2.1|drip|Prompt = leak \\| probe|8|rt=1795191962148 cs1Label=analytic cs1=slow\\=sum|v3 msg=k\\=v\\\\w|x\\nsecond line',
  )
})

it('CEF keeps a text that looks like a record inside its value', () => {
  const line = cefLine(['A', 'B', '1', 'c', 'n', '9'], [['msg', 'CEF:0|Evil|X|1|1|spoof|10| act=blocked']])
  expect(line).toBe('CEF:0|A|B|1|c|n|9|msg=CEF:0|Evil|X|1|1|spoof|10| act\\=blocked')
})

it('CEF cuts a long value on a whole character', () => {
  const line = cef.write(aFinding({ entity_id: '\u{1f30a}'.repeat(2000) }), aChange())
  const suser = /suser=(\S+)/.exec(line)?.[1] ?? ''
  expect([...suser]).toHaveLength(1023)
  expect(suser).not.toMatch(/\p{Cs}/u)
})

it('CEF leaves out an identifier that would have to be cut, and keeps it whole where there is room', () => {
  const id = 'f'.repeat(64)
  const line = cef.write(aFinding({ finding_id: id }), aChange())
  expect(line).not.toContain('externalId=')
  expect(line).toContain(`cs1=${id}`)
})

it('CEF and LEEF take an address as source only where it is one', () => {
  const forged = aFinding({ entity_type: 'ip', entity_id: '10.0.0.1 suser=root' })
  for (const format of [cef, leef]) {
    expect(format.write(aFinding({ entity_type: 'ip', entity_id: '198.51.100.7' }), aChange())).toContain(
      'src=198.51.100.7',
    )
    expect(format.write(forged, aChange())).not.toContain('src=')
  }
})

it('LEEF turns tabs into spaces and line breaks into a visible escape', () => {
  const attributes = [
    ['cat', 'behavioural'],
    ['sev', '8'],
    ['usrName', 'u9'],
    ['msg', 'a\ttab, a\nbreak'],
  ] as const
  expect(leefLine(['Sea', 'Tide', '2.1', 'drip'], attributes)).toBe(
    'LEEF:2.0|Sea|Tide|2.1|drip|x09|cat=behavioural\tsev=8\tusrName=u9\tmsg=a tab, a\\nbreak',
  )
})

it('LEEF stays below 4096 bytes however long the text is', () => {
  const long = '\u{1f30a}'.repeat(5000)
  const line = leef.write(aFinding({ title: long }), aChange())
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(4096)
  expect(line).not.toMatch(/\p{Cs}/u)
  expect(Buffer.byteLength(leef.write(aHostileFinding(), aChange()))).toBeLessThanOrEqual(4096)
})

const vectors =
  process.env.SIEM_VECTORS ??
  fileURLToPath(new URL('../../../../shared/spec/siem-vectors/vectors.json', import.meta.url))

describe.skipIf(!existsSync(vectors))(
  `vectors of others${existsSync(vectors) ? '' : ` (skipped: no ${vectors}; set SIEM_VECTORS)`}`,
  () => {
    it('CEF comes out to the byte', () => {
      for (const { header, extension, line } of JSON.parse(readFileSync(vectors, 'utf8')).cef)
        expect(cefLine(header, extension)).toBe(line)
    })

    it('LEEF comes out to the byte', () => {
      for (const { line } of JSON.parse(readFileSync(vectors, 'utf8')).leef) {
        const [, ...header] = line.split('|')
        const pairs = header
          .pop()
          .split('\t')
          .map((pair: string) => pair.split('='))
        expect(
          leefLine(
            header.slice(0, 4),
            pairs.map(([key, text]: [string, string]) => [key, text.replaceAll('\\n', '\n')]),
          ),
        ).toBe(line)
      }
    })
  },
)
