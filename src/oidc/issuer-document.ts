import { Problem } from '../core/problem.ts'

/**
 * One GET of a JSON document: no redirect is followed, size and time are bounded. `told` are addresses that another
 * document told of: they are spoken to only where they are public. Throws Problem where no whole answer came.
 */
export type Reach = (url: URL, told: boolean) => Promise<{ status: number; body: Uint8Array }>

/** A JSON object, or undefined where the answer is none. Throws ISSUER_UNREACHABLE where no whole answer came. */
export async function readDocument(
  url: URL,
  told: boolean,
  reach: Reach,
): Promise<{ status: number; document: Record<string, unknown> | undefined }> {
  let answer: Awaited<ReturnType<Reach>>
  try {
    answer = await reach(url, told)
  } catch (cause) {
    const message = cause instanceof Problem ? cause.message : 'the token issuer cannot be asked'
    throw new Problem('ISSUER_UNREACHABLE', message, { cause })
  }
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(answer.body))
  } catch {
    value = undefined
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return { status: answer.status, document: isObject ? (value as Record<string, unknown>) : undefined }
}

export const unreachable = (url: URL, message: string) =>
  new Problem('ISSUER_UNREACHABLE', `${url.origin}${url.pathname} ${message}`)

export const toldStatus = (status: number): string =>
  status >= 300 && status < 400 ? `${status}: a redirect is not followed` : String(status)
