import Type from 'typebox'
import { oneOf } from '../../core/one-of.ts'
import type { Routes } from '../parts.ts'
import { listOf } from '../shapes.ts'

const Concept = Type.Object({
  name: Type.String(),
  description: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  reads: oneOf(['prompt', 'response', 'any']),
  threshold: Type.Number({ description: 'Probability from which an event counts as a match.' }),
  quality: Type.Object(
    {
      precision: Type.Number(),
      recall: Type.Number(),
      f1: Type.Number(),
      average_precision: Type.Number(),
      n: Type.Number(),
    },
    { description: 'Measured on texts that were not fitted on.' },
  ),
  aliases: Type.Array(Type.String(), { description: 'Further words by which a question finds it.' }),
})

/** GET /v1/concepts: the named meanings that a search can ask for. */
export const conceptRoutes: Routes<'concepts'> = async (app, { concepts }) => {
  const items = concepts.map(({ name, description, version, reads, threshold, quality, aliases }) => ({
    name,
    description,
    version,
    reads,
    threshold,
    quality,
    aliases: [...aliases],
  }))

  app.get(
    '/v1/concepts',
    {
      config: { roles: ['analyst'], audit: null },
      schema: {
        operationId: 'listConcepts',
        tags: ['search'],
        summary: 'Named meanings with how well each is told',
        response: { 200: listOf(Concept) },
      },
    },
    async () => ({ items, next_cursor: null }),
  )
}
