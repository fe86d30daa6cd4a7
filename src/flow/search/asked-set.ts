import type { Concept } from '../../core/concept.ts'
import type { AskedSet, Expected } from '../../core/stored-search.ts'
import { strataEdges } from '../../stats/stratified-draw.ts'
import { questionKey } from './cursor.ts'
import { examplesOf } from './lists.ts'
import type { PageFound } from './page.ts'
import type { Question } from './question.ts'

/**
 * The set that a question asks for, to be kept. Undefined where it is none that can be estimated: of words alone, of several
 * concepts together or with a meaning left out, cut short, or of everything.
 * @param size ledger size that bounds it
 */
export function askedSet(question: Question, page: PageFound, size: number, space: string): AskedSet | undefined {
  const { ask, concept, filter, scope, unlike, words } = question
  const { total, threshold, estimated_precision, estimated_recall } = page.counted ?? {}
  if (scope !== 'all' || ask.mode === 'keyword' || ask.unfold !== undefined) return undefined
  if (total === undefined || threshold === undefined || threshold <= 0 || threshold >= 1) return undefined
  if (filter.marks !== undefined || unlike.length > 0 || (concept === null && !page.complete)) return undefined
  const { part, ...whole } = { ...filter, before_seq: size }
  return {
    question: questionKey(ask),
    // what else is asked only orders the events of a concept
    words: concept === null ? words : '',
    ...(concept === null ? examplesOf(ask) : { like: [], unlike: [] }),
    filter: concept === null && part !== undefined ? { ...whole, part } : whole,
    concept:
      concept === null
        ? null
        : { name: concept.name, called: concept.called ?? concept.name, version: concept.version },
    space,
    threshold,
    total,
    expected:
      concept === null || estimated_recall === undefined
        ? null
        : expectedOf(concept, threshold, { precision: estimated_precision ?? null, recall: estimated_recall }),
  }
}

/** What calibration expects of each band: the share of held-out positives between its ends. */
function expectedOf({ fitted }: Concept, threshold: number, of: Pick<Expected, 'precision' | 'recall'>): Expected {
  const survived = fitted.recall_at
  const at = (p: number) =>
    p <= 0 ? 1 : (survived[Math.min(Math.floor(p * survived.length + 1e-9), survived.length - 1)] ?? 0)
  const edges = strataEdges(threshold)
  const shares = edges.map((from, i) => Math.max(0, at(from) - (i + 1 < edges.length ? at(edges[i + 1]!) : 0)))
  return { ...of, edges, shares }
}
