import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import type { RouteParts } from '../parts.ts'
import { PROBLEM_TYPE, ProblemBody } from './problems.ts'

const TAGS = [
  { name: 'events', description: 'Events in, and one event with what is known about it.' },
  { name: 'search', description: 'Search by meaning, by word, or both; concepts.' },
  { name: 'risk', description: 'Baselines, scores and findings.' },
  { name: 'out', description: 'Digests and the feed for a SIEM.' },
  { name: 'ledger', description: 'What proves that nothing was changed.' },
  { name: 'keeping', description: 'What is held, and what is destroyed for ever.' },
  { name: 'operation', description: 'Jobs, health and metrics.' },
]

/** The OpenAPI 3.1 document of every route, made from the schemas that also check the requests. */
export async function openapi(app: FastifyInstance, { version }: Pick<RouteParts, 'version'>): Promise<void> {
  app.addSchema(ProblemBody)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Undercurrent',
        version,
        description:
          'Reads the interaction logs of LLM applications by meaning and finds what stays under every threshold.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key, uc_…, or an access token (RFC 9068) of the issuer that is set; both have roles.',
          },
        },
      },
    },
    convertConstToEnum: false,
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => `${json.$id ?? `def-${i}`}` },
  })

  // after the plugin's own hook has been added, so that it sees what is written here: it reads routes when asked
  app.addHook('onRoute', (route) => {
    const roles = route.config?.roles
    const open = roles === 'none'
    route.schema = {
      ...route.schema,
      security: open ? [] : [{ key: roles === 'any' || roles === undefined ? [] : [...roles, 'admin'] }],
      response: { ...(route.schema?.response as object | undefined), default: PROBLEM },
      ...(route.config?.audit != null && { 'x-audit': route.config.audit }),
    } as FastifySchema
  })
}

const PROBLEM = {
  description: 'What was wrong, as RFC 9457 has it.',
  content: { [PROBLEM_TYPE]: { schema: { $ref: 'Problem#' } } },
}
