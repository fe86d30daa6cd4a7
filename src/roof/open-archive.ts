import type { ArchiveSettings } from '../core/archive-settings.ts'
import type { ArchiveTarget } from '../core/archive-target.ts'
import { archiveFolder } from '../senders/archive-folder.ts'
import { s3Archive } from '../senders/s3-targets.ts'
import { type CopiesRoof, s3Of } from './open-copies.ts'

/**
 * Where the archive lies. Nothing is opened before it is used. Throws Problem CONFIG_INVALID where a certificate file
 * cannot be read.
 */
export function openArchive(settings: ArchiveSettings, roof: Pick<CopiesRoof, 'clock' | 'env'>): ArchiveTarget {
  if (settings.folder !== undefined) return archiveFolder(settings.folder)
  return s3Archive(s3Of(settings.s3!, roof))
}
