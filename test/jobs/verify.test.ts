import {
  appendFileSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as immediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { verifyJob } from '../../jobs/verify.ts'
import { packageRoot, readConfig } from '../../src/config.ts'
import type { Finding } from '../../src/core/finding.ts'
import { Problem } from '../../src/core/problem.ts'
import { authenticateBetween } from '../../src/engines/embedded/authenticate.ts'
import { connect } from '../../src/engines/embedded/connection.ts'
import { PAGE_BYTES } from '../../src/engines/embedded/page-encryption.ts'
import { type House, openHouse } from '../../src/roof/local-house.ts'
import { openSecrets } from '../../src/roof/secrets.ts'
import { said } from '../contracts/engine/said.ts'
import { signer } from '../stories/tampered.ts'

let folder: string
let house: House
const config = () =>
  readConfig({ data_dir: join(folder, 'var'), models_dir: join(folder, 'models'), log_level: 'silent' }, {}, folder)
const database = () => join(folder, 'var', 'undercurrent.db')

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-verify-job-'))
  cpSync(join(packageRoot, 'models'), join(folder, 'models'), { recursive: true })
  // pages at the end that nobody reads: what becomes of them, only who asks each page can see
  const db = connect(config().data_dir, true, (await openSecrets(config())).store)
  db.exec('create table full(b blob)')
  db.prepare('insert into full values (zeroblob(?))').run(300 * PAGE_BYTES)
  db.exec('drop table full')
  db.close()
  house = await openHouse(config())
  await house.engine.append(Array.from({ length: 10 }, (_, i) => said(`a${i}`)))
})
afterEach(async () => {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
})

const findings = async () =>
  (await house.engine.records('finding', {}, { order: 'ts', limit: 9 })).map(({ body }) => body as unknown as Finding)

/** Turns one byte in the last page, and returns its number. */
function damage(): number {
  const page = statSync(database()).size / PAGE_BYTES
  const file = openSync(database(), 'r+')
  writeSync(file, Buffer.of(0x55, 0xaa), 0, 2, (page - 1) * PAGE_BYTES + 700)
  closeSync(file)
  return page
}

it('has nothing to say of what nobody touched', async () => {
  expect(await house.writing().runJob('verify')).toMatchObject({ outcome: 'done', done: 10 })
  expect(await findings()).toEqual([])
})

it('a damaged page and a damaged file of the index are one critical finding that names them', async () => {
  const page = damage()
  mkdirSync(join(folder, 'var', 'index'), { recursive: true })
  writeFileSync(join(folder, 'var', 'index', 'x-0-9.seg'), 'no snapshot')
  for (let night = 0; night < 2; night++)
    expect(await house.writing().runJob('verify')).toMatchObject({ outcome: 'done' })
  const [finding, ...others] = await findings()
  expect(others).toEqual([])
  expect(finding).toMatchObject({
    severity: 'critical',
    title: 'Files of the data directory are damaged',
    evidence: [{ observed: 2, text: expect.stringContaining(`undercurrent.db: pages ${page}; index/x-0-9.seg: `) }],
  })
})

it('a model and a concept that are not those of the start are a critical finding with both hashes', async () => {
  const writing = house.writing()
  await writing.runJob('baseline')
  appendFileSync(join(folder, 'models', 'concepts', 'refusal.json'), ' ')
  appendFileSync(join(folder, 'models', 'static-logs-en-256', 'tokenizer.json'), ' ')
  expect(await writing.runJob('verify')).toMatchObject({ outcome: 'done' })
  expect(await findings()).toMatchObject([
    {
      severity: 'critical',
      title: 'A model or a concept is not the one that was recorded',
      evidence: [
        {
          observed: 2,
          text: expect.stringMatching(
            /SHA-256 of models\/concepts\/refusal\.json: recorded [0-9a-f]{64}, found [0-9a-f]{64}; models\/static-logs-en-256\/tokenizer\.json: /,
          ),
        },
      ],
    },
  ])
})

it('damage that keeps the entries from being read is told of all the same', async () => {
  const { engine, clock } = house
  const sealed = () => Promise.reject(new Problem('STORE_BROKEN', 'a page cannot be read'))
  const files = [{ file: 'undercurrent.db', what: '1 of its pages was altered', pages: [7] }]
  const parts = { engine: { ...engine, sealed }, clock, signer }
  const calm = new AbortController().signal
  const job = (altered: typeof files) =>
    verifyJob({ ...parts, alteredOnDisk: async () => ({ files: altered, policy: [] }) }, calm, () => {})
  await expect(job([])).rejects.toThrow('a page cannot be read')
  expect(await job(files)).toEqual({ done: 0 })
  expect(await findings()).toMatchObject([{ evidence: [{ text: expect.stringContaining('pages 7') }] }])
})

it('other work of the thread goes on while pages are asked, and an end that is asked for comes soon', async () => {
  const { store } = await openSecrets(config())
  const page = damage()
  let turns = 0
  let over = false
  const others = (async () => {
    for (; !over; turns++) await immediate()
  })()
  const found = await authenticateBetween(config().data_dir, store, new AbortController().signal)
  over = true
  await others
  expect(found).toMatchObject([{ file: 'undercurrent.db', pages: [page] }])
  // 64 pages a step
  expect(turns).toBeGreaterThanOrEqual(4)
  expect(await authenticateBetween(config().data_dir, store, AbortSignal.abort())).toEqual([])
})
