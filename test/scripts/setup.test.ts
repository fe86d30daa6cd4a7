import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { onNode } from '../installed.ts'

const script = join(import.meta.dirname, '..', '..', 'scripts', 'setup.mjs')

it('turns away an old Node in one sentence, before anything is installed', () => {
  const { status, stderr } = spawnSync(process.execPath, [...onNode('18.20.8'), script], { encoding: 'utf8' })
  expect(stderr.trim()).toBe('undercurrent: Node 18.20.8 is too old: undercurrent needs 20.19 or newer.')
  expect(status).toBe(1)
})
