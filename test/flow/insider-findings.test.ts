import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeDesk } from '../../bench/eval-insiders.ts'
import type { DeskDeed } from '../../bench/insider-desk.ts'
import { INSIDER_RECORDS } from '../../src/core/analyst.ts'
import type { Finding } from '../../src/core/finding.ts'
import { DAY, HOUR, type Micros, parseTime } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { erase } from '../../src/flow/erase.ts'
import { insiders } from '../../src/flow/insiders.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { storeKey } from '../store-key.ts'
import { signer } from '../stories/tampered.ts'

/** A Monday. */
const START = parseTime('2026-01-05T00:00:00Z') as Micros
const redactor = createRedactor({ key: Buffer.alloc(32, 7) })
const EX = redactor.pseudonym('user_id', 'ex_colleague')

/** On every day of work two customers, and one person besides who is looked up day after day. */
const day = (at: number): DeskDeed[] =>
  [`user:a${at}`, `user:b${at}`, ...(at < 32 ? [] : Array(6).fill(EX))].map((user_id, i) => ({
    action: 'search',
    by: 'key_a',
    role: 'analyst',
    rows: 3,
    asked: { user_id },
    at: START + at * DAY + (9 + i / 2) * HOUR,
  }))
const days = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => from + i).flatMap((at) => (at % 7 < 5 ? day(at) : []))

/** A store at some time, and the job on it. */
async function aDesk(until: number, { pseudonym } = redactor) {
  let now = START + until * DAY + 2 * HOUR
  const clock = { now: () => now }
  const dataDir = mkdtempSync(join(tmpdir(), 'insider-findings-'))
  const engine = await openEmbedded({ key: storeKey, dataDir, clock })
  const bodies = async (kind: string) =>
    (await engine.records(kind, {}, { order: 'ts', limit: 99 })).map(({ body }) => body as unknown as Finding)
  return {
    engine,
    clock,
    write: (deeds: DeskDeed[]) => writeDesk(engine, { deeds, findings: [], misused: [], analysts: [] }),
    run: () => insiders({ engine, clock, pseudonym }, new AbortController().signal),
    pass: (micros: number) => {
      now += micros
    },
    findings: () => bodies(INSIDER_RECORDS.finding),
    /** All that is kept of what was noticed. */
    told: async () =>
      JSON.stringify([
        await Promise.all(Object.values(INSIDER_RECORDS).map(bodies)),
        await engine.states('insiders', 'analyst'),
      ]),
    async close() {
      await engine.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

it('the id of one is the same each time, and not for whoever knows analyst and day to work out', async () => {
  const ids = async (key: number) => {
    const desk = await aDesk(46, createRedactor({ key: Buffer.alloc(32, key) }))
    await desk.write(days(0, 46))
    await desk.run()
    const found = await desk.findings()
    await desk.close()
    return found.map(({ finding_id }) => finding_id)
  }
  const [first, again, elsewhere] = [await ids(7), await ids(7), await ids(8)]
  expect(first).toHaveLength(1)
  expect(again).toEqual(first)
  expect(elsewhere).not.toEqual(first)
})

it('whoever is erased is named no more in what is told of an analyst, nor comes back with the next day', async () => {
  const desk = await aDesk(46)
  const { engine, clock, told, run } = desk
  try {
    const text = { event_id: 'e1', timestamp: '2026-01-05T00:00:00Z', event_type: 'llm.completion' }
    const body = redactor.event({ ...text, user_id: 'ex_colleague' })
    await engine.append([{ kind: 'event', event_id: 'e1', ts: START, body }])
    await desk.write(days(0, 46))
    await run()
    expect(await told()).toContain(`looked up ${EX} `)

    const renewKeyCopies = async () => []
    const more = { redactor, signer, subjectKey: new Uint8Array(32), newId: () => 'erasure-1', renewKeyCopies }
    const actor = { by: 'os:tester', role: null, tenant_id: null, from: 'command line' }
    const { outcome } = await erase({ engine, clock, ...more }, { subject: { user_id: 'ex_colleague' }, actor })
    expect(outcome).toBe('erased')
    expect(await told()).not.toContain(EX)
    expect(await told()).toContain('looked up [erased] ')

    // a day on which the analyst worked for others: what is known of him is written anew
    const others = day(46).filter(({ asked }) => (asked as { user_id: string }).user_id !== EX)
    await desk.write(others)
    desk.pass(DAY)
    expect((await run()).done).toBe(1)
    expect(await told()).not.toContain(EX)
  } finally {
    await desk.close()
  }
})
