import { expect, it } from 'vitest'
import { LogEvent } from '../../src/core/event.ts'
import type { EventAnswer } from '../../src/core/event-answer.ts'
import { checkMetadataAsk, eventMetadata, searchMetadata } from '../../src/flow/metadata.ts'

/** Longer than a label. */
const SECRET = 'the dragon sleeps under the northern bridge and '.repeat(3)

/** Every field but ids holds the text, at every depth. */
function everywhere(): EventAnswer {
  const bag = { name: SECRET, id: 'i1', anything: { deep: [SECRET] }, path: SECRET, [SECRET]: 1 }
  const names = Object.keys(LogEvent.properties).filter((name) => !name.endsWith('_id'))
  return {
    ...Object.fromEntries(names.map((name) => [name, [SECRET, bag, [SECRET]]])),
    prompt: SECRET,
    response: SECRET,
    messages: [{ role: 'user', content: SECRET }],
    rag_documents: [SECRET, { id: 'doc_1', score: 0.8, content: SECRET, source: SECRET }],
    tools_called: [{ id: 'call_1', name: 'search', arguments: { q: SECRET }, result: SECRET, ok: true, error: SECRET }],
    error: { type: 'Timeout', message: SECRET, stack: SECRET, code: { in: SECRET } },
    http: { method: 'GET', path: `/find?q=${SECRET}`, status_code: 200 },
    event_id: 'e1',
    user_id: 'u1',
    tokens_input: 12,
    status: 'success',
    redaction: { version: '2', rules: 'abc', counts: { EMAIL: 1 }, failed: [`/attributes/${SECRET}`] },
    concepts: { refusal: 0.9 },
    scores: [],
    neighbours: ['e2'],
  } as unknown as EventAnswer
}

it('leaves ids, numbers, labels and concepts of an event, and nothing that it says', () => {
  const shown = eventMetadata(everywhere())
  expect(JSON.stringify(shown)).not.toContain('dragon')
  expect(shown).toMatchObject({
    event_id: 'e1',
    user_id: 'u1',
    tokens_input: 12,
    status: 'success',
    rag_documents: [{ id: 'doc_1', score: 0.8 }],
    tools_called: [{ id: 'call_1', name: 'search', ok: true }],
    error: { type: 'Timeout' },
    http: { method: 'GET', status_code: 200 },
    redaction: { version: '2', rules: 'abc', counts: { EMAIL: 1 } },
    concepts: { refusal: 0.9 },
    neighbours: ['e2'],
  })
  for (const name of ['prompt', 'response', 'messages', 'system', 'attributes', 'prompt_hash', 'purpose', 'citations'])
    expect(shown).not.toHaveProperty(name)
})

it('takes no long text for a label', () => {
  const event = (action: string) => eventMetadata({ ...everywhere(), action } as EventAnswer)
  expect(event('generate').action).toBe('generate')
  expect(event(SECRET)).not.toHaveProperty('action')
})

it('leaves of a search who, when and how near', () => {
  const item = {
    event_id: 'e1',
    timestamp: '2026-02-01T12:00:00Z',
    user_id: 'u1',
    session_id: null,
    model: 'm',
    prompt: SECRET,
    response: SECRET,
    status: null,
    score: 0.5,
    matched: 'semantic' as const,
    concepts: { refusal: 0.9 },
    highlights: { prompt: [SECRET] },
  }
  const answer = { items: [item], next_cursor: null, not_examined: 0, how: 'marks' as const, complete: true }
  const [shown] = searchMetadata(answer).items
  expect(shown).toEqual({ ...item, prompt: null, response: null, highlights: {} })
})

it('is not asked by words or by what tells a text', () => {
  expect(() => checkMetadataAsk({ concept: 'refusal', scope: 'all', user_id: 'u1', like: ['e1'] })).not.toThrow()
  for (const ask of [{ q: 'dragon' }, { q: '' }, { prompt_hash: 'sha256:1' }, { purpose: 'x' }, { response_hash: 'y' }])
    expect(() => checkMetadataAsk(ask)).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        errors: [{ path: `/${Object.keys(ask)[0]}`, message: expect.any(String) }],
      }),
    )
})
