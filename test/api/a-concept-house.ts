import { join } from 'node:path'
import { conceptsJob } from '../../jobs/concepts.ts'
import { embedJob } from '../../jobs/embed.ts'
import { conceptOf } from '../../src/concepts/classifier.ts'
import { packageRoot } from '../../src/config.ts'
import type { Concept } from '../../src/core/concept.ts'
import type { Encoder } from '../../src/core/ports.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { enrolShipped } from '../../src/flow/concepts/enrol.ts'
import { fitConcept } from '../../src/flow/concepts/fit.ts'
import { type ConceptSource, conceptSource } from '../../src/flow/concepts/source.ts'
import { countSet } from '../../src/flow/search/count-set.ts'
import { drawSet } from '../../src/flow/search/draw-set.ts'
import { search } from '../../src/flow/search/search.ts'
import { readBackground, readConcepts } from '../../src/roof/concept-files.ts'
import { type AnApi, anApi } from './an-api.ts'

const never = new AbortController().signal
const background = () => readBackground(join(packageRoot, 'models'))
const contentKey = new Uint8Array(32).fill(4)

/** The interface over a real store and the real model, with its concepts and the jobs that keep them. */
export async function aConceptHouse(builtIn: readonly Concept[] = shipped()) {
  const encoder: Encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  const api: AnApi = await anApi({
    builtIn,
    parts: {
      async search(ask, bound) {
        const concepts = await api.concepts.answering({ bound, asked: ask.tenant_id })
        return search({ ...api, encoder, concepts }, ask)
      },
      drawSet: (set, salt) => drawSet({ ...api, encoder }, set, salt),
      countSet: (set, limit) => countSet({ ...api, encoder }, set, limit),
      fitConcept: (ask) => fitConcept({ ...api, encoder, background }, ask),
    },
  })
  let made = 0

  /** The jobs of a process that was started with these concepts in its package. */
  function started(concepts: ConceptSource) {
    const parts = { ...api, background, contentKey, newId: () => `job-${made++}`, concepts }
    return {
      concepts,
      async embed() {
        await enrolShipped({ ...api, builtIn: concepts.builtIn }, encoder.space.space)
        await embedJob({ ...parts, encoder, concepts: concepts.scoring }, never)
      },
      /** A run of the job `concepts`, over an engine that a test may have changed. */
      work: async (over: Partial<AnApi['engine']> = {}, signal = never) =>
        await conceptsJob({ ...parts, engine: { ...api.engine, ...over }, encoder: async () => encoder }, signal),
    }
  }

  return {
    ...api,
    encoder,
    ...started(api.concepts),
    /** The same store after a start with another package. */
    restarted: (others: readonly Concept[]) =>
      started(conceptSource({ engine: api.engine, builtIn: others, make: (fitted) => conceptOf(fitted) })),
    async close() {
      await api.close()
      await encoder.close()
    },
  }
}

export type AConceptHouse = Awaited<ReturnType<typeof aConceptHouse>>

/** The concept of refusals that comes with the package, as its first version. */
export const shipped = () =>
  readConcepts(join(packageRoot, 'models'))
    .filter(({ name }) => name === 'refusal')
    .map(({ fitted }) => conceptOf({ ...fitted, version: 1 }))

/** People who want their money back, and people who want something else of a shop. */
export const REFUNDS = [
  'I want my money back for the broken lamp',
  'please refund the order I returned last week',
  'when will I get the refund for my cancelled trip',
  'give me back what I paid, the shoes do not fit',
  'I was charged twice, return the second payment to me',
  'the concert was called off, how do I get reimbursed',
]
export const OTHERS = [
  'where is my parcel, it should have come on monday',
  'how do I change the address of my delivery',
  'do you sell this lamp in green as well',
  'write a poem about the sea in winter',
  'my password does not work any more',
  'what are your opening hours on sunday',
]
/** Said later, by others. */
export const MORE_REFUNDS = ['I would like a refund for the kettle', 'can I get my money back for the ticket']
