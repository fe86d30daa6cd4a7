// Installs and builds what is missing or out of date, and nothing else. `npm run demo`, `npm start`, `npm test` begin with it.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { brokenNatives, npmEnvironment, remedy, root } from './natives.mjs'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) stop(`Node ${process.versions.node} is too old: undercurrent needs 20.19 or newer.`)

const installed = join(root, 'node_modules', '.package-lock.json')
if (!existsSync(installed) || age(installed) < age(join(root, 'package-lock.json'))) {
  say('installing dependencies (two of them compile: a few minutes the first time)')
  npm(['ci', '--no-audit', '--no-fund'])
}
let broken = brokenNatives()
if (broken.length > 0) {
  say(`building ${broken.map((one) => one.name).join(', ')}`)
  npm(['rebuild', ...broken.map((one) => one.name)], true)
  broken = brokenNatives()
  if (broken.length > 0) stop(remedy(broken))
}
const built = join(root, 'dist', '.tsbuildinfo')
const sources = ['src', 'jobs', 'bench', 'tsconfig.json', 'package.json'].map((name) => join(root, name))
if (!existsSync(built) || age(built) < Math.max(...sources.map(newest))) {
  say('building')
  npm(['run', '--silent', 'build'])
}

/** Last change of a file, in ms; 0 where there is none. */
function age(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

function newest(path) {
  if (!existsSync(path)) return 0
  if (!statSync(path).isDirectory()) return age(path)
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
}

function npm(args, mayFail = false) {
  const run = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 'inherit'], env: npmEnvironment(), shell: process.platform === 'win32' })
  if (run.status === 0 || mayFail) return
  const broken = existsSync(join(root, 'node_modules')) ? brokenNatives() : []
  stop(broken.length > 0 ? remedy(broken) : `\`npm ${args.join(' ')}\` failed: see the lines above.`)
}

function say(line) {
  console.error(`undercurrent: ${line}`)
}

function stop(line) {
  console.error(`\nundercurrent: ${line}\n`)
  process.exit(1)
}
