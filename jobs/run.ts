import { randomUUID } from 'node:crypto'
import type { JobRun } from '../src/core/job.ts'
import type { Clock, Engine, Json, Log, StoredRecord } from '../src/core/ports.ts'
import { Problem } from '../src/core/problem.ts'
import { formatTime, type Micros, parseTime, SECOND } from '../src/core/window.ts'

/** A verb that the clock asks for. It may be killed at any point and run again: the outcome is that of one run. */
export type Work = (signal: AbortSignal, progress: (done: number, total: number) => void) => Promise<{ done: number }>

/** How a job stands, in the store: whoever runs it holds a lease, so that it never runs twice at once anywhere. */
export interface JobState {
  name: string
  /** Who runs it; null where nobody does. */
  holder: string | null
  lease_until: string | null
  started_at: string | null
  progress: { done: number; total: number } | null
  last_run: JobRun | null
}

interface RunParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
  log: Log
}

/** A run that does not renew its lease for this long has died. */
const LEASE: Micros = 30 * SECOND
/** A lease that ends later than this was taken before the clock went back. */
const LONGEST: Micros = 2 * LEASE
/** How often a run says how far it is, and renews its lease. */
const BEAT_MS = 2_000

/**
 * Runs a job once, under a lease, with its history kept (records `job` and `run`).
 * Returns 'busy' where it runs already, here or in another process.
 */
export async function runJob(parts: RunParts, name: string, work: Work, signal: AbortSignal): Promise<JobRun | 'busy'> {
  const { engine, clock, log } = parts
  const started = clock.now()
  const before = await standing(engine, name)
  const state: JobState = before?.state ?? fresh(name)
  if (holds(state, started)) return 'busy'
  const holder = randomUUID()
  const dead: JobRun[] = state.holder === null ? [] : [killed(state)]
  const mine: JobState = {
    ...state,
    holder,
    lease_until: formatTime(started + LEASE),
    started_at: formatTime(started),
    progress: null,
    last_run: dead[0] ?? state.last_run,
  }
  const begun = await engine.putRecords([
    { record: jobRecord(mine, started), expect: before?.record.version ?? 0 },
    ...dead.map((run) => ({ record: runRecord(name, run), expect: null })),
  ])
  if (begun === 'stale') return 'busy'

  const beat = heartbeat(parts, mine, (before?.record.version ?? 0) + 1)
  const ended = AbortSignal.any([signal, beat.lost])
  let outcome: JobRun['outcome'] = 'done'
  let done = 0
  let reason: { reason?: string } = {}
  try {
    done = (await work(ended, beat.progress)).done
    if (ended.aborted) outcome = 'killed'
  } catch (error) {
    outcome = ended.aborted ? 'killed' : 'failed'
    done = beat.done()
    if (outcome === 'failed' && error instanceof Problem) reason = { reason: error.message }
    if (outcome === 'failed') log.error({ job: name, ...reasonOf(error) }, 'a job failed')
  } finally {
    await beat.stop()
  }
  const run: JobRun = { started_at: formatTime(started), ended_at: formatTime(clock.now()), outcome, done, ...reason }
  const over = { ...mine, holder: null, lease_until: null, started_at: null, progress: null, last_run: run }
  const history = { record: runRecord(name, run), expect: null }
  const told = await engine.putRecords([{ record: jobRecord(over, started), expect: beat.version() }, history])
  // taken over meanwhile: how the job stands is for the other run to say
  if (told === 'stale') await engine.putRecords([history])
  return run
}

/** How each named job stands. A run whose lease ran out shows as killed. */
export async function jobStates(
  { engine, clock }: Pick<RunParts, 'engine' | 'clock'>,
  names: readonly string[],
): Promise<JobState[]> {
  const records = await engine.records('job', { ids: names }, { order: 'ts', limit: names.length })
  const now = clock.now()
  return names.map((name) => {
    const state = (records.find((record) => record.id === name)?.body as unknown as JobState | undefined) ?? fresh(name)
    if (state.holder === null || holds(state, now)) return state
    return { ...state, holder: null, progress: null, started_at: null, last_run: killed(state) }
  })
}

/** Renews the lease of a run until it is stopped; `lost` aborts where another run took the job over. */
function heartbeat({ engine, clock, log }: RunParts, mine: JobState, begun: number) {
  const lost = new AbortController()
  let version = begun
  let progress: JobState['progress'] = null
  let writing: Promise<unknown> = Promise.resolve()
  async function beat() {
    if (lost.signal.aborted) return
    const now = clock.now()
    const state = { ...mine, progress, lease_until: formatTime(now + LEASE) }
    try {
      if ((await engine.putRecords([{ record: jobRecord(state, now), expect: version }])) === 'stored') version++
      else lost.abort()
    } catch (error) {
      log.warn({ job: mine.name, ...reasonOf(error) }, 'progress of a job not noted')
    }
  }
  const timer = setInterval(() => {
    writing = writing.then(beat)
  }, BEAT_MS)
  timer.unref()
  return {
    lost: lost.signal,
    /** Version of the job's record that this run wrote last. */
    version: () => version,
    progress: (done: number, total: number) => {
      progress = { done, total }
    },
    done: () => progress?.done ?? 0,
    async stop() {
      clearInterval(timer)
      await writing
    },
  }
}

function fresh(name: string): JobState {
  return { name, holder: null, lease_until: null, started_at: null, progress: null, last_run: null }
}

const leaseIn = (state: JobState, now: Micros) => (parseTime(state.lease_until ?? '') ?? 0) - now

function holds(state: JobState, now: Micros): boolean {
  return state.holder !== null && leaseIn(state, now) > 0 && leaseIn(state, now) <= LONGEST
}

function killed(state: JobState): JobRun {
  const at = state.started_at ?? formatTime(0)
  return { started_at: at, ended_at: state.lease_until ?? at, outcome: 'killed', done: state.progress?.done ?? 0 }
}

async function standing(
  engine: RunParts['engine'],
  name: string,
): Promise<{ record: StoredRecord; state: JobState } | null> {
  const [record] = await engine.records('job', { ids: [name] }, { order: 'ts', limit: 1 })
  return record === undefined ? null : { record, state: record.body as unknown as JobState }
}

function jobRecord(state: JobState, ts: Micros) {
  return { kind: 'job', id: state.name, ts, entity: null, tenant_id: null, rank: null, body: state as unknown as Json }
}

function runRecord(name: string, run: JobRun) {
  const ts = parseTime(run.started_at) ?? 0
  return {
    kind: 'run',
    id: `${name}:${run.started_at}`,
    ts,
    entity: null,
    tenant_id: null,
    rank: null,
    body: { job: name, ...run } as unknown as Json,
  }
}

function reasonOf(error: unknown): Record<string, unknown> {
  if (error instanceof Problem) return { code: error.code, reason: error.message }
  return error instanceof Error ? { reason: error.message, stack: error.stack } : { reason: String(error) }
}
