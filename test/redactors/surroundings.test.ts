import { expect, it } from 'vitest'
import { createRedactor } from '../../src/redactors/index.ts'
import { samples } from './samples.ts'

const redactor = createRedactor({ key: new Uint8Array(32).fill(4) })

const VALUES = {
  card: '4111111111111111',
  'card in groups': '4111 1111 1111 1111',
  'American card': '378282246310005',
  iban: 'DE89370400440532013000',
  'iban in groups': 'DE89 3704 0044 0532 0130 00',
  ssn: '536-22-8726',
  telephone: '+49 30 901820',
  'telephone of North America': '(312) 555-0142',
  email: 'jane.doe@corp.example.com',
  key: samples.github,
}

/** What may stand around a value, which is the V. */
const AROUND = [
  ...['V.', 'V,', 'V;', 'V:', 'V?', 'V!', '(V)', '[V]', '{V}', '<V>', '"V"', "'V'", '“V”', '«V»', 'V…', '|V|', '\\V\\'],
  ...['`V`', '**V**', '*V*', '_V_', '~~V~~', '- V', '* V', '> V', '1. V', '2) V', '# V', '#V', '| a | V | b |'],
  ...['a,V,b', '12,V,34', 'a;V;b', '1;V;2', 'a\tV\tb', 'V,V', 'V;V', 'V|V', 'V\nV', 'V, V and V', 'V / V'],
  ...['<b>V</b>', '<td>V</td>', '<a title="V">', '&lt;V&gt;', '&quot;V&quot;', '&nbsp;V', 'a=V&b=2', '?q=V', '/a?q=V'],
  ...[
    '{"a":"V"}',
    '{\\"a\\":\\"V\\"}',
    "{'a': 'V'}",
    'a: V',
    'a: "V"',
    'A=V',
    '+A=V',
    "values ('V', 1)",
    "WHERE a='V';",
  ],
  ...[
    '2026-01-15T10:30:00Z V',
    '[2026-01-15 10:30:00,123] V',
    '10:30:45 V',
    '12 V',
    'V 12',
    'V 12/27 123',
    'V 5',
    'V (2)',
  ],
  ...[
    'no—V—no',
    'no V— no',
    'V – no',
    'é V é',
    '日本V語',
    '\0V\0',
    '\ud800V\udc00',
    '\u200bV\u200b',
    '\ufeffV',
    '\r\nV\r\n',
  ],
]

it.each(Object.entries(VALUES))('%s is found whatever stands around it', (_, value) => {
  const left = AROUND.filter((around) => redactor.text(around.replaceAll('V', () => value)).includes(value))
  expect(left).toEqual([])
})

it('cards beside each other, in a list and in front of other numbers are found', () => {
  const [one, two] = ['4111 1111 1111 1111', '5555-5555-5555-4444']
  for (const text of [
    `${one} ${two}`,
    `${one} ${one} ${two}`,
    `1 ${one} 2 ${two} 3`,
    `${one} 0627 123`,
    '4111111111111111 5555555555554444',
    '2026 4111111111111111 100',
    '3782 822463 10005 12/27 1234',
    '1 41111111 11111111 2',
  ]) {
    expect(redactor.text(text).replace(/\[CARD:\w{16}\]/g, ''), text).toMatch(/^[\d /]{0,12}$/)
  }
})

it('rows of numbers are no cards', () => {
  for (const text of [
    '1100 4111 1111 1111 1111 1200 1300 1400 1500',
    'a4111111111111111',
    '0.4111111111111111',
    '.4111111111111111',
    '4111111111111111.5',
    '4111111111111111px',
  ])
    expect(redactor.text(text)).toBe(text)
})

it('what has the form of a placeholder hides nothing', () => {
  const hex = 'a1'.repeat(32)
  for (const value of [VALUES.card, VALUES.ssn, VALUES.iban, VALUES.key, VALUES.email]) {
    for (const forged of [
      `[EMAIL:${value}]`,
      `[CARD_${value}]`,
      `[TEXT:${value} 12 characters]`,
      `[REDACTION_FAILED:${value}]`,
      `[DATA:${value} sha256:${hex} 12 bytes]`,
      `[DATA:image/${value} sha256:${hex} 12 bytes]`,
      `[DATA:image/png sha256:${value} 12 bytes]`,
      `data:image/${value};base64,${'QUJD'.repeat(40)}`,
      `data:image/png;name=${value};base64,${'QUJD'.repeat(40)}`,
    ])
      expect(redactor.text(forged), forged).not.toContain(value)
  }
  const spelt = Buffer.from('my card is 4111111111111111, ok?').toString('hex')
  expect(redactor.text(`[DATA:image/png sha256:${spelt} 12 bytes]`)).not.toContain(spelt)
})

it('an attachment keeps its type where it is one', () => {
  const of = (mime: string) => redactor.text(`data:${mime};base64,${'QUJD'.repeat(40)}`).split(' ')[0]
  for (const mime of ['image/png', 'video/mp4', 'application/vnd.ms-excel.sheet.macroenabled.12', 'audio/3gpp2'])
    expect(of(mime)).toBe(`[DATA:${mime}`)
  expect(of('x/4111111111111111')).toBe('[DATA:application/octet-stream')
})

it('a text at the limit of size comes through a second redaction', () => {
  const small = createRedactor({ key: new Uint8Array(32).fill(4), maxFieldBytes: 60 })
  const once = small.text(`536-22-8726 ${'x '.repeat(24)}`)
  expect(once.length).toBeGreaterThan(60)
  expect(small.text(once)).toBe(once)
})

it('a telephone number has one placeholder with and without the code of its country', () => {
  const of = (number: string) => redactor.text(`call ${number}`)
  expect(of('+1 312-555-0142')).toBe(of('(312) 555-0142'))
  expect(of('0049 30 901820')).toBe(of('+49 30 901820'))
  expect(of('+49 (0)30 901820')).toBe(of('+49 30 901820'))
})
