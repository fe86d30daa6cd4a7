import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { jobStates, runJob, type Work } from '../../jobs/run.ts'
import type { Engine } from '../../src/core/ports.ts'
import { HOUR, MINUTE, parseTime } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'

let engine: Engine
let now = 0
const clock = { now: () => now }
const log = { info() {}, warn() {}, error() {} }
const never = new AbortController().signal

beforeEach(async () => {
  now = parseTime('2026-02-01T00:00:00Z')!
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  engine = await openEmbedded({ dataDir: mkdtempSync(join(tmpdir(), 'uc-jobs-')), clock })
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
