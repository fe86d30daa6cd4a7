import { expected } from '../../concepts/calibrate.ts'
import type { Engine } from '../../core/ports.ts'
import type { SearchNotice } from '../../core/search.ts'
import { bad } from './filter-of.ts'
import { withoutPart } from './lists.ts'
import type { Question } from './question.ts'

const BINS = 100

/**
 * A question that wants a precision or a recall, with the threshold that the calibration of its concept gives for it, to
 * a hundredth: the lowest one of that precision, as few as can be missed, or the highest one of that recall. Where none
 * does, the concept's own, and a notice that says so. The same for every page.
 * Throws BAD_REQUEST where it is not about all events of one concept, or says how probable they have to be besides.
 */
export async function withWanted(
  engine: Pick<Engine, 'marked'>,
  question: Question,
  size: number,
): Promise<{ question: Question; notice: SearchNotice | null }> {
  const { ask, concept, scope, filter } = question
  const { min_precision, min_recall } = ask
  if (min_precision === undefined && min_recall === undefined) return { question, notice: null }
  const path = min_precision === undefined ? '/min_recall' : '/min_precision'
  if (concept === null || scope !== 'all') throw bad(path, 'needs a concept, and scope all')
  const given = [min_precision, min_recall, ask.min_probability].filter((one) => one !== undefined)
  if (given.length > 1) throw bad(path, 'stands alone: give a precision, a recall or a probability')
  const thresholds = Array.from({ length: BINS - 1 }, (_, i) => (i + 1) / BINS)
  const { recall_at } = concept.fitted
  const at = async () => {
    if (min_recall !== undefined)
      return thresholds.findLast((threshold) => expected([], threshold, recall_at).recall >= min_recall)
    const bounded = { ...withoutPart(filter), before_seq: size }
    const { histogram } = await engine.marked(concept.name, concept.version, 1, bounded, { limit: 1 })
    return thresholds.find((threshold) => (expected(histogram, threshold, recall_at).precision ?? 0) >= min_precision!)
  }
  const found = await at()
  if (found !== undefined) return { question: { ...question, ask: { ...ask, min_probability: found } }, notice: null }
  const message = `no threshold of ${concept.called ?? concept.name} is expected to reach this ${path.slice(5)} here; its own threshold answers`
  return { question, notice: { code: 'wanted_unreachable', message } }
}
