import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeDesk } from '../../bench/eval-insiders.ts'
import { type Desk, type DeskDeed, deskOf, type Misuse } from '../../bench/insider-desk.ts'
import { insidersJob } from '../../jobs/insiders.ts'
import { INSIDER_RECORDS } from '../../src/core/analyst.ts'
import type { Finding } from '../../src/core/finding.ts'
import type { Engine } from '../../src/core/ports.ts'
import { DAY, HOUR, type Micros, parseTime } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { findingOf, patchFinding } from '../../src/flow/findings.ts'
import type { ScoreItem } from '../../src/flow/scores.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { storeKey } from '../store-key.ts'

/** A Monday. */
const START = parseTime('2026-01-05T00:00:00Z') as Micros
const redactor = createRedactor({ key: Buffer.alloc(32, 7) })
const opened: { engine: Engine; dataDir: string }[] = []

afterAll(async () => {
  for (const { engine, dataDir } of opened) {
    await engine.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
})

/** A real store with an audit; only the clock is ours. */
async function aDesk(days: number) {
  let now = START + days * DAY + 2 * HOUR
  const clock = { now: () => now }
  const dataDir = mkdtempSync(join(tmpdir(), 'insiders-'))
  const engine = await openEmbedded({ key: storeKey, dataDir, clock })
  opened.push({ engine, dataDir })
  const parts = { engine, clock, pseudonym: redactor.pseudonym }
  const bodies = async <T>(kind: string, order: 'ts' | 'rank') =>
    (await engine.records(kind, {}, { order, limit: 10_000 })).map(({ body }) => body as unknown as T)
  return {
    engine,
    parts,
    write: (desk: Pick<Desk, 'deeds'> & Partial<Desk>) =>
      writeDesk(engine, { findings: [], misused: [], analysts: [], ...desk }),
    run: (signal = new AbortController().signal, progress?: (done: number) => void) =>
      insidersJob(parts, signal, progress),
    pass: (micros: number) => {
      now += micros
    },
    findings: () => bodies<Finding>(INSIDER_RECORDS.finding, 'ts'),
    scores: () => bodies<ScoreItem>(INSIDER_RECORDS.score, 'rank'),
  }
}

const desk = (seed: number, misuses: readonly Misuse[], more: { analysts?: number; days?: number } = {}) =>
  deskOf({ seed, start: START, days: 50, analysts: 6, misuses, ...more })

/** `n` searches of ten rows each, spread over the hours from `hour` on. */
function searches(by: string, day: number, n: number, more: Partial<DeskDeed> & { hour?: number } = {}): DeskDeed[] {
  const { hour = 9, ...over } = more
  return Array.from({ length: n }, (_, i) => ({
    action: 'search',
    by,
    role: 'analyst',
    rows: 10,
    asked: {},
    at: START + day * DAY + hour * HOUR + Math.floor((i * 6 * HOUR) / Math.max(n, 6)),
    ...over,
  }))
}

const weekdays = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => from + i).filter((day) => day % 7 < 5)

/** Somebody who searches some ten times a day, from day to day. */
const steady = (by: string, from: number, to: number, more: Parameters<typeof searches>[3] = {}) =>
  weekdays(from, to).flatMap((day) => searches(by, day, 8 + ((day * 7 + by.length) % 5), more))

describe('what analysts do', () => {
  it('is told of in a sentence: how much, when, what is usual, and what the others do', async () => {
    const house = await aDesk(40)
    const names = ['key_a', 'key_b', 'key_c', 'key_d', 'key_e']
    await house.write({
      deeds: [
        ...names.flatMap((name) => steady(name, 0, 39)),
        ...searches('key_a', 38, 40, { rows: 100, event_ids: [] }),
      ].sort((a, b) => a.at - b.at),
    })
    expect(await house.run()).toEqual({ done: 29 })
    const [finding, ...more] = await house.findings()
    expect(more).toEqual([])
    expect(finding).toMatchObject({
      detector: 'insider-export',
      entity_type: 'analyst',
      entity_id: 'key_a',
      tenant_id: null,
      status: 'new',
      first_seen: '2026-02-12T00:00:00.000000Z',
    })
    expect(finding?.evidence[0]?.text).toMatch(
      /^key_a showed or exported 4,\d\d\d events on 2026-02-12; on other days at most 120; peers \d{2,3}$/,
    )
    expect(finding?.score).toBeGreaterThan(60)
    const scores = await house.scores()
    expect(scores[0]).toMatchObject({ entity_id: 'key_a', score: finding?.score })
    expect(scores).toHaveLength(5)
  })

  it('comes to the same however often the job is killed, and in whatever order a day was written', async () => {
    const { deeds, ...rest } = desk(3, ['mass-export', 'growing-export', 'night-reading', 'one-person'])
    const whole = await aDesk(50)
    await whole.write({ deeds, ...rest })
    await whole.run()
    const outcome = async (house: typeof whole) => ({ findings: await house.findings(), scores: await house.scores() })
    expect((await whole.findings()).length).toBeGreaterThan(1)

    const shuffled = await aDesk(50)
    const day = ({ at }: DeskDeed) => Math.floor((at - START) / DAY)
    await shuffled.write({ deeds: deeds.toReversed().sort((a, b) => day(a) - day(b)), ...rest })
    for (let done = -1; done !== 0; ) {
      const killed = new AbortController()
      done = (await shuffled.run(killed.signal, (n) => n >= 7 && killed.abort())).done
    }
    expect(await outcome(shuffled)).toEqual(await outcome(whole))
    // and nothing is written where nothing came
    const before = await whole.engine.records('night', { ids: ['insiders'] }, { order: 'ts', limit: 1 })
    expect(await whole.run()).toEqual({ done: 0 })
    expect(await whole.engine.records('night', { ids: ['insiders'] }, { order: 'ts', limit: 1 })).toEqual(before)
  })

  it('is taken in day by day as it would be all at once', async () => {
    const { deeds, ...rest } = desk(4, ['mass-export'], { days: 46 })
    const [once, daily] = [await aDesk(46), await aDesk(0)]
    await once.write({ deeds, ...rest })
    await once.run()
    await daily.write({ deeds: [], ...rest })
    for (let day = 0; day <= 46; day++) {
      const today = deeds.filter(({ at }) => at >= START + day * DAY && at < START + (day + 1) * DAY)
      await daily.write({ deeds: today })
      await daily.run()
      daily.pass(DAY)
    }
    await daily.run()
    expect(await daily.findings()).toEqual(await once.findings())
  })

  it('tells of nobody while it is learnt, and says until when that is', async () => {
    const house = await aDesk(12)
    await house.write({ deeds: [...steady('key_new', 1, 11), ...searches('key_new', 9, 500, { rows: 100 })] })
    await house.run()
    expect(await house.findings()).toEqual([])
    const [score] = await house.scores()
    expect(score).toMatchObject({ entity_id: 'key_new', score: 0, history: [] })
    expect(score?.evidence.map(({ detector, text }) => [detector, text])).toContainEqual([
      'insider-export',
      'what is usual is learnt until 2026-01-20; nothing is raised before',
    ])
  })

  it('tells of nobody where all read more, nor of one who stays while others are on leave', async () => {
    const names = ['key_a', 'key_b', 'key_c', 'key_d', 'key_e', 'key_f']
    const house = await aDesk(60)
    const deeds = names.flatMap((name) => [
      ...steady(name, 0, 30),
      // an incident: four times as much, into the night
      ...weekdays(35, 40).flatMap((day) => [...searches(name, day, 40), ...searches(name, day, 10, { hour: 16 })]),
      // two weeks in which only one is there
      ...(name === 'key_a' ? steady(name, 42, 58) : []),
    ])
    await house.write({ deeds: deeds.sort((a, b) => a.at - b.at) })
    await house.run()
    expect(await house.findings()).toEqual([])
  })

  it('tells of nobody who is alone and has a busy week', async () => {
    const house = await aDesk(60)
    await house.write({
      deeds: [...steady('key_a', 0, 35), ...weekdays(35, 40).flatMap((day) => searches('key_a', day, 30))],
    })
    await house.run()
    expect(await house.findings()).toEqual([])
  })

  it('is none of what applications and other systems do, nor of what jobs do', async () => {
    const house = await aDesk(40)
    await house.write({
      deeds: weekdays(0, 39).flatMap((day) => [
        ...searches('key_siem', day, day === 38 ? 900 : 10, { role: 'siem' }),
        ...searches('job:retain', day, 10, { role: null, action: 'case.export' }),
      ]),
    })
    await house.run()
    expect(await house.scores()).toEqual([])
    expect(await house.findings()).toEqual([])
  })

  it('is held against the hours of the one who does it, whatever they are', async () => {
    const house = await aDesk(50)
    const nights = weekdays(36, 48).flatMap((day) => searches('key_day', day, 15, { hour: 1 }))
    await house.write({
      deeds: [...steady('key_day', 0, 49), ...steady('key_night', 0, 49, { hour: 0 }), ...nights].sort(
        (a, b) => a.at - b.at,
      ),
    })
    await house.run()
    const found = await house.findings()
    expect(found.map(({ entity_id, detector }) => [entity_id, detector])).toContainEqual(['key_day', 'insider-hours'])
    expect(found.filter(({ entity_id }) => entity_id === 'key_night')).toEqual([])
    const told = found.find(({ detector }) => detector === 'insider-hours')?.evidence[0]?.text
    expect(told).toMatch(
      /at hours that are not among its own \(mostly 0\d:00 to 0\d:00 UTC\) on \d days since 2026-02-1/,
    )
  })

  it('names a person by pseudonym alone, and not at all where a finding is looked into', async () => {
    const [ex, suspect] = ['ex-colleague@shop.example', 'suspect@shop.example'].map((id) =>
      redactor.pseudonym('user_id', id),
    ) as [string, string]
    const looks = (by: string, person: string) =>
      weekdays(32, 46).flatMap((day) => searches(by, day, 6, { rows: 3, asked: { user_id: person } }))
    const customers = (by: string) =>
      weekdays(0, 46).flatMap((day) => searches(by, day, 2, { asked: { user_id: `user:${by}${day}` } }))
    const house = await aDesk(48)
    await house.write({
      deeds: ['key_a', 'key_b', 'key_c']
        .flatMap((name) => [...steady(name, 0, 46), ...customers(name)])
        .concat(looks('key_a', ex), looks('key_b', suspect))
        .sort((a, b) => a.at - b.at),
      findings: [{ person: suspect, from: START + 31 * DAY, until: START + 47 * DAY }],
    })
    await house.run()
    const found = await house.findings()
    expect(found.map(({ entity_id, detector }) => [entity_id, detector])).toEqual([['key_a', 'insider-one-person']])
    expect(found[0]?.evidence[0]?.text).toContain(`looked up ${ex} `)
    expect(JSON.stringify(found)).not.toContain('shop.example')
  })

  it('knows whom an event is about that was read by its id', async () => {
    const house = await aDesk(48)
    const event = (id: string, user_id: string) => ({
      kind: 'event' as const,
      event_id: id,
      ts: START,
      body: redactor.event({ event_id: id, timestamp: '2026-01-05T00:00:00Z', event_type: 'llm.completion', user_id }),
    })
    await house.engine.append([event('e-ex', 'ex'), ...Array.from({ length: 46 }, (_, i) => event(`e${i}`, `u${i}`))])
    const reads = (by: string, day: number, n: number, id: string) =>
      searches(by, day, n, { action: 'event.read', rows: 1, event_ids: [id] })
    await house.write({
      deeds: weekdays(0, 46)
        .flatMap((day) => [...reads('key_a', day, 3, `e${day}`), ...(day < 32 ? [] : reads('key_a', day, 6, 'e-ex'))])
        .sort((a, b) => a.at - b.at),
    })
    await house.run()
    const found = await house.findings()
    expect(found.map(({ detector }) => detector)).toEqual(['insider-one-person'])
    expect(found[0]?.evidence[0]?.text).toContain(redactor.pseudonym('user_id', 'ex'))
  })

  it('is compared within a tenant alone, and a finding is of that tenant', async () => {
    const of = (tenant_id: string, name: string, busy: boolean) =>
      [...steady(name, 0, 35), ...weekdays(35, 38).flatMap((day) => searches(name, day, busy ? 100 : 10))].map(
        (deed) => ({ ...deed, tenant_id }),
      )
    const house = await aDesk(40)
    const quiet = ['a1', 'a2', 'a3', 'a4'].flatMap((name) => of('acme', name, false))
    const busy = ['g1', 'g2', 'g3', 'g4', 'g5'].flatMap((name) => of('globex', name, true))
    await house.write({ deeds: [...quiet, ...of('acme', 'a5', true), ...busy].sort((a, b) => a.at - b.at) })
    await house.run()
    const found = await house.findings()
    expect(new Set(found.map(({ entity_id, tenant_id }) => `${tenant_id} ${entity_id}`))).toEqual(new Set(['acme a5']))
  })

  it('is learnt anew once an admin judged a finding false, and left alone once he resolved it', async () => {
    for (const status of ['false_positive', 'resolved'] as const) {
      const house = await aDesk(42)
      const names = ['key_a', 'key_b', 'key_c']
      await house.write({
        deeds: names
          .flatMap((name) => [...steady(name, 0, 80)])
          .concat(weekdays(36, 80).flatMap((day) => searches('key_a', day, 60, { rows: 20 })))
          .sort((a, b) => a.at - b.at),
      })
      await house.run()
      const [first] = await house.findings()
      expect(first?.detector).toBe('insider-export')
      const id = first?.finding_id as string
      const seen = { insiders: true }
      await expect(patchFinding({ ...house.parts, redactor }, id, { status })).rejects.toThrow('no such finding')
      await patchFinding({ ...house.parts, redactor }, id, { status }, seen)
      house.pass(8 * DAY)
      await house.run()
      expect(await house.findings()).toHaveLength(1)
      expect((await findingOf(house, id, seen)).status).toBe(status)
      house.pass(30 * DAY)
      await house.run()
      expect(await house.findings()).toHaveLength(status === 'resolved' ? 2 : 1)
    }
  })
})
