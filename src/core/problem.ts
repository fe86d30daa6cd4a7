/** Every way this service can say no, with the HTTP status it becomes. */
export const problems = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE: 422,
  TOO_MANY_REQUESTS: 429,
  CONFIG_INVALID: 500,
  LEDGER_BROKEN: 500,
  STORE_BROKEN: 500,
  MODEL_BROKEN: 500,
  NATIVE_MISSING: 500,
  COPY_FAILED: 502,
  ENGINE_BUSY: 503,
  ISSUER_UNREACHABLE: 503,
  DISK_FULL: 503,
} as const

export type ProblemCode = keyof typeof problems

/** One thing wrong with one part of an input. `path` is a JSON Pointer; empty for the whole. */
export interface FieldError {
  path: string
  message: string
}

export interface ProblemOptions {
  cause?: unknown
  errors?: readonly FieldError[]
  /** Seconds until a retry may succeed; becomes Retry-After. */
  retryAfterS?: number
}

/**
 * An expected failure. `message` is shown to whoever asked, so it says what was wrong, where, and what to do,
 * and never quotes event text or a secret. Anything thrown that is no Problem is a bug.
 */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly errors: readonly FieldError[]
  readonly retryAfterS: number | undefined

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.status = problems[code]
    this.errors = options.errors ?? []
    this.retryAfterS = options.retryAfterS
  }
}
