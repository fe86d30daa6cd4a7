import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../../src/core/event.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import type { Rule } from '../../src/redactors/rule.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { part, samples } from './samples.ts'

const key = new Uint8Array(32).fill(7)
const redactor = createRedactor({ key })
const event = (more: Partial<LogEvent> & Record<string, unknown> = {}): LogEvent =>
  ({ event_id: 'evt_1', timestamp: '2026-01-15T10:30:45.123456Z', event_type: 'llm.completion', ...more }) as LogEvent
const EMAIL = /^\[EMAIL:[0-9a-f]{16}\]$/

describe('every text of an event is redacted', () => {
  const at: Record<string, (value: string) => Partial<LogEvent> & Record<string, unknown>> = {
    prompt: (v) => ({ prompt: v }),
    system: (v) => ({ system: v }),
    response: (v) => ({ response: v }),
    reasoning: (v) => ({ reasoning: v }),
    'a message': (v) => ({ messages: [{ role: 'user', content: v }] }),
    'a part of a message': (v) => ({ messages: [{ role: 'user', content: [{ type: 'text', text: v }] }] }),
    'the arguments of a tool': (v) => ({ tools_called: [{ name: 't', arguments: { a: { b: [v] } } }] }),
    'JSON in the arguments of a tool': (v) => ({
      tools_called: [{ name: 't', arguments: JSON.stringify({ a: v, b: 1 }) }],
    }),
    'the result of a tool': (v) => ({ tools_called: [{ name: 't', result: v, error: v }] }),
    'a tool that is a mere string': (v) => ({ tools_called: [v] }),
    'a document': (v) => ({ rag_documents: [{ id: 'd', content: v, source: v }] }),
    'a question to documents': (v) => ({ rag_query: v }),
    'the message of an error': (v) => ({ error: { message: v } }),
    'a stack trace': (v) => ({ error: { stack: `Error: ${v}\n    at f (a.js:1:2)` } }),
    'an attribute': (v) => ({ attributes: { http: { headers: { from: v } } } }),
    'the name of an attribute': (v) => ({ attributes: { [v]: 1 } }),
    'a URL': (v) => ({ http: { path: `/users/${v}/orders` } }),
    'the user agent': (v) => ({ user_agent: `bot (+${v})` }),
    'a subject': (v) => ({ auth: { subject: v } }),
    'an address of a message between agents': (v) => ({ message: { from: v, to: 'b' } }),
    roles: (v) => ({ roles: [v] }),
    'the name of a model': (v) => ({ model: v }),
    'a file': (v) => ({ file: { name: v } }),
    'an actor': (v) => ({ change: { actor: v } }),
    'a label': (v) => ({ evaluations: [{ name: 'n', label: v }] }),
    'a citation': (v) => ({ citations: [{ span: v }] }),
    'a guardrail': (v) => ({ guardrails_evaluated: [v], guardrails_triggered: [{ rule: v }] }),
    'what should have been a digest': (v) => ({ prompt_hash: v }),
    'what should have been an address': (v) => ({ ip_address: v }),
  }
  it.each(Object.entries(at))('%s', (_, make) => {
    const out = redactor.event(event(make(samples.email)))
    expect(JSON.stringify(out)).not.toContain('lovelace')
    expect(JSON.stringify(out)).toMatch(/\[EMAIL:[0-9a-f]{16}\]/)
    expect(out.redaction.counts.EMAIL).toBeGreaterThan(0)
  })
})

it.each(['4111111111111111', 'DE89370400440532013000', 'de89370400440532013000'])(
  '%s is neither a digest nor the id of a trace, though it is made of hexadecimal digits',
  (value) => {
    const out = redactor.event(event({ prompt_hash: value, trace_id: value, attributes: { content_sha256: value } }))
    expect(JSON.stringify(out)).not.toContain(value)
  },
)

describe('a digest', () => {
  const random = seeded(41)
  const bytes = (n: number) => Buffer.from(Array.from({ length: n }, () => Math.floor(random() * 256)))

  it('stays in its field, in hex and in base64', () => {
    for (let round = 0; round < 300; round++)
      for (const [name, length] of [
        ['md5', 16],
        ['sha256', 32],
        ['sha512', 64],
      ] as const)
        for (const digest of [bytes(length).toString('hex'), bytes(length).toString('base64')])
          for (const value of [digest, `${name}-${digest}`])
            expect(redactor.event(event({ response_hash: value })).response_hash).toBe(value)
  })

  it.each([
    ['+ASt', 75, 7],
    ['AIoT', 33, 6],
  ])('is no key of an account, which has its length and %s in it', (mark, before, after) => {
    const key = bytes(96).toString('base64').replace(/\W/g, 'x')
    const value = `${key.slice(0, before)}${mark}${key.slice(0, after)}${before > 40 ? '==' : '='}`
    const out = redactor.event(event({ guardrails_triggered: [{ rule: 'r', content_hash: value }] }))
    expect(JSON.stringify(out)).not.toContain(value)
  })
})

it('a secret is no type of an event', () => {
  const out = redactor.event(event({ event_type: `gh${'p_'}${part(36).toLowerCase()}` }))
  expect(out.event_type).toBe('redacted')
  expect(out.redaction.counts).toEqual({ API_KEY: 1 })
})

it('a password option is one too where it begins a quoted text', () => {
  const out = redactor.event(event({ attributes: { call: JSON.stringify({ arguments: `--password ${part(14)}` }) } }))
  expect(JSON.stringify(out)).not.toContain(part(14))
})

it('an address in a path is replaced, the version of a product is not', () => {
  const out = redactor.event(event({ route: '/hosts/203.0.113.77/disks', user_agent: 'Chrome/142.0.7444.59' }))
  expect(out.route).toMatch(/^\/hosts\/\[IP:[0-9a-f]{16}\]\/disks$/)
  expect(out.user_agent).toBe('Chrome/142.0.7444.59')
})

it('an event without anything sensitive is unchanged but for the note', () => {
  const plain = event({
    user_id: 'user_456',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    ip_address: '192.0.2.10',
    model: 'gpt-4-turbo',
    prompt: 'How do I sort a list?',
    prompt_hash: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    params: { temperature: 0.2, max_tokens: 4096, seed: 123456789 },
    tokens_input: 4111111111111111,
    tools_called: [{ name: 'search', arguments: { q: 'sort', page: 2 }, ok: true, latency_ms: 12 }],
    geo: { country: 'DE', lat: 52.520008, lon: 13.404954 },
    attributes: { nothing: null, list: [1, 'two', false] },
  })
  const { redaction, ...rest } = redactor.event(plain)
  expect(rest).toEqual(plain)
  expect(redaction).toEqual({ version: redactor.version, rules: redactor.rules, counts: {} })
})

it('JSON inside a string stays JSON', () => {
  const json = JSON.stringify({ text: `line\n${samples.email}\n`, n: [1] })
  const out = redactor.event(event({ tools_called: [{ name: 't', arguments: json }] }))
  const [call] = out.tools_called as { arguments: string }[]
  expect(JSON.parse(call?.arguments as string)).toEqual({
    text: expect.stringMatching(/^line\n\[EMAIL:\w{16}\]\n$/),
    n: [1],
  })
})

it('the name of a field makes its value a secret, whatever its type', () => {
  const { attributes } = redactor.event(
    event({
      attributes: {
        password: 'open sesame',
        pin_code: 4711,
        ssn: 536228726,
        card_number: 4111111111111111,
        headers: { authorization: `Bearer ${part(32)}` },
        max_tokens: 4096,
        token_type: 'Bearer',
      },
    }),
  )
  expect(attributes).toMatchObject({
    password: expect.stringMatching(/^\[SECRET:/),
    ssn: expect.stringMatching(/^\[SSN:/),
    card_number: expect.stringMatching(/^\[CARD:/),
    headers: { authorization: expect.stringMatching(/^Bearer \[AUTHORIZATION:/) },
    max_tokens: 4096,
    token_type: 'Bearer',
  })
})

it('a name beside a value makes a secret of it, and so does a name above it', () => {
  const { attributes } = redactor.event(
    event({
      attributes: {
        env: [
          { name: 'DB_PASSWORD', value: 'hunter2' },
          { name: 'HOST', value: 'db.internal' },
        ],
        headers: [{ key: 'x-api-key', value: part(32) }],
        password: { value: 'hunter2' },
        size: { value: 'large' },
      },
    }),
  )
  const secret = expect.stringMatching(/^\[SECRET:/)
  expect(attributes).toEqual({
    env: [
      { name: 'DB_PASSWORD', value: secret },
      { name: 'HOST', value: 'db.internal' },
    ],
    headers: [{ key: 'x-api-key', value: secret }],
    password: { value: secret },
    size: { value: 'large' },
  })
})

describe('attachments', () => {
  const bytes = Buffer.from(part(300))
  const kept = expect.stringMatching(/^\[DATA:image\/png sha256:[0-9a-f]{64} 300 bytes\]$/)
  it('in image URLs are replaced by type, hash and size', () => {
    const url = `data:image/png;base64,${bytes.toString('base64')}`
    const out = redactor.event(
      event({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] }),
    )
    expect(out.messages?.[0]?.content).toEqual([{ type: 'image_url', image_url: { url: kept } }])
    expect(redactor.text(`see ${url} and ${url}.`)).toMatch(/^see \[DATA:[^\]]+\] and \[DATA:[^\]]+\]\.$/)
  })
  it('with their type beside them too', () => {
    const source = { type: 'base64', media_type: 'image/png', data: bytes.toString('base64') }
    const out = redactor.event(event({ messages: [{ role: 'user', content: [{ type: 'image', source }] }] }))
    expect(out.messages?.[0]?.content).toEqual([{ type: 'image', source: { ...source, data: kept } }])
  })
  it('do not count towards the size of a text', () => {
    const small = createRedactor({ key, maxFieldBytes: 500 })
    expect(small.text(`data:image/png;base64,${'A'.repeat(4000)}`)).toMatch(/^\[DATA:/)
  })
})

describe('placeholders', () => {
  it('are the same for the same value of a tenant, however it is spelt', () => {
    const [a, b] = ['Ada@Example.org', 'ada@example.org'].map((e) => redactor.text(e))
    expect(a).toBe(b)
    expect(redactor.text('4111-1111-1111-1111')).toBe(redactor.text('4111111111111111'))
  })
  it('differ between tenants, keys and values', () => {
    const all = [
      redactor.text(samples.email),
      redactor.text(samples.email, 'acme'),
      createRedactor({ key: new Uint8Array(32).fill(8) }).text(samples.email),
      redactor.text(`x${samples.email}`),
    ]
    expect(new Set(all).size).toBe(4)
  })
  it('of an event are those of its tenant', () => {
    expect(redactor.event(event({ tenant_id: 'acme', prompt: samples.email })).prompt).toBe(
      redactor.text(samples.email, 'acme'),
    )
  })
  it('survive, with those of others, a second redaction', () => {
    const once = redactor.event(
      event({
        user_id: samples.email,
        prompt: `password=${samples.github} ${samples.email} [REDACTED_SSN] <EMAIL_ADDRESS>`,
        attributes: { token: part(30) },
      }),
    )
    expect(redactor.event(once)).toEqual(once)
    expect(once.prompt).toContain('[REDACTED_SSN] <EMAIL_ADDRESS>')
  })
  it('cannot hide a card number by their form', () => {
    expect(redactor.text('[CARD:4111111111111111]')).not.toContain('4111')
  })
})

describe('identifiers', () => {
  it('are kept as sent', () => {
    for (const id of [
      'user_456',
      '12345',
      '00f067aa0ba902b7',
      '550e8400-e29b-41d4-a716-446655440000',
      'ümläut',
      'a/b c',
    ])
      expect(redactor.identifier('user_id', id)).toBe(id)
  })
  it('become a pseudonym where they are recognised, in events and look-ups alike, for every tenant', () => {
    const pseudonym = redactor.identifier('user_id', samples.email)
    expect(pseudonym).toMatch(/^user:[0-9a-f]{16}$/)
    expect(redactor.event(event({ user_id: samples.email, tenant_id: 'acme' })).user_id).toBe(pseudonym)
    expect(redactor.identifier('user_id', pseudonym)).toBe(pseudonym)
  })
  it('that refer to the same thing share one', () => {
    const of = (field: string) => redactor.identifier(field, samples.email)
    expect(of('parent_event_id')).toBe(of('event_id'))
    expect(of('event_id')).not.toBe(of('user_id'))
  })
  it('that are keys never stay', () => {
    expect(redactor.identifier('api_key_id', samples.openai)).toMatch(/^api_key:[0-9a-f]{16}$/)
  })
  it('leave an address of a machine in its own field, also with a port or in a list', () => {
    for (const ip_address of [
      '203.0.113.7',
      '2001:db8::7',
      '203.0.113.7:443',
      '[2001:db8::7]:443',
      '203.0.113.7, 10.0.0.1',
    ]) {
      expect(redactor.event(event({ ip_address })).ip_address).toBe(ip_address)
    }
  })
})

describe('a failure', () => {
  const broken: Rule = {
    name: 'broken',
    type: 'BROKEN',
    anchors: ['boom'],
    find: () => {
      throw new Error('no')
    },
  }
  const failing = createRedactor({ key, rules: [broken], maxFieldBytes: 100 })
  it('of a rule closes the field, keeps the event and says which field', () => {
    const out = failing.event(event({ prompt: 'boom', response: 'fine', attributes: { 'a/b': ['x', 'boom'] } }))
    expect(out.prompt).toBe('[REDACTION_FAILED:rule-error]')
    expect(out.response).toBe('fine')
    expect(out.redaction.failed).toEqual(['/prompt', '/attributes/a~1b/1'])
    expect(failing.event(out)).toEqual(out)
  })
  it('for size closes the field', () => {
    expect(failing.text('x'.repeat(101))).toBe('[REDACTION_FAILED:too-large]')
    expect(failing.text('é'.repeat(51))).toBe('[REDACTION_FAILED:too-large]')
    expect(failing.text('x'.repeat(100))).toBe('x'.repeat(100))
  })
  it('for depth closes what is too deep', () => {
    let deep: unknown = samples.email
    for (let i = 0; i < 5000; i++) deep = [deep]
    const out = redactor.event(event({ attributes: { deep } }))
    expect(JSON.stringify(out)).toContain('[REDACTION_FAILED:too-deep]')
    expect(out.redaction.failed).toHaveLength(1)
    expect(redactor.event(out)).toEqual(out)
  })
  it('of an identifier closes it as a pseudonym', () => {
    expect(failing.identifier('user_id', 'boom')).toMatch(/^user:/)
  })
})

it('names that become equal stay apart, and hostile ones stay names', () => {
  const attributes = JSON.parse('{"Ada@example.org":1,"ada@example.org":2,"__proto__":{"x":1}}')
  const out = redactor.event(event({ attributes })).attributes as Record<string, unknown>
  expect(Object.keys(out)).toHaveLength(3)
  expect(Object.keys(out)[0]).toMatch(EMAIL)
  expect(Object.getPrototypeOf(out)).toBe(Object.prototype)
})

it('a key that is too short is refused', () => {
  expect(() => createRedactor({ key: new Uint8Array(8) })).toThrow(RangeError)
})
