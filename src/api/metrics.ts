import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Engine, Stage } from '../core/ports.ts'
import type { SearchAnswer } from '../core/search.ts'
import { parseTime, SECOND } from '../core/window.ts'
import { manifests } from '../flow/archive-files.ts'
import { notedOf } from '../flow/compliance-facts.ts'
import { copyStates } from '../flow/copy-cursor.ts'
import { keyCopies } from '../flow/key-copies.ts'
import type { Budget } from './body.ts'
import type { IngestAnswer, RouteParts } from './parts.ts'

/** Tenants and types of events that have numbers of their own. */
const MOST_CLASSES = 100
const CONTROL_VALUES = { on: 1, off: 0, lost: -1 } as const
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export interface Metrics {
  readonly contentType: string
  answered(method: string, route: string, status: number, seconds: number): void
  ingested(answer: IngestAnswer): void
  searched(answer: Pick<SearchAnswer, 'how'>): void
  /** The exposition in Prometheus' text format. What cannot be asked just now is left out and counted. */
  text(): Promise<string>
}

/** Numbers for Prometheus. Labels are route patterns, statuses, stages, job names, types of rules and events, tenants: never a user or a text. */
export function createMetrics({ engine, capacity, jobs, version, budget, clock, tls }: MetricsParts): Metrics {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })

  const events = new Counter({
    name: 'undercurrent_events_total',
    help: 'Events that came in over HTTP, by what became of them.',
    labelNames: ['outcome'],
    registers,
  })
  const redactions = new Counter({
    name: 'undercurrent_redactions_total',
    help: 'Values that the redactor replaced, by type.',
    labelNames: ['type'],
    registers,
  })
  const failures = new Counter({
    name: 'undercurrent_redaction_failed_total',
    help: 'Fields that could not be redacted and became a placeholder.',
    registers,
  })
  const searches = new Counter({
    name: 'undercurrent_search_answers_total',
    help: 'Answers to searches, by what gave them: exact scan or graph of vectors, words, or marks of a concept.',
    labelNames: ['path'],
    registers,
  })
  const durations = new Histogram({
    name: 'undercurrent_http_request_duration_seconds',
    help: 'Time from request to answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  })
  const scrapeErrors = new Counter({
    name: 'undercurrent_scrape_errors_total',
    help: 'Groups of metrics that could not be asked for.',
    registers,
  })
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `undercurrent_${name}`, help, labelNames, registers })

  gauge('info', 'Version that runs.', 'version').set({ version }, 1)
  const queueBytes = gauge('ingest_queue_bytes', 'Bytes of event bodies in flight.')
  const ledgerEntries = gauge('ledger_entries', 'Entries of the ledger.')
  const waiting = gauge('stage_waiting_events', 'Events that a stage has not finished.', 'stage')
  const index = {
    indexed: gauge('index_vectors', 'Vectors that the index holds.'),
    stored: gauge('index_stored_vectors', 'Vectors that the store holds.'),
    segments: gauge('index_segments', 'Segments of the index.'),
    graphs: gauge('index_graphs', 'Segments that have a graph.'),
    bytes: gauge('index_bytes', 'Memory of what is searched exactly.'),
    graph_bytes: gauge('index_graph_bytes', 'Memory of graphs.'),
  }
  const lag = gauge('index_lag_vectors', 'Vectors that the store holds and the index does not yet.')
  const filling = gauge(
    'index_filling_vectors',
    'Vectors of a space that is filled beside the one that answers.',
    'space',
  )
  const recall = gauge(
    'index_recall_ratio',
    'Sampled recall at 10 of the graphs against exact search; absent while nothing is answered by one.',
  )
  const copyLag = gauge('copy_lag_seconds', 'Age of the oldest thing that a place out of reach has not.', 'target')
  const copyFailures = new Counter({
    name: 'undercurrent_copy_failures_total',
    help: 'Runs in which a place out of reach did not take a copy.',
    labelNames: ['target'],
    registers,
  })
  const keyLag = gauge(
    'key_copy_lag_seconds',
    'Since when the copy of the key ring that is furthest behind is known to hold a destroyed key or to lack a new one; 0 where none is.',
  )
  const controls = gauge(
    'control_state',
    'How a control stood at the last nightly check: 1 on, 0 off by choice, -1 lost.',
    'control',
  )
  const archive = {
    files: gauge('archive_files', 'Files of the archive that hold events.'),
    bytes: gauge('archive_bytes', 'Bytes of these files.'),
    unread: gauge(
      'archive_unread_seconds',
      'Since when the file that was read longest ago was not read again; 0 where there is none.',
    ),
  }
  const storeBytes = gauge(
    'store_bytes',
    'Bytes that events of a tenant and type take, by part; of all but the largest together.',
    'tenant',
    'event_type',
    'part',
  )
  const diskFree = gauge('disk_free_bytes', 'Free bytes of the disk of the data directory.')
  const growth = gauge('store_growth_bytes_per_day', 'Bytes of a usual day of the last two weeks.')
  const untilFull = gauge(
    'disk_days_until_full',
    'Days until the disk is full under the present rules of retention; absent where it is not within ten years.',
  )
  const running = gauge('job_running', '1 while a job runs.', 'job')
  const lastEnd = gauge('job_last_end_timestamp_seconds', 'When the last run of a job ended.', 'job', 'outcome')

  const expiry =
    tls && gauge('tls_certificate_expiry_seconds', 'Seconds until the TLS certificate ends; below 0 once it has.')

  /** Each asks one thing; one that fails does not keep the others from being shown. */
  const groups = [
    async () => ledgerEntries.set((await engine.head()).size),
    async () => {
      const spaces = (await engine.spaces()).filter(({ state }) => state !== 'retired')
      const stages: Stage[] = ['baseline', ...spaces.map(({ space }): Stage => `embed:${space}`)]
      const counts = await Promise.all(stages.map((stage) => engine.waiting(stage)))
      waiting.reset()
      for (const [i, stage] of stages.entries()) waiting.set({ stage }, counts[i]!)
    },
    async () => {
      const status = await engine.index()
      for (const [name, one] of Object.entries(index)) one.set(status[name as keyof typeof index])
      lag.set(Math.max(0, status.stored - status.indexed))
      filling.reset()
      for (const { space, stored } of status.filling) filling.set({ space }, stored)
      // absent rather than nought, which would be the worst of graphs
      recall.remove()
      if (status.recall !== null) recall.set(status.recall)
    },
    async () => {
      const items = await jobs.list()
      lastEnd.reset()
      for (const { name, running: now, last_run } of items) {
        running.set({ job: name }, now ? 1 : 0)
        if (last_run !== null)
          lastEnd.set({ job: name, outcome: last_run.outcome }, Date.parse(last_run.ended_at) / 1000)
      }
    },
    async () => {
      const states = await copyStates(engine)
      copyLag.reset()
      // counted in the store, so that a restart does not begin anew
      copyFailures.reset()
      for (const { target, behind_since, failures } of states) {
        const waits = behind_since === null ? 0 : Math.max(0, clock.now() - behind_since)
        copyLag.set({ target }, waits / SECOND)
        copyFailures.inc({ target }, failures)
      }
    },
    async () => {
      const files = (await manifests(engine, { state: 'standing' })).map(({ manifest }) => manifest)
      const now = clock.now()
      archive.files.set(files.length)
      archive.bytes.set(files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0))
      const read = files.map(({ read_at, at }) => parseTime(read_at ?? at) ?? now)
      archive.unread.set(Math.max(0, now - Math.min(now, ...read)) / SECOND)
    },
    async () => {
      const now = clock.now()
      const waits = (await keyCopies(engine)).map(({ behind_since }) => now - (behind_since ?? now))
      keyLag.set(Math.max(0, ...waits) / SECOND)
    },
    async () => {
      const report = await capacity()
      storeBytes.reset()
      for (const [i, { tenant_id, event_type, bytes }] of report.classes.entries())
        for (const [part, n] of Object.entries(bytes)) {
          const own = i < MOST_CLASSES
          storeBytes.inc({ tenant: own ? (tenant_id ?? '') : '', event_type: own ? event_type : 'others', part }, n)
        }
      diskFree.set(report.disk.free_bytes)
      growth.set(report.growth.bytes_per_day)
      // absent rather than endless
      untilFull.remove()
      if (report.days_until_full !== null) untilFull.set(report.days_until_full)
    },
    async () => {
      for (const [control, { state }] of await notedOf(engine)) controls.set({ control }, CONTROL_VALUES[state])
    },
  ]

  return {
    contentType: register.contentType,
    answered: (method, route, status, seconds) => durations.observe({ method, route, status }, seconds),
    ingested({ accepted, duplicates, rejected, redacted = {}, failed = 0 }) {
      events.inc({ outcome: 'accepted' }, accepted)
      events.inc({ outcome: 'duplicate' }, duplicates)
      events.inc({ outcome: 'rejected' }, rejected.length)
      for (const [type, n] of Object.entries(redacted)) redactions.inc({ type }, n)
      failures.inc(failed)
    },
    searched: ({ how }) => searches.inc({ path: how }),
    async text() {
      queueBytes.set(budget.used)
      if (tls !== undefined) expiry?.set(Math.round((tls.expiresAt() - clock.now()) / SECOND))
      for (const { status } of await Promise.allSettled(groups.map((ask) => ask())))
        if (status === 'rejected') scrapeErrors.inc()
      return await register.metrics()
    },
  }
}

type MetricsParts = Pick<RouteParts, 'capacity' | 'jobs' | 'version' | 'clock' | 'tls'> & {
  engine: Pick<Engine, 'head' | 'index' | 'spaces' | 'waiting' | 'records'>
  budget: Budget
}
