import type { Log } from '../core/ports.ts'

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'silent']

/**
 * One JSON line to standard error per message, from `level` on. Errors of others may quote what they were given, so every
 * text, however deep in the fields, goes through `redact` first.
 */
export function lineLog(
  level: string,
  redact: (text: string) => string,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const least = LEVELS.indexOf(level)
  const put = (name: string) => (fields: Record<string, unknown>, message: string) => {
    if (LEVELS.indexOf(name) < least) return
    const line = { level: name, time: new Date().toISOString(), message, ...fields }
    write(`${JSON.stringify(line, (_, value) => (typeof value === 'string' ? redact(value) : value))}\n`)
  }
  return { info: put('info'), warn: put('warn'), error: put('error') }
}
