// What of the native modules works, and what to do where one does not. No dependencies: it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Packages that compile when they are installed, and a call that fails where their binary is missing. */
const NATIVE = {
  'better-sqlite3': (Database) => new Database(':memory:').close(),
  'hnswlib-node': ({ HierarchicalNSW }) => new HierarchicalNSW('ip', 2).initIndex(1),
  'onnxruntime-node': ({ InferenceSession }) => InferenceSession.create,
}

/** Names of native packages that cannot be used, each with the reason. */
export function brokenNatives() {
  const require = createRequire(join(root, 'package.json'))
  return Object.entries(NATIVE).flatMap(([name, use]) => {
    try {
      use(require(name))
      return []
    } catch (error) {
      return [{ name, reason: String(error?.message ?? error).split('\n')[0] }]
    }
  })
}

/** One sentence that says why they are missing and what to do. */
export function remedy(broken) {
  const names = broken.map((one) => one.name).join(', ')
  const missing = ['make', 'c++', 'python3'].filter((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error)
  if (missing.length > 0)
    return `${names} could not be compiled because ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not installed: install a C++ toolchain (Debian: apt-get install make g++ python3) and run \`npm run setup\`.`
  return `${names} ${broken.length === 1 ? 'is' : 'are'} not built, most likely because install scripts were blocked: run \`npm run setup\`, which builds what package.json allows.`
}

/** Environment for npm: native modules compile against this Node's own headers where it brings them, so none are fetched. */
export function npmEnvironment() {
  const env = { ...process.env, npm_config_onnxruntime_node_install: 'skip' }
  const prefix = dirname(dirname(process.execPath))
  if (!env.npm_config_nodedir && existsSync(join(prefix, 'include', 'node', 'node.h'))) env.npm_config_nodedir = prefix
  return env
}
