import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { digestStyle } from '../flow/digest.ts'
import { icon, page } from './landing/page.ts'
import { script } from './landing/script.ts'
import { style } from './landing/style.ts'

/**
 * Nothing inline runs and nothing is loaded from elsewhere. The digest is shown in a frame without rights that inherits
 * this policy, so its one style sheet is allowed by hash and its style attributes as such.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' 'sha256-${createHash('sha256').update(digestStyle).digest('base64')}'`,
  "style-src-attr 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const FILES = [
  { url: '/', type: 'text/html; charset=utf-8', body: page },
  { url: '/landing.js', type: 'text/javascript; charset=utf-8', body: script },
  { url: '/landing.css', type: 'text/css; charset=utf-8', body: style },
  { url: '/landing.svg', type: 'image/svg+xml', body: icon },
]

/**
 * GET / and what it needs: a page that asks for a key, shows the digest of a day and searches. Open to everybody, since
 * it holds no data; the key that is typed in stays in the tab and travels in a header alone.
 */
export async function landing(app: FastifyInstance): Promise<void> {
  for (const { url, type, body } of FILES)
    app.get(url, { config: { roles: 'none' }, schema: { hide: true } }, async (_request, reply) =>
      reply.type(type).header('content-security-policy', POLICY).send(body),
    )
}
