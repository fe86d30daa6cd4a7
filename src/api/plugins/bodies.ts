import type { FastifyInstance } from 'fastify'
import { Problem } from '../../core/problem.ts'

/**
 * How bodies are read where a route does not read its own: JSON and nothing else, and an empty one is none. Small ones
 * only: what somebody asks, never a batch of events.
 */
export function bodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: ASK_BYTES }, (request, text, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity')
      return done(new Problem('UNSUPPORTED_MEDIA_TYPE', 'this route takes no content encoding'))
    if (text === '') return done(null, undefined)
    try {
      done(null, JSON.parse(text as string))
    } catch {
      // the parser's own message would quote the body
      done(new Problem('BAD_REQUEST', 'the body is not valid JSON'))
    }
  })
}

/** Bound of a body that asks something. */
const ASK_BYTES = 256 * 1024
