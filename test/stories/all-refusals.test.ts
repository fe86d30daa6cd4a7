import { expect, it } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import type { Finding } from '../../src/core/finding.ts'
import type { MonitorAnswer, MonitorItem } from '../../src/core/monitor.ts'
import type { SearchAnswer } from '../../src/core/search.ts'
import type { UncertainAnswer } from '../../src/core/stored-search.ts'
import { aFolder, aKey, discard, served } from './served.ts'

const HOUR = 3_600_000
const DAYS = 21
const REFUSALS = [
  'I am sorry, but I cannot help with that request.',
  'I will not do that. It would break the rules that I work under.',
  'Sorry, I am not able to assist with this.',
]
const ANSWERS = [
  'Open Billing, choose Export, and pick the month that you need.',
  'The parcel left our house on Monday and should reach you tomorrow.',
  'Paris is the capital of France.',
]
let made = 0
const event = (at: number, response: string) => ({
  event_id: `e${made++}`,
  timestamp: new Date(at).toISOString(),
  event_type: 'llm.completion',
  user_id: `user_${made % 12}`,
  model: 'm',
  prompt: 'Could you do this for me?',
  response,
})

/** Three weeks up to this hour: an answer an hour, and a refusal every third. */
function weeks(now: number) {
  const events = []
  for (let at = now - DAYS * 24 * HOUR; at < now - HOUR; at += HOUR) {
    const n = Math.floor(at / HOUR)
    events.push(event(at, ANSWERS[n % 3]!))
    if (n % 3 === 0) events.push(event(at + 60_000, REFUSALS[(n / 3) % 3]!))
  }
  return events
}

it('all refusals: five labels move the estimates, and saved as a monitor they raise a finding when they surge', async () => {
  const dataDir = aFolder()
  try {
    const key = aKey(dataDir, 'admin')
    const service = await served(dataDir, key, ['--jobs-enabled', 'false'])
    const read = async () => {
      for (const job of ['embed', 'baseline', 'monitors']) await service.job(job)
    }
    const history = weeks(Date.now())
    const total = history.filter(({ response }) => REFUSALS.includes(response)).length
    expect(await service.call('POST', '/v1/events', history)).toMatchObject({ json: { accepted: history.length } })
    await read()
    const search = await service.call<SearchAnswer>('POST', '/v1/search', { q: 'all refusals' })
    expect(search.json).toMatchObject({ interpreted_as: { concept: 'refusal', scope: 'all' }, total })
    const { search_id, estimates: before } = search.json
    expect(before).toMatchObject({ labelled: 0, precision: { low: 0, high: 1 }, recall: { low: 0, high: 1 } })
    const path = `/v1/search/${search_id}/uncertain?k=5`
    const { items: handed } = (await service.call<UncertainAnswer>('GET', path)).json
    expect(handed).toHaveLength(5)
    for (const { event_id, response } of handed) {
      const label = REFUSALS.includes(response ?? '')
      const given = await service.call('POST', '/v1/feedback', { search_id, event_id, label })
      expect(given).toMatchObject({ json: { search: { counted: true } } })
    }
    const marked = await service.call<SearchAnswer>('POST', '/v1/search', { q: 'all refusals' })
    const after = marked.json.estimates!
    expect(marked.json).toMatchObject({ search_id, total, estimates: { labelled: 5 } })
    for (const of of ['precision', 'recall'] as const) {
      const [one, other] = [before![of]!, after[of]!]
      expect(other.high - other.low, of).toBeLessThan(one.high - one.low)
      expect(other.value, of).not.toBe(one.value)
      expect(marked.json[`estimated_${of}`]).toBe(other.value)
    }

    const ask = { search: { q: 'all refusals' } }
    const saved = await service.call<MonitorAnswer>('PUT', '/v1/monitors/all-refusals', ask)
    expect(saved.json).toMatchObject({ state: 'counting', backtest: { matches: total, findings: 0 } })
    await read()
    const calm = await service.call<{ items: Finding[] }>('GET', '/v1/findings?monitor=all-refusals')
    expect(calm.json.items).toEqual([])

    const surge = Array.from({ length: 40 }, (_, i) => event(Date.now() - i * 10, REFUSALS[i % 3]!))
    expect(await service.call('POST', '/v1/events', surge)).toMatchObject({ json: { accepted: 40 } })
    await read()
    const { items } = (await service.call<{ items: Finding[] }>('GET', '/v1/findings?monitor=all-refusals')).json
    expect(items).toMatchObject([{ detector: 'monitor-surge', status: 'new', entity_id: 'monitor:all-refusals' }])
    const [evidence] = items[0]!.evidence
    expect(evidence!.observed).toBeGreaterThanOrEqual(40)
    const ids = new Set(surge.map(({ event_id }) => event_id))
    expect(evidence!.event_ids.filter((id) => ids.has(id))).toHaveLength(10)

    const today = items[0]!.last_seen.slice(0, 10)
    const digest = await service.call<Digest>('GET', `/v1/digests/${today}?format=json`)
    expect(digest.json.findings.items.map(({ finding_id }) => finding_id)).toContain(items[0]!.finding_id)
    expect((await service.call('GET', '/v1/siem/findings?format=cef')).text).toContain('all-refusals')
    const said = { finding_id: items[0]!.finding_id, label: true }
    expect(await service.call('POST', '/v1/feedback', said)).toMatchObject({ json: { finding_status: 'acknowledged' } })
    const monitor = await service.call<MonitorItem>('GET', '/v1/monitors/all-refusals')
    expect(monitor.json).toMatchObject({ state: 'watching', open_findings: 1 })
    await service.kill()
  } finally {
    discard(dataDir)
  }
}, 60_000)
