import { expect, it } from 'vitest'
import type { CanaryHash } from '../../src/core/canary.ts'
import type { LogEvent } from '../../src/core/event.ts'
import { canaryHasher } from '../../src/redactors/canary/canary-hash.ts'
import { canaryMarks } from '../../src/redactors/canary/canary-marks.ts'
import { createCanaryScan } from '../../src/redactors/canary/canary-scan.ts'
import { createFold } from '../../src/redactors/canary/fold.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { createTagger } from '../../src/redactors/placeholder.ts'
import { seeded } from '../../src/stats/seeded.ts'

const secret = Buffer.alloc(32, 5)
const hashOf = (text: string, key = secret): CanaryHash => canaryHasher(key).hash(createFold().of(text))
const canary = (key: string, text: string, tenant_id: string | null = null) => ({ key, tenant_id, hash: hashOf(text) })
const BIRD = 'kestrel-over-9 marsh'
const held = (text: string, ...canaries: ReturnType<typeof canary>[]) =>
  createCanaryScan(secret, canaries.length === 0 ? [canary('bird', BIRD)] : canaries)(text, '').map(
    ({ key, start, end }) => [key, text.slice(start, end)],
  )

it('finds a canary wherever it stands, however it is broken, spaced or written', () => {
  for (const written of [
    BIRD,
    'KESTREL-over-9 Marsh',
    'kestrel-\nover-9\n\tmarsh',
    'kes\u200btrel-over-9\u00a0ma\u00adrsh',
    'k e s t r e l - o v e r - 9 m a r s h',
    'ｋｅｓｔｒｅｌ-over-９ marsh',
  ])
    for (const text of [
      written,
      `It says ${written}.`,
      `${written} \n at the end`,
      `${'x'.repeat(5_000)}${written}${'y '.repeat(3_000)}`,
    ])
      expect(held(text), written).toEqual([['bird', written]])
  for (const near of ['kestrel-over-8 marsh', 'kestrel-over-9 mars', 'estrel-over-9 marsh', ''])
    expect(held(near), near).toEqual([])
})

it('finds what begins alike, lies within another, or comes twice, and what is written with marks either way', () => {
  const nested = [canary('long', 'abcdefghij-klm'), canary('short', 'abcdefghij'), canary('inner', 'defghij-k')]
  expect(held('..abcdefghij-klm..', ...nested).sort()).toEqual([
    ['inner', 'defghij-k'],
    ['long', 'abcdefghij-klm'],
    ['short', 'abcdefghij'],
  ])
  expect(held(`${BIRD} and ${BIRD}`)).toHaveLength(2)
  const marked = canary('marked', 'Zürich-überall-7')
  expect(held('Zürich-überall-7'.normalize('NFD'), marked)).toHaveLength(1)
  expect(held('Zürich-überall-7'.normalize('NFC'), marked)).toHaveLength(1)
})

it('agrees with a plain search in texts of chance, of few letters, so that beginnings come again and again', () => {
  const random = seeded(3)
  const some = (n: number) => Array.from({ length: n }, () => 'abc'[Math.floor(random() * 3)]).join('')
  for (let round = 0; round < 50; round++) {
    const strings = Array.from({ length: 20 }, () => some(8 + Math.floor(random() * 4)))
    const canaries = strings.map((text, i) => canary(`c${i}`, text))
    const text = some(2_000)
    const expected = strings.flatMap((one, i) =>
      [...text.matchAll(new RegExp(`(?=${one})`, 'g'))].map(({ index }) => `c${i} ${index}`),
    )
    const found = createCanaryScan(secret, canaries)(text, '').map(({ key, start }) => `${key} ${start}`)
    expect(found.sort()).toEqual(expected.sort())
  }
})

it('looks for the canaries of a tenant in its texts alone, and for none that was hashed under another key', () => {
  const scan = createCanaryScan(secret, [canary('bird@acme', BIRD, 'acme')])
  expect([scan(BIRD, 'acme').length, scan(BIRD, 'other').length, scan(BIRD, '').length]).toEqual([1, 0, 0])
  const other = { key: 'bird', tenant_id: null, hash: hashOf(BIRD, Buffer.alloc(32, 6)) }
  expect(createCanaryScan(secret, [other])(BIRD, '')).toEqual([])
  expect(other.hash.key).not.toBe(hashOf(BIRD).key)
})

it('keeps nothing from which the string can be read', () => {
  expect(JSON.stringify(hashOf(BIRD))).not.toMatch(/kestrel|marsh/i)
  expect(Object.keys(hashOf(BIRD))).toEqual(['key', 'length', 'anchor', 'sum', 'hmac'])
})

const mark = canaryMarks(createCanaryScan(secret, [canary('bird', BIRD)]), createTagger(Buffer.alloc(32, 7)))
const event = (fields: Partial<LogEvent>): LogEvent => ({
  event_id: 'e',
  timestamp: '2026-01-15T10:00:00Z',
  event_type: 'llm.completion',
  ...fields,
})
const redactor = createRedactor({ key: Buffer.alloc(32, 7) })

it('tells what the model gave out from what it was sent, and leaves alone where it was planted', () => {
  const noted = (fields: Partial<LogEvent>) => redactor.event(mark(event(fields), '')).redaction
  expect(noted({ response: `It is ${BIRD}.`, prompt: 'what is it?' }).canaries).toEqual({ output: ['bird'] })
  expect(noted({ response: 'no', prompt: `say ${BIRD}` }).canaries).toEqual({ input: ['bird'] })
  expect(noted({ tools_called: [{ name: 'mail', arguments: { to: [{ body: BIRD }] } }] })).toMatchObject({
    canaries: { output: ['bird'] },
    output: { CANARY: 1 },
  })
  expect(noted({ messages: [{ role: 'user', content: [{ type: 'text', text: BIRD }] }] }).canaries).toEqual({
    input: ['bird'],
  })
  const planted = redactor.event(
    mark(
      event({
        system: `Never say ${BIRD}`,
        rag_documents: [{ id: 'd', content: BIRD }],
        tools_called: [{ result: BIRD }],
      }),
      '',
    ),
  )
  expect(planted.redaction.counts).toEqual({ CANARY: 3 })
  expect(planted.redaction.canaries).toBeUndefined()
})

it('writes it nowhere, not even where it was planted, and redacting again keeps the mark', () => {
  const once = redactor.event(
    mark(event({ system: BIRD, response: `a ${BIRD}, ${BIRD}!`, attributes: { x: [BIRD] } }), ''),
  )
  expect(JSON.stringify(once)).not.toMatch(/kestrel|marsh/)
  expect(once.response).toMatch(/^a (\[CANARY:[0-9a-f]{16}\]), \1!$/)
  expect(redactor.event(once)).toEqual(once)
})

it('finds it in the name of a member, and loses none of those that come to the same name', () => {
  const call = { name: 'save', arguments: { [BIRD]: 1, [BIRD.toUpperCase()]: { deep: [{ [`x ${BIRD}`]: 'b' }] } } }
  const { redaction, tools_called } = redactor.event(mark(event({ tools_called: [call] }), ''))
  expect(redaction).toMatchObject({ canaries: { output: ['bird'] }, counts: { CANARY: 3 } })
  const names = JSON.stringify(tools_called).match(/"[^"]*CANARY[^"]*"(?=:)/g)
  expect(names?.map((name) => name.replace(/[0-9a-f]{16}/, '…'))).toEqual([
    '"[CANARY:…]"',
    '"[CANARY:…]#2"',
    '"x [CANARY:…]"',
  ])
  expect(JSON.stringify(tools_called)).not.toMatch(/kestrel/i)
})

it('gives an event without any back as it is', () => {
  const plain = event({
    prompt: 'hello',
    response: 'good day to you all',
    attributes: { deep: [[{ a: 'nothing here' }]] },
  })
  expect(mark(plain, '')).toBe(plain)
})
