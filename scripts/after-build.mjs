// After the compiler: makes `npx undercurrent` work from a checkout, and marks the build as newer than its sources.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './natives.mjs'

const entry = join(root, 'dist', 'src', 'commands', 'run.js')
chmodSync(entry, 0o755)
if (existsSync(join(root, 'node_modules'))) {
  const bin = join(root, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  rmSync(join(bin, 'undercurrent'), { force: true })
  symlinkSync(join('..', '..', 'dist', 'src', 'commands', 'run.js'), join(bin, 'undercurrent'))
}
const now = new Date()
utimesSync(join(root, 'dist', '.tsbuildinfo'), now, now)
