import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { schedule } from '../jobs/schedule.ts'
import { createScheduler, type Scheduler } from '../src/scheduler.ts'

const table = [
  { name: 'often', cron: '*/5 * * * * *' },
  { name: 'nightly', cron: '0 30 3 * * *' },
]
const lines: string[] = []
const log = { info() {}, warn() {}, error: (fields: object) => void lines.push(JSON.stringify(fields)) }
let scheduler: Scheduler

/** Runs that end when they are told to. */
function byHand() {
  const begun: string[] = []
  const ends: (() => void)[] = []
  const run = (name: string) => {
    begun.push(name)
    return new Promise<void>((resolve) => ends.push(resolve))
  }
  const end = async () => {
    ends.shift()!()
    await vi.advanceTimersByTimeAsync(0)
  }
  return { begun, run, end }
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 12, 0, 1) })
})
afterEach(() => {
  vi.useRealTimers()
  lines.length = 0
})

it('the clock starts a job at its times, and never while it is at work', async () => {
  const { begun, run, end } = byHand()
  scheduler = createScheduler(table, run, { clock: true, log })
  await vi.advanceTimersByTimeAsync(4_500)
  expect(begun).toEqual(['often'])
  expect(scheduler.active('often')).toBe(true)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(begun).toEqual(['often'])
  await end()
  expect(scheduler.active('often')).toBe(false)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(begun).toEqual(['often', 'often'])
  void scheduler.stop()
  await end()
})

it('asking while it is at work gives one more run, however often it is asked', async () => {
  const { begun, run, end } = byHand()
  scheduler = createScheduler(table, run, { clock: false, log })
  expect(scheduler.run('nightly')).toBe('started')
  expect([scheduler.run('nightly'), scheduler.run('nightly'), scheduler.run('nightly')]).toEqual([
    'running',
    'running',
    'running',
  ])
  expect(begun).toHaveLength(1)
  await end()
  expect(begun).toHaveLength(2)
  expect(scheduler.active('nightly')).toBe(true)
  await end()
  expect(begun).toHaveLength(2)
  expect(scheduler.active('nightly')).toBe(false)
})

it('two jobs do not wait for each other', () => {
  const { begun, run } = byHand()
  scheduler = createScheduler(table, run, { clock: false, log })
  scheduler.run('often')
  scheduler.run('nightly')
  expect(begun).toEqual(['often', 'nightly'])
})

it('a run that breaks is logged, and the next one is not kept from running', async () => {
  let n = 0
  const run = async () => {
    n++
    if (n === 1) throw new Error('broke')
  }
  scheduler = createScheduler(table, run, { clock: false, log })
  scheduler.run('often')
  await vi.advanceTimersByTimeAsync(0)
  expect(lines).toEqual([expect.stringContaining('broke')])
  expect(scheduler.run('often')).toBe('started')
  await vi.advanceTimersByTimeAsync(0)
  expect(n).toBe(2)
})

it('says when a job runs next, and nothing where no clock runs', async () => {
  scheduler = createScheduler(table, async () => {}, { clock: true, log })
  expect(scheduler.next('often')).toBe('2026-01-05T12:00:05.000Z')
  expect(scheduler.next('nightly')).toBe('2026-01-06T03:30:00.000Z')
  expect(scheduler.next('nonesuch')).toBeNull()
  await scheduler.stop()
  expect(createScheduler(table, async () => {}, { clock: false, log }).next('often')).toBeNull()
})

it('stops once what runs has ended, and starts nothing more', async () => {
  const { begun, run, end } = byHand()
  scheduler = createScheduler(table, run, { clock: true, log })
  scheduler.run('often')
  scheduler.run('often')
  let stopped = false
  const stop = scheduler.stop().then(() => {
    stopped = true
  })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(stopped).toBe(false)
  await end()
  await stop
  expect(begun).toEqual(['often'])
})

it('every scheduled job has times that can be read, and a name and a purpose of its own', async () => {
  scheduler = createScheduler(schedule, async () => {}, { clock: true, log })
  for (const { name } of schedule) expect(Date.parse(scheduler.next(name)!)).toBeGreaterThan(Date.now())
  expect(new Set(schedule.map((job) => job.name)).size).toBe(schedule.length)
  expect(new Set(schedule.map((job) => job.about)).size).toBe(schedule.length)
  await scheduler.stop()
})
