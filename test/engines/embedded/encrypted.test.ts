import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authenticate } from '../../../src/engines/embedded/authenticate.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { PAGE_BYTES } from '../../../src/engines/embedded/page-encryption.ts'
import { handClock } from '../../contracts/engine/contract.ts'
import { eraseUser } from '../../contracts/engine/erasing.ts'
import { said } from '../../contracts/engine/said.ts'
import { plainFiles } from '../../plain-files.ts'
import { storeKey } from '../../store-key.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'uc-encrypted-'))
  const engine = await openEmbedded({ key: storeKey, dataDir, clock: handClock() })
  await engine.append(
    Array.from({ length: 400 }, (_, i) => said(`e${i}`, { prompt: `zanzibar number ${i}`, user_id: 'u1' })),
  )
  while ((await engine.tend(1000)) > 0);
  // free pages
  await eraseUser(engine, 'u1')
  await engine.append(Array.from({ length: 50 }, (_, i) => said(`f${i}`, { prompt: `marmalade number ${i}` })))
  await engine.close()
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const file = () => join(dataDir, 'undercurrent.db')

it('no text of an event, nor a name of a table, can be read on the disk, but by whoever has the key', () => {
  const raw = Buffer.concat(
    readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name))),
  )
  for (const word of ['zanzibar', 'marmalade', 'SQLite', 'create table', 'llm.completion'])
    expect(raw.includes(word)).toBe(false)
  const plain = Buffer.concat(plainFiles(dataDir, storeKey).map(({ bytes }) => bytes))
  for (const word of ['marmalade', 'llm.completion']) expect(plain.includes(word)).toBe(true)
  expect(plain.includes('zanzibar')).toBe(false)
})

it('another key opens nothing and changes nothing', async () => {
  const before = readFileSync(file())
  const other = { key: new Uint8Array(32).fill(1), dataDir, clock: handClock() }
  await expect(openEmbedded(other)).rejects.toMatchObject({
    code: 'STORE_BROKEN',
    message: expect.stringContaining('another key'),
  })
  expect(readFileSync(file()).equals(before)).toBe(true)
})

describe('every page', () => {
  it('is as it was written, in a store that nobody touched', () => {
    expect(authenticate(dataDir, storeKey)).toEqual([])
  })

  it('betrays a single byte, a free page like any other', () => {
    const pages = readFileSync(file()).length / PAGE_BYTES
    expect(pages).toBeGreaterThan(10)
    // the first, the last, and every seventh between
    for (let page = 1; page <= pages; page = page === pages ? pages + 1 : Math.min(page + 7, pages)) {
      const at = (page - 1) * PAGE_BYTES + ((page * 977) % PAGE_BYTES)
      const flip = () => {
        const handle = openSync(file(), 'r+')
        writeSync(handle, Buffer.of(readFileSync(file())[at]! ^ 0x10), 0, 1, at)
        closeSync(handle)
      }
      flip()
      expect(authenticate(dataDir, storeKey)[0]?.pages).toContain(page)
      flip()
    }
    expect(authenticate(dataDir, storeKey)).toEqual([])
  })

  it('is missed where the file was cut short inside of it', () => {
    truncateSync(file(), readFileSync(file()).length - 100)
    expect(authenticate(dataDir, storeKey)).toHaveLength(1)
  })

  it('is at its place: two that changed places are both named', () => {
    const bytes = readFileSync(file())
    const [one, other] = [
      bytes.subarray(2 * PAGE_BYTES, 3 * PAGE_BYTES),
      bytes.subarray(4 * PAGE_BYTES, 5 * PAGE_BYTES),
    ]
    const handle = openSync(file(), 'r+')
    writeSync(handle, other, 0, PAGE_BYTES, 2 * PAGE_BYTES)
    writeSync(handle, one, 0, PAGE_BYTES, 4 * PAGE_BYTES)
    closeSync(handle)
    expect(authenticate(dataDir, storeKey)[0]?.pages).toEqual([3, 5])
  })
})
