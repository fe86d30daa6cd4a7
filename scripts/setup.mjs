// Installs and builds what is missing or out of date, and nothing else. `npm run demo`, `npm start`, `npm test` begin with it.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isBuilt, isInstalled } from './freshness.mjs'
import { linkCommand } from './link-command.mjs'
import { brokenNatives, missingTools, npmEnvironment, remedy, root, uncompiled } from './natives.mjs'

const oldest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '')
if (number(process.versions.node) < number(oldest))
  stop(`Node ${process.versions.node} is too old: undercurrent needs ${oldest} or newer.`)

if (!isInstalled(root)) {
  say('installing dependencies')
  // scripts come below, for the packages that need one: a failure can then be told apart, and named
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], '`npm ci` failed: the lines above say why.')
}
const broken = brokenNatives()
const names = broken.map((one) => one.name)
if (broken.length > 0) {
  const missing = missingTools()
  // one of the two never comes ready-made, so without a compiler there is no point in beginning
  if (missing.length > 0 && names.includes('hnswlib-node')) stop(remedy(broken, { missing }))
  if (uncompiled(broken).length > 0) say(`compiling ${uncompiled(broken).join(' and ')}: a few minutes, once`)
  npm(['rebuild', '--ignore-scripts=false', ...names], remedy(broken, { tried: true, missing }))
  const still = brokenAfresh() ?? broken
  if (still.length > 0) stop(remedy(still, { tried: true, missing }))
}
if (!isBuilt(root)) {
  say('building')
  npm(['run', '--silent', 'build'], 'the build failed: the lines above say why.')
}
linkCommand()

/** `20.19.0` → 20019 */
function number(version) {
  const [major, minor] = version.split('.').map(Number)
  return major * 1000 + minor
}

/** Runs npm with its output on standard error, and ends with `complaint` where it fails. */
function npm(args, complaint) {
  const options = { cwd: root, stdio: ['ignore', 2, 'inherit'], env: npmEnvironment() }
  if (spawnSync('npm', args, { ...options, shell: process.platform === 'win32' }).status !== 0) stop(complaint)
}

/** Asked in a process of its own, since this one may remember what it tried to load; null where that one died of it. */
function brokenAfresh() {
  const program = "import('./scripts/natives.mjs').then((it) => console.log(JSON.stringify(it.brokenNatives())))"
  const { status, stdout } = spawnSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' })
  return status === 0 ? JSON.parse(stdout) : null
}

function say(line) {
  console.error(`undercurrent: ${line}`)
}

function stop(line) {
  console.error(`\nundercurrent: ${line}\n`)
  process.exit(1)
}
