import type { Config } from '../config.ts'
import type { MapAnswer } from '../core/cluster.ts'
import type { Backtest, MonitorRule } from '../core/monitor.ts'
import type { Clock, Encoder, Engine, Filter, Log, Space } from '../core/ports.ts'
import type { SearchAsk } from '../core/search.ts'
import type { AskedSet, FoundAnswer, SetCounts, SetSample } from '../core/stored-search.ts'
import type { Secrets } from '../encryption/wrapped-keys.ts'
import { meaningMap } from '../flow/clusters/map.ts'
import { type ConceptFit, type FitAsk, fitConcept } from '../flow/concepts/fit.ts'
import { backtest } from '../flow/monitors/backtest.ts'
import { byIndex } from '../flow/monitors/matches.ts'
import { countSet } from '../flow/search/count-set.ts'
import { drawSet } from '../flow/search/draw-set.ts'
import { search } from '../flow/search/search.ts'
import { openConcepts, readBackground } from './concept-files.ts'
import { openEncoder } from './open-encoder.ts'
import { openRedactor } from './open-redactor.ts'

/** What answers questions over one engine. Lives in the reader thread of the service, or in a command's own. */
export interface SearchingHalf {
  /** @param bound the only tenant that whoever asks sees, as it is stored */
  search(ask: SearchAsk, bound?: string): Promise<FoundAnswer>
  /** A random sample of a set; see flow/search/draw-set.ts. */
  drawSet(set: AskedSet, salt: number): Promise<SetSample>
  /** A set by day, model, user and cluster; see flow/search/count-set.ts. */
  countSet(set: AskedSet, limit: number): Promise<SetCounts>
  /** Fits a concept on examples, as flow/concepts/fit.ts says. */
  fitConcept(ask: FitAsk): Promise<ConceptFit>
  /** Where events of a filter lie by meaning; see flow/clusters/map.ts. */
  map(filter: Filter, points: number): Promise<MapAnswer>
  /** What a monitor of the house, or of a tenant as it is stored, would have raised; see flow/monitors/backtest.ts. */
  backtest(rule: MonitorRule, tenant_id?: string): Promise<Backtest>
  /** Resolves once the model is loaded. Throws MODEL_BROKEN where it cannot be. */
  warm(): Promise<void>
  stop(): Promise<void>
}

/** Builds the searching half over an engine that its caller opened and closes. */
export function searchingHalf(config: Config, secrets: Secrets, engine: Engine, clock: Clock, log: Log): SearchingHalf {
  const redactor = openRedactor(config, secrets)
  const concepts = openConcepts(config.models_dir, engine)
  let open: { space: string | null; encoder: Promise<Encoder> } | null = null

  /** Questions are encoded by the model whose space answers: the active one, also while another fills. */
  async function encoder(): Promise<Encoder> {
    const active = (await engine.spaces()).find((space) => space.state === 'active') ?? null
    const wanted = active?.space ?? null
    if (open === null || open.space !== wanted) {
      const old = open?.encoder
      open = { space: wanted, encoder: openFor(active) }
      open.encoder.catch(() => {
        open = null
      })
      void old?.then((done) => done.close()).catch(() => {})
    }
    return open.encoder
  }

  async function openFor(active: Space | null): Promise<Encoder> {
    if (active === null) return openEncoder(config)
    try {
      const found = await openEncoder(config, active.model, active.dtype)
      if (found.space.space === active.space) return found
      await found.close()
    } catch (error) {
      log.warn({ model: active.model, reason: String(error) }, 'the model of the active index cannot be loaded')
    }
    return openEncoder(config)
  }

  return {
    async search(ask, bound) {
      const asked = ask.tenant_id === undefined ? undefined : redactor.identifier('tenant_id', ask.tenant_id)
      const answering = await concepts.answering({ bound, asked })
      return search({ engine, encoder: await encoder(), concepts: answering, clock, redactor }, ask)
    },
    drawSet: async (set, salt) => drawSet({ engine, encoder: await encoder() }, set, salt),
    countSet: async (set, limit) => countSet({ engine, encoder: await encoder() }, set, limit),
    fitConcept: async (ask) =>
      fitConcept(
        { engine, encoder: await encoder(), redactor, background: () => readBackground(config.models_dir) },
        ask,
      ),
    map: async (filter, points) => meaningMap({ engine, clock }, filter, points),
    async backtest(rule, tenant_id) {
      const answering = await concepts.answering({ bound: tenant_id, asked: rule.search.tenant_id })
      const parts = { engine, clock, redactor, encoder, near: byIndex(engine) }
      return backtest(parts, rule, { tenant_id, concepts: answering })
    },
    async warm() {
      await encoder()
    },
    async stop() {
      await open?.encoder.then((done) => done.close()).catch(() => {})
    },
  }
}
