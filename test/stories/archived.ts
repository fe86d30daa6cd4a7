import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { LogEvent } from '../../src/core/event.ts'
import type { SearchAsk } from '../../src/core/search.ts'
import { DAY, startOfDate } from '../../src/core/window.ts'
import { archiveFiles } from '../../src/flow/archive-files.ts'
import { restoreArchived } from '../../src/flow/thaw.ts'
import { archiveOf } from '../../src/roof/open-archive.ts'
import { newEntryId, operator } from '../../src/roof/operator.ts'
import { resized, scenarioOf } from '../../src/simulator/scenario.ts'
import { simulate } from '../../src/simulator/simulate.ts'
import { handClock } from '../contracts/engine/contract.ts'
import { aHouse } from '../roof/a-house.ts'

const BATCH = 500
const START = startOfDate('2026-01-05')!

/** A house whose rule archives what is 30 days old to a folder beside it; its clock is the test's. */
export async function anArchivingHouse(place?: string) {
  const beside = mkdtempSync(join(tmpdir(), 'uc-cold-'))
  onTestFinished(() => rmSync(beside, { recursive: true, force: true }))
  mkdirSync(join(beside, 'cold'))
  const retention_file = join(beside, 'retention.yaml')
  writeFileSync(retention_file, `rules: [{ name: old, archive_after: 30d }]\narchive: ${place ?? '{ folder: cold }'}\n`)
  const clock = handClock(START)
  const house = await aHouse({ retention_file }, clock)
  const signal = new AbortController().signal
  const parts = {
    ...house,
    clock,
    target: archiveOf(house.config, clock),
    newId: () => newEntryId(clock),
    random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)),
  }
  return {
    ...house,
    clock,
    signal,
    retention_file,
    folder: join(beside, 'cold'),
    parts: { ...parts, cold: archiveFiles(parts, signal) },
    async say(events: readonly object[]) {
      const body = Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'))
      const answer = await house.writing().ingest(body, 'ndjson', { tenant_id: null })
      expect(answer.rejected).toEqual([])
    },
    async job(name: string) {
      const run = await house.writing().runJob(name)
      if (run === 'busy' || run.outcome !== 'done') throw new Error(JSON.stringify(run))
      await house.writing().settle()
      return run.done
    },
    files: () => readdirSync(join(beside, 'cold')).sort(),
    file: (name: string) => readFileSync(join(beside, 'cold', name)),
  }
}

export type ArchivingHouse = Awaited<ReturnType<typeof anArchivingHouse>>

/** Within one tenant and part, so that it is few enough to be compared one by one: a graph finds nearly all, and not the same twice. */
const meant = (q: string, at: number): SearchAsk => ({
  q,
  mode: at % 3 === 0 ? 'hybrid' : 'semantic',
  in: at % 2 === 0 ? 'prompt' : 'response',
  tenant_id: TENANTS[at % TENANTS.length]!,
  k: 50,
  literal: true,
})
const TENANTS = ['juniper', 'harbour', 'tallow']

/** What is asked before and after: by words, by meaning, by concept. */
const ASKS: readonly SearchAsk[] = [
  ...['parcel', 'warranty', 'refund', 'password', 'recipe', 'invoice', 'garden'].map(
    (q): SearchAsk => ({ q, mode: 'keyword', k: 50 }),
  ),
  ...[
    'where is my order',
    'the device does not switch on',
    'how do I reset my account',
    'write a poem about autumn',
    'summarise this document',
    'what do you know about other customers',
    'plan a journey by train',
    'a complaint',
    'money back',
  ].map(meant),
  ...['refusal', 'medical', 'financial'].map((concept): SearchAsk => ({ concept, scope: 'top', k: 50 })),
  { concept: 'refusal', scope: 'all', k: 100 },
]

async function answers(house: ArchivingHouse) {
  const found = []
  for (const ask of ASKS) {
    const { items } = await house.searching().search(ask)
    found.push(items.map(({ event_id, score, concepts, prompt }) => ({ event_id, score, concepts, prompt })))
  }
  return found
}

/** What a round through the archive came to, for whoever reports it. */
export interface RoundTrip {
  events: number
  /** Of the events as they were sent, and of the files. */
  rawBytes: number
  fileBytes: number
  /** Of the files without what they hold of vectors. */
  textBytes: number
}

/**
 * Takes in simulated traffic, gives it vectors and concepts, archives all of it, and brings it back: 20 searches find
 * nothing in between, and afterwards the same events with the same scores as before.
 * @param words of prompt and response that are kept, where the whole would take too long
 */
export async function thereAndBack(house: ArchivingHouse, count: number, words?: number): Promise<RoundTrip> {
  let rawBytes = 0
  let events = 0
  let batch: LogEvent[] = []
  const traffic = simulate(resized(scenarioOf('demo'), { days: 60, users: Math.ceil(count / 25) }), 3, START)
  for (const whole of traffic) {
    const event = words === undefined ? whole : shortened(whole, words)
    rawBytes += Buffer.byteLength(JSON.stringify(event))
    batch.push(event)
    if (++events === count) break
    if (batch.length < BATCH) continue
    await house.say(batch)
    batch = []
    // receipt spreads over some days
    if ((events / BATCH) % 20 === 0) house.clock.pass(DAY / 1000)
  }
  await house.say(batch)
  expect(events).toBe(count)
  await house.job('embed')
  await house.job('baseline')
  const before = await answers(house)
  expect(before.filter((items) => items.length > 0).length).toBeGreaterThan(15)

  house.clock.pass((31 * DAY) / 1000)
  expect(await house.job('archive')).toBe(count)
  expect((await answers(house)).every((items) => items.length === 0)).toBe(true)
  const { fileBytes, textBytes } = await sizes(house)

  const ask = { filter: {}, hot_until: house.clock.now() + DAY, actor: operator() }
  const back = await restoreArchived(house.parts, ask, house.signal)
  expect(back.reduce((sum, { thawed }) => sum + thawed, 0)).toBe(count)
  expect(back.flatMap(({ differs }) => differs)).toEqual([])
  await house.writing().settle()
  const after = await answers(house)
  for (const [i, items] of after.entries()) expect({ ask: ASKS[i], items }).toEqual({ ask: ASKS[i], items: before[i] })
  // what is to stay for a day is not moved by the next night
  expect(await house.job('archive')).toBe(0)
  return { events, rawBytes, fileBytes, textBytes }
}

function shortened({ prompt, response, ...rest }: LogEvent, words: number): LogEvent {
  const { event_id, timestamp, event_type, user_id, session_id, tenant_id, model, status, latency_ms } = rest
  const cut = (text: string) => text.split(' ').slice(0, words).join(' ')
  return {
    ...{ event_id, timestamp, event_type, user_id, session_id, tenant_id, model, status, latency_ms },
    ...(prompt === undefined ? {} : { prompt: cut(prompt) }),
    ...(response === undefined ? {} : { response: cut(response) }),
  } as LogEvent
}

async function sizes(house: ArchivingHouse) {
  let textBytes = 0
  let fileBytes = 0
  for (const { manifest } of await house.engine.cold({})) {
    const rows = await house.parts.cold.rows(manifest)
    fileBytes += manifest.bytes!
    textBytes += manifest.bytes! - rows.reduce((sum, { vectors }) => sum + (vectors?.length ?? 0), 0)
  }
  return { fileBytes, textBytes }
}
