import type { Span } from '../src/redactors/scan.ts'
import { seeded } from '../src/stats/seeded.ts'
import { disguises } from '../test/redactors/disguises.ts'
import type { Maker } from '../test/redactors/makers/maker.ts'
import { Counts } from './counts.ts'
import type { Share } from './share.ts'

export interface DisguisedReport {
  byType: Record<string, Share>
  byDisguise: Record<string, Share>
  overall: Share
}

/**
 * How many values are found in each disguise, with the words that they need around them: no part of the value may stay.
 * @param each values of each kind in each disguise
 */
export function measureDisguised(
  scan: (text: string) => readonly Span[],
  makers: readonly Maker[],
  seed: number,
  each: number,
): DisguisedReport {
  const random = seeded(seed)
  const byType = new Counts()
  const byDisguise = new Counts()
  for (const maker of makers) {
    for (const disguise of disguises) {
      for (let i = 0; i < each; i++) {
        const value = maker.value(random)
        if (disguise.fits !== undefined && !disguise.fits(value)) continue
        const hidden = disguise.apply(value, random)
        const text = `before ${maker.said?.(hidden) ?? hidden} after`
        const start = text.indexOf(hidden)
        const found = scan(text).some((span) => span.start <= start && span.end >= start + hidden.length)
        byType.add(maker.type, found)
        byDisguise.add(disguise.name, found)
      }
    }
  }
  return { byType: byType.shares(), byDisguise: byDisguise.shares(), overall: byType.share(() => true) }
}
