// What of the native modules works, and what to do where one does not. No dependencies: it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Native packages: whether installing one compiles it, and a call that fails where its binary is missing. */
const NATIVE = {
  'better-sqlite3-multiple-ciphers': { compiles: true, use: (Database) => new Database(':memory:').close() },
  'hnswlib-node': { compiles: true, use: ({ HierarchicalNSW }) => new HierarchicalNSW('ip', 2).initIndex(1) },
  'onnxruntime-node': { compiles: false, use: ({ InferenceSession }) => InferenceSession.create },
}

/** What node-gyp needs: any program of each list. */
const TOOLS = {
  make: ['make'],
  'a C++ compiler': ['c++', 'g++', 'clang++'],
  python3: ['python3', 'python'],
}

/** Native packages that cannot be used, each with the reason in one line. */
export function brokenNatives(folder = root) {
  const require = createRequire(join(folder, 'package.json'))
  return Object.entries(NATIVE).flatMap(([name, { use }]) => {
    try {
      use(require(name))
      return []
    } catch (error) {
      return [{ name, reason: String(error?.message ?? error).split('\n')[0] }]
    }
  })
}

/** What a compilation needs and this machine lacks. Windows has its own way of finding a compiler, so nothing is said there. */
export function missingTools(platform = process.platform) {
  if (platform === 'win32') return []
  const runs = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
  return Object.keys(TOOLS).filter((tool) => !TOOLS[tool].some(runs))
}

/** The names of the broken ones that need a compiler. */
export function uncompiled(broken) {
  return broken.map((one) => one.name).filter((name) => NATIVE[name].compiles)
}

/**
 * One sentence that says why native packages are missing and what to do.
 * @param tried whether building them was just tried, with scripts allowed
 */
export function remedy(broken, { tried = false, missing = missingTools() } = {}) {
  const names = uncompiled(broken)
  const are = names.length === 1 ? 'is' : 'are'
  if (names.length > 0 && missing.length > 0)
    return `${list(names)} ${are} not built because this machine lacks ${list(missing)}: install a C++ toolchain (Debian and Ubuntu: apt-get install make g++ python3; macOS: xcode-select --install) and run \`npm run setup\`.`
  if (names.length > 0 && !tried)
    return `${list(names)} ${are} not built, most likely because install scripts were blocked: run \`npm run setup\`, which builds what package.json allows.`
  if (names.length > 0)
    return `${list(names)} could not be built although a compiler is there: the lines above say why; mend that and run \`npm run setup\` again.`
  const [{ name, reason }] = broken
  return `${name} cannot be loaded on this machine (${process.platform} ${process.arch}): ${reason}`
}

/**
 * Environment for npm: native modules compile against this Node's own headers where it brings them, so none are fetched.
 * @returns {NodeJS.ProcessEnv}
 */
export function npmEnvironment() {
  const env = { ...process.env, npm_config_onnxruntime_node_install: 'skip' }
  const prefix = dirname(dirname(process.execPath))
  if (!env.npm_config_nodedir && existsSync(join(prefix, 'include', 'node', 'node.h'))) env.npm_config_nodedir = prefix
  return env
}

function list(words) {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
