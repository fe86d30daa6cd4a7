import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Who may import whom, besides itself. A room not named here may not exist. */
const MAY: Record<string, readonly string[] | 'anything'> = {
  core: [],
  encryption: ['core'],
  stats: [],
  redactors: ['core', 'stats'],
  detectors: ['core', 'stats'],
  concepts: ['core', 'stats'],
  simulator: ['core', 'stats'],
  formats: ['core'],
  ledger: ['core'],
  engines: ['core', 'stats', 'ledger', 'encryption'],
  encoder: ['core'],
  oidc: ['core'],
  senders: ['core'],
  scheduler: ['core'],
  flow: ['core', 'encryption', 'stats', 'redactors', 'concepts', 'formats', 'detectors', 'ledger'],
  jobs: ['core', 'stats', 'concepts', 'formats', 'detectors', 'ledger', 'flow'],
  api: ['core', 'flow'],
  proxy: ['core', 'flow'],
  main: 'anything',
  'writer-thread': 'anything',
  'reader-thread': 'anything',
  config: 'anything',
  commands: 'anything',
  roof: 'anything',
}

/** Only the roof and what runs under it open engines, encoder and senders. */
const OPENERS = new Set(['main', 'writer-thread', 'reader-thread', 'roof', 'commands', 'engines', 'encoder', 'senders'])

/** Where each outside package comes in. */
const DOORSTEPS: Record<string, readonly string[]> = {
  'better-sqlite3-multiple-ciphers': ['engines/embedded'],
  'hnswlib-node': ['engines/embedded'],
  pg: ['engines/postgres'],
  '@huggingface/tokenizers': ['encoder'],
  '@huggingface/transformers': ['encoder'],
  'onnxruntime-node': ['encoder'],
  'simple-statistics': ['stats'],
  typebox: ['core', 'api'],
  '@fastify/type-provider-typebox': ['api'],
  '@fastify/swagger': ['api'],
  'prom-client': ['api'],
  fastify: ['api', 'proxy', 'main'],
  'node-cron': ['scheduler'],
  commander: ['commands'],
  'cli-progress': ['commands'],
  'csv-parse': ['formats/in'],
  'csv-stringify': ['formats/csv'],
  graphology: ['stats'],
  'graphology-communities-louvain': ['stats'],
  'umap-js': ['stats'],
  'apache-arrow': ['formats/parquet'],
  'parquet-wasm': ['formats/parquet'],
  canonicalize: ['ledger'],
  'libphonenumber-js': ['redactors'],
  compromise: ['redactors'],
  entities: ['redactors'],
  re2js: ['redactors'],
  '@scure/base': ['redactors'],
  '@noble/hashes': ['redactors'],
  yaml: ['config', 'commands'],
  aws4fetch: ['senders'],
  asn1js: ['senders'],
  pkijs: ['senders'],
  jose: ['oidc'],
}

interface Import {
  file: string
  room: string
  target: string
}

const files = ['src', 'jobs']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((name) => name.endsWith('.ts'))

function roomOf(file: string): string {
  const [top, second = ''] = file.split(sep)
  return top === 'jobs' ? 'jobs' : second.replace(/\.ts$/, '')
}

/** Every static and dynamic import of a source. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*?(?:\{[^}]*\})?[^'"\n;]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|import\('([^']+)'\)/g,
  )
  return [...found].map((match) => ({ file, room: roomOf(file), target: match[1] ?? match[2] ?? match[3] ?? '' }))
}

const imports = files.flatMap(importsOf)
const inside = imports.filter(({ target }) => target.startsWith('.'))

function targetRoom({ file, target }: Import): string {
  return roomOf(relative(root, resolve(root, dirname(file), target)))
}

it('sees the imports of the house', () => {
  expect(inside.length).toBeGreaterThan(100)
  expect(imports.some(({ target }) => target === 'better-sqlite3-multiple-ciphers')).toBe(true)
  expect(imports.some(({ target }) => target === './vectors.ts')).toBe(true)
})

it('knows every room', () => {
  expect([...new Set(files.map(roomOf))].filter((room) => !(room in MAY))).toEqual([])
})

it('lets a room import only from rooms below it', () => {
  const upward = inside
    .filter((one) => targetRoom(one) !== one.room)
    .filter((one) => {
      const may = MAY[one.room]
      return may !== 'anything' && !may?.includes(targetRoom(one))
    })
    .map((one) => `${one.file} imports ${one.target}`)
  expect(upward).toEqual([])
})

it('opens engines, encoder and senders under the roof alone', () => {
  const opened = inside
    .filter((one) => ['engines', 'encoder', 'senders'].includes(targetRoom(one)) && !OPENERS.has(one.room))
    .map((one) => `${one.file} imports ${one.target}`)
  expect(opened).toEqual([])
})

it('gives each outside package one doorstep', () => {
  const strays = imports
    .filter(({ target }) => !target.startsWith('.') && !target.startsWith('node:'))
    .filter(({ file, target }) => {
      const name = target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : target.split('/')[0]!
      const place = file.replaceAll(sep, '/').replace(/^src\//, '')
      return !(DOORSTEPS[name] ?? []).some((step) => place.startsWith(`${step}/`) || place === `${step}.ts`)
    })
    .map(({ file, target }) => `${file} imports ${target}`)
  expect(strays).toEqual([])
})

it('keeps the engines apart', () => {
  const crossed = inside.filter((one) => {
    const from = /^src\/engines\/([^/]+)\//.exec(one.file.replaceAll(sep, '/'))?.[1]
    const to = /engines\/([^/]+)\//.exec(resolve(root, dirname(one.file), one.target).replaceAll(sep, '/'))?.[1]
    return from !== undefined && to !== undefined && from !== to
  })
  expect(crossed).toEqual([])
})

it('has index files in families alone', () => {
  const FAMILIES =
    /^(src\/(redactors|detectors|formats\/(in|out|digest)|senders|concepts|commands|simulator\/texts|engines\/[^/]+\/migrations))\/index\.ts$/
  expect(
    files.map((file) => file.replaceAll(sep, '/')).filter((file) => file.endsWith('/index.ts') && !FAMILIES.test(file)),
  ).toEqual([])
})

it('asks for the time, for chance and for the environment under the roof alone', () => {
  const under = new Set(['main', 'writer-thread', 'reader-thread', 'roof', 'commands', 'config'])
  const asking = files
    .filter((file) => !under.has(roomOf(file)))
    .filter((file) =>
      /\bprocess\.env\b|\bDate\.now\(\)|\bMath\.random\(\)|\bnew Date\(\)/.test(
        readFileSync(join(root, file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, ''),
      ),
    )
  expect(asking).toEqual([])
})

it('avoids names that say nothing', () => {
  const empty = files.filter((file) =>
    /(^|[/-])(utils?|helpers?|common|manager|service)(\.ts$|\/)/.test(file.replaceAll(sep, '/')),
  )
  expect(empty).toEqual([])
})
