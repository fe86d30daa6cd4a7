// Bill of materials of what is shipped, as CycloneDX JSON on standard output: the packages that production reaches, and the models.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './natives.mjs'

const own = read('package.json')

// npm's own choice (--omit dev) leaves out what is both a dependency and an optional peer of a development tool
const options = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, shell: process.platform === 'win32' }
const npm = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], options)
if (npm.status !== 0) {
  process.stderr.write(npm.stderr)
  process.exit(1)
}
const all = JSON.parse(npm.stdout)
const self = all.metadata.component
// npm takes the name of the folder
self.name = own.name
self.type = 'application'
const shipped = reached()
const models = read('models', 'manifest.json').models.map(modelComponent)
const bill = {
  ...all,
  components: [...all.components.filter(isShipped).map(withoutOrigin), ...models],
  dependencies: all.dependencies
    .filter(({ ref }) => ref === self['bom-ref'] || shipped.has(ref))
    .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => shipped.has(ref)) })),
}
process.stdout.write(`${JSON.stringify(bill, null, 2)}\n`)

function isShipped(component) {
  return shipped.has(component['bom-ref'])
}

/** Less the address it was fetched from here, which is this machine's business and may name a mirror. */
function withoutOrigin({ externalReferences = [], ...component }) {
  return { ...component, externalReferences: externalReferences.filter(({ type }) => type !== 'distribution') }
}

/** References of the dependencies of package.json and of all they depend on. */
function reached() {
  const below = new Map(all.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
  const direct = below.get(self['bom-ref']).filter((ref) => ref.replace(/@[^@]*$/, '') in own.dependencies)
  const seen = new Set(direct)
  // a set that grows is walked to its end
  for (const ref of seen) for (const next of below.get(ref) ?? []) seen.add(next)
  return seen
}

function modelComponent({ name, licence, files }) {
  return {
    'bom-ref': `model:${name}`,
    type: 'machine-learning-model',
    name,
    version: own.version,
    licenses: [{ license: { name: licence } }],
    components: Object.entries(files).map(([file, content]) => ({
      'bom-ref': `model:${name}/${file}`,
      type: 'file',
      name: file,
      hashes: [{ alg: 'SHA-256', content }],
    })),
  }
}

function read(...path) {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8'))
}
