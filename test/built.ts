import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..')

export interface Built {
  /** Address of each module, in the order in which they were asked for. */
  urls: string[]
  remove(): void
}

/** Modules of the house as JavaScript, for a process or thread that a test starts: neither can run TypeScript. */
export async function built(...modules: readonly string[]): Promise<Built> {
  // inside the checkout, so that packages are found
  const parent = join(root, 'node_modules', '.cache')
  mkdirSync(parent, { recursive: true })
  const dir = mkdtempSync(join(parent, 'built-'))
  const input = Object.fromEntries(modules.map((path) => [path.replace(/\.ts$/, ''), join(root, path)]))
  const build = await rolldown({ input, platform: 'node', external: (id) => !/^[./]|^[A-Za-z]:/.test(id) })
  await build.write({ dir })
  await build.close()
  return {
    urls: Object.keys(input).map((name) => pathToFileURL(join(dir, `${name}.js`)).href),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
