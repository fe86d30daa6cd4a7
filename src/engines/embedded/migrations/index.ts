import type { Connection } from '../connection.ts'
import type { KeyRing } from '../key-ring.ts'
import { first } from './001-first.ts'
import { order } from './002-order.ts'
import { amendments } from './003-amendments.ts'
import { sealedBodies } from './004-sealed-bodies.ts'
import { classes } from './005-classes.ts'
import { archives } from './006-archives.ts'
import { tenants } from './007-tenants.ts'
import { wordForms } from './008-word-forms.ts'
import { packedMarks } from './009-marks.ts'
import { signatures } from './010-signatures.ts'
import { clusters } from './011-clusters.ts'
import { chunks } from './012-chunks.ts'
import { labels } from './013-labels.ts'
import { fingerprints } from './014-fingerprints.ts'
import { columns } from './015-columns.ts'
import { plainFields } from './016-plain-fields.ts'

/** A change of the schema: SQL, or work on the rows with the keys of their texts. Inside one transaction for all. */
export type Migration = string | ((db: Connection, ring: Pick<KeyRing, 'need' | 'keyOf'>) => void)

/** Schema changes in the order in which they are applied; the number applied is the store's `user_version`. */
export const migrations: readonly Migration[] = [
  first,
  order,
  amendments,
  sealedBodies,
  classes,
  archives,
  tenants,
  wordForms,
  packedMarks,
  signatures,
  clusters,
  chunks,
  labels,
  fingerprints,
  columns,
  plainFields,
]
