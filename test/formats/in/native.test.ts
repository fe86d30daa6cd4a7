import fc from 'fast-check'
import { expect, it } from 'vitest'
import { admit } from '../../../src/formats/in/native.ts'

const newId = () => 'made'
const timestamp = '2026-01-15T10:30:45.123456Z'
const taken = (record: object) => {
  const admitted = admit(record, newId)
  if ('errors' in admitted) throw new Error(JSON.stringify(admitted.errors))
  return admitted.event
}
const refused = (record: unknown) => {
  const admitted = admit(record, newId)
  return 'errors' in admitted ? admitted.errors[0] : null
}

it('takes an event whole, and gives it an id where it has none', () => {
  const record = { event_id: 'e1', timestamp, event_type: 'llm.completion', prompt: 'hi', tokens_input: 3 }
  expect(taken(record)).toEqual(record)
  expect(taken({ timestamp, event_type: 'x' }).event_id).toBe('made')
})

it('keeps what it does not know under attributes', () => {
  const event = taken({ timestamp, event_type: 'x', colour: 'red', attributes: { shape: 'round' } })
  expect(event.attributes).toEqual({ shape: 'round', colour: 'red' })
})

it('takes aliases as they stand', () => {
  const event = taken({
    timestamp,
    event_type: 'x',
    user_id_hash: 'abc',
    token_count: 12,
    rule_triggered: 'pii',
    content_hash: 'sha256:1',
  })
  expect(event).toMatchObject({
    user_id: 'abc',
    tokens_output: 12,
    guardrails_triggered: [{ rule: 'pii', content_hash: 'sha256:1' }],
  })
  expect(taken({ timestamp, event_type: 'x', user_id: 'u', user_id_hash: 'abc' })).toMatchObject({
    user_id: 'u',
    attributes: { user_id_hash: 'abc' },
  })
})

it('tells whether the user is named by a pseudonym that the sender made', () => {
  const of = (more: object) => admit({ timestamp, event_type: 'x', ...more }, () => 'made')
  expect(of({ user_id_hash: 'abc' })).toMatchObject({ pseudonymous: true })
  expect(of({ user_id: null, user_id_hash: 'abc' })).toMatchObject({ pseudonymous: true })
  for (const more of [{}, { user_id: 'u' }, { user_id: 'u', user_id_hash: 'abc' }])
    expect(of(more)).toMatchObject({ pseudonymous: false })
})

it('takes records that hold hashes and placeholders and no text', () => {
  const record = {
    event_id: 'h',
    timestamp,
    event_type: 'llm.completion',
    prompt_hash: 'sha256:aa',
    response_hash: 'sha256:bb',
    prompt: '[REDACTED_SSN]',
  }
  expect(taken(record)).toEqual(record)
})

it('treats null as absent', () => {
  expect(taken({ timestamp, event_type: 'x', user_id: null, event_id: null })).toEqual({
    timestamp,
    event_type: 'x',
    event_id: 'made',
  })
})

it.each([
  ['no object', 'text', ''],
  ['no time', { event_type: 'x' }, '/timestamp'],
  ['a time without a zone', { timestamp: '2026-01-15T10:30:45', event_type: 'x' }, '/timestamp'],
  ['a time in seconds', { timestamp: 1768473045, event_type: 'x' }, '/timestamp'],
  ['a time of another age', { timestamp: '1970-01-01T00:00:00Z', event_type: 'x' }, '/timestamp'],
  ['no type', { timestamp }, ''],
  ['a type in capitals', { timestamp, event_type: 'LLM' }, '/event_type'],
  ['text as tokens', { timestamp, event_type: 'x', tokens_input: '12' }, '/tokens_input'],
  ['negative latency', { timestamp, event_type: 'x', latency_ms: -1 }, '/latency_ms'],
  ['a number as prompt', { timestamp, event_type: 'x', prompt: 4 }, '/prompt'],
  ['an unknown status', { timestamp, event_type: 'x', status: 'fine' }, '/status'],
  ['a list as attributes', { timestamp, event_type: 'x', attributes: [] }, '/attributes'],
  ['half a surrogate pair in the id', { timestamp, event_type: 'x', event_id: 'e\ud800' }, '/event_id'],
  ['an infinite number', { timestamp, event_type: 'x', params: { top_p: [JSON.parse('1e999')] } }, '/params'],
  ['one under a name that is not ours', { timestamp, event_type: 'x', secret: JSON.parse('-1e999') }, ''],
  ['more tokens than add up', { timestamp, event_type: 'x', tokens_input: 1e300 }, '/tokens_input'],
  ['a price beyond all money', { timestamp, event_type: 'x', cost_usd: -1e300 }, '/cost_usd'],
  ['a measurement that overflows', { timestamp, event_type: 'metric', metric: 'm', value: 1e308 }, '/value'],
])('refuses %s and says where', (_, record, path) => expect(refused(record)?.path).toBe(path))

it('refuses nesting that exhausts whoever walks it', () => {
  let deep: unknown = 1
  for (let i = 0; i < 100_000; i++) deep = [deep]
  expect(refused({ timestamp, event_type: 'x', attributes: { deep } })?.message).toContain('nested')
})

it('keeps hostile keys as keys', () => {
  const event = taken(
    JSON.parse(`{"timestamp":"${timestamp}","event_type":"x","__proto__":{"polluted":1},"constructor":1}`),
  )
  expect(Object.getPrototypeOf(event.attributes)).toBe(Object.prototype)
  expect(Object.hasOwn(event.attributes!, '__proto__')).toBe(true)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

it('answers anything at all without throwing', () => {
  fc.assert(fc.property(fc.anything(), (value) => void admit(value, newId)))
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      (record) => void admit({ timestamp, event_type: 'x', ...record }, newId),
    ),
  )
})
