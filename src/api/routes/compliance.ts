import Type from 'typebox'
import { ComplianceReport, PRESETS } from '../../core/compliance.ts'
import { oneOf } from '../../core/one-of.ts'
import type { Routes } from '../parts.ts'
import { When } from '../shapes.ts'

const Ask = Type.Object(
  {
    preset: Type.Optional(oneOf(PRESETS, { description: 'Law or standard whose clauses are told.' })),
    since: When('Deeds are counted from there'),
  },
  { additionalProperties: false },
)

/** GET /v1/compliance: which controls are on, since when, with evidence. */
export const complianceRoutes: Routes<'compliance'> = async (app, { compliance }) => {
  app.get(
    '/v1/compliance',
    {
      config: { roles: ['auditor'], house: true, audit: null },
      schema: {
        operationId: 'getCompliance',
        tags: ['ledger'],
        summary: 'Which controls are on, since when, with evidence; evidence and no certificate',
        description: 'About the service as it runs and all tenants together. Holds no event text.',
        querystring: Ask,
        response: { 200: ComplianceReport },
      },
    },
    ({ query: { preset = null, ...rest } }) => compliance({ preset, ...rest }),
  )
}
