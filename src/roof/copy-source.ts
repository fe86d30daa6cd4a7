import { resolve } from 'node:path'
import type { Config } from '../config.ts'
import type { SegmentSettings, SettingsOf } from '../core/copies.ts'
import type { SegmentSource } from '../core/copy.ts'
import type { Clock } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { s3Source } from '../senders/s3-targets.ts'
import { folderSource, writeOnceFolder } from '../senders/write-once-folder.ts'
import { readCopiesFile } from './copies-file.ts'
import { s3Of } from './open-copies.ts'

/** A copy of sealed segments that can be read. */
export interface OpenCopy {
  /** As it was asked for, for people. */
  name: string
  source: SegmentSource
  /** The target of the copies file that puts it there; null where none does, or there is no such file. */
  target: { name: string; place: string } | null
}

const S3 = 's3:'

/**
 * The copy that a command was told of: `s3:NAME` is the segments target NAME of the copies file, anything else a folder.
 * Nothing is opened before it is read. Throws Problem BAD_REQUEST where there is no such target, CONFIG_INVALID as the
 * copies file does.
 */
export function copySource(
  name: string,
  { copies_file }: Pick<Config, 'copies_file'>,
  clock: Clock,
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): OpenCopy {
  if (!name.startsWith(S3)) {
    const path = resolve(name)
    const folders = segmentTargets(copies_file).filter((one): one is SettingsOf<'folder'> => one.kind === 'folder')
    const found = folders.find((one) => one.path === path)
    return { name, source: folderSource(path), target: found === undefined ? null : writeOnceFolder(found) }
  }
  if (copies_file === '')
    throw new Problem('BAD_REQUEST', `${name} is a target of a copies file: name the file by --copies-file`)
  const targets = segmentTargets(copies_file).filter((one): one is SettingsOf<'s3'> => one.kind === 's3')
  const target = targets.find((one) => one.name === name.slice(S3.length))
  if (target === undefined) {
    const known = targets.map((one) => S3 + one.name).join(', ')
    throw new Problem(
      'BAD_REQUEST',
      `${copies_file} has no s3 target ${name.slice(S3.length)} under segments; it has ${known || 'none'}`,
    )
  }
  const store = s3Of(target, { clock, env })
  return { name, source: s3Source(store, signal), target: { name: target.name, place: store.place } }
}

const segmentTargets = (file: string): SegmentSettings[] => (file === '' ? [] : (readCopiesFile(file).segments ?? []))
