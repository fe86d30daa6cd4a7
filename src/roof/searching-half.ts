import type { Config } from '../config.ts'
import type { Clock, Encoder, Engine, Log, Space } from '../core/ports.ts'
import type { SearchAnswer, SearchAsk } from '../core/search.ts'
import type { Secrets } from '../encryption/wrapped-keys.ts'
import { search } from '../flow/search/search.ts'
import { readConcepts } from './concept-files.ts'
import { openEncoder } from './open-encoder.ts'
import { openRedactor } from './open-redactor.ts'

/** What answers questions over one engine. Lives in the reader thread of the service, or in a command's own. */
export interface SearchingHalf {
  search(ask: SearchAsk): Promise<SearchAnswer>
  /** Resolves once the model is loaded. Throws MODEL_BROKEN where it cannot be. */
  warm(): Promise<void>
  stop(): Promise<void>
}

/** Builds the searching half over an engine that its caller opened and closes. */
export function searchingHalf(config: Config, secrets: Secrets, engine: Engine, clock: Clock, log: Log): SearchingHalf {
  const redactor = openRedactor(config, secrets)
  const concepts = readConcepts(config.models_dir)
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
    search: async (ask) => search({ engine, encoder: await encoder(), concepts, clock, redactor }, ask),
    async warm() {
      await encoder()
    },
    async stop() {
      await open?.encoder.then((done) => done.close()).catch(() => {})
    },
  }
}
