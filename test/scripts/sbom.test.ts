import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

interface Component {
  'bom-ref': string
  type: string
  name: string
  version: string
  purl?: string
  hashes?: { alg: string; content: string }[]
  components?: Component[]
}

let text: string
let bill: {
  bomFormat: string
  specVersion: string
  metadata: { component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn: string[] }[]
}
beforeAll(() => {
  text = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }).stdout
  bill = JSON.parse(text)
})

it('is CycloneDX and describes this version, wherever the checkout lies', () => {
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' })
  expect(bill.metadata.component).toMatchObject({ name: own.name, version: own.version })
})

it('lists every dependency with its version and hash, and nothing of development alone', () => {
  const packages = bill.components.filter((one) => one.purl !== undefined)
  const names = new Set(packages.map((one) => one.name))
  expect(Object.keys(own.dependencies).filter((name) => !names.has(name))).toEqual([])
  expect(['vitest', 'typescript', 'playwright-core', 'fast-check'].filter((name) => names.has(name))).toEqual([])
  for (const one of packages) {
    expect(one.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(one.hashes?.[0]?.content).toMatch(/^[0-9a-f]{64,}$/)
  }
})

it('gives each component one reference and leaves no dependency hanging', () => {
  const refs = bill.components.map((one) => one['bom-ref'])
  expect(new Set(refs).size).toBe(refs.length)
  const hanging = bill.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.includes(ref))
  expect(hanging).toEqual([])
})

it('lists the models that are shipped, file by file', () => {
  const models = bill.components.filter((one) => one.type === 'machine-learning-model')
  expect(models.length).toBeGreaterThan(0)
  for (const { name, components = [] } of models)
    for (const file of components)
      expect(file.hashes?.[0]?.content).toBe(
        createHash('sha256')
          .update(readFileSync(join(root, 'models', name, file.name)))
          .digest('hex'),
      )
})

it('names no machine that a package was fetched from', () => {
  expect([...text.matchAll(/https?:\/\/[^"\s]*\.tgz/g)].map(([url]) => url)).toEqual([])
})
