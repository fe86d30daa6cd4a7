import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anInstallation, type Installation, onNode } from '../installed.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'run-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

function undercurrent({ entry }: Installation, args: readonly string[], options: readonly string[] = []) {
  return spawnSync(process.execPath, [...options, entry, ...args], { cwd, encoding: 'utf8', timeout: 50_000 })
}

describe('a whole installation', () => {
  let whole: Installation
  beforeAll(() => {
    whole = anInstallation()
  })
  afterAll(() => whole.remove())

  it('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(whole.folder, 'package.json'), 'utf8'))
    expect(undercurrent(whole, ['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('turns away a Node older than package.json asks for, in one sentence', () => {
    const { engines } = JSON.parse(readFileSync(join(whole.folder, 'package.json'), 'utf8'))
    const [major, minor] = engines.node.replace('>=', '').split('.').map(Number)
    expect(undercurrent(whole, ['--version'], onNode(`${major}.${minor}.0`)).status).toBe(0)
    expect(undercurrent(whole, ['--version'], onNode(`${major}.${minor - 1}.9`))).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `undercurrent: Node ${major}.${minor - 1}.9 is too old: undercurrent needs ${major}.${minor} or newer\n`,
    })
  })

  it('keeps what it stores under the working directory', () => {
    const told = undercurrent(whole, ['config', '--json'])
    expect(JSON.parse(told.stdout).data_dir).toBe(join(cwd, 'data', 'var'))
  })
})

describe('an installation whose scripts were blocked', () => {
  let blocked: Installation
  beforeAll(() => {
    blocked = anInstallation(['better-sqlite3-multiple-ciphers', 'hnswlib-node', 'onnxruntime-node'])
  })
  afterAll(() => blocked.remove())

  const sentence = (name: string) =>
    `the native module ${name} is not built, most likely because install scripts were blocked:` +
    ` run \`npm rebuild ${name}\` (docs/install.md tells which scripts package.json must allow)`

  it('still says its version', () => {
    expect(undercurrent(blocked, ['--version']).status).toBe(0)
  })

  it.each(['serve', 'digest', 'job list', 'demo --no-serve'])('ends `%s` with the command that mends it', (line) => {
    const run = undercurrent(blocked, line.split(' '))
    expect(run.stderr).toBe(`undercurrent: ${sentence('better-sqlite3-multiple-ciphers')}\n`)
    expect(run.status).toBe(1)
  })

  it('lists each missing module under the doctor', () => {
    const run = undercurrent(blocked, ['doctor', '--json'])
    const { items } = JSON.parse(run.stdout) as { items: { name: string; ok: boolean; text: string }[] }
    const textOf = (name: string) => items.find((item) => item.name === name)?.text
    expect(run.status).toBe(1)
    expect(textOf('native modules')).toBe(
      ['better-sqlite3-multiple-ciphers', 'hnswlib-node', 'onnxruntime-node'].map(sentence).join('; '),
    )
    expect(textOf('model')).toBe(sentence('onnxruntime-node'))
    expect(textOf('store')).toBe(sentence('better-sqlite3-multiple-ciphers'))
  })
})
