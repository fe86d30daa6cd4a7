import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { npmEnvironment } from '../../scripts/natives.mjs'

const root = join(import.meta.dirname, '..', '..')
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Longest that two native modules take to compile on a busy machine. */
const COMPILING_MS = 20 * 60_000

let place: string
let tarball: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'pack-'))
  tarball = pack()
})
afterAll(() => {
  // a folder without write bits cannot be emptied
  setWritable(join(place, 'elsewhere', 'node_modules', own.name), true)
  rmSync(place, { recursive: true })
})

/** Packs what git would commit, in a folder of its own: packing builds anew, and the build here may be in use. */
function pack(): string {
  const checkout = join(place, 'checkout')
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  for (const path of listed.split('\0').filter((name) => name !== '' && existsSync(join(root, name))))
    cpSync(join(root, path), join(checkout, path))
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
  npm(['pack', '--pack-destination', place], checkout)
  const [made] = readdirSync(place).filter((name) => name.endsWith('.tgz'))
  return join(place, made!)
}

function npm(args: readonly string[], cwd: string) {
  const run = spawnSync('npm', args, { cwd, env: npmEnvironment(), encoding: 'utf8', maxBuffer: 2 ** 26 })
  expect(run.status, run.stderr).toBe(0)
  return run
}

function setWritable(folder: string, writable: boolean) {
  if (!existsSync(folder)) return
  for (const path of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    const { mode } = statSync(join(folder, path))
    chmodSync(join(folder, path), writable ? mode | 0o200 : mode & ~0o222)
  }
}

describe('the tarball', () => {
  let paths: string[]
  beforeAll(() => {
    paths = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
      .split('\n')
      .map((path) => path.replace(/^package\//, ''))
      .filter((path) => path !== '')
  })

  it('holds what runs, the models, the papers and the samples', () => {
    expect(paths).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'SECURITY.md',
        'CHANGELOG.md',
        'docs/install.md',
        own.bin.undercurrent,
        'dist/src/writer-thread.js',
        'dist/src/reader-thread.js',
        'dist/src/LICENSES.txt',
        'models/manifest.json',
        'models/concepts/refusal.json',
      ]),
    )
    const { models } = JSON.parse(readFileSync(join(root, 'models', 'manifest.json'), 'utf8'))
    for (const { name, files } of models)
      for (const file of Object.keys(files)) expect(paths).toContain(`models/${name}/${file}`)
  })

  it('holds no sources, tests, measurements, data or keys', () => {
    const strays = paths.filter(
      (path) =>
        /\.(ts|map|tsbuildinfo|key|db)$/.test(path) ||
        /^(src|jobs|test|bench|scripts|dist\/bench|data\/var)/.test(path),
    )
    expect(strays).toEqual([])
  })

  it('is smaller than 40 MB, most of it the model', () => {
    expect(statSync(tarball).size).toBeLessThan(40e6)
  })
})

describe('an installation from the tarball', () => {
  let folder: string
  let untouched: string[]
  beforeAll(() => {
    folder = join(place, 'elsewhere')
    mkdirSync(folder)
    const page = readFileSync(join(root, 'docs', 'install.md'), 'utf8')
    const [, documented] = /```json\n(\{[^`]*"allowScripts"[^`]*\})\n```/.exec(page) ?? []
    writeFileSync(join(folder, 'package.json'), documented!)
    npm(['install', '--no-audit', '--no-fund', tarball], folder)
    setWritable(join(folder, 'node_modules', own.name), false)
    untouched = inPackage()
  }, COMPILING_MS)

  const inPackage = () =>
    readdirSync(join(folder, 'node_modules', own.name), { recursive: true, encoding: 'utf8' }).sort()

  function undercurrent(...args: string[]) {
    return spawnSync('npx', [own.name, ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 })
  }

  it('says its version', () => {
    expect(undercurrent('--version')).toMatchObject({ status: 0, stdout: `${own.version}\n` })
  })

  it('finds nothing wrong with itself', () => {
    const { status, stdout } = undercurrent('doctor', '--port', '0', '--json')
    expect(JSON.parse(stdout).items.filter((item: { ok: boolean }) => !item.ok)).toEqual([])
    expect(status).toBe(0)
  })

  it('shows the demonstration, with its data in the working directory and nothing changed in the package', () => {
    const { status, stdout, stderr } = undercurrent('demo', '--no-serve')
    expect(status, stderr).toBe(0)
    expect(stdout).toContain('Search: "all refusals"')
    expect(stdout).toContain('Digest of')
    expect(existsSync(join(folder, 'data', 'var-demo', 'undercurrent.db'))).toBe(true)
    expect(inPackage()).toEqual(untouched)
  })

  it('leaves the data when it is removed', () => {
    setWritable(join(folder, 'node_modules', own.name), true)
    npm(['uninstall', own.name], folder)
    expect(existsSync(join(folder, 'node_modules', own.name))).toBe(false)
    expect(existsSync(join(folder, 'data', 'var-demo', 'undercurrent.db'))).toBe(true)
  })
})
