import type { Estimates } from '../../core/search.ts'
import type { StoredSearch } from '../../core/stored-search.ts'
import { type Share, type Stratum, stratifiedShares } from '../../stats/stratified-share.ts'

/** Events that were handed out and labelled, and are still there. */
const labelled = ({ sample, handed }: StoredSearch) =>
  sample === null
    ? []
    : sample.drawn.slice(0, handed).filter(({ label, event_id }) => label !== null && event_id !== ERASED)

/** What an erasure writes in place of an event's id. */
export const ERASED = '[erased]'

/**
 * Precision and recall of a set from the labels of its sample; before the first label what the calibration expects, of
 * which nothing vouches for this log: an interval of everything.
 */
export function estimatesOf(search: StoredSearch): Estimates {
  const { set, sample, asked_at: as_of } = search
  const labels = labelled(search)
  if (sample === null || labels.length === 0) {
    const { precision = null, recall = null } = set.expected ?? {}
    return { precision: unvouched(precision), recall: unvouched(recall), labelled: 0, as_of }
  }
  const strata = sample.strata.map(({ size, matched, probability }, i): Stratum => {
    const own = labels.filter(({ stratum }) => stratum === i)
    return { size, matched, probability, labelled: own.length, right: own.filter(({ label }) => label === true).length }
  })
  const { precision, recall } = stratifiedShares(strata)
  return { precision: told(precision), recall: told(recall), labelled: labels.length, as_of }
}

const unvouched = (value: number | null) => (value === null ? null : { value, low: 0, high: 1 })

function told(share: Share | null): Share | null {
  if (share === null) return null
  const { value, low, high } = share
  return { value: rounded(value), low: rounded(low), high: rounded(high) }
}

const rounded = (share: number) => Math.round(share * 1000) / 1000
