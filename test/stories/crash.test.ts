import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { samples } from '../redactors/samples.ts'
import { aFolder, aKey, discard, served } from './served.ts'

const dataDir = aFolder()
const bomb = join(dataDir, '..', 'bomb.mjs')
const policy = join(dataDir, '..', 'redaction.yaml')
const BADGE = 'EMP-482913'

/** Loaded into every thread by Node itself: throws in one of them what no code of ours expects, once the fuse is there. */
const BOMB = `
import { existsSync } from 'node:fs'
import { isMainThread, workerData } from 'node:worker_threads'
const { where, kind, text, fuse } = JSON.parse(process.env.BOMB)
const here = isMainThread ? 'main' : workerData?.config ? 'worker' : 'other'
const error = Object.assign(new Error('unexpected ' + text), { event: { prompt: text } })
const burn = () => {
  if (!existsSync(fuse)) return
  if (kind === 'rejection') Promise.reject(error)
  else throw error
}
if (here === where) setInterval(burn, 20)
`

beforeAll(() => {
  aKey(dataDir, 'admin')
  writeFileSync(bomb, BOMB)
  writeFileSync(policy, `rules: [{ name: badge, type: BADGE, pattern: 'EMP-\\d{6}' }]\n`)
})
afterAll(() => discard(dataDir))

it.each([
  ['main', 'error'],
  ['main', 'rejection'],
  ['worker', 'error'],
])('a crash of a %s thread by %s tells why, without the text that it quotes', async (where, kind) => {
  const fuse = join(dataDir, '..', `${where}-${kind}`)
  const env = {
    NODE_OPTIONS: `--import ${bomb}`,
    BOMB: JSON.stringify({ where, kind, fuse, text: `${samples.email} of ${BADGE}` }),
  }
  const flags = ['--jobs-enabled', 'false', '--redaction-file', policy]
  const service = await served(dataDir, '', flags, env)
  writeFileSync(fuse, '')
  expect(await service.ended).toBe(1)
  expect(service.output()).toMatch(/unexpected \[EMAIL:\w{16}\] of \[BADGE:\w{16}\]/)
  expect(service.output()).not.toContain(samples.email)
  expect(service.output()).not.toContain(BADGE)
})
