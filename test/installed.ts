import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

export interface Installation {
  /** Folder of the package: package.json, dist, models, node_modules. */
  folder: string
  /** The command, to be run with Node. */
  entry: string
  remove(): void
}

/**
 * The last build in a folder of its own, with the dependencies of this checkout, less the binaries of the packages named
 * in `without`: what an installation leaves behind whose install scripts were blocked.
 */
export function anInstallation(without: readonly string[] = []): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'installed-'))
  const modules = join(folder, 'node_modules')
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
  symlinkSync(join(root, 'models'), join(folder, 'models'))
  mkdirSync(modules)
  // links lead out of the folder, so what looks for a package without binary has to be a copy too
  const copied = new Set([...without, ...(without.includes('onnxruntime-node') ? ['@huggingface'] : [])])
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.')) continue
    const from = join(root, 'node_modules', name)
    if (copied.has(name)) cpSync(from, join(modules, name), { recursive: true, filter: (path) => !isBinary(path) })
    else symlinkSync(from, join(modules, name))
  }
  return {
    folder,
    entry: join(folder, 'dist', 'src', 'commands', 'run.js'),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Options of Node with which a program believes that it runs on another version. */
export function onNode(version: string): string[] {
  const program = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  return ['--import', `data:text/javascript,${encodeURIComponent(program)}`]
}

function isBinary(path: string): boolean {
  return /\.(node|so[.\d]*|dylib|dll|o|a)$/.test(path)
}
