import type { Config } from '../config.ts'
import { type CapacityReport, FULL_SOON_DAYS } from '../core/capacity.ts'
import type { Clock, Engine } from '../core/ports.ts'
import { MINUTE } from '../core/window.ts'
import { capacity } from '../flow/capacity.ts'
import type { Redactor } from '../redactors/index.ts'
import { diskSpace } from './disk-space.ts'
import { retentionOf } from './retention-file.ts'

/** Nothing fills a disk so fast that an older answer is worth less than the reading of an index. */
const OLD = 15 * MINUTE

/** The capacity of a house, read again once the last answer is a quarter of an hour old. One reading serves all who ask meanwhile. */
export function houseCapacity(
  config: Config,
  { engine, clock, redactor }: { engine: Pick<Engine, 'sizes'>; clock: Clock; redactor: Pick<Redactor, 'identifier'> },
): () => Promise<CapacityReport> {
  const retention = retentionOf(config, redactor)
  let last: { at: number; answer: Promise<CapacityReport> } | null = null
  return () => {
    const now = clock.now()
    if (last === null || now - last.at > OLD || now < last.at) {
      const answer = capacity({ engine, clock, retention, disk: () => diskSpace(config.data_dir) })
      last = { at: now, answer }
      // the next who asks tries again
      answer.catch(() => {
        last = null
      })
    }
    return last.answer
  }
}

/** When the disk is full, where that is soon; null where it is not. */
export const fullSoon = ({ days_until_full: days }: CapacityReport): string | null =>
  days !== null && days < FULL_SOON_DAYS ? `full in ${days} days` : null
