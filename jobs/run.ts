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
  const history: JobRun[] = state.holder === null ? [] : [killed(state)]
  const mine: JobState = {
    ...state,
    holder,
    lease_until: formatTime(started + LEASE),
    started_at: formatTime(started),
    progress: null,
    last_run: history[0] ?? state.last_run,
  }
  const begun = await engine.putRecords([
    { record: jobRecord(mine, started), expect: before?.record.version ?? 0 },
    ...history.map((run) => ({ record: runRecord(name, run), expect: null })),
  ])
  if (begun === 'stale') return 'busy'

  const beat = heartbeat(parts, mine, holder)
  let outcome: JobRun['outcome'] = 'done'
  let done = 0
  try {
    done = (await work(signal, beat.progress)).done
    if (signal.aborted) outcome = 'killed'
  } catch (error) {
    outcome = signal.aborted ? 'killed' : 'failed'
    done = beat.done()
    if (outcome === 'failed') log.error({ job: name, ...reasonOf(error) }, 'a job failed')
  } finally {
    await beat.stop()
  }
  const run: JobRun = { started_at: formatTime(started), ended_at: formatTime(clock.now()), outcome, done }
  await engine.putRecords([
    {
      record: jobRecord(
        { ...mine, holder: null, lease_until: null, started_at: null, progress: null, last_run: run },
        started,
      ),
      expect: null,
    },
    { record: runRecord(name, run), expect: null },
  ])
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

function heartbeat({ engine, clock, log }: RunParts, mine: JobState, holder: string) {
  let progress: JobState['progress'] = null
  let writing: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    const now = clock.now()
    const state = { ...mine, holder, progress, lease_until: formatTime(now + LEASE) }
    writing = engine.putRecords([{ record: jobRecord(state, now), expect: null }]).catch((error: unknown) => {
      log.warn({ job: mine.name, ...reasonOf(error) }, 'progress of a job not noted')
    })
  }, BEAT_MS)
  timer.unref()
  return {
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

function holds(state: JobState, now: Micros): boolean {
  return state.holder !== null && (parseTime(state.lease_until ?? '') ?? 0) > now
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
