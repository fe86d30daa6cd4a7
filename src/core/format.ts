import type { Finding } from './finding.ts'

/** One way to write a finding for somebody else's machine. Event text is hostile: it may neither end a field nor begin a line. */
export interface FindingFormat {
  name: 'native' | 'ocsf' | 'ecs' | 'cef' | 'leef'
  /** Media type of a feed in this format. */
  mediaType: string
  /** One record, without a trailing newline. `change` says what this record reports. */
  write(finding: Finding, change: FindingChange): string
}

export interface FindingChange {
  /** 'created' once per finding, then 'updated' per change of status or of evidence, 'closed' where it was resolved or dismissed. */
  kind: 'created' | 'updated' | 'closed'
  /** Unique for ever: finding id and revision. */
  change_id: string
  /** ISO 8601 */
  at: string
  product: { name: string; version: string }
}
