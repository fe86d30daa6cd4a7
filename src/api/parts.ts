import type { RequestListener, Server, ServerOptions } from 'node:http'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Actor, Deed } from '../core/audit.ts'
import type { CapacityReport } from '../core/capacity.ts'
import type { MapAnswer } from '../core/cluster.ts'
import type { ComplianceReport } from '../core/compliance.ts'
import type { JobItem } from '../core/job.ts'
import type { Role } from '../core/key.ts'
import type { Backtest, MonitorRule } from '../core/monitor.ts'
import type { Clock, Engine, Filter, Log } from '../core/ports.ts'
import type { SearchAsk } from '../core/search.ts'
import type { AskedSet, FoundAnswer, SetCounts, SetSample } from '../core/stored-search.ts'
import type { ReadToken } from '../core/token.ts'
import type { Micros } from '../core/window.ts'
import type { CheckpointParts } from '../flow/checkpoint.ts'
import type { ComplianceAsk } from '../flow/compliance.ts'
import type { ConceptFit, FitAsk } from '../flow/concepts/fit.ts'
import type { ConceptSource } from '../flow/concepts/source.ts'
import type { EraseAnswer, EraseAsk } from '../flow/erase.ts'
import type { BodyKind, IngestAnswer as Ingested } from '../flow/ingest.ts'

/** What the API is built of. The roof makes each once; nothing here is opened or closed by the API. */
export interface ApiParts {
  /**
   * Parses, redacts, seals and stores a body, and resolves once it is durable. The body is the callee's to transfer.
   * Throws BAD_REQUEST where the body as a whole cannot be read, TOO_MANY_REQUESTS, ENGINE_BUSY, DISK_FULL.
   */
  ingest(body: Uint8Array, kind: BodyKind, as: IngestCaller): Promise<IngestAnswer>
  /** @param bound the only tenant that the caller sees, as it is stored; it decides whose concepts answer */
  search(ask: SearchAsk, bound: string | undefined): Promise<FoundAnswer>
  /** A random sample of a set that was searched for; takes a second at most. Throws as flow/search/draw-set.ts does. */
  drawSet(set: AskedSet, salt: number): Promise<SetSample>
  /** As flow/search/count-set.ts. */
  countSet(set: AskedSet, limit: number): Promise<SetCounts>
  /** Where events of a filter lie by meaning, at most so many of them. */
  map(filter: Filter, points: number): Promise<MapAnswer>
  /** What a monitor would have raised, of the house or of a tenant as it is stored. */
  backtest(rule: MonitorRule, tenant_id: string | undefined): Promise<Backtest>
  engine: Engine
  /** Writes down what a caller does; resolves once that is on the disk. Throws ENGINE_BUSY, DISK_FULL. */
  record(actor: Actor, deed: Deed): Promise<void>
  /**
   * Destroys what is held of a subject, and writes down before that who ordered it (flow/erase.ts). Resolves once what
   * follows it has followed. Throws CONFLICT under a hold, BAD_REQUEST where the subject is none.
   */
  erase(ask: EraseAsk): Promise<EraseAnswer>
  /** What names of subjects in receipts and in the audit are keyed with, 32 bytes. */
  subjectKey: Uint8Array
  /** What canary strings are hashed under, 32 bytes. */
  canaryKey: Uint8Array
  /** What places in the feed of findings are told under, 32 bytes. */
  cursorKey: Uint8Array
  /** Id of an entry that came without one. */
  newId(): string
  jobs: {
    names: readonly string[]
    list(): Promise<JobItem[]>
    /** Of one of the names. `running`: it was at work already, and one more run follows. */
    run(name: string): Promise<'started' | 'running'>
  }
  /** Bytes by tenant and event type, and when the disk is full; some minutes old at most. */
  capacity(): Promise<CapacityReport>
  /** How every control stands; see flow/compliance.ts. Throws BAD_REQUEST for a time that is none. */
  compliance(ask: ComplianceAsk): Promise<ComplianceReport>
  concepts: ConceptSource
  /** Fits a concept on examples; takes seconds at most. Throws as flow/concepts/fit.ts does. */
  fitConcept(ask: FitAsk): Promise<ConceptFit>
  /** Reads access tokens of another's issuing; null where only keys open. */
  tokens: ReadToken | null
  /** Signs a checkpoint where one is asked for that is not stored yet, and receipts. */
  signer: CheckpointParts['signer']
  ready(): Promise<Readiness>
  /** For identifiers that somebody asks by, and for whatever an unexpected error says. */
  redactor: {
    identifier(field: string, value: string): string
    forms(field: string, value: string, tenant?: string): readonly [string, ...string[]]
    pseudonym(field: string, value: string): string
    text(text: string): string
  }
  clock: Clock
  log: Log
}

export interface ApiOptions {
  version: string
  /** Whether /metrics answers without a key. */
  metricsOpen: boolean
  /** Bound of one body, as sent and again once inflated. */
  bodyLimitBytes: number
  /** Bound of all event bodies in flight together; beyond it senders are told to wait. */
  queueLimitBytes: number
  /** Requests a minute of one key, and of one address; 0 for no limit. */
  rateLimit: number
  /** Absent where plain HTTP is served. */
  tls?: TlsServing | undefined
}

export interface TlsServing {
  /** A TLS server, not yet listening, whose every answer says that HTTPS is to be kept to (HSTS). */
  server(handler: RequestListener, options: ServerOptions): Server
  /** Of whom a client certificate is asked besides the key; empty for nobody. */
  clientFor: readonly Role[] | 'all'
  /** When the certificate that is shown now ends. */
  expiresAt(): Micros
}

export interface IngestCaller {
  /** Stamped on every event; an event that names another is rejected. Null where the key is bound to none. */
  tenant_id: string | null
  key_id: string
}

/** What became of a body; for the metrics alone, the values that were replaced, by type, and the fields that were closed. */
export type IngestAnswer = Ingested & { redacted?: Record<string, number>; failed?: number }

/** `ok`, or one or two words for what is not (`catching up`, `damaged`). */
export interface Readiness {
  ok: boolean
  store: string
  index: string
  model: string
  jobs: string
  /** `ok`, `unknown`, or in how many days the disk is full; a warning, and no reason not to be ready. */
  disk: string
  /** Spaces that fill beside the one that answers, and how far they are. */
  filling?: string[]
}

/** Everything a route may ask for; each names what it needs. */
export type RouteParts = ApiParts & ApiOptions

/** A group of routes over the parts that it names. */
export type Routes<Names extends keyof RouteParts = never> = FastifyPluginAsyncTypebox<Pick<RouteParts, Names>>
