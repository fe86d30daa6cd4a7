// Makes `dist` from the sources: a few files for each program and thread instead of the thousand modules that they are
// written in, so that each starts in half the time. Types are checked by `npm run check`.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { rolldown } from 'rolldown'
import { root } from './natives.mjs'

/** What Node is told to run, less `src/` and `.ts`: the command, and one entry for each kind of thread. */
const ENTRIES = ['commands/run', 'writer-thread', 'reader-thread', 'encoder/thread', 'engines/embedded/segment-thread']

/**
 * Packages that are built in, since each is many small modules: schemas, entities, tables. Whatever keys,
 * certificates, tokens or sockets depend on stays a package of the installation, which can be renewed there.
 */
const BUILT_IN = ['typebox', 'entities', 'csv-stringify']

const dist = join(root, 'dist')
const programs = readdirSync(join(root, 'bench')).filter((name) => name.endsWith('.ts'))

rmSync(dist, { recursive: true, force: true })
await bundle('src', ENTRIES)
await bundle(
  'bench',
  programs.map((name) => name.slice(0, -'.ts'.length)),
)
chmodSync(join(dist, 'src', 'commands', 'run.js'), 0o755)
// the build counts as newer than its sources
writeFileSync(join(dist, '.built'), '')
await import('./check-natives.mjs')

/** Writes each entry of a folder to its place under `dist`, and what they share beside them. */
async function bundle(folder, entries) {
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((name) => [name, join(root, folder, `${name}.ts`)])),
    platform: 'node',
    external: isOutside,
  })
  const { output } = await build.write({
    dir: join(dist, folder),
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
  })
  await build.close()
  const modules = output.flatMap((one) => (one.type === 'chunk' ? one.moduleIds : []))
  writeFileSync(join(dist, folder, 'LICENSES.txt'), licences(modules))
}

/** Whether an import is left to Node: its own modules, and packages that are not built in. */
function isOutside(id) {
  return !/^[./]|^[A-Za-z]:/.test(id) && !BUILT_IN.some((name) => id === name || id.startsWith(`${name}/`))
}

/** The licence of every package that a module was taken from, as its author asks. */
function licences(modules) {
  const folders = new Set(modules.flatMap((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id) ?? []))
  const texts = [...folders].sort().map((folder) => {
    const name = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))
    if (name === undefined) throw new Error(`${folder} has no licence to ship with it`)
    return `${relative(join(root, 'node_modules'), folder)}\n\n${readFileSync(join(folder, name), 'utf8').trim()}\n`
  })
  return texts.join('\n\n')
}
