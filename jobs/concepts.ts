import { type EnrolParts, enrolShipped } from '../src/flow/concepts/enrol.ts'
import { type FollowParts, followLabels } from '../src/flow/concepts/follow-labels.ts'
import { type ScoreParts, scoreStored } from '../src/flow/concepts/score.ts'
import type { ConceptSource } from '../src/flow/concepts/source.ts'

export interface ConceptsJobParts extends Omit<ScoreParts, 'concepts'>, Omit<FollowParts, 'builtIn'> {
  engine: ScoreParts['engine'] & EnrolParts['engine'] & FollowParts['engine']
  concepts: Pick<ConceptSource, 'all' | 'builtIn'>
}

/** Fits concepts anew that were labelled, and brings new versions, of the package and of the store, to the events that are stored. */
export async function conceptsJob(
  parts: ConceptsJobParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void = () => {},
): Promise<{ done: number }> {
  const { builtIn } = parts.concepts
  const { space } = (await parts.encoder()).space
  await enrolShipped({ ...parts, builtIn }, space)
  await followLabels({ ...parts, builtIn }, signal)
  return await scoreStored(parts, signal, progress)
}
