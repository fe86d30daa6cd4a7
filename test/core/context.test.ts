import { describe, expect, it } from 'vitest'
import { contextOf, type LogEvent } from '../../src/core/event.ts'

const event = (fields: Partial<LogEvent>): LogEvent => ({
  event_id: 'e',
  timestamp: '2026-01-14T00:00:00Z',
  event_type: 'llm.call',
  ...fields,
})

describe('what a model read for an event', () => {
  it('is its documents, results of tools and messages of tools', () => {
    const read = contextOf(
      event({
        prompt: 'not this',
        response: 'nor this',
        rag_documents: ['doc-1', { id: 'doc-2', content: 'a page' }, { id: 'doc-3' }],
        tools_called: [
          'search',
          { name: 'read_mail', result: 'Dear Ann' },
          { name: 'get', result: { text: 'ok', n: 2 } },
        ],
        messages: [
          { role: 'user', content: 'nor that' },
          { role: 'tool', content: [{ type: 'text', text: 'a result' }] },
        ],
      }),
    )
    expect(read).toEqual(['doc-1', 'a page', 'Dear Ann', '{"text":"ok","n":2}', 'a result'])
  })

  it('is nothing where there is none', () => {
    expect(contextOf(event({ prompt: 'hello' }))).toEqual([])
    expect(contextOf(event({ rag_documents: [{ content: '  ' }], tools_called: [{ name: 'x' }] }))).toEqual([])
  })
})
