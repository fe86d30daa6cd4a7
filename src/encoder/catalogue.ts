import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isFolder, type ManifestEntry, readManifest } from './manifest.ts'

/** A model that can be chosen by name. */
export interface Listed {
  name: string
  /** Null for a folder that somebody added: it is taken as it lies. */
  entry: ManifestEntry | null
  /** Whether its folder is there. */
  present: boolean
}

/**
 * The models of the manifest, then every other folder below `modelsDir` (`name` or `owner/name`) that holds a graph.
 * @throws Problem MODEL_BROKEN where the manifest is damaged
 */
export async function listModels(modelsDir: string): Promise<Listed[]> {
  const entries = await readManifest(modelsDir)
  const folders = await modelFolders(modelsDir)
  const named = entries.map((entry) => ({ name: entry.name, entry, present: folders.includes(entry.name) }))
  const others = folders.filter((name) => !entries.some((entry) => entry.name === name))
  return [...named, ...others.map((name) => ({ name, entry: null, present: true }))]
}

async function modelFolders(modelsDir: string): Promise<string[]> {
  const found: string[] = []
  for (const name of await foldersIn(modelsDir)) {
    if (await isFolder(join(modelsDir, name, 'onnx'))) found.push(name)
    else
      for (const inner of await foldersIn(join(modelsDir, name)))
        if (await isFolder(join(modelsDir, name, inner, 'onnx'))) found.push(`${name}/${inner}`)
  }
  return found
}

async function foldersIn(path: string): Promise<string[]> {
  const all = await readdir(path, { withFileTypes: true }).catch(() => [])
  return all.flatMap((one) => (one.isDirectory() ? [one.name] : [])).sort()
}
