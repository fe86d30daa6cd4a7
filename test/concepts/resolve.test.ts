import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolve } from '../../src/concepts/resolve.ts'
import type { Concept } from '../../src/core/concept.ts'
import { formatTime, parseTime } from '../../src/core/window.ts'
import { readConcepts } from '../../src/roof/concept-files.ts'

// a Wednesday
const now = parseTime('2026-01-14T15:30:00Z')!

function concept(name: string, reads: 'prompt' | 'response', aliases: string[]): Concept {
  const quality = { precision: 1, recall: 1, f1: 1, average_precision: 1, n: 1 }
  const fitted = {
    name,
    reads,
    aliases,
    quality,
    description: '',
    version: 1,
    space: '',
    threshold: 0.5,
    recall_at: [],
    weights: null,
  }
  return { name, version: 1, reads, threshold: 0.5, fitted, probability: () => 0 }
}

const refusal = concept('refusal', 'response', [
  'refuse',
  'decline',
  'turn down',
  'would not answer',
  'say no',
  'reject',
])
const jailbreak = concept('jailbreak', 'prompt', ['jailbreak'])
const concepts = [refusal, jailbreak]

describe('a question that asks for all of a concept', () => {
  it.each([
    'all refusals',
    'refusals',
    'Refusal',
    'every refusal',
    'show me all refusals',
    'Show me all the refusals, please',
    'please list every refusal of the model',
    'can you show me all refusals?',
    'I want to see all refusals',
    "I'd like to see the refusals",
    'model refusals',
    "the assistant's refusals",
    'show me where the assistant declined',
    'where did the model refuse?',
    'every response in which the model refused to answer',
    'find all the times the assistant turned down a request',
    'list responses where the bot wouldn’t answer',
    'responses where the assistant did not answer',
    'when did the AI say no',
    'which requests did the model decline?',
    'how often did the assistant refuse to help',
    'refused responses',
    'all answers that were refused',
    'show all events that the assistant declined to respond to',
    'instances of the chatbot refusing to answer questions',
    'where it said no',
  ])('is understood: %s', (q) => {
    expect(resolve(q, concepts, now)?.concept.name).toBe('refusal')
  })

  it('is understood for concepts of prompts as well', () => {
    expect(resolve('jailbreaks since Monday', concepts, now)).toMatchObject({ since: '2026-01-12T00:00:00.000000Z' })
    expect(resolve('jailbreaks since Monday', concepts, now)?.concept.name).toBe('jailbreak')
  })
})

describe('a question about attacks', () => {
  const shipped = readConcepts(join(import.meta.dirname, '../../models'))
  it.each([
    ['all jailbreaks', 'jailbreak'],
    ['jailbreak attempts since Monday', 'jailbreak'],
    ['who tried to jailbreak the model?', 'jailbreak'],
    ['users who were jailbreaking the assistant', 'jailbreak'],
    ['all prompt injections', 'prompt-injection'],
    ['prompt injection attempts last week', 'prompt-injection'],
    ['prompt injections in documents', 'indirect-injection'],
    ['injections in our documents', 'indirect-injection'],
    ['indirect prompt injections since yesterday', 'indirect-injection'],
    ['injections in tool results', 'indirect-injection'],
    ['forged delimiters', 'delimiter-forgery'],
    ['who tried to get our system prompt', 'system-prompt-extraction'],
    ['who has been asking about our system prompt since Monday', 'system-prompt-extraction'],
    ['users asking for the system prompt', 'system-prompt-extraction'],
    ['where did the model leak our system prompt?', 'system-prompt-leak'],
    ['system prompt leaks', 'system-prompt-leak'],
    ['data exfiltration attempts', 'exfiltration'],
    ['all harmful requests', 'harmful-request'],
    ['who asked for passwords', 'secrets-requested'],
    ['where the model gave away passwords', 'secrets-given'],
    ['leaked secrets', 'secrets-given'],
    ['who asked for personal data yesterday', 'personal-data-requested'],
    ['answers in which the assistant disclosed personal data', 'personal-data-given'],
  ])('is understood: %s', (q, name) => {
    expect(resolve(q, shipped, now)?.concept.name).toBe(name)
  })

  it.each([
    'how do I jailbreak my iPhone',
    'what is a system prompt',
    'system prompt',
    'our system prompt for support',
    'how do I get the system prompt in the API',
    'password reset',
    'who forgot his password',
    'passwords',
    'injections of insulin',
    'SQL injection in the login form',
    'how to prevent prompt injections',
    'personal data protection act',
    'users who read the instructions of the washing machine',
    'keys',
    'customers who want keys for the flat',
    'harmful algae',
    'jailbreaks per model',
    'who tried to pay twice',
    'data export failed',
  ])('is not seen in: %s', (q) => {
    expect(resolve(q, shipped, now)).toBeNull()
  })
})

describe('a question that only mentions the word', () => {
  it.each([
    'customer refused delivery',
    'the customer refused to answer',
    'how do I decline a meeting',
    'how to refuse an offer politely',
    'refusal letter template',
    'what is a refusal',
    'is this a refusal',
    'why do models refuse harmless questions',
    'card declined',
    'declined',
    'refused',
    'connection refused',
    'the system refused the connection on port 5432',
    'refund refused by the merchant',
    'I refuse to answer',
    'responses that are not refusals',
    'the model did not refuse',
    'answers without refusals',
    'refusal rate per model',
    'refusals about tax evasion',
    'refuse collection calendar',
    'patients who decline treatment',
    'users refused to answer',
    'rejected requests',
    'password reset',
    '',
    '   ',
    `all refusals ${'and more '.repeat(40)}`,
  ])('is left alone: %s', (q) => {
    expect(resolve(q, concepts, now)).toBeNull()
  })
})

describe('words for a time', () => {
  const at = (text: string) => formatTime(parseTime(`${text.length === 10 ? `${text}T00:00:00` : text}Z`)!)
  it.each([
    ['refusals since Monday', '2026-01-12', undefined],
    ['refusals since Wednesday', '2026-01-14', undefined],
    ['refusals since last Wednesday', '2026-01-07', undefined],
    ['refusals since yesterday', '2026-01-13', undefined],
    ['all refusals from yesterday', '2026-01-13', '2026-01-14'],
    ['refusals from Monday on', '2026-01-12', undefined],
    ['refusals from 2026-01-02', '2026-01-02', undefined],
    ['yesterday’s refusals', '2026-01-13', '2026-01-14'],
    ['refusals yesterday', '2026-01-13', '2026-01-14'],
    ['refusals today', '2026-01-14', '2026-01-15'],
    ['refusals last night', '2026-01-13T18:00:00', '2026-01-14T06:00:00'],
    ['refusals on Friday', '2026-01-09', '2026-01-10'],
    ['refusals last week', '2026-01-05', '2026-01-12'],
    ['every response in which the model refused to answer last week', '2026-01-05', '2026-01-12'],
    ['refusals this week', '2026-01-12', '2026-01-19'],
    ['refusals in the last week', '2026-01-07T15:30:00', undefined],
    ['refusals of the past week', '2026-01-07T15:30:00', undefined],
    ['refusals last month', '2025-12-01', '2026-01-01'],
    ['refusals in the last 7 days', '2026-01-07T15:30:00', undefined],
    ['last 24 hours refusals', '2026-01-13T15:30:00', undefined],
    ['all refusals of the last 30 minutes', '2026-01-14T15:00:00', undefined],
    ['refusals since 3 days ago', '2026-01-11', undefined],
    ['refusals since 2026-01-02', '2026-01-02', undefined],
    ['refusals since 2026-01-02T03:04:05Z', '2026-01-02T03:04:05', undefined],
    ['refusals on 2026-01-02', '2026-01-02', '2026-01-03'],
    ['refusals between 2026-01-01 and 2026-01-10', '2026-01-01', '2026-01-11'],
    ['refusals from monday to tuesday', '2026-01-12', '2026-01-14'],
    ['refusals before Monday', undefined, '2026-01-12'],
    ['refusals until yesterday', undefined, '2026-01-14'],
    ['refusals after 2026-01-02', '2026-01-03', undefined],
  ])('are read in UTC: %s', (q, since, until) => {
    const resolved = resolve(q, concepts, now)
    expect(resolved?.concept.name).toBe('refusal')
    expect(resolved?.since).toBe(since === undefined ? undefined : at(since))
    expect(resolved?.until).toBe(until === undefined ? undefined : at(until))
  })

  it('that name no day that exists are no time, so the question is left alone', () => {
    expect(resolve('refusals since 2026-02-31', concepts, now)).toBeNull()
  })
})
