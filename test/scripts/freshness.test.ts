import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isBuilt, isInstalled } from '../../scripts/freshness.mjs'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fresh-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, content: unknown) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), JSON.stringify(content))
}

/** Sets the time of last change, in seconds after an arbitrary start. */
function touch(path: string, second: number) {
  utimesSync(join(root, path), 1_700_000_000 + second, 1_700_000_000 + second)
}

describe('what is installed', () => {
  const one = { version: '1.0.0', integrity: 'sha512-one' }
  const hidden = 'node_modules/.package-lock.json'

  it('is missing before an installation', () => {
    write('package-lock.json', { packages: { 'node_modules/one': one } })
    expect(isInstalled(root)).toBe(false)
  })

  it('is complete with every package of the lock file, less what is optional', () => {
    const other = { ...one, optional: true }
    write('package-lock.json', { packages: { '': {}, 'node_modules/one': one, 'node_modules/for-macs': other } })
    write(hidden, { packages: { 'node_modules/one': one } })
    expect(isInstalled(root)).toBe(true)
  })

  it('is told by content: a checkout gives the lock file a new time', () => {
    write('package-lock.json', { packages: { 'node_modules/one': one } })
    write(hidden, { packages: { 'node_modules/one': one } })
    touch(hidden, 0)
    touch('package-lock.json', 100)
    expect(isInstalled(root)).toBe(true)
  })

  it.each([
    ['is absent', {}],
    ['has another version', { 'node_modules/one': { ...one, version: '1.0.1' } }],
    ['has other content', { 'node_modules/one': { ...one, integrity: 'sha512-two' } }],
  ])('is out of date where a package %s', (_, packages) => {
    write('package-lock.json', { packages: { 'node_modules/one': one } })
    write(hidden, { packages })
    expect(isInstalled(root)).toBe(false)
  })
})

describe('what is built', () => {
  beforeEach(() => {
    write('src/core/event.ts', '')
    write('package.json', {})
    write('dist/.built', '')
    for (const path of ['src/core/event.ts', 'src/core', 'src', 'package.json']) touch(path, 0)
    touch('dist/.built', 100)
  })

  it('is fresh while it is newer than every source', () => {
    expect(isBuilt(root)).toBe(true)
  })

  it('is stale after a source changed', () => {
    touch('src/core/event.ts', 200)
    expect(isBuilt(root)).toBe(false)
  })

  it('is stale after a source was removed, which only its folder remembers', () => {
    rmSync(join(root, 'src/core/event.ts'))
    expect(isBuilt(root)).toBe(false)
  })

  it('is missing where the compiler did not get to its end', () => {
    rmSync(join(root, 'dist/.built'))
    expect(isBuilt(root)).toBe(false)
  })
})
