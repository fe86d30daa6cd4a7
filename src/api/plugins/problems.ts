import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Problem, type ProblemCode } from '../../core/problem.ts'
import type { RouteParts } from '../parts.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** Seconds to wait where nobody knows better. */
const RETRY_AFTER_S = 2

/** RFC 9457. `instance` names this one answer; the log has it under the same id. */
export const ProblemBody = Type.Object(
  {
    type: Type.String({ description: 'urn:undercurrent:problem:… ; the same for every problem of a kind.' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'What was wrong and what to do.' }),
    instance: Type.String({ description: 'urn:uuid:… of this request.' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String({ description: 'JSON Pointer' }), message: Type.String() })),
    ),
  },
  { $id: 'Problem' },
)

/** What the framework itself says no to, in our words: its own would quote the request. */
const FRAMEWORK: Record<string, [ProblemCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'the body is larger than this service takes'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'this route does not take the content type of the body'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BAD_REQUEST', 'the body has another length than Content-Length says'],
  FST_ERR_BAD_URL: ['BAD_REQUEST', 'the path is not valid percent-encoded UTF-8'],
  FST_ERR_MAX_PARAM_LENGTH: ['NOT_FOUND', 'a part of the path is too long to name anything'],
}

/**
 * Every refusal as a problem document. An expected one is answered as it says; anything else is a bug, logged whole
 * under the request's id (never with its body) and answered with nothing but that id.
 */
export function problems(app: FastifyInstance, parts: Pick<RouteParts, 'log' | 'redactor'>): void {
  const routes = new Map<string, Set<string>>()

  app.addHook('onRoute', ({ method, url }) => {
    const methods = routes.get(url) ?? new Set()
    for (const name of [method].flat()) methods.add(name)
    routes.set(url, methods)
  })

  app.setErrorHandler((error, request, reply) => answer(parts, error, request, reply))

  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(routes, request.url.split('?', 1)[0]!)
    if (allowed.length === 0) throw new Problem('NOT_FOUND', 'there is no such route; /openapi.json lists them all')
    reply.header('allow', allowed.join(', '))
    throw new Problem('METHOD_NOT_ALLOWED', `this route takes ${allowed.join(', ')}`)
  })
}

/** Answers whatever was thrown. Also for requests that never reached a route. */
export function answer(
  { log, redactor }: Pick<RouteParts, 'log' | 'redactor'>,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = expected(error)
  const about = { request_id: request.id, method: request.method, route: request.routeOptions.url ?? null }
  if (problem === null) {
    // a sender that went away is no bug of ours, and nobody is left to be told
    if (request.raw.destroyed && !request.raw.complete) log.info(about, 'the sender went away')
    else log.error({ ...about, error: redactor.text(traceOf(error)) }, 'unexpected error')
  } else if (problem.status >= 500)
    log.error({ ...about, code: problem.code, error: redactor.text(traceOf(problem)) }, 'could not do what was asked')
  const status = problem?.status ?? 500
  const code = problem?.code ?? 'INTERNAL_ERROR'
  if (status === 429 || status === 503) reply.header('retry-after', problem?.retryAfterS ?? RETRY_AFTER_S)
  return reply
    .code(status)
    .type(PROBLEM_TYPE)
    .send({
      type: `urn:undercurrent:problem:${code.toLowerCase().replaceAll('_', '-')}`,
      title: titleOf(code),
      status,
      detail: problem?.message ?? 'an unexpected error; the log of the service has it under the id of this answer',
      instance: `urn:uuid:${request.id}`,
      ...(problem !== null && problem.errors.length > 0 && { errors: problem.errors }),
    })
}

function expected(error: unknown): Problem | null {
  if (error instanceof Problem) return error
  const known = FRAMEWORK[(error as { code?: string } | null)?.code ?? '']
  return known === undefined ? null : new Problem(known[0], known[1])
}

/** An error, its stack and the errors behind it. */
function traceOf(error: unknown): string {
  const lines: string[] = []
  for (let at = error; at !== undefined && lines.length < 5; at = (at as { cause?: unknown }).cause)
    lines.push(at instanceof Error ? (at.stack ?? at.message) : typeof at)
  return lines.join('\ncaused by ')
}

function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ')
  return words[0]!.toUpperCase() + words.slice(1)
}

/** Methods of the routes whose pattern fits a path. */
function methodsOf(routes: ReadonlyMap<string, ReadonlySet<string>>, path: string): string[] {
  const asked = path.split('/')
  const methods = [...routes].flatMap(([pattern, names]) => {
    const parts = pattern.split('/')
    const fits = parts.length === asked.length && parts.every((part, i) => part.startsWith(':') || part === asked[i])
    return fits ? [...names] : []
  })
  return [...new Set(methods)].sort()
}
