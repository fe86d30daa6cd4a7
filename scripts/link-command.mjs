// Makes `npx undercurrent` run the build of this checkout; npm itself links only the commands of dependencies.
import { existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './natives.mjs'

const entry = join('dist', 'src', 'commands', 'run.js')

/** Does nothing before the first build, or where symbolic links need a privilege. */
export function linkCommand(folder = root, platform = process.platform) {
  const bin = join(folder, 'node_modules', '.bin')
  const link = join(bin, 'undercurrent')
  const target = join('..', '..', entry)
  if (platform === 'win32' || !existsSync(join(folder, entry)) || !existsSync(join(folder, 'node_modules'))) return
  if (linkOf(link) === target) return
  mkdirSync(bin, { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(target, link)
}

function linkOf(path) {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
