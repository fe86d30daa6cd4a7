import type { FastifyInstance } from 'fastify'
import { jobStates } from '../jobs/run.ts'
import { schedule } from '../jobs/schedule.ts'
import type { ApiParts } from './api/parts.ts'
import { buildServer } from './api/server.ts'
import type { Config } from './config.ts'
import type { JobItem } from './core/job.ts'
import type { Clock, Engine, Log } from './core/ports.ts'
import { Problem } from './core/problem.ts'
import { threadEntry } from './core/threads.ts'
import type { ReadToken } from './core/token.ts'
import type { Secrets } from './encryption/wrapped-keys.ts'
import { enterStore } from './engines/embedded/entrance.ts'
import { recordDeed } from './flow/audit.ts'
import { compliance } from './flow/compliance.ts'
import { groupCommit } from './flow/group-commit.ts'
import type { Redactor } from './redactors/index.ts'
import { houseFacts } from './roof/compliance-house.ts'
import { openConcepts } from './roof/concept-files.ts'
import { fullSoon, houseCapacity } from './roof/house-capacity.ts'
import { keyFor } from './roof/key-file.ts'
import { ledgerSigner } from './roof/ledger-signer.ts'
import { lineLog } from './roof/line-log.ts'
import { checkModel } from './roof/open-encoder.ts'
import { openRedactor } from './roof/open-redactor.ts'
import { openTokens } from './roof/open-tokens.ts'
import { newEntryId } from './roof/operator.ts'
import { remoteEngine } from './roof/remote-engine.ts'
import { openSecrets } from './roof/secrets.ts'
import { systemClock } from './roof/system-clock.ts'
import { startThread, type Thread } from './roof/thread-call.ts'
import { openTls } from './roof/tls.ts'
import { version } from './roof/version.ts'
import { createScheduler, type Scheduler } from './scheduler.ts'

/** Entries of the audit that share a commit, and how long the first waits for others. */
const MOST_DEEDS = 500
const GATHER_MS = 2

export interface Service {
  /** Where it listens, e.g. `https://127.0.0.1:8787`. */
  address: string
  engine: Engine
  scheduler: Scheduler
  clock: Clock
  redactor: Redactor
  /** Ends everything in order; nothing accepted is lost. */
  stop(): Promise<void>
}

/**
 * Builds the service from its parts and starts them: writer and reader threads, scheduled jobs, HTTP.
 * Throws Problem where something is wrong with store, model, key or address.
 */
export async function startService(config: Config): Promise<Service> {
  // nobody changes the keys between their reading and the opening of the store
  const presence = enterStore(config.data_dir, false)
  try {
    return await start(config)
  } finally {
    presence.leave()
  }
}

async function start(config: Config): Promise<Service> {
  const clock = systemClock
  // once in a process: a command may give the key
  const secrets = await openSecrets(config)
  const redactor = openRedactor(config, secrets)
  const log = lineLog(config.log_level, redactor.text)
  const tls = openTls(config, { clock, log })
  const tokens = openTokens(config, clock)
  await checkModel(config)
  const fail = (name: string) => (error: Error) => {
    // half a service would acknowledge what it cannot keep: better none, and a supervisor that starts it again
    log.error({ thread: name, reason: error.message, stack: error.stack }, 'a thread ended; the service stops')
    process.exit(1)
  }
  const crash = fail('main')
  const writer = await startThread(threadEntry('src/writer-thread.js'), { config, secrets }, fail('writer'))
  let reader: Thread | undefined
  let server: FastifyInstance | undefined
  let scheduler: Scheduler | undefined
  try {
    reader = await startThread(threadEntry('src/reader-thread.js'), { config, secrets }, fail('reader'))
    const engine = remoteEngine(writer, reader)
    scheduler = createScheduler(
      schedule.filter(({ needs }) => needs === undefined || config[needs] !== ''),
      async (name) => {
        await writer.call('runJob', [name])
      },
      { clock: config.jobs_enabled, log },
    )
    const parts = apiParts({ config, secrets, writer, reader, engine, scheduler, clock, log, redactor, tokens })
    server = await buildServer(parts, {
      version,
      metricsOpen: config.metrics_open,
      bodyLimitBytes: config.body_limit_bytes,
      queueLimitBytes: config.queue_limit_bytes,
      rateLimit: config.rate_limit,
      tls,
    })
    const address = await server
      .listen({ host: config.host, port: config.port })
      .catch((error: NodeJS.ErrnoException) => {
        throw new Problem(
          'CONFIG_INVALID',
          `cannot listen on ${config.host}:${config.port} (${error.code}): give another --port, or stop what uses it`,
          { cause: error },
        )
      })
    const open = { server, scheduler, writer, reader, unwatch: tls?.watch() }
    // before whoever else listens: this log knows the rules of the house
    process.prependListener('uncaughtException', crash)
    return {
      // the framework knows nothing of who encrypts
      address: tls === undefined ? address : address.replace(/^http:/, 'https:'),
      engine,
      scheduler,
      clock,
      redactor,
      stop: () => stop(open).finally(() => process.off('uncaughtException', crash)),
    }
  } catch (error) {
    await stop({ server, scheduler, writer, reader, unwatch: undefined })
    throw error
  }
}

interface Open {
  server: FastifyInstance | undefined
  scheduler: Scheduler | undefined
  writer: Thread
  reader: Thread | undefined
  /** Ends the watch of the TLS files. */
  unwatch: (() => void) | undefined
}

async function stop({ server, scheduler, writer, reader, unwatch }: Open) {
  unwatch?.()
  await server?.close()
  // the writer aborts its jobs; the scheduler then has nothing to wait for
  const idle = scheduler?.stop()
  await writer.stop()
  await idle?.catch(() => {})
  await reader?.stop()
}

interface Whole {
  config: Config
  secrets: Secrets
  writer: Thread
  reader: Thread
  engine: Engine
  scheduler: Scheduler
  clock: Clock
  log: Log
  redactor: Redactor
  tokens: ReadToken | null
}

function apiParts({
  config,
  secrets,
  writer,
  reader,
  engine,
  scheduler,
  clock,
  log,
  redactor,
  tokens,
}: Whole): ApiParts {
  // many readers share one flush of the disk
  const append = groupCommit(
    (batch) => engine.append(batch),
    MOST_DEEDS,
    (call) => setTimeout(call, GATHER_MS),
  )
  const newId = () => newEntryId(clock)
  const sizes = houseCapacity(config, { engine, clock, redactor })
  const jobs = {
    names: schedule.map(({ name }) => name),
    list: () => jobItems(engine, clock, scheduler),
    run: async (name: string) => scheduler.run(name),
  }
  return {
    ingest: (body, kind, as) => {
      const whole =
        body.byteOffset === 0 && body.byteLength === body.buffer.byteLength && body.buffer instanceof ArrayBuffer
      return writer.call('ingest', [body, kind, as], whole ? [body.buffer as ArrayBuffer] : [])
    },
    search: (ask, bound) => reader.call('search', [ask, bound]),
    drawSet: (set, salt) => reader.call('drawSet', [set, salt]),
    countSet: (set, limit) => reader.call('countSet', [set, limit]),
    fitConcept: (ask) => reader.call('fitConcept', [ask]),
    map: (filter, points) => reader.call('map', [filter, points]),
    backtest: (rule, tenant_id) => reader.call('backtest', [rule, tenant_id]),
    engine,
    record: (actor, deed) => recordDeed({ engine: { append }, clock, newId }, actor, deed),
    erase: (ask) => writer.call('erase', [ask]),
    subjectKey: keyFor(secrets.root, 'subject'),
    cursorKey: keyFor(secrets.root, 'cursor'),
    canaryKey: keyFor(secrets.root, 'canary'),
    newId,
    jobs,
    capacity: sizes,
    compliance: (ask) => compliance({ engine, clock, house: () => houseFacts({ config, engine, redactor }) }, ask),
    concepts: openConcepts(config.models_dir, engine),
    tokens,
    signer: ledgerSigner(config, secrets),
    ready: async () => {
      const states: Record<string, string> = {}
      let progress: string[] = []
      const check = async (name: string, ask: () => Promise<unknown>) => {
        states[name] = await ask().then(
          () => 'ok',
          (error: unknown) => (error instanceof Problem ? error.code.toLowerCase() : 'failed'),
        )
      }
      await Promise.all([
        check('store', () => engine.head()),
        check('index', async () => {
          const { stored, filling } = await engine.index()
          progress = filling.map((one) => `${one.space}: ${one.stored} of ${stored} vectors`)
        }),
        check('model', () => reader.call('warm', [])),
        check('jobs', () => jobs.list()),
      ])
      const disk = await sizes().then(
        (report) => fullSoon(report) ?? 'ok',
        () => 'unknown',
      )
      const { store = '', index = '', model = '', jobs: work = '' } = states
      const ok = [store, index, model, work].every((state) => state === 'ok')
      const filling = progress.length === 0 ? {} : { filling: progress }
      return { ok, store, index, model, jobs: work, disk, ...filling }
    },
    redactor,
    clock,
    log,
  }
}

async function jobItems(engine: Engine, clock: Clock, scheduler: Scheduler): Promise<JobItem[]> {
  const states = await jobStates(
    { engine, clock },
    schedule.map((job) => job.name),
  )
  return states.map((state, i) => ({
    name: state.name,
    schedule: schedule[i]!.cron,
    running: scheduler.active(state.name) || state.holder !== null,
    progress: state.progress,
    last_run: state.last_run,
    next_run: scheduler.next(state.name),
  }))
}
