import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createGraphKeeper } from '../../../src/engines/embedded/graph-keeper.ts'
import { scratchIn } from '../../../src/engines/embedded/scratch.ts'
import { sharedVectors } from '../../../src/engines/embedded/segments.ts'
import { clustered, seeded } from './a-vector-store.ts'

const MEMORY = '/dev/shm'
const memory = process.platform === 'linux' && existsSync(MEMORY) && statfsSync(MEMORY).type === 0x01021994
if (!memory) process.stderr.write('skipped: there is no /dev/shm that is memory here\n')

const DIMS = 16
const N = 200

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-scratch-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const modeOf = (path: string) => statSync(path).mode & 0o777

it.runIf(memory)('is a file in memory that its owner alone can reach, and that is gone when it is closed', () => {
  const file = scratchIn(folder)(1_000)
  expect(file.path.startsWith(`${MEMORY}/undercurrent-`)).toBe(true)
  expect([modeOf(dirname(file.path)), modeOf(file.path)]).toEqual([0o700, 0o600])
  writeFileSync(file.path, 'in the clear')
  expect(readdirSync(folder)).toEqual([])
  file.close()
  expect(existsSync(dirname(file.path))).toBe(false)
})

it('lies in the folder where memory is none, or has too little room', () => {
  const open = [scratchIn(folder)(2 ** 50), scratchIn(folder, import.meta.dirname)(1), scratchIn(folder, '/nowhere')(1)]
  expect(readdirSync(folder)).toHaveLength(3)
  for (const { path, close } of open) {
    expect(path.startsWith(folder)).toBe(true)
    expect(path.endsWith('.tmp')).toBe(true)
    close()
  }
  expect(readdirSync(folder)).toEqual([])
})

it.runIf(memory)('removes what processes that died left of the same folder, and nothing else', () => {
  const open = scratchIn(folder)
  const live = open(1)
  const prefix = /^(.*-)\d+-[^-]*$/.exec(dirname(live.path))![1]!
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  const left = [`${prefix}${dead}-aaaaaa`, `${prefix}${process.pid}-before`]
  const others = [`${prefix}1-of-init`, join(MEMORY, `undercurrent-other-${dead}-aaaaaa`)]
  try {
    for (const path of [...left, ...others]) {
      mkdirSync(path)
      writeFileSync(join(path, 'graph'), 'in the clear')
    }
    // a process of before had the number of this one
    utimesSync(left[1]!, 1, 1)
    scratchIn(folder)
    expect(left.filter((path) => existsSync(path))).toEqual([])
    expect([...others, live.path].filter((path) => !existsSync(path))).toEqual([])
  } finally {
    for (const path of [...left, ...others]) rmSync(path, { recursive: true, force: true })
    live.close()
  }
})

it.runIf(memory)('shows nothing of a graph in the folder while it is saved and taken up', async () => {
  const vectors = sharedVectors(N * DIMS)
  for (const [i, vector] of clustered(N, DIMS, seeded(3), N).entries()) vectors.set(vector, i * DIMS)
  const events: string[] = []
  const opened: string[] = []
  const watcher = watch(folder, (_, name) => events.push(String(name)))
  try {
    const open = scratchIn(folder)
    const keep = createGraphKeeper((bytes) => {
      const file = open(bytes)
      opened.push(file.path)
      return file
    })
    await keep({ op: 'build', graph: 1, vectors, dims: DIMS })
    const links = (await keep({ op: 'links', graph: 1 })) as Uint8Array
    await keep({ op: 'load', graph: 2, vectors, dims: DIMS, links })
    expect(opened).toHaveLength(2)
    expect(opened.filter((path) => !path.startsWith(MEMORY) || existsSync(path))).toEqual([])
    // the watch does see what comes into the folder
    writeFileSync(join(folder, 'a-name'), '')
    while (events.length === 0) await turn()
    expect(new Set(events)).toEqual(new Set(['a-name']))
  } finally {
    watcher.close()
  }
})
