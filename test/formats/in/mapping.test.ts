import { expect, it } from 'vitest'
import { mapRecord, NO_MAPPING, pairs } from '../../../src/formats/in/mapping.ts'

it('moves fields from where they are, also from within', () => {
  const mapping = { ...NO_MAPPING, take: { user_id: 'user', prompt: 'turns.0.content', tokens_input: 'usage.in' } }
  const record = { user: 'u1', turns: [{ content: 'hi' }], usage: { in: 3 } }
  expect(mapRecord(record, mapping, 0)).toEqual({
    user_id: 'u1',
    prompt: 'hi',
    tokens_input: 3,
    turns: record.turns,
    usage: record.usage,
  })
})

it('sets what a record lacks, and times by place', () => {
  const mapping = { take: {}, set: { event_type: 'llm.completion' }, clock: { start: 0, step: 2_000_000 } }
  expect(mapRecord({ a: 1 }, mapping, 3)).toEqual({
    a: 1,
    event_type: 'llm.completion',
    timestamp: '1970-01-01T00:00:06.000000Z',
  })
  expect(mapRecord({ event_type: 'x', timestamp: '2026-01-01T00:00:00' }, mapping, 0)).toEqual({
    event_type: 'x',
    timestamp: '2026-01-01T00:00:00Z',
  })
})

it('takes no inherited property for a field', () => {
  expect(mapRecord({ a: 1 }, { ...NO_MAPPING, take: { prompt: 'constructor.name' } }, 0)).toEqual({ a: 1 })
})

it('reads pairs and refuses what is none', () => {
  expect(pairs(['a=b', 'c=d=e'], '--map')).toEqual({ a: 'b', c: 'd=e' })
  expect(() => pairs(['a'], '--map')).toThrow('--map takes field=value')
})
