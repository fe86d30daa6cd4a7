import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../../src/core/event.ts'
import { Problem } from '../../src/core/problem.ts'
import type { RedactionPolicy } from '../../src/core/redaction-policy.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { isPlaceholder } from '../../src/redactors/placeholder.ts'
import { part, samples } from './samples.ts'

const key = new Uint8Array(32).fill(7)
const under = (policy: RedactionPolicy) => createRedactor({ key, policy })
const event = (more: Partial<LogEvent> & Record<string, unknown> = {}): LogEvent =>
  ({ event_id: 'evt_1', timestamp: '2026-01-15T10:30:45.123456Z', event_type: 'llm.completion', ...more }) as LogEvent
const badge = { name: 'badge', type: 'BADGE', pattern: 'EMP-\\d{6}' }

describe('rules of the house', () => {
  it('are asked beside the built-in ones, and name what both find', () => {
    const redactor = under({ rules: [badge, { name: 'mail', type: 'COLLEAGUE', pattern: '\\S+@corp\\.example' }] })
    expect(redactor.text(`EMP-123456 ${samples.email} ann@corp.example`)).toMatch(
      /^\[BADGE:\w{16}\] \[EMAIL:\w{16}\] \[COLLEAGUE:\w{16}\]$/,
    )
  })

  it('hold for the tenants that they name, by their raw ids, and in no text of another', () => {
    const redactor = under({ rules: [{ ...badge, tenants: ['acme', samples.email] }] })
    const prompt = 'EMP-123456'
    const of = (tenant_id?: string) => redactor.event(event({ prompt, ...(tenant_id && { tenant_id }) })).prompt
    expect(of('acme')).toMatch(/^\[BADGE:/)
    expect(of(samples.email)).toMatch(/^\[BADGE:/)
    expect(of('globex')).toBe(prompt)
    expect(of()).toBe(prompt)
    expect(redactor.text(prompt, redactor.identifier('tenant_id', samples.email))).toMatch(/^\[BADGE:/)
  })

  it('leave nothing that a second redaction would change, however greedy they are', () => {
    const redactor = under({ rules: [{ name: 'all', type: 'ALL', pattern: '\\S.*' }] })
    const once = redactor.text(`x ${samples.email}\ny`)
    expect(redactor.text(once)).toBe(once)
  })
})

describe('exceptions', () => {
  it('keep a text that is equal but for case, or that a pattern matches as a whole', () => {
    const redactor = under({ allow: [{ text: 'Support@Example.org' }, { pattern: '.+@corp\\.example' }] })
    expect(redactor.text('support@example.org, ann@corp.example')).toBe('support@example.org, ann@corp.example')
    expect(redactor.text('xsupport@example.org ann@corp.example.net')).toMatch(/^\[EMAIL:\w+\] \[EMAIL:\w+\]$/)
  })

  it('are of the types and tenants that they name', () => {
    const redactor = under({
      allow: [
        { text: samples.card, types: ['PHONE'] },
        { text: samples.email, types: ['EMAIL'], tenants: ['acme'] },
      ],
    })
    expect(redactor.text(samples.card)).toMatch(/^\[CARD:/)
    expect(redactor.text(samples.email)).toMatch(/^\[EMAIL:/)
    expect(redactor.text(samples.email, 'acme')).toBe(samples.email)
  })

  it('keep a value that is a secret by the name of its field alone', () => {
    const redactor = under({ allow: [{ text: 'open sesame' }] })
    expect(redactor.event(event({ attributes: { password: 'Open Sesame' } })).attributes).toEqual({
      password: 'Open Sesame',
    })
  })
})

describe('addresses of machines in text', () => {
  const text = 'from 203.0.113.7 and 2001:db8:85a3::8a2e:370:7334'
  it('are masked where nothing is said', () => {
    expect(under({}).text(text)).toMatch(/^from \[IP:\w{16}\] and \[IP:\w{16}\]$/)
  })
  it('stay where the house keeps them', () => {
    expect(under({ network_addresses: 'keep' }).text(text)).toBe(text)
  })
  it('lose the machine where they are truncated, once and for all', () => {
    const redactor = under({ network_addresses: 'truncate' })
    const once = redactor.event(event({ prompt: text }))
    expect(once.prompt).toBe('from 203.0.113.0 and 2001:db8:85a3::')
    expect(once.redaction.counts).toEqual({ IP: 2 })
    expect(redactor.event(once)).toEqual(once)
    expect(redactor.text('eth0 has 00:1A:2B:3C:4D:5E')).toBe('eth0 has 00:1A:2B')
  })
})

describe('ids under a policy', () => {
  it('of users become pseudonyms, in events and look-ups alike, and a pseudonym gives itself', () => {
    const redactor = under({ user_id: 'pseudonymise' })
    const pseudonym = redactor.identifier('user_id', 'u1')
    expect(pseudonym).toMatch(/^user:[0-9a-f]{16}$/)
    const once = redactor.event(event({ user_id: 'u1', session_id: 's1' }))
    expect(once).toMatchObject({ user_id: pseudonym, session_id: 's1' })
    expect(redactor.event(once)).toEqual(once)
    expect(redactor.identifier('user_id', pseudonym)).toBe(pseudonym)
    expect(redactor.identifier('user_id', '550e8400-e29b-41d4-a716-446655440000')).toMatch(/^user:/)
    expect(redactor.identifier('user_id', samples.email)).toBe(under({}).identifier('user_id', samples.email))
  })

  it('of users do not stay where other fields that name somebody repeat them', () => {
    const given = event({
      user_id: '4711',
      auth: { subject: '4711' },
      change: { actor: '4711', target: '4711' },
      attributes: { user: { id: 4711 }, 'enduser.id': '4711', userId: '4711', created_by: '4711', page: 4711 },
      messages: [{ role: 'user', content: '4711' }],
    })
    for (const user_id of ['pseudonymise', 'drop'] as const) {
      const redactor = under({ user_id })
      const once = redactor.event(given)
      const stands =
        user_id === 'drop' ? expect.stringMatching(/^\[USER:\w{16}\]$/) : redactor.identifier('user_id', '4711')
      expect(once).toMatchObject({
        auth: { subject: stands },
        change: { actor: stands, target: '4711' },
        attributes: { user: { id: stands }, 'enduser.id': stands, userId: stands, created_by: stands, page: 4711 },
        messages: [{ role: 'user', content: '4711' }],
      })
      expect(redactor.event(once)).toEqual(once)
    }
    expect(under({}).event(given)).toMatchObject({ auth: { subject: '4711' } })
  })

  it('that came as pseudonyms stay, also when redacted again', () => {
    const redactor = under({ user_id: 'pseudonymise' })
    const once = redactor.event(event({ user_id: 'abc' }), true)
    expect(once.user_id).toBe('abc')
    expect(redactor.event(once)).toEqual(once)
    expect(under({ user_id: 'drop' }).event(event({ user_id: 'abc' }), true).user_id).toBe('abc')
    expect(redactor.event(event({ user_id: samples.email }), true).user_id).toMatch(/^user:/)
  })

  it('are looked for in each form in which an event may hold them', () => {
    const redactor = under({ user_id: 'pseudonymise', ip_address: 'truncate' })
    expect(redactor.forms('user_id', 'u1')).toEqual([redactor.identifier('user_id', 'u1'), 'u1'])
    expect(redactor.forms('user_id', redactor.identifier('user_id', 'u1'))).toHaveLength(1)
    const ip = redactor.pseudonym('ip_address', '203.0.113.7')
    expect(redactor.forms('ip_address', '203.0.113.7')).toEqual(['203.0.113.0', '203.0.113.7', ip])
    expect(redactor.forms('session_id', 's1')).toEqual(['s1'])
    // the policy may have been another one before
    for (const user_id of ['keep', 'drop'] as const)
      expect(under({ user_id }).forms('user_id', 'u1')).toEqual(['u1', redactor.identifier('user_id', 'u1')])
  })

  it('of users and addresses can be left out', () => {
    const once = under({ user_id: 'drop', ip_address: 'drop' }).event(event({ user_id: 'u1', ip_address: '192.0.2.1' }))
    expect(once).not.toHaveProperty('user_id')
    expect(once).not.toHaveProperty('ip_address')
  })

  it.each([
    ['truncate', '203.0.113.7:443', '203.0.113.0'],
    ['truncate', '[2001:db8:85a3::8a2e]:443, 10.1.2.3', '2001:db8:85a3::, 10.1.2.0'],
    ['keep', '203.0.113.7:443', '203.0.113.7:443'],
  ] as const)('an address under %s: %s', (ip_address, given, kept) => {
    const redactor = under({ ip_address })
    const once = redactor.event(event({ ip_address: given }))
    expect(once.ip_address).toBe(kept)
    expect(redactor.event(once)).toEqual(once)
    expect(redactor.identifier('ip_address', given)).toBe(kept)
  })

  it('an address becomes a pseudonym, the same with and without its port', () => {
    const redactor = under({ ip_address: 'pseudonymise' })
    const once = redactor.event(event({ ip_address: '203.0.113.7:443' }))
    expect(once.ip_address).toMatch(/^ip:[0-9a-f]{16}$/)
    expect(redactor.identifier('ip_address', '203.0.113.7')).toBe(once.ip_address)
    expect(redactor.event(once)).toEqual(once)
  })

  it('other fields are looked for as their text is stored', () => {
    const redactor = under({})
    const { route } = redactor.event(event({ route: '/hosts/203.0.113.77', tenant_id: 'acme' }))
    expect(redactor.identifier('route', '/hosts/203.0.113.77', 'acme')).toBe(route)
  })
})

describe('numbered placeholders', () => {
  const redactor = under({ placeholders: 'numbered' })
  it('are the same for the same value in all of an event, and begin anew in the next', () => {
    const once = redactor.event(
      event({ prompt: `${samples.email} or b@example.org`, response: `b@example.org, ${samples.card}` }),
    )
    expect(once).toMatchObject({ prompt: '[EMAIL_1] or [EMAIL_2]', response: '[EMAIL_2], [CARD_1]' })
    expect(redactor.event(event({ prompt: 'c@example.org' })).prompt).toBe('[EMAIL_1]')
  })
  it('survive a second redaction, and what comes to them gets numbers of its own', () => {
    const once = redactor.event(event({ prompt: samples.email }))
    expect(redactor.event(once)).toEqual(once)
    expect(redactor.event({ ...once, response: 'new@example.org' } as LogEvent).response).toBe('[EMAIL_2]')
    expect(redactor.text('[EMAIL_7] new@example.org')).toBe('[EMAIL_7] [EMAIL_8]')
  })
  it('are known by a redactor that makes keyed ones, and the other way round', () => {
    const [keyed] = [under({}).text(samples.email)]
    expect(redactor.text(keyed)).toBe(keyed)
    expect(under({}).text('[EMAIL_1] password: [SECRET_2]')).toBe('[EMAIL_1] password: [SECRET_2]')
  })
  it('cannot hide a long number by their form', () => {
    expect(isPlaceholder('[CARD_41]')).toBe(true)
    expect(isPlaceholder('[CARD_4111111111111111]')).toBe(false)
  })
})

it('counts what stood in the words of the model apart', () => {
  const redactor = under({})
  const once = redactor.event(
    event({
      prompt: samples.email,
      response: samples.card,
      reasoning: samples.email,
      tools_called: [{ name: 't', arguments: { to: samples.email }, result: samples.email }],
    }),
  )
  expect(once.redaction.counts).toEqual({ EMAIL: 4, CARD: 1 })
  expect(once.redaction.output).toEqual({ EMAIL: 2, CARD: 1 })
  expect(redactor.event(once)).toEqual(once)
  expect(redactor.event(event({ prompt: samples.email })).redaction).not.toHaveProperty('output')
})

describe('the hash of the rules', () => {
  it('changes with everything that decides what is found', () => {
    const hashes = [
      {},
      { rules: [badge] },
      { rules: [{ ...badge, pattern: 'EMP-\\d{7}' }] },
      { allow: [{ text: 'x' }] },
      { names: 'high' },
      { network_addresses: 'keep' },
    ].map((policy) => under(policy as RedactionPolicy).rules)
    expect(new Set(hashes).size).toBe(hashes.length)
  })
  it('does not with what decides what is kept', () => {
    expect(under({ user_id: 'drop', placeholders: 'numbered' }).rules).toBe(under({}).rules)
  })
})

describe('a policy that cannot be used is refused with the place of each fault', () => {
  it.each([
    ['a pattern that RE2 refuses', { rules: [{ ...badge, pattern: `(?=${part(6)})` }] }, '/rules/0/pattern'],
    ['a pattern that matches nothing', { rules: [{ ...badge, pattern: 'x*' }] }, '/rules/0/pattern'],
    ['a pattern that matches a border', { rules: [{ ...badge, pattern: '\\b' }] }, '/rules/0/pattern'],
    ['a name twice', { rules: [badge, badge] }, '/rules/1/name'],
    ['the name of a built-in rule', { rules: [{ ...badge, name: 'email' }] }, '/rules/0/name'],
    ['a type that stands for something else', { rules: [{ ...badge, type: 'DATA' }] }, '/rules/0/type'],
    ['an exception from nothing', { allow: [{ types: ['EMAIL'] }] }, '/allow/0'],
    [
      'an exception from a type that there is not',
      { allow: [{ text: 'x', types: ['EMAIL', 'MAIL'] }] },
      '/allow/0/types/1',
    ],
    ['an exception that RE2 refuses', { allow: [{ text: 'x' }, { pattern: '(' }] }, '/allow/1/pattern'],
  ])('%s', (_, policy, path) => {
    let refused: unknown
    try {
      under(policy)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(Problem)
    expect(refused).toMatchObject({ code: 'CONFIG_INVALID', errors: [{ path, message: expect.any(String) }] })
    expect((refused as Problem).message).toContain(path)
  })
})
