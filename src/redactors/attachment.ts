import { createHash } from 'node:crypto'
import { MIME_FORM } from './placeholder.ts'

const HEAD = /data:((?:[\w.+-]{1,60}\/[\w.+-]{1,60})?)(?:;[\w=.+-]{1,60}){0,4};base64,/gi
const BODY = /[A-Za-z0-9+/_=-]*/y
/** Shorter ones stay text: nothing is gained, and the rules can still read them. */
const LEAST = 64
const MIME = new RegExp(`^${MIME_FORM}$`)
const ANY_MIME = 'application/octet-stream'

/**
 * Data URLs replaced by what is kept of them: type, SHA-256 of the decoded bytes, size:
 * `[DATA:image/png sha256:… 1234 bytes]`. Linear in the text.
 */
export function withoutAttachments(text: string): string {
  if (!text.includes(';base64,')) return text
  let out = ''
  let from = 0
  for (const { 0: head, 1: mime = '', index } of text.matchAll(HEAD)) {
    if (index < from) continue
    BODY.lastIndex = index + head.length
    const body = BODY.exec(text)?.[0] ?? ''
    if (body.length < LEAST) continue
    out += text.slice(from, index) + attachment(mime, body)
    from = index + head.length + body.length
  }
  return out + text.slice(from)
}

/** What is kept of base64 content. @param mime its type as the sender tells it; a general one stands for what is no type */
export function attachment(mime: string, base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  const kind = MIME.test(mime.toLowerCase()) ? mime.toLowerCase() : ANY_MIME
  return `[DATA:${kind} sha256:${createHash('sha256').update(bytes).digest('hex')} ${bytes.length} bytes]`
}

/**
 * The base64 content of a multi-part message that says so beside it (`{"type": "base64", "media_type", "data"}`,
 * `{"data", "format": "wav"}`), with its type; null for any other object.
 */
export function inlineContent(value: { readonly [key: string]: unknown }): { mime: string; data: string } | null {
  const { data, media_type, mime_type, mimeType, format, type } = value
  if (typeof data !== 'string' || data.length < LEAST || !isBase64(data)) return null
  const mime = [media_type, mime_type, mimeType, format, type].find((v) => typeof v === 'string')
  return mime === undefined ? null : { mime: mime as string, data }
}

function isBase64(text: string): boolean {
  BODY.lastIndex = 0
  return BODY.exec(text)?.[0].length === text.length
}
