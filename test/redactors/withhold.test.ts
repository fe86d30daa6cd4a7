import { describe, expect, it } from 'vitest'
import type { LogEvent, RedactedEvent } from '../../src/core/event.ts'
import { readableOf } from '../../src/core/withheld.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { createTagger, isPlaceholder } from '../../src/redactors/placeholder.ts'
import { isTextField, TEXT_FIELDS, withhold } from '../../src/redactors/withhold.ts'

const key = new Uint8Array(32).fill(9)
const tagger = createTagger(key)
const redactor = createRedactor({ key })
const hash = () => 'hash' as const
const drop = () => 'drop' as const

/** A word that stands in every text of the event, and nowhere else. */
const SECRET = 'wombat'
const said = (n: number) => `the ${SECRET} number ${n} left the burrow at dusk`
const whole = {
  event_id: 'e1',
  timestamp: '2026-01-15T10:00:00Z',
  event_type: 'llm.completion',
  user_id: 'u1',
  tenant_id: 'acme',
  model: 'gpt-4',
  action: 'generate',
  purpose: `a purpose that is told at great length, about what ${said(1)}`,
  params: { temperature: 0.2, stop: [said(2)], effort: SECRET },
  prompt_template: { name: 'support', version: '7', variables: { animal: said(3) } },
  system: said(4),
  prompt: said(5),
  messages: [
    { role: 'user', content: said(5) },
    { role: 'assistant', content: [{ type: 'text', text: said(6) }], tool_call_id: 'call_1' },
  ],
  response: said(7),
  reasoning: said(8),
  rag_query: said(9),
  rag_documents: [
    'doc_1',
    said(10),
    { id: 'doc_2', score: 0.8, content: said(11), source: 'handbook', title: said(12) },
  ],
  tools_called: [
    'search',
    {
      id: 'call_1',
      name: 'lookup',
      arguments: { query: said(13) },
      result: [said(14), 3],
      error: said(15),
      ok: false,
      latency_ms: 12,
    },
  ],
  tokens_input: 11,
  error: { type: 'timeout', code: 504, message: said(16), stack: said(17) },
  guardrails_triggered: [{ rule: 'animals', action: 'block', score: 0.9, matched: said(18) }],
  evaluations: [{ name: 'helpful', score: 0.8, comment: said(19) }],
  citations: [{ document_id: 'doc_2', span: said(20) }, SECRET],
  message: { from: 'a', to: 'b', kind: 'note', body: said(21) },
  review: { reviewer: 'r1', decision: 'ok', reason: said(22) },
  file: { name: `${SECRET}.txt`, size: 3, mime: 'text/plain' },
  attributes: { note: said(23), [`about the ${SECRET}`]: 1, nested: { deep: [said(24)] }, order_id: 'A-17', n: 4 },
  status: 'error',
} as object as LogEvent
const redacted = redactor.event(whole)

describe('an event whose text is hashed', () => {
  const kept = withhold(redacted, hash, tagger)

  it('holds no word of it, in any field or name of one', () => {
    expect(JSON.stringify(redacted)).toContain(SECRET)
    expect(JSON.stringify(kept)).not.toContain(SECRET)
  })

  it('keeps length and hash, the same for the same text of a tenant and another for every other tenant', () => {
    expect(said(5)).toHaveLength(43)
    expect(kept.prompt).toMatch(/^\[TEXT:[0-9a-f]{16} 43 characters\]$/)
    expect(kept.messages?.[0]?.content).toBe(kept.prompt)
    expect(kept.response).not.toBe(kept.prompt)
    const other = withhold(redactor.event({ ...whole, tenant_id: 'zeta' }), hash, tagger)
    expect(other.prompt).not.toBe(kept.prompt)
    expect(other.prompt).toHaveLength(kept.prompt!.length)
  })

  it('keeps identifiers, labels, names and numbers', () => {
    expect(kept).toMatchObject({
      event_id: 'e1',
      user_id: 'u1',
      model: 'gpt-4',
      action: 'generate',
      status: 'error',
      tokens_input: 11,
      params: { temperature: 0.2 },
      prompt_template: { name: 'support', version: '7' },
      messages: [{ role: 'user' }, { role: 'assistant', tool_call_id: 'call_1' }],
      error: { type: 'timeout', code: 504 },
      guardrails_triggered: [{ rule: 'animals', action: 'block', score: 0.9 }],
      evaluations: [{ name: 'helpful', score: 0.8 }],
      citations: [{ document_id: 'doc_2' }, expect.stringContaining('[TEXT:')],
      message: { from: 'a', to: 'b', kind: 'note' },
      review: { reviewer: 'r1', decision: 'ok' },
      file: { size: 3, mime: 'text/plain' },
      attributes: { order_id: 'A-17', n: 4 },
    })
    expect(kept.rag_documents?.[0]).toBe('doc_1')
    expect(kept.rag_documents?.[2]).toMatchObject({ id: 'doc_2', score: 0.8, source: 'handbook' })
    expect(kept.tools_called?.[0]).toBe('search')
    expect(kept.tools_called?.[1]).toMatchObject({ id: 'call_1', name: 'lookup', ok: false, latency_ms: 12 })
  })

  it('says which fields lost text, and nothing of those that had none', () => {
    expect(kept.redaction.withheld).toMatchObject({
      prompt: 'hash',
      messages: 'hash',
      attributes: 'hash',
      purpose: 'hash',
    })
    expect(kept.redaction.withheld).not.toHaveProperty('action')
    expect(kept.redaction.withheld).not.toHaveProperty('user_id')
    expect(kept.redaction.counts).toEqual(redacted.redaction.counts)
  })

  it('is not changed by withholding or redacting it once more', () => {
    expect(withhold(kept, hash, tagger)).toEqual(kept)
    expect(redactor.event(kept)).toEqual(kept)
  })
})

describe('an event whose text is dropped', () => {
  const kept = withhold(redacted, drop, tagger)

  it('holds neither a word nor a hash of it', () => {
    expect(JSON.stringify(kept)).not.toContain(SECRET)
    expect(JSON.stringify(kept)).not.toContain('[TEXT:')
    expect(kept).not.toHaveProperty('prompt')
    expect(kept.messages?.[0]).toEqual({ role: 'user', content: '' })
    expect(kept.tools_called).toEqual(['search', { id: 'call_1', name: 'lookup', ok: false, latency_ms: 12 }])
  })
})

describe('a verdict', () => {
  it('holds for the field that it names alone', () => {
    const kept = withhold(redacted, (field) => (field === 'response' ? 'drop' : 'redacted'), tagger)
    expect(kept.redaction.withheld).toEqual({ response: 'drop' })
    expect(kept.prompt).toBe(redacted.prompt)
  })

  it('leaves an event without text as it is', () => {
    const login = redactor.event({ event_id: 'e2', timestamp: '2026-01-15T10:00:00Z', event_type: 'auth.failure' })
    expect(withhold(login, hash, tagger)).toBe(login)
  })

  it('asks for fields with text only', () => {
    const asked: string[] = []
    const noted = (field: string) => {
      asked.push(field)
      return 'redacted' as const
    }
    withhold(redacted, noted, tagger)
    expect(asked.every(isTextField)).toBe(true)
    expect(TEXT_FIELDS).toContain('prompt')
    expect(isTextField('user_id')).toBe(false)
    expect(isTextField('toString')).toBe(false)
  })
})

describe('the placeholder of a text', () => {
  it('is one of ours, and says nothing to a reader', () => {
    const placeholder = tagger.withheld('acme', 'anything')
    expect(isPlaceholder(placeholder)).toBe(true)
    expect(redactor.text(placeholder)).toBe(placeholder)
    expect(readableOf(placeholder)).toBe('')
    expect(readableOf(`before ${placeholder} after`)).toBe('before  after')
    expect(readableOf('an ordinary text')).toBe('an ordinary text')
  })

  it('hides no number that a sender wraps in one', () => {
    expect(isPlaceholder('[TEXT:4111111111111111 5 characters]')).toBe(false)
    expect(readableOf('[TEXT:4111111111111111 5 characters]')).toContain('4111111111111111')
  })

  it('has the right length for a text of any script', () => {
    const event = { ...redacted, prompt: 'é🙂' } as RedactedEvent
    expect(withhold(event, hash, tagger).prompt).toMatch(/ 3 characters\]$/)
  })
})
