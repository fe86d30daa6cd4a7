import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Brings a file or a folder to the disk. Throws what the file system throws. */
export function flushNow(path: string): void {
  const open = openSync(path, 'r')
  try {
    fsyncSync(open)
  } finally {
    closeSync(open)
  }
}
