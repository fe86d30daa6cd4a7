import { randomBytes } from 'node:crypto'
import { setImmediate as immediate } from 'node:timers/promises'
import { runJob, type Work } from '../../jobs/run.ts'
import { type JobParts, schedule } from '../../jobs/schedule.ts'
import type { Config } from '../config.ts'
import type { Copies } from '../core/copy.ts'
import type { JobRun } from '../core/job.ts'
import type { Clock, Encoder, Engine, Log } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { Secrets } from '../encryption/wrapped-keys.ts'
import { authenticateBetween } from '../engines/embedded/authenticate.ts'
import { archiveFiles } from '../flow/archive-files.ts'
import { canaryWatch } from '../flow/canaries/watch.ts'
import { checkpoint } from '../flow/checkpoint.ts'
import { type EraseAnswer, type EraseAsk, erase } from '../flow/erase.ts'
import { groupCommit } from '../flow/group-commit.ts'
import {
  type BodyKind,
  type IngestAnswer,
  type IngestParts,
  ingest,
  ingestRecords,
  type ReadRecord,
  type Sender,
} from '../flow/ingest.ts'
import { recordedPolicy, recordPolicy } from '../flow/integrity.ts'
import { keepRules } from '../flow/keep-rules.ts'
import { type ReredactAsk, type Reredacted, reredact } from '../flow/reredact.ts'
import { withholder } from '../flow/withhold.ts'
import { createTagger } from '../redactors/placeholder.ts'
import { houseFacts } from './compliance-house.ts'
import { openConcepts, readBackground } from './concept-files.ts'
import { readCopiesFile } from './copies-file.ts'
import { renewAndLog, renewKeyCopies } from './key-copies.ts'
import { keyFor } from './key-file.ts'
import { ledgerSigner } from './ledger-signer.ts'
import { archiveOf } from './open-archive.ts'
import { openCopies } from './open-copies.ts'
import { openEncoder } from './open-encoder.ts'
import { openRedactor, pseudonymKey } from './open-redactor.ts'
import { newEntryId } from './operator.ts'
import { redactionPolicy } from './redaction-file.ts'
import { retentionOf } from './retention-file.ts'
import { alteredPolicy, runningPolicy } from './running-policy.ts'
import { undisturbed } from './undisturbed.ts'

/** Senders wait this long for others to share their disk flush. */
const GATHER_MS = 4
const MOST_EVENTS = 1_000
/** Entries that the word index takes in per turn, so that a commit never waits long for it. */
const TEND = 500
/** A sender waits this long for the model to read the next of the texts that will not be kept; then it is told to come again. */
const READ_MS = 15_000

/** What stores and works: ingest and the jobs over one engine. Lives in the writer thread of the service, or in a command's own. */
export interface WritingHalf {
  ingest(body: Uint8Array, kind: BodyKind, sender: Sender): Promise<IngestAnswer>
  /** The same for an import, which waits for the model where a sender is told to. */
  ingestRecords(records: Iterable<ReadRecord>, sender: Sender): Promise<IngestAnswer>
  /** The rules of the house, applied to what is stored already; see flow/reredact.ts. */
  redactStored(
    ask: ReredactAsk,
    signal?: AbortSignal,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Reredacted>
  /** Destroys what is held of a subject; resolves once what followed the texts has followed their end: the word index, the journal. */
  erase(ask: EraseAsk): Promise<EraseAnswer>
  /** One run of a job to its end. Throws NOT_FOUND where no job has that name. */
  runJob(name: string, onProgress?: (done: number, total: number) => void): Promise<JobRun | 'busy'>
  /** Brings what follows behind (the word index) up to date. */
  settle(): Promise<void>
  /** Aborts what runs, waits for it and signs what the ledger holds then. The engine stays open. */
  stop(): Promise<void>
}

/** Builds the writing half over an engine that its caller opened and closes. */
export function writingHalf(config: Config, secrets: Secrets, engine: Engine, clock: Clock, log: Log): WritingHalf {
  const redactor = openRedactor(config, secrets)
  const stopping = new AbortController()
  const running = new Set<Promise<unknown>>()
  let encoder: Promise<Encoder> | null = null
  let tending: Promise<void> | null = null

  const parts: JobParts = {
    engine,
    clock,
    log,
    concepts: openConcepts(config.models_dir, engine),
    contentKey: keyFor(secrets.root, 'content'),
    fingerprintKey: keyFor(secrets.root, 'fingerprint'),
    signer: ledgerSigner(config, secrets),
    alertBudget: config.alert_budget,
    alteredOnDisk: async (signal) => ({
      files: await undisturbed({ config, engine }, () => authenticateBetween(config.data_dir, secrets.store, signal)),
      policy: await alteredPolicy(config, await recordedPolicy(engine)),
    }),
    renewKeyCopies: () => renewKeyCopies({ config, engine, clock }),
    retention: retentionOf(config, redactor),
    house: () => houseFacts({ config, engine, redactor }),
    archive: archiveOf(config, clock),
    random: randomBytes,
    redactor,
    background: () => readBackground(config.models_dir),
    pseudonym: redactor.pseudonym,
    newId: () => newEntryId(clock),
    copies: copiesOf(config, keyFor(secrets.root, 'segment'), clock),
    encoder: () => {
      encoder ??= openEncoder(config).catch((error: unknown) => {
        // the next run tries again: a file may have been put back
        encoder = null
        throw error
      })
      return encoder
    },
  }
  const cold = archiveFiles({ ...parts, target: parts.archive }, stopping.signal)
  const eraseParts = { ...parts, cold, redactor, subjectKey: keyFor(secrets.root, 'subject') }
  const append = groupCommit(
    (batch, primary) => engine.append(batch, primary),
    MOST_EVENTS,
    (call) => setTimeout(call, GATHER_MS),
  )
  const tagger = createTagger(pseudonymKey(config, secrets))
  const rules = keepRules(redactionPolicy(config), parts.concepts.builtIn, redactor.identifier)
  const withhold =
    rules === null
      ? null
      : withholder({
          ...parts,
          concepts: parts.concepts.scoring,
          rules,
          tagger,
        })
  const canaries = canaryWatch({ ...parts, redactor, tagger, canaryKey: keyFor(secrets.root, 'canary') })
  const ingestParts: IngestParts = {
    append: async (batch, primary) => {
      const answer = await append(batch, primary)
      tendSoon()
      return answer
    },
    canaries: canaries.marks,
    redactor,
    ...(withhold === null ? {} : { withhold: (batch) => withhold(batch) }),
    newId: parts.newId,
  }
  const hurried: IngestParts =
    withhold === null
      ? ingestParts
      : { ...ingestParts, withhold: (batch) => withhold(batch, () => AbortSignal.timeout(READ_MS)) }

  /** The ledger says of itself under which policy what follows was kept and judged. */
  async function recordOwnPolicy() {
    const policy = await runningPolicy(config, redactor)
    const changes = await recordPolicy(
      { engine, clock, ingest: (records) => ingestRecords(ingestParts, records, { tenant_id: null }) },
      policy,
    )
    if (changes.length > 0)
      log.warn({ targets: changes.map(({ target }) => target) }, 'policy changed since the last start')
  }
  const recorded = recordOwnPolicy().catch((error: unknown) =>
    // the next start tries again, and until then verification tells of it
    log.error(
      { reason: error instanceof Problem ? `${error.code}: ${error.message}` : String(error) },
      'what policy runs was not recorded',
    ),
  )

  /** The word index follows in short turns between commits. */
  function tendSoon() {
    tending ??= tend()
      .catch((error: unknown) =>
        log.warn({ reason: error instanceof Problem ? error.code : String(error) }, 'the word index could not follow'),
      )
      .finally(() => {
        tending = null
      })
  }

  async function tend() {
    do await immediate()
    while (!stopping.signal.aborted && (await engine.tend(TEND)) > 0)
  }

  async function settle() {
    tendSoon()
    while (tending !== null) await tending
  }

  return {
    async ingest(body, kind, sender) {
      await recorded
      return ingest(hurried, body, kind, sender)
    },

    async ingestRecords(records, sender) {
      await recorded
      return ingestRecords(ingestParts, records, sender)
    },

    async redactStored(ask, signal, onProgress) {
      await recorded
      const own = withhold === null ? {} : { withhold: (batch: Parameters<typeof withhold>[0]) => withhold(batch) }
      try {
        return await reredact({ engine, redactor, ...own }, ask, signal, onProgress)
      } finally {
        // the last text of a subject may have gone, and its key with it
        if (ask.apply) await renewAndLog({ config, engine, clock }, log)
      }
    },

    async erase(ask) {
      await recorded
      const answer = await erase(eraseParts, ask)
      canaries.forget()
      await settle()
      return answer
    },

    async runJob(name, onProgress = () => {}) {
      const job = schedule.find((one) => one.name === name)
      if (job === undefined)
        throw new Problem('NOT_FOUND', `there is no such job; there are ${schedule.map((one) => one.name).join(', ')}`)
      await recorded
      const work = job.work(parts)
      const told: Work = (signal, progress) =>
        work(signal, (done, total) => {
          progress(done, total)
          onProgress(done, total)
        })
      const run = runJob(parts, name, told, stopping.signal)
      running.add(run)
      try {
        return await run
      } finally {
        running.delete(run)
        // what a job destroyed leaves the journal
        tendSoon()
      }
    },

    settle,

    async stop() {
      stopping.abort()
      await recorded
      await Promise.allSettled([...running, tending])
      // the last entries are covered; where that fails they are by the first checkpoint of the next start
      await checkpoint(parts).catch((error: unknown) =>
        log.error(
          { reason: error instanceof Problem ? `${error.code}: ${error.message}` : String(error) },
          'no checkpoint at the end',
        ),
      )
      if (encoder !== null) await encoder.then((open) => open.close()).catch(() => {})
    },
  }
}

/** Where the house puts copies; null where it names no file. */
const copiesOf = ({ copies_file }: Config, segmentKey: Uint8Array, clock: Clock): Copies | null =>
  copies_file === '' ? null : openCopies(readCopiesFile(copies_file), { segmentKey, clock, env: process.env })
