/** Where files of the archive lie. Throws Problem COPY_FAILED. */
export interface ArchiveTarget {
  /** Kind and place, without secrets. */
  place: string
  /** Resolves once the place has it for good; never overwrites. */
  put(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>
  read(path: string, signal: AbortSignal): Promise<Uint8Array>
  /** Deletes for good. `locked`: the place does not let go of it before a time. `absent`: there is none. */
  remove(path: string, signal: AbortSignal): Promise<'removed' | 'locked' | 'absent'>
}
