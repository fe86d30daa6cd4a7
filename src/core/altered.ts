/** A file of a store that is not as it was written. */
export interface AlteredFile {
  /** Relative to the data directory. */
  file: string
  /** What is wrong, in words. */
  what: string
  /** Of a database: numbers of its pages, from 1. */
  pages?: number[]
}

/** Something that policy hangs on and that is not what was recorded of it. Hashes are SHA-256, hex. */
export interface AlteredPolicy {
  /** e.g. `models/concepts/refusal.json`. */
  target: string
  /** Null where nothing was recorded: it was put in. */
  recorded: string | null
  /** Null where it is gone, or cannot be read. */
  found: string | null
}

/** What of the files on the disk is not as it was written, or recorded. */
export interface Altered {
  files: AlteredFile[]
  policy: AlteredPolicy[]
}
