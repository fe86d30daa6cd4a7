import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { model, writeSettings } from '../../src/commands/model.ts'

let dir: string
let file: string
let printed: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'model-'))
  file = join(dir, 'undercurrent.yaml')
  await writeFile(file, '# ours\nport: 9000 # behind the proxy\n')
  printed = ''
  const note = (text: string | Uint8Array) => {
    printed += String(text)
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(note)
  vi.spyOn(process.stderr, 'write').mockImplementation(note)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(dir, { recursive: true })
})

async function undercurrent(...args: string[]): Promise<string> {
  const program = new Command().option('--config <file>').option('--models-dir <dir>').option('--model-dtype <dtype>')
  model(program)
  await program.parseAsync(['--config', file, ...args], { from: 'user' })
  return printed
}

it('lists the models, those of the manifest and added folders, and marks the one in use', async () => {
  await cp('models', join(dir, 'models'), { recursive: true })
  await cp('models/static-logs-en-256', join(dir, 'models/someone/theirs'), { recursive: true })
  const { items } = JSON.parse(await undercurrent('--models-dir', join(dir, 'models'), 'model', 'list', '--json'))
  expect(items).toMatchObject([
    { name: 'static-logs-en-256', in_use: true, present: true, dims: 256, origin: 'trained by this project' },
    { name: 'someone/theirs', in_use: false, present: true },
  ])
})

it('tells what is known of the model in use, files checked', async () => {
  const facts = JSON.parse(await undercurrent('model', 'info', '--json'))
  expect(facts).toMatchObject({ name: 'static-logs-en-256', dtype: 'q8', dims: 256, files: 'as the manifest says' })
})

it('writes the choice into the file and keeps what else stands there', async () => {
  await cp('models/static-logs-en-256', join(dir, 'mine'), { recursive: true })
  expect(await undercurrent('model', 'use', join(dir, 'mine'))).toContain('Restart the service')
  expect(await readFile(file, 'utf8')).toBe(
    `# ours\nport: 9000 # behind the proxy\nmodel: ${join(dir, 'mine')}\nmodel_dtype: q8\n`,
  )
})

it('writes nothing for a model that is not there', async () => {
  await expect(undercurrent('model', 'use', 'nobody/nothing')).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
  expect(await readFile(file, 'utf8')).not.toContain('model')
})

it('makes the file where there is none, and leaves one that is no YAML as it is', async () => {
  writeSettings(join(dir, 'new.yaml'), { model: 'x' })
  expect(await readFile(join(dir, 'new.yaml'), 'utf8')).toBe('model: x\n')
  await writeFile(file, 'a: [')
  expect(() => writeSettings(file, { model: 'x' })).toThrow('nothing was changed')
  expect(await readFile(file, 'utf8')).toBe('a: [')
})
