import { expect, it } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import type { Finding } from '../../src/core/finding.ts'
import { samples } from '../redactors/samples.ts'
import { createSearch } from './canaries.ts'
import { aFolder, aKey, discard, keyOf, served } from './served.ts'

/** A day that has closed: its digest is written by the job. */
const DAY = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10)
let made = 0
const event = (user_id: string, prompt: string, response: string) => ({
  event_id: `e${made++}`,
  timestamp: `${DAY}T10:${String(made % 60).padStart(2, '0')}:00Z`,
  event_type: 'llm.completion',
  user_id,
  model: 'm',
  prompt,
  response,
})

it('a secret in an answer raises an alarm that reaches findings, digest and SIEM, and never the secret', async () => {
  const dataDir = aFolder()
  const secrets = [samples.aws, samples.github]
  const traces = createSearch(secrets.map((secret) => ({ kind: 'secret', needles: [secret] })))
  try {
    const key = aKey(dataDir, 'admin')
    const service = await served(dataDir, key, ['--jobs-enabled', 'false'])
    const leak = event('eve', 'Which key does the deployment use?', `It is ${secrets[0]}.`)
    const sent = await service.call('POST', '/v1/events', [
      leak,
      event('eve', 'Thank you.', 'You are welcome.'),
      event('once', `Why is ${secrets[1]} refused?`, 'It has expired.'),
      ...Array.from({ length: 30 }, (_, i) => event('careless', `Try ${secrets[i % 2]} for me`, 'I will not.')),
      event('calm', 'What is the capital of France?', 'Paris.'),
    ])
    expect(sent).toMatchObject({ status: 202, json: { accepted: 34 } })
    for (const job of ['embed', 'baseline', 'detect', 'digest']) await service.job(job)

    const { items } = (await service.call<{ items: Finding[] }>('GET', '/v1/findings')).json
    expect(items.map(({ detector, entity_id }) => [detector, entity_id]).sort()).toEqual([
      ['sensitive-input', 'careless'],
      ['sensitive-output', 'eve'],
    ])
    const alarm = items.find(({ detector }) => detector === 'sensitive-output')!
    expect(alarm).toMatchObject({
      entity_type: 'user',
      severity: 'medium',
      evidence: [{ observed: 1, expected: 0, event_ids: [leak.event_id] }],
    })
    const read = await service.call<{ response: string; redaction: object }>('GET', `/v1/events/${leak.event_id}`)
    expect(read.json.response).toMatch(/^It is \[API_KEY:\w{16}\]\.$/)
    expect(read.json.redaction).toMatchObject({ counts: { API_KEY: 1 }, output: { API_KEY: 1 } })

    const digest = await service.call<Digest>('GET', `/v1/digests/${DAY}?format=json`)
    expect(digest.json).toMatchObject({ date: DAY, closed: true })
    expect(digest.text).toContain(alarm.finding_id)
    const feed = await service.call('GET', '/v1/siem/findings?format=ocsf')
    expect(feed.text.trimEnd().split('\n')).toHaveLength(2)
    expect(feed.text).toContain(alarm.finding_id)
    const counted = await service.call('GET', '/v1/baselines?metric=redacted.API_KEY&group=user&id=eve')
    expect(counted.json).toMatchObject({ items: [{ entity_id: 'eve', n: 1 }] })
    const metrics = (await service.call('GET', '/metrics')).text
    expect(metrics).toMatch(/^undercurrent_redactions_total\{type="API_KEY"\} \d+$/m)
    expect(metrics).toMatch(/^undercurrent_redaction_failed_total 0$/m)

    for (const text of [JSON.stringify(items), digest.text, feed.text, metrics, service.output()])
      expect(traces.in(Buffer.from(text))).toEqual([])
    await service.kill('SIGKILL')
    expect(traces.under(dataDir, keyOf(dataDir))).toEqual([])
  } finally {
    discard(dataDir)
  }
})
