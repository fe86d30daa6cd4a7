import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import {
  CONCEPT_NAME,
  ConceptAnswer,
  ConceptAsk,
  ConceptItem,
  ConceptTrial,
  ConceptVersionItem,
} from '../../core/own-concept.ts'
import { type ConceptOwner, keepVersion, trialOf, tryConcept } from '../../flow/concepts/own.ts'
import { listConcepts, seenConcept, showConcept, showVersions } from '../../flow/concepts/show.ts'
import { removeConcept, restoreVersion } from '../../flow/concepts/undo.ts'
import { callerOf, narrowed, seesTexts } from '../access.ts'
import type { RouteParts, Routes } from '../parts.ts'
import { audited } from '../plugins/audit.ts'
import { Identifier, listOf } from '../shapes.ts'

const Params = Type.Object({ name: Identifier })
const Trial = Type.Object(
  {
    name: Type.Optional(Type.String({ pattern: CONCEPT_NAME, description: 'What it would be called.' })),
    ...ConceptAsk.properties,
  },
  { additionalProperties: false },
)

type Parts = Pick<RouteParts, 'engine' | 'clock' | 'redactor' | 'record' | 'concepts' | 'fitConcept'>

/** Whoever makes and changes concepts over the API. */
export function ownerOf(request: FastifyRequest, parts: Pick<RouteParts, 'redactor'>): ConceptOwner {
  return { ...narrowed(request, parts), texts: seesTexts(request), by: callerOf(request).key_id }
}

/** /v1/concepts: the named meanings that a search can ask for, and those that somebody makes. */
export const conceptRoutes: Routes<keyof Parts> = async (app, parts: Parts) => {
  const analysts = { roles: ['analyst'] } as const
  const tags = ['search']
  const seenBy = (request: FastifyRequest) => ({ bound: ownerOf(request, parts).tenant_id })

  app.get(
    '/v1/concepts',
    {
      config: { ...analysts, audit: null },
      schema: {
        operationId: 'listConcepts',
        tags,
        summary: 'Named meanings, built-in and own, with how well each is told',
        response: { 200: listOf(ConceptItem) },
      },
    },
    async (request) => ({ items: await listConcepts(parts, seenBy(request)), next_cursor: null }),
  )

  app.get(
    '/v1/concepts/:name',
    {
      config: { ...analysts, audit: 'concept.read' },
      schema: {
        operationId: 'getConcept',
        tags,
        summary: 'A concept, with what its newest version was fitted on and how well',
        params: Params,
        response: { 200: ConceptAnswer },
      },
    },
    async (request) => {
      const concept = await showConcept(parts, request.params.name, { ...seenBy(request), texts: seesTexts(request) })
      await audited(request, parts, { asked: { concept: concept.name } })
      return concept
    },
  )

  app.put(
    '/v1/concepts/:name',
    {
      config: { ...analysts, audit: 'concept.put' },
      schema: {
        operationId: 'putConcept',
        tags,
        summary: 'Makes an own concept of examples, or fits it anew; answers how well it is told',
        description:
          'Fitted while you wait, from five examples on. Events that come in are scored from now on, stored ones by the job concepts; until that is done a version before goes on answering. Texts are redacted before they are kept; of events the id is kept, and goes with an erasure.',
        params: Params,
        body: ConceptAsk,
        response: { 200: ConceptAnswer },
      },
    },
    async (request) => {
      const { name } = request.params
      const owner = ownerOf(request, parts)
      const fit = await tryConcept(parts, name, request.body, owner)
      const { positives, negatives } = fit.report
      await audited(request, parts, { asked: { concept: name, positives, negatives } })
      const { fitted, report, examples } = fit
      const { by, tenant_id = null } = owner
      await keepVersion(parts, { name, tenant_id, how: 'fitted', by, fitted, report, examples })
      return await showConcept(parts, name, { ...seenBy(request), texts: owner.texts })
    },
  )

  app.post(
    '/v1/concepts/fit',
    {
      config: { ...analysts, audit: 'concept.fit' },
      schema: {
        operationId: 'fitConcept',
        tags,
        summary: 'A dry run: fits a concept and keeps nothing',
        body: Trial,
        response: { 200: ConceptTrial },
      },
    },
    async (request) => {
      const { name = 'trial', ...ask } = request.body
      const owner = ownerOf(request, parts)
      const fit = await tryConcept(parts, name, ask, owner)
      await audited(request, parts, { asked: { positives: fit.report.positives, negatives: fit.report.negatives } })
      return trialOf(fit, owner.tenant_id)
    },
  )

  app.delete(
    '/v1/concepts/:name',
    {
      config: { ...analysts, audit: 'concept.delete' },
      schema: {
        operationId: 'deleteConcept',
        tags,
        summary:
          'Removes an own concept with its examples, labels and marks; sets a built-in one back to what was shipped',
        params: Params,
        response: {
          200: Type.Object({
            name: Type.String(),
            outcome: Type.Union([Type.Literal('removed'), Type.Literal('set back')]),
          }),
        },
      },
    },
    async (request) => {
      const { name } = (await seenConcept(parts, request.params.name, seenBy(request))).row
      await audited(request, parts, { asked: { concept: name } })
      return { name, outcome: await removeConcept(parts, name, seenBy(request)) }
    },
  )

  app.get(
    '/v1/concepts/:name/versions',
    {
      config: { ...analysts, audit: null },
      schema: {
        operationId: 'listConceptVersions',
        tags,
        summary: 'Versions of a concept that can be gone back to, newest first',
        params: Params,
        response: { 200: listOf(ConceptVersionItem) },
      },
    },
    async (request) => ({
      items: await showVersions(parts, request.params.name, seenBy(request)),
      next_cursor: null,
    }),
  )

  app.post(
    '/v1/concepts/:name/restore',
    {
      config: { ...analysts, audit: 'concept.restore' },
      schema: {
        operationId: 'restoreConcept',
        tags,
        summary: 'Goes back to a version of a concept: it is repeated as the newest',
        params: Params,
        body: Type.Object({ version: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
        response: { 200: ConceptAnswer },
      },
    },
    async (request) => {
      const { version } = request.body
      const owner = ownerOf(request, parts)
      const { name } = (await seenConcept(parts, request.params.name, seenBy(request))).row
      await audited(request, parts, { asked: { concept: name, version } })
      await restoreVersion(parts, name, version, seenBy(request), owner)
      return await showConcept(parts, name, { ...seenBy(request), texts: owner.texts })
    },
  )
}
