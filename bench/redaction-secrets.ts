import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/config.ts'
import type { Span } from '../src/redactors/scan.ts'
import { Counts } from './counts.ts'
import type { Row } from './redaction-labels.ts'
import type { Share } from './share.ts'

export interface SecretsReport {
  /** Texts with a secret that were changed. */
  recall: Share
  /** Texts that hold only a public identifier (a client id, a bucket's name) and were changed. */
  identifiers: Share
  /** Of the changed texts: how many hold a secret. A near miss of one rule that holds the secret of another counts as one. */
  precision: Share
  /** Near misses that hold none, and were changed. */
  nearMissesChanged: Share
}

/** Near misses that were read and hold a secret all the same: first 16 hex digits of the SHA-256 of the text. */
const read = JSON.parse(readFileSync(join(packageRoot, 'bench/near-misses.json'), 'utf8')) as Record<string, string>

/** The figures over texts labelled 1 (holds a secret) or 0 (nearly does); null where there are none. */
export function measureSecrets(
  scan: (text: string) => readonly Span[],
  sets: ReadonlyMap<string, readonly Row[]>,
): SecretsReport | null {
  const counts = new Counts()
  for (const row of [...sets.values()].flat()) {
    if (row.label === undefined) continue
    const changed = scan(row.text).length > 0
    const id = createHash('sha256').update(row.text).digest('hex').slice(0, 16)
    const holds = row.label === 1 || read[id] === 'secret'
    const identifier = row.label === 1 && !(row.categories ?? []).includes('secret')
    if (row.label === 1) counts.add(identifier ? 'identifier' : 'secret', changed)
    else if (!holds) counts.add('near', changed)
    if (changed) counts.add('changed', holds)
  }
  const recall = counts.share('secret')
  return recall.n === 0
    ? null
    : {
        recall,
        identifiers: counts.share('identifier'),
        precision: counts.share('changed'),
        nearMissesChanged: counts.share('near'),
      }
}
