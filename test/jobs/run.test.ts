import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { jobStates, runJob, type Work } from '../../jobs/run.ts'
import type { Engine } from '../../src/core/ports.ts'
import { HOUR, MINUTE, parseTime } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { storeKey } from '../store-key.ts'

let engine: Engine
let now = 0
const clock = { now: () => now }
const log = { info() {}, warn() {}, error() {} }
const never = new AbortController().signal

beforeEach(async () => {
  now = parseTime('2026-02-01T00:00:00Z')!
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  engine = await openEmbedded({ key: storeKey, dataDir: mkdtempSync(join(tmpdir(), 'uc-jobs-')), clock })
})
afterEach(async () => {
  vi.useRealTimers()
  await engine.close()
})

const run = (work: Work, signal = never) => runJob({ engine, clock, log }, 'embed', work, signal)
const standing = async () => (await jobStates({ engine, clock }, ['embed']))[0]!
/** Work that goes on until it is told to end. */
function longWork() {
  let begun = () => {}
  const started = new Promise<void>((resolve) => {
    begun = resolve
  })
  let end = () => {}
  const work: Work = (signal) =>
    new Promise((resolve) => {
      end = () => resolve({ done: 1 })
      signal.addEventListener('abort', end)
      begun()
    })
  return { work, started, end: () => end() }
}

it('a job runs once at a time, and the next run finds it free', async () => {
  const long = longWork()
  const first = run(long.work)
  await long.started
  expect(await run(async () => ({ done: 9 }))).toBe('busy')
  long.end()
  expect(await first).toMatchObject({ outcome: 'done', done: 1 })
  expect(await run(async () => ({ done: 2 }))).toMatchObject({ outcome: 'done', done: 2 })
  expect(await standing()).toMatchObject({ holder: null, last_run: { done: 2 } })
})

it('a run that slept through its lease ends, and leaves the job to the one that took it over', async () => {
  const slept = longWork()
  const first = run(slept.work)
  await slept.started
  now += MINUTE
  const second = longWork()
  const other = run(second.work)
  await second.started
  // the sleeper wakes and wants to renew its lease
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await first).toMatchObject({ outcome: 'killed' })
  expect(await run(async () => ({ done: 3 }))).toBe('busy')
  second.end()
  expect(await other).toMatchObject({ outcome: 'done' })
  expect(await standing()).toMatchObject({ holder: null, last_run: { outcome: 'done' } })
})

it('a lease taken while the clock stood in the future does not outlive its return', async () => {
  now += 24 * HOUR
  const died = longWork()
  void run(died.work)
  await died.started
  now -= 24 * HOUR
  expect((await standing()).holder).toBeNull()
  expect(await run(async () => ({ done: 1 }))).toMatchObject({ outcome: 'done' })
  died.end()
})

it('what a job throws is its outcome and no rejection', async () => {
  const failing: Work = async (_signal, progress) => {
    progress(7, 10)
    throw new Error('no model')
  }
  expect(await run(failing)).toMatchObject({ outcome: 'failed', done: 7 })
})

it('a run that died shows as killed once its lease is out, at once and in its history', async () => {
  const died = longWork()
  void run(async (signal, progress) => {
    progress(5, 9)
    return died.work(signal, progress)
  })
  await died.started
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await standing()).toMatchObject({ progress: { done: 5, total: 9 }, last_run: null })
  now += MINUTE
  expect(await standing()).toMatchObject({
    holder: null,
    progress: null,
    last_run: { started_at: '2026-02-01T00:00:00.000000Z', outcome: 'killed', done: 5 },
  })
  await run(async () => ({ done: 1 }))
  expect((await history()).map((one) => one.outcome)).toEqual(['done', 'killed'])
  died.end()
})

it('a run that is told to end is killed, whatever it says', async () => {
  for (const end of [() => ({ done: 3 }), () => Promise.reject(new Error('aborted'))]) {
    const stop = new AbortController()
    const work: Work = async (signal) => {
      stop.abort()
      expect(signal.aborted).toBe(true)
      return end()
    }
    expect(await run(work, stop.signal)).toMatchObject({ outcome: 'killed' })
  }
})

it('every run is in the history with its times, newest first', async () => {
  for (const done of [1, 2, 3]) {
    await run(async () => {
      now += 3_000_000
      return { done }
    })
    now += MINUTE
  }
  const runs = await history()
  expect(runs.map((one) => one.done)).toEqual([3, 2, 1])
  expect(runs.map((one) => (parseTime(one.ended_at as string)! - parseTime(one.started_at as string)!) / 1e6)).toEqual([
    3, 3, 3,
  ])
})

it('of two that begin at once, one runs', async () => {
  const outcomes = await Promise.all([1, 2, 3].map((done) => run(async () => ({ done }))))
  expect(outcomes.filter((one) => one === 'busy')).toHaveLength(2)
})

async function history() {
  const records = await engine.records('run', {}, { order: 'ts', limit: 10 })
  return records.map((record) => record.body as Record<string, unknown>)
}
