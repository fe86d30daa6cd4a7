import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../../src/core/event.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import type { Rule } from '../../src/redactors/rule.ts'
import { TURN } from '../../src/redactors/turn.ts'
import { samples } from './samples.ts'

const key = new Uint8Array(32).fill(7)
const redactor = createRedactor({ key })
const event = (more: Record<string, unknown>): LogEvent =>
  ({ event_id: 'evt_1', timestamp: '2026-01-15T10:30:45.123456Z', event_type: 'llm.completion', ...more }) as LogEvent
const said = (...turns: [role: string, content: unknown][]) =>
  event({ messages: turns.map(([role, content]) => ({ role, content })) })
const contents = (of: LogEvent) => of.messages?.map(({ content }) => content)

const { github } = samples
const CARD = redactor.text('4111111111111111')
const KEY = redactor.text(github)

describe('a value that was split', () => {
  it('over two messages is replaced in both by its placeholder, and counted once', () => {
    const out = redactor.event(said(['user', 'my card is 4111 1111'], ['user', '1111 1111, ok?']))
    expect(contents(out)).toEqual([`my card is ${CARD}`, `${CARD}, ok?`])
    expect(out.redaction.counts).toEqual({ CARD: 1 })
  })
  it('is put together over what another says between', () => {
    const out = redactor.event(
      said(
        ['user', 'it begins with 4111 1111'],
        ['assistant', 'Go on.'],
        ['user', 'and the rest is 1111 1111, thanks'],
      ),
    )
    expect(contents(out)).toEqual([`it begins with ${CARD}`, 'Go on.', `and the rest is ${CARD}, thanks`])
  })
  it('in three is replaced in all of them', () => {
    const out = redactor.event(
      said(
        ['user', `first ${github.slice(0, 15)}`],
        ['user', github.slice(15, 28)],
        ['user', `${github.slice(28)} that is it`],
      ),
    )
    expect(contents(out)).toEqual([`first ${KEY}`, KEY, `${KEY} that is it`])
  })
  it('over the parts of one message', () => {
    const parts = ['card 41111111', '11111111'].map((text) => ({ type: 'text', text }))
    expect(contents(redactor.event(said(['user', parts])))).toEqual([
      [
        { type: 'text', text: `card ${CARD}` },
        { type: 'text', text: CARD },
      ],
    ])
  })
  it('over the arguments of tools, also in a string of JSON, which stays JSON', () => {
    const out = redactor.event(
      event({
        tools_called: [
          { name: 'a', arguments: { list: [github.slice(0, 20), github.slice(20)] } },
          { name: 'b', arguments: JSON.stringify({ first: '4111 1111', rest: '1111 1111' }) },
        ],
      }),
    )
    const [a, b] = out.tools_called as { arguments: unknown }[]
    expect(a?.arguments).toEqual({ list: [KEY, KEY] })
    expect(JSON.parse(b?.arguments as string)).toEqual({ first: CARD, rest: CARD })
    expect(out.redaction.output).toEqual({ API_KEY: 1, CARD: 1 })
  })
  it('is replaced in the prompt that repeats the last message', () => {
    const out = redactor.event({ ...said(['user', '4111 1111'], ['user', '1111 1111']), prompt: '1111 1111' })
    expect(out.prompt).toBe(CARD)
  })
  it('stays redacted when the event is redacted again', () => {
    const once = redactor.event(
      said(
        ['user', 'DE89 3704 0044'],
        ['user', '0532 0130 00'],
        ['user', github.slice(0, 20)],
        ['user', github.slice(20)],
      ),
    )
    expect(redactor.event(once)).toEqual(once)
    expect(JSON.stringify(once)).not.toContain('0532')
  })
})

describe('what is no split value survives', () => {
  it.each([
    [['In 2019 we sold 4111 units'], ['and 1111 in 2020']],
    [['the order 41112222'], ['the invoice 33334444']],
    [['model gpt4o-mini-2024'], ['use claude3-opus-2024']],
    [['commit 3f9a7c21d4e05b66'], ['and 9f86d081884c7d65']],
  ])('%j', (...turns) => {
    const plain = said(...turns.map(([text], at): [string, unknown] => [at % 2 === 0 ? 'user' : 'assistant', text]))
    expect(contents(redactor.event(plain))).toEqual(contents(plain))
  })
  it('a whole value takes nothing of the next turn with it', () => {
    const out = redactor.event(said(['user', `key ${github}`], ['user', 'gpt4o-mini-2024x please']))
    expect(contents(out)).toEqual([`key ${KEY}`, 'gpt4o-mini-2024x please'])
  })
})

describe('a rule that reads the turn before', () => {
  const answer: Rule = {
    name: 'answer',
    type: 'SECRET',
    anchors: ['magic word'],
    turns: true,
    find(text, hit) {
      for (const { 1: word = '', index } of text.matchAll(new RegExp(`magic word\\?${TURN}(\\w+)`, 'g'))) {
        const start = text.indexOf(TURN, index) + TURN.length
        hit(start, start + word.length)
      }
    },
  }
  const asking = createRedactor({ key, rules: [answer] })
  it('finds the answer, in the prompt too that repeats it', () => {
    const out = asking.event({
      ...said(['assistant', 'The magic word?'], ['user', 'abracadabra it is']),
      prompt: 'abracadabra it is',
    })
    expect(contents(out)).toEqual(['The magic word?', expect.stringMatching(/^\[SECRET:\w{16}\] it is$/)])
    expect(out.prompt).toMatch(/^\[SECRET:\w{16}\] it is$/)
    expect(asking.event(out)).toEqual(out)
  })
  it('finds it in the response, and counts it as said by the model', () => {
    const out = asking.event(event({ prompt: 'The magic word?', response: 'abracadabra' }))
    expect(out.response).toMatch(/^\[SECRET:\w{16}\]$/)
    expect(out.redaction.output).toEqual({ SECRET: 1 })
  })
  it('closes the turns where it throws', () => {
    const broken: Rule = {
      ...answer,
      find: () => {
        throw new Error('no')
      },
    }
    const out = createRedactor({ key, rules: [broken] }).event(
      said(['assistant', 'The magic word?'], ['user', 'abracadabra']),
    )
    expect(contents(out)).toEqual(['[REDACTION_FAILED:rule-error]', '[REDACTION_FAILED:rule-error]'])
    expect(out.redaction.failed).toEqual(['/messages/0/content', '/messages/1/content'])
  })
})

it('a name that every text may have is no context: a value sent alone is one', () => {
  const alone = redactor.text('4222222222222')
  expect(contents(redactor.event(said(['user', '4222222222222'])))).toEqual([alone])
  expect(redactor.event(event({ attributes: { order: '4222222222222' } })).attributes).toEqual({
    order: '4222222222222',
  })
})

it('a text that takes the rules too long is closed, and the event says which', () => {
  let now = 0
  const slow: Rule = {
    name: 'slow',
    type: 'SLOW',
    anchors: ['slow'],
    find: () => {
      now += 3_000
    },
  }
  const out = createRedactor({ key, rules: [slow], elapsed: () => now }).event(
    event({ prompt: 'slow', response: 'fine' }),
  )
  expect(out).toMatchObject({ prompt: '[REDACTION_FAILED:rule-timeout]', response: 'fine' })
  expect(out.redaction.failed).toEqual(['/prompt'])
})

it('what is handed to a tool is no answer to what was said before', () => {
  const event = redactor.event({
    event_id: 'e',
    timestamp: '2026-01-15T10:00:00Z',
    event_type: 'llm.completion',
    prompt: 'Was I hacked?',
    response: 'I have locked the account, so nobody can order until you set a new password.',
    tools_called: [{ name: 'look_up', arguments: { query: 'account' } }],
  })
  expect(event.redaction.counts).toEqual({})
})
