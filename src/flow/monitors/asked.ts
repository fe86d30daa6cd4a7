import type { Deed } from '../../core/audit.ts'
import type { MonitorAsk } from '../../core/monitor.ts'
import { searchAsked } from '../audit.ts'

/** What the audit keeps of a search that stands: as of any search, with what a monitor adds. */
export function monitorAsked(
  redactor: Parameters<typeof searchAsked>[0],
  { search, action = 'surge' }: MonitorAsk,
): NonNullable<Deed['asked']> {
  const { any_of, none_of, min_similarity, ...ask } = search
  return {
    ...searchAsked(redactor, ask),
    action,
    ...(any_of && { any_of }),
    ...(none_of && { none_of }),
    ...(min_similarity && { min_similarity }),
  }
}
