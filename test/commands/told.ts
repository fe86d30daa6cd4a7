import { vi } from 'vitest'
import { run } from '../../src/commands/program.ts'

/** Runs a command line in this process: its exit code, and what it wrote. */
export async function told(...args: string[]) {
  const said = { out: '', err: '' }
  for (const [stream, name] of [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const)
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said[name] += String(text)
      return true
    })
  process.exitCode = 0
  const code = await run(['node', 'undercurrent', ...args])
  process.exitCode = 0
  vi.restoreAllMocks()
  return { code, ...said }
}
