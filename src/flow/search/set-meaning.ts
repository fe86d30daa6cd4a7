import type { Encoder, Engine } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import type { AskedSet } from '../../core/stored-search.ts'
import { queryVector } from './query-vector.ts'

export interface SetMeaningParts {
  engine: Pick<Engine, 'vectorOf' | 'events'>
  encoder: Encoder
}

/**
 * What a kept set of a phrase or of examples ranks by, as a vector. Throws Problem CONFLICT where that can no longer be told:
 * another model answers, or an example was erased.
 */
export async function setMeaning(
  parts: SetMeaningParts,
  { words, like, unlike, filter, space }: AskedSet,
): Promise<Float32Array> {
  if (parts.encoder.space.space !== space) throw new Problem('CONFLICT', 'another model answers by now: search again')
  const q = await queryVector(parts, words, { like, unlike }, filter).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'BAD_REQUEST') return null
    throw error
  })
  if (q === null) throw new Problem('CONFLICT', 'an example of this search is gone: search again')
  return q
}

/** Of a set whose concept has been scored anew since. */
export const otherVersion = () => new Problem('CONFLICT', 'the concept has another version by now: search again')
