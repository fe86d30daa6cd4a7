import { createHash } from 'node:crypto'
import Type from 'typebox'
import { DIGEST_FORMATS, type DigestFormat } from '../../core/digest.ts'
import { oneOf } from '../../core/one-of.ts'
import { digestAs, digestStyle, digests } from '../../flow/digest.ts'
import { narrowed, seen } from '../access.ts'
import type { Routes } from '../parts.ts'
import { Cursor, Identifier, Limit, listOf } from '../shapes.ts'

const MEDIA: ReadonlyMap<string, DigestFormat> = new Map([
  ['application/json', 'json'],
  ['text/html', 'html'],
  ['text/markdown', 'markdown'],
  ['text/plain', 'text'],
])

/** The page may show its own style and nothing else: no script, no picture, no form, no other address. */
const PAGE_POLICY = [
  "default-src 'none'",
  `style-src-elem 'sha256-${createHash('sha256').update(digestStyle).digest('base64')}'`,
  "style-src-attr 'unsafe-inline'",
  "frame-ancestors 'none'",
  'sandbox',
].join('; ')

const Nullable = Type.Union([Type.String(), Type.Null()])

const Entry = Type.Object({
  date: Type.String({ description: 'UTC day, YYYY-MM-DD.' }),
  closed: Type.Boolean({ description: 'Final: it never changes again.' }),
  generated_at: Type.Union([Type.String(), Type.Null()], { description: 'Null where it is made when asked for.' }),
  headline: Nullable,
})

const Digest = Type.Object(
  {
    date: Type.String(),
    from: Type.String(),
    to: Type.String(),
    generated_at: Type.String(),
    complete: Type.Boolean({ description: 'The day is over.' }),
    closed: Type.Boolean({ description: 'Final: it never changes again.' }),
    tenant_id: Nullable,
    headline: Type.String(),
  },
  { additionalProperties: true, description: 'Volumes, findings, scores, models, jobs and gaps of a UTC day.' },
)

/** GET /v1/digests and /v1/digests/:date: the report of a day, in the form that is asked for. */
export const digestRoutes: Routes<'engine' | 'clock' | 'redactor' | 'concepts'> = async (app, parts) => {
  const config = { roles: ['analyst', 'siem'], audit: null } as const
  const tags = ['out']

  app.get(
    '/v1/digests',
    {
      config,
      schema: {
        operationId: 'listDigests',
        tags,
        summary: 'Days with a digest, newest first',
        querystring: Type.Object(
          { limit: Limit, cursor: Cursor, tenant_id: Type.Optional(Identifier) },
          { additionalProperties: false },
        ),
        response: { 200: listOf(Entry) },
      },
    },
    async (request) => await digests(parts, { ...request.query, ...narrowed(request, parts, request.query.tenant_id) }),
  )

  app.get(
    '/v1/digests/:date',
    {
      config,
      schema: {
        operationId: 'getDigest',
        tags,
        summary: 'The report of a UTC day, by Accept or format',
        params: Type.Object({ date: Type.String({ minLength: 1, maxLength: 32, description: 'YYYY-MM-DD' }) }),
        querystring: Type.Object(
          {
            format: Type.Optional(
              oneOf(DIGEST_FORMATS, { description: 'Goes before Accept; json where neither says.' }),
            ),
            tenant_id: Type.Optional(Identifier),
          },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description: 'The report.',
            content: Object.fromEntries(
              Array.from(MEDIA, ([type, format]) => [type, { schema: format === 'json' ? Digest : Type.String() }]),
            ),
          },
        },
      },
    },
    async (request, reply) => {
      const { format = accepted(request.headers.accept), tenant_id } = request.query
      const own = { ...parts, concepts: await parts.concepts.answering() }
      const { body, mediaType } = await digestAs(own, request.params.date, format, seen(request, parts, tenant_id))
      if (format === 'html') reply.header('content-security-policy', PAGE_POLICY)
      return reply.header('vary', 'accept').type(mediaType).send(body)
    },
  )
}

/** The best of our formats that a client takes, by its weights; json where it takes none or anything. */
export function accepted(header = ''): DigestFormat {
  const wanted = header.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return {
      format: MEDIA.get(type) ?? (type === '*/*' ? 'json' : undefined),
      q: weight === undefined ? 1 : +weight.slice(2),
    }
  })
  const best = wanted.filter(({ format, q }) => format !== undefined && q > 0).sort((a, b) => b.q - a.q)[0]
  return best?.format ?? 'json'
}
