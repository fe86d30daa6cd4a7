import type { Config } from '../config.ts'
import type { ArchiveSettings } from '../core/archive-settings.ts'
import type { ArchiveTarget } from '../core/archive-target.ts'
import type { Clock } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { archiveFolder } from '../senders/archive-folder.ts'
import { s3Archive } from '../senders/s3-targets.ts'
import { type CopiesRoof, s3Of } from './open-copies.ts'
import { readRetentionFile } from './retention-file.ts'

/** Where the file does not say: files of the archive are some MiB, where segments and checkpoints are small. */
const TIMEOUT_S = 60

/**
 * Where the archive lies by the settings of a retention file. Nothing is opened before it is used. Throws Problem
 * CONFIG_INVALID where a certificate file cannot be read.
 */
export function openArchive(settings: ArchiveSettings, roof: Pick<CopiesRoof, 'clock' | 'env'>): ArchiveTarget {
  if (settings.folder !== undefined) return archiveFolder(settings.folder)
  return s3Archive(s3Of({ timeout_s: TIMEOUT_S, ...settings.s3! }, roof))
}

/** The same of a house; one that names no place has one that refuses to be used. Throws as the retention file does. */
export function archiveOf({ retention_file }: Pick<Config, 'retention_file'>, clock: Clock): ArchiveTarget {
  const settings = retention_file === '' ? undefined : readRetentionFile(retention_file).archive
  return settings === undefined ? nowhere : openArchive(settings, { clock, env: process.env })
}

const refuse = async () => {
  throw new Problem('COPY_FAILED', 'where the archive lies is not said: give --retention-file with `archive`')
}

const nowhere: ArchiveTarget = { place: 'nowhere', put: refuse, read: refuse, remove: refuse }
