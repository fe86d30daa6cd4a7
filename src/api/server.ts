import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import Fastify, { type FastifyInstance } from 'fastify'
import { createBudget } from './body.ts'
import { HSTS } from './hsts.ts'
import { landing } from './landing.ts'
import { createMetrics } from './metrics.ts'
import type { ApiOptions, ApiParts } from './parts.ts'
import { audit } from './plugins/audit.ts'
import { auth } from './plugins/auth.ts'
import { bodies } from './plugins/bodies.ts'
import { clientCertificate } from './plugins/client-certificate.ts'
import { headers } from './plugins/headers.ts'
import { limits } from './plugins/limits.ts'
import { openapi } from './plugins/openapi.ts'
import { answer, PROBLEM_TYPE, problems } from './plugins/problems.ts'
import { rates } from './plugins/rates.ts'
import { requests } from './plugins/requests.ts'
import { validation } from './plugins/validation.ts'
import { auditRoutes } from './routes/audit.ts'
import { baselineRoutes } from './routes/baselines.ts'
import { canaryRoutes } from './routes/canaries.ts'
import { clusterRoutes } from './routes/clusters.ts'
import { complianceRoutes } from './routes/compliance.ts'
import { conceptRoutes } from './routes/concepts.ts'
import { digestRoutes } from './routes/digests.ts'
import { erasureRoutes } from './routes/erasures.ts'
import { eventAffected, eventOut, eventsIn } from './routes/events.ts'
import { feedbackRoutes } from './routes/feedback.ts'
import { findingRoutes } from './routes/findings.ts'
import { healthRoutes } from './routes/health.ts'
import { holdRoutes } from './routes/holds.ts'
import { jobRoutes } from './routes/jobs.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { monitorRoutes } from './routes/monitors.ts'
import { scoreRoutes } from './routes/scores.ts'
import { searchRoutes } from './routes/search.ts'
import { searchExportRoutes } from './routes/search-export.ts'
import { searchesRoutes } from './routes/searches.ts'
import { siemRoutes } from './routes/siem.ts'
import { statsRoutes } from './routes/stats.ts'
import { topicRoutes } from './routes/topics.ts'

/** A sender that has not sent all by then is cut off. */
const REQUEST_MS = 60_000
const KEEP_ALIVE_MS = 30_000
/** Longest part of a path, percent-encoded: an identifier of 512 characters in UTF-8. */
const PARAM_LENGTH = 8_192

/**
 * The HTTP interface over the parts of the house, ready to listen. Close it before the parts that it was given.
 * Rejects where a route is not fit to be served.
 */
export async function buildServer(parts: ApiParts, options: ApiOptions): Promise<FastifyInstance> {
  const { tls } = options
  const times = { requestTimeout: REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS }
  const app = Fastify({
    ...times,
    ...(tls !== undefined && { serverFactory: (handler: RequestListener) => tls.server(handler, times) }),
    bodyLimit: options.bodyLimitBytes,
    trustProxy: false,
    return503OnClosing: true,
    // what the router itself refuses, and what never became a request: both as problems, neither quoted
    routerOptions: { maxParamLength: PARAM_LENGTH },
    frameworkErrors: (error, request, reply) => void answer(parts, error, request, reply),
    clientErrorHandler: (error, socket) => {
      const code = (error as NodeJS.ErrnoException).code ?? ''
      // nobody listens at the end of a handshake that failed: other TLS than ours, or none
      if (socket.writable && code !== 'ECONNRESET' && !/^ERR_(SSL|TLS)_/.test(code))
        socket.end(refusal(code, tls !== undefined))
      else socket.destroy()
    },
    genReqId: () => randomUUID(),
  })
  const budget = createBudget(options.queueLimitBytes)
  const metrics = createMetrics({ ...parts, ...options, budget })
  const all = { ...parts, ...options, budget, metrics }

  validation(app)
  problems(app, all)
  headers(app)
  requests(app, all)
  limits(app)
  rates(app, all, 'address')
  auth(app, all)
  rates(app, all, 'key')
  clientCertificate(app, all)
  audit(app)
  bodies(app)
  await openapi(app, all)

  await app.register(eventsIn, all)
  await app.register(eventOut, all)
  await app.register(eventAffected, all)
  await app.register(searchRoutes, all)
  await app.register(searchExportRoutes, all)
  await app.register(searchesRoutes, all)
  await app.register(conceptRoutes, all)
  await app.register(feedbackRoutes, all)
  await app.register(statsRoutes, all)
  await app.register(clusterRoutes, all)
  await app.register(topicRoutes, all)
  await app.register(monitorRoutes, all)
  await app.register(canaryRoutes, all)
  await app.register(baselineRoutes, all)
  await app.register(scoreRoutes, all)
  await app.register(findingRoutes, all)
  await app.register(siemRoutes, all)
  await app.register(digestRoutes, all)
  await app.register(ledgerRoutes, all)
  await app.register(auditRoutes, all)
  await app.register(erasureRoutes, all)
  await app.register(holdRoutes, all)
  await app.register(complianceRoutes, all)
  await app.register(jobRoutes, all)
  await app.register(healthRoutes, all)
  await app.register(landing)

  await app.ready()
  return app
}

/** Answer to what never became a request. */
function refusal(code: string, secure: boolean): string {
  const [status, title, detail] = REFUSALS[code] ?? [400, 'Bad Request', 'this is not a request that HTTP/1.1 allows']
  const type = `urn:undercurrent:problem:${title.toLowerCase().replaceAll(' ', '-')}`
  const body = JSON.stringify({ type, title, status, detail, instance: `urn:uuid:${randomUUID()}` })
  return [
    `HTTP/1.1 ${status} ${title}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${body.length}`,
    'Connection: close',
    ...(secure ? [`Strict-Transport-Security: ${HSTS}`] : []),
    '',
    body,
  ].join('\r\n')
}

const REFUSALS: Record<string, [number, string, string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'the request did not arrive in time'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'the header of the request is too large'],
}
