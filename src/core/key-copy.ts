/** What became of one copy of the key ring that was to be renewed. */
export interface KeyRenewal {
  /** Its folder, absolute. */
  place: string
  /** Whether it holds the keys as they stand now: none that was destroyed, all that there are. */
  renewed: boolean
  /** Where it was not: why, for people. The copy there may still open what was erased since. */
  message?: string
}
