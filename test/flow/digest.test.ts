import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { baselineJob } from '../../jobs/baseline.ts'
import { digestJob } from '../../jobs/digest.ts'
import type { LogEvent } from '../../src/core/event.ts'
import type { Engine, Json, RecordWrite } from '../../src/core/ports.ts'
import { DAY, formatTime, HOUR, type Micros, parseTime } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { digestAs, digestOf, digests } from '../../src/flow/digest.ts'
import { usualOf, verdictOf } from '../../src/flow/digest-figures.ts'
import { said } from '../contracts/engine/said.ts'
import { aFinding, hostile } from '../formats/a-finding.ts'
import { storeKey } from '../store-key.ts'

const FIRST = parseTime('2026-01-05T00:00:00Z') ?? 0
const never = new AbortController().signal

let engine: Engine
let now: Micros = 0
const clock = { now: () => now }
const parts = () => ({ engine, clock })

beforeEach(async () => {
  now = FIRST
  engine = await openEmbedded({ key: storeKey, dataDir: mkdtempSync(join(tmpdir(), 'uc-digest-')), clock })
})
afterEach(() => engine.close())

/** Events spread over a day, `per` of them by each of three users. */
async function aDay(day: number, per: number, fields: Partial<LogEvent> = {}) {
  const batch = Array.from({ length: per * 3 }, (_, i) =>
    said(`d${day}-${i}-${JSON.stringify(fields).slice(0, 40)}`, {
      timestamp: formatTime(FIRST + day * DAY + 8 * HOUR + i * 60_000_000),
      user_id: `u${i % 3}`,
      session_id: `s${day}-${i % 3}`,
      model: 'tide-large',
      model_version: '1',
      tokens_input: 100,
      tokens_output: 200,
      latency_ms: 1000,
      cost_usd: 0.01,
      status: 'success',
      ...fields,
    }),
  )
  await engine.append(batch)
}

const date = (day: number) => formatTime(FIRST + day * DAY).slice(0, 10)
const at = (day: number, hours = 0) => FIRST + day * DAY + hours * HOUR

describe('the figures', () => {
  it('stand beside what is usual, and say when a day is unlike the others', async () => {
    for (let day = 0; day < 9; day++) await aDay(day, 10)
    await aDay(9, 40)
    now = at(11)
    const { figures, headline } = await digestOf(parts(), date(9))
    expect(figures.events).toMatchObject({
      value: 120,
      usual: { median: 30, mad: 0, days: 9, against: 'trailing' },
      verdict: 'above',
    })
    expect(figures.users).toMatchObject({ value: 3, verdict: 'usual' })
    expect(figures.tokens_output.value).toBe(24_000)
    expect(figures.cost_usd.value).toBe(1.2)
    expect(figures.events.series).toHaveLength(30)
    expect(figures.events.series.slice(-11)).toEqual([null, ...new Array(9).fill(30), 120])
    expect(headline).toBe(
      'No findings. 120 events from 3 users, where 30 are usual for the days before. Above usual: tokens in, tokens out and cost.',
    )
  })

  it('count errors, refusals and blocked requests', async () => {
    await aDay(0, 2, { status: 'error' })
    await aDay(0, 1, { status: 'refused' })
    await aDay(0, 3, { status: 'blocked' })
    now = at(0, 20)
    const { figures, models } = await digestOf(parts(), date(0))
    expect([figures.errors.value, figures.refusals.value, figures.blocked.value]).toEqual([6, 3, 9])
    expect(models.items).toMatchObject([
      { model: 'tide-large', model_version: '1', errors: 6, refusals: 3, blocked: 9 },
    ])
  })

  it('compare with the same weekday once there are three of them', () => {
    const week = [10, 10, 10, 10, 10, 2, 2]
    const series = [...week, ...week, ...week, 10]
    expect(usualOf([...series, 10])).toMatchObject({ median: 10, against: 'weekday', days: 3 })
    expect(usualOf([...week, ...week, ...week, 10, 10, 10, 10, 10, 2])).toMatchObject({ median: 2, against: 'weekday' })
  })

  it('take chance into account where few are counted', () => {
    const usual = { median: 4, mad: 0, days: 14, against: 'trailing' } as const
    expect(verdictOf('errors', 9, usual)).toBe('usual')
    expect(verdictOf('errors', 11, usual)).toBe('above')
    expect(verdictOf('cost_usd', 4.1, usual)).toBe('usual')
    expect(verdictOf('cost_usd', 9, usual)).toBe('above')
    expect(verdictOf('events', 9, null)).toBeNull()
  })

  it('judge no day that goes on', async () => {
    for (let day = 0; day < 5; day++) await aDay(day, 10)
    now = at(4, 9)
    const digest = await digestOf(parts(), date(4))
    expect(digest).toMatchObject({ complete: false, closed: false, figures: { events: { verdict: null } } })
    expect(digest.headline).toContain('so far')
  })
})

describe('a closed day', () => {
  it('is repeated byte for byte, whatever comes in later', async () => {
    await aDay(0, 2)
    now = at(2)
    const first = await digestAs(parts(), date(0), 'json')
    await aDay(0, 5, { user_id: 'late' })
    now = at(20)
    expect(await digestAs(parts(), date(0), 'json')).toEqual(first)
    expect(JSON.parse(first.body)).toMatchObject({ closed: true, figures: { events: { value: 6 } } })
  })

  it('has one document, though many ask at once', async () => {
    await aDay(0, 2)
    now = at(2)
    const all = await Promise.all([1, 2, 3].map(() => digestOf(parts(), date(0))))
    expect(all.filter(({ closed }) => closed).length).toBeGreaterThan(0)
    expect(await engine.records('digest', {}, { order: 'ts', limit: 10 })).toHaveLength(1)
  })

  it('is not closed before late events had their time', async () => {
    await aDay(0, 2)
    now = at(1, 23)
    expect(await digestOf(parts(), date(0))).toMatchObject({ complete: true, closed: false })
    await aDay(0, 1, { user_id: 'late' })
    expect((await digestOf(parts(), date(0))).figures.events.value).toBe(9)
    expect(await engine.records('digest', {}, { order: 'ts', limit: 10 })).toEqual([])
  })
})

describe('the job', () => {
  it('writes the days that have closed and no other, once', async () => {
    for (const day of [0, 1, 3, 5]) await aDay(day, 1)
    now = at(6, 1)
    const seen: [number, number][] = []
    expect(await digestJob(parts(), never, (done, total) => seen.push([done, total]))).toEqual({ done: 3 })
    expect(seen.at(-1)).toEqual([3, 3])
    expect(await digestJob(parts(), never)).toEqual({ done: 0 })
    const stored = await engine.records('digest', {}, { order: 'ts', limit: 10 })
    expect(stored.map(({ id }) => id)).toEqual([date(3), date(1), date(0)])
  })

  it('goes on where one before it was stopped', async () => {
    for (const day of [0, 1, 2]) await aDay(day, 1)
    now = at(6)
    const stop = new AbortController()
    expect(await digestJob(parts(), stop.signal, () => stop.abort())).toEqual({ done: 1 })
    expect(await digestJob(parts(), never)).toEqual({ done: 2 })
  })

  it('reads the days before from their digests, to the same figures', async () => {
    for (let day = 0; day < 8; day++) await aDay(day, day + 1)
    now = at(9)
    const counted = await digestOf(parts(), date(7))
    await engine.close()
    engine = await openEmbedded({ key: storeKey, dataDir: mkdtempSync(join(tmpdir(), 'uc-digest-')), clock })
    for (let day = 0; day < 8; day++) await aDay(day, day + 1)
    await digestJob(parts(), never)
    expect((await digestOf(parts(), date(7))).figures).toEqual(counted.figures)
  })
})

describe('findings and scores', () => {
  const raise = (id: string, over: object): RecordWrite => {
    const finding = aFinding({
      finding_id: id,
      first_seen: formatTime(at(2, 3)),
      last_seen: formatTime(at(2, 9)),
      ...over,
    })
    const ts = parseTime(finding.last_seen) ?? 0
    const record = {
      kind: 'finding',
      id,
      ts,
      entity: `user:${finding.entity_id}`,
      tenant_id: finding.tenant_id ?? '',
      rank: finding.score,
    }
    return { record: { ...record, body: finding as unknown as Json }, expect: 0 }
  }

  it('come strongest first within a first screen, and only while they are open', async () => {
    await aDay(2, 1)
    await engine.putRecords([
      raise('weak', { score: 30, severity: 'low' }),
      raise('strong', { score: 95, severity: 'critical' }),
      raise('done', { score: 99, severity: 'critical', status: 'resolved' }),
      raise('false', { score: 98, severity: 'critical', status: 'false_positive' }),
      raise('other-day', { score: 97, first_seen: formatTime(at(3)), last_seen: formatTime(at(3, 1)) }),
      raise('going-on', { score: 50, severity: 'medium', first_seen: formatTime(at(1)) }),
      ...[1, 2, 3].map((i) => raise(`more${i}`, { score: 10 + i, severity: 'low' })),
    ])
    now = at(3, 1)
    const { findings, headline } = await digestOf(parts(), date(2))
    expect(findings.items.map((f) => f.finding_id)).toEqual(['strong', 'going-on', 'weak', 'more3', 'more2'])
    expect(findings).toMatchObject({ total: 6, closed: 2, by_severity: { critical: 1, medium: 1, low: 4 } })
    expect(findings.items.map((f) => f.fresh)).toEqual([true, false, true, true, true])
    expect(headline).toContain('6 findings to look at, 1 of them critical.')
  })

  it('show a score as it stood at the end of that day', async () => {
    for (const day of [0, 2]) await aDay(day, 1)
    const { entity_id, tenant_id, evidence, first_seen, last_seen } = aFinding({ first_seen: formatTime(at(0)) })
    const history = [1, 2, 3].map((day) => ({ at: formatTime(at(day, 23)), score: day * 25 }))
    const body = {
      entity_type: 'user',
      entity_id,
      tenant_id,
      score: 75,
      severity: 'high',
      first_seen,
      last_seen,
      evidence,
      history,
    }
    await engine.putRecords([
      {
        record: {
          kind: 'score',
          id: 'acme|user:u-17',
          ts: at(3),
          entity: 'user:u-17',
          tenant_id: 'acme',
          rank: 75,
          body,
        },
        expect: 0,
      },
    ])
    now = at(3, 23.5)
    expect((await digestOf(parts(), date(2))).scores).toMatchObject([
      { entity_id, score: 50, severity: 'medium', change: 25 },
    ])
    expect((await digestOf(parts(), date(3))).scores).toMatchObject([{ score: 75, change: 25 }])
    expect((await digestOf(parts(), date(0))).scores).toEqual([])
  })
})

it('says what was not examined, what was redacted and how fast the models were', async () => {
  await aDay(0, 2)
  await aDay(0, 1, { prompt: '', response: '' })
  const note = { version: '1', counts: { EMAIL: 2, CARD: 1 }, failed: ['/prompt'] }
  const entry = said('r1', { timestamp: formatTime(at(0, 5)) })
  await engine.append([{ ...entry, body: { ...entry.body, redaction: note } as unknown as typeof entry.body }])
  now = at(0, 23)
  const before = await digestOf(parts(), date(0))
  expect(Object.fromEntries(before.not_examined.map(({ what, n }) => [what, n]))).toEqual({
    not_embedded: 10,
    not_baselined: 10,
    without_text: 3,
    learning: 3,
    redaction_failed: 1,
  })
  expect(before.redaction).toEqual({
    total: 3,
    by_type: [
      { type: 'EMAIL', n: 2 },
      { type: 'CARD', n: 1 },
    ],
  })
  await baselineJob({ engine }, never)
  const { latency, ledger, not_examined } = await digestOf(parts(), date(0))
  expect(not_examined.map(({ what }) => what)).not.toContain('not_baselined')
  expect(latency).toMatchObject([{ model: 'tide-large', n: 9 }])
  expect(Math.abs((latency[0]?.median_ms ?? 0) - 1000)).toBeLessThanOrEqual(10)
  expect(ledger).toEqual({ size: 10, root: Buffer.from((await engine.head()).root).toString('hex') })
})

it('names models that the days before did not have', async () => {
  await aDay(0, 1)
  await aDay(1, 1)
  await aDay(1, 1, { model_version: '2' })
  now = at(1, 20)
  expect((await digestOf(parts(), date(0))).new_models).toEqual([])
  expect((await digestOf(parts(), date(1))).new_models).toEqual([
    { model: 'tide-large', model_version: '2', events: 3 },
  ])
})

it('keeps the busiest models, and knows the others of the days before all the same', async () => {
  const many = Array.from({ length: 60 }, (_, i) => `model-${i}`)
  for (const day of [0, 1])
    await engine.append(many.map((model, i) => said(`m${day}-${i}`, { model, timestamp: formatTime(at(day, 3) + i) })))
  now = at(3)
  await digestJob(parts(), never)
  const { models, new_models } = await digestOf(parts(), date(1))
  expect([models.total, models.items.length, new_models]).toEqual([60, 50, []])
  expect((await digestAs(parts(), date(1), 'text')).body).toContain('50 more models')
})

it('shows a tenant its own day alone', async () => {
  await aDay(0, 1, { tenant_id: 'acme' })
  await aDay(0, 2, { tenant_id: 'other' })
  now = at(2)
  const mine = await digestOf(parts(), date(0), 'acme')
  expect(mine).toMatchObject({ tenant_id: 'acme', figures: { events: { value: 3 } }, ledger: null, jobs: [] })
  expect((await digestOf(parts(), date(0))).figures.events.value).toBe(9)
  expect((await digests(parts(), { tenant_id: 'acme' })).items).toHaveLength(1)
  expect((await digests(parts(), { tenant_id: 'nobody' })).items).toEqual([])
})

describe('the list', () => {
  it('begins with the days that are made when asked for, and pages over the stored ones', async () => {
    for (const day of [0, 1, 2, 3, 4]) await aDay(day, 1)
    now = at(4, 12)
    await digestJob(parts(), never)
    const first = await digests(parts(), { limit: 2 })
    expect(first.items.map((item) => [item.date, item.closed])).toEqual([
      [date(4), false],
      [date(3), false],
      [date(2), true],
      [date(1), true],
    ])
    const second = await digests(parts(), { limit: 2, cursor: first.next_cursor ?? '' })
    expect(second).toMatchObject({ items: [{ date: date(0), closed: true }], next_cursor: null })
    await expect(digests(parts(), { cursor: 'x' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})

it.each(['2026-1-5', '2026-02-30', 'today', ''])('refuses the day %j', async (day) => {
  await expect(digestOf(parts(), day)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

it('knows no day to come and none before the first event, but tells of a silent one', async () => {
  await aDay(0, 5)
  now = at(3)
  await expect(digestOf(parts(), date(4))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(digestOf(parts(), date(-1))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await digestOf(parts(), date(1))).headline).toBe('No findings. No event came in.')
  expect((await digestOf(parts(), date(3))).figures.events.value).toBe(0)
})

it('lets no text of a log act in any format', async () => {
  await aDay(0, 1, {
    user_id: hostile.slice(0, 500),
    model: hostile.slice(0, 500),
    model_version: hostile.slice(0, 500),
  })
  now = at(0, 23)
  for (const format of ['html', 'markdown', 'text', 'json'] as const) {
    const { body } = await digestAs(parts(), date(0), format)
    if (format !== 'json') expect(body).not.toContain('<script>')
    expect(body).not.toContain('\u001b')
  }
  await expect(digestAs(parts(), date(0), 'toString' as 'text')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})
