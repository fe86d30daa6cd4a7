import type { Log } from '../core/ports.ts'

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** One JSON line to standard error per message, from `level` on: the log of threads and commands. */
export function lineLog(level: string, write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  const least = LEVELS.indexOf(level)
  const put = (name: string) => (fields: Record<string, unknown>, message: string) => {
    if (LEVELS.indexOf(name) < least) return
    write(`${JSON.stringify({ level: name, time: new Date().toISOString(), message, ...fields })}\n`)
  }
  return { info: put('info'), warn: put('warn'), error: put('error') }
}
