import { afterEach, describe, expect, it, vi } from 'vitest'
import { missingTools, npmEnvironment, remedy } from '../../scripts/natives.mjs'

const sqlite = { name: 'better-sqlite3-multiple-ciphers', reason: 'Could not locate the bindings file.' }
const hnsw = { name: 'hnswlib-node', reason: 'Could not locate the bindings file.' }
const onnx = { name: 'onnxruntime-node', reason: 'cannot open shared object file' }

afterEach(() => vi.unstubAllEnvs())

describe('the sentence about native modules', () => {
  it('names what a compilation lacks before anything else', () => {
    expect(remedy([sqlite, hnsw], { missing: ['make', 'a C++ compiler'] })).toBe(
      'better-sqlite3-multiple-ciphers and hnswlib-node are not built because this machine lacks make and a C++ compiler:' +
        ' install a C++ toolchain (Debian and Ubuntu: apt-get install make g++ python3; macOS: xcode-select --install)' +
        ' and run `npm run setup`.',
    )
  })

  it('takes blocked scripts for the reason where nothing was tried yet', () => {
    expect(remedy([sqlite], { missing: [] })).toBe(
      'better-sqlite3-multiple-ciphers is not built, most likely because install scripts were blocked:' +
        ' run `npm run setup`, which builds what package.json allows.',
    )
  })

  it('does not advise what has just failed', () => {
    const said = remedy([hnsw, onnx], { tried: true, missing: [] })
    expect(said).toContain('hnswlib-node could not be built although a compiler is there')
  })

  it('asks for no compiler where a package brings its binary', () => {
    const said = remedy([onnx], { tried: true, missing: ['make'] })
    expect(said).toContain('onnxruntime-node cannot be loaded on this machine')
    expect(said).toContain(onnx.reason)
    expect(said).not.toContain('make')
  })

  it.each([
    [[sqlite, hnsw, onnx], {}],
    [[onnx], { tried: true }],
    [[sqlite], { missing: ['python3'] }],
  ])('is one line', (broken, how) => {
    expect(remedy(broken, how)).not.toContain('\n')
  })
})

describe('the tools of a compilation', () => {
  it('are all missed on an empty path', () => {
    vi.stubEnv('PATH', '/nowhere')
    expect(missingTools()).toEqual(['make', 'a C++ compiler', 'python3'])
  })

  it('are not judged on Windows', () => {
    vi.stubEnv('PATH', '/nowhere')
    expect(missingTools('win32')).toEqual([])
  })
})

describe('the environment of npm', () => {
  it('fetches no graphics libraries', () => {
    expect(npmEnvironment().npm_config_onnxruntime_node_install).toBe('skip')
  })

  it('leaves headers alone that someone chose', () => {
    vi.stubEnv('npm_config_nodedir', '/opt/node')
    expect(npmEnvironment().npm_config_nodedir).toBe('/opt/node')
  })
})
