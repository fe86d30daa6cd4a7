import { Problem } from './problem.ts'

/**
 * What to say where a native package cannot be loaded: it was not built, or was built for another Node. `error` is what
 * loading it threw; anything that is no such failure gives null.
 */
export function nativeProblem(name: string, error: unknown): Problem | null {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  const built = code === 'ERR_DLOPEN_FAILED'
  const absent =
    code === 'MODULE_NOT_FOUND' ||
    code === 'ERR_MODULE_NOT_FOUND' ||
    // the package `bindings` gives its error no code
    (typeof message === 'string' && message.startsWith('Could not locate the bindings file'))
  if (!built && !absent) return null
  return new Problem(
    'NATIVE_MISSING',
    `the native module ${name} ${built ? 'was built for another Node or machine' : 'is not built, most likely because install scripts were blocked'}: run \`npm rebuild ${name}\` (docs/install.md tells which scripts package.json must allow)`,
    { cause: error },
  )
}
