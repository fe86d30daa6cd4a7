// Whether what is installed and built belongs to what is checked out.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What a build is made from. */
const SOURCES = ['src', 'jobs', 'bench', 'scripts/build.mjs', 'package.json']

/**
 * Whether node_modules holds every package of the lock file, in its version. Compares contents: a checkout gives files
 * new times without changing them.
 */
export function isInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const held = packagesOf(join(root, 'node_modules', '.package-lock.json'))
  if (wanted === null || held === null) return false
  return Object.entries(wanted).every(
    ([path, { version, integrity, optional }]) =>
      path === '' ||
      (held[path] === undefined
        ? optional === true
        : held[path].version === version && held[path].integrity === integrity),
  )
}

/** Whether the last build without an error is newer than every source; the time of a folder tells of what was removed. */
export function isBuilt(root) {
  const built = join(root, 'dist', '.built')
  return existsSync(built) && changed(built) > Math.max(...SOURCES.map((name) => newest(join(root, name))))
}

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : null
}

function newest(path) {
  if (!existsSync(path)) return 0
  if (!statSync(path).isDirectory()) return changed(path)
  return Math.max(changed(path), ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** Last change, in ms since 1970. */
function changed(path) {
  return statSync(path).mtimeMs
}
