import { mkdirSync, mkdtempSync, readlinkSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { linkCommand } from '../../scripts/link-command.mjs'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'link-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const link = () => join(root, 'node_modules', '.bin', 'undercurrent')

function build() {
  mkdirSync(join(root, 'dist', 'src', 'commands'), { recursive: true })
  writeFileSync(join(root, 'dist', 'src', 'commands', 'run.js'), '')
}

function ready() {
  build()
  mkdirSync(join(root, 'node_modules'))
}

it('leads from the commands of npm to the build, however often it is asked', () => {
  ready()
  linkCommand(root, 'linux')
  linkCommand(root, 'linux')
  expect(realpathSync(link())).toBe(realpathSync(join(root, 'dist', 'src', 'commands', 'run.js')))
})

it('replaces a link that leads elsewhere', () => {
  build()
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true })
  symlinkSync('../gone.js', link())
  linkCommand(root, 'linux')
  expect(readlinkSync(link())).toBe(join('..', '..', 'dist', 'src', 'commands', 'run.js'))
})

it.each([
  ['before the first build', () => mkdirSync(join(root, 'node_modules')), 'linux'],
  ['before an installation', build, 'linux'],
  ['on Windows', ready, 'win32'],
] as const)('does nothing %s', (_, prepare, platform) => {
  prepare()
  linkCommand(root, platform)
  expect(() => readlinkSync(link())).toThrow()
})
