import { partsOf } from '../../core/parts.ts'
import type { Encoder, Engine, Filter } from '../../core/ports.ts'
import { bad } from './filter-of.ts'

export interface QueryVectorParts {
  engine: Pick<Engine, 'vectorOf' | 'events'>
  encoder: Encoder
}

/** Weights of what is asked, of what it shall be like and of what it shall not (Rocchio, 1971; as in Manning et al., 2008, 9.1.1). */
const ASKED = 1
const LIKE = 0.75
const UNLIKE = 0.15

/**
 * Unit vector of a question: its words, moved towards the events that the answer shall be like and away from those that
 * it shall not, or from texts. Null where nothing of it has a meaning that the model knows.
 * Throws Problem BAD_REQUEST where an event is not there, is another tenant's, or has no vector yet.
 */
export async function queryVector(
  parts: QueryVectorParts,
  words: string,
  examples: { like: readonly string[]; unlike: readonly string[] },
  filter: Filter,
  away: readonly string[] = [],
): Promise<Float32Array | null> {
  const { encoder } = parts
  const sum = new Float32Array(encoder.space.dims)
  if (words !== '') add(sum, (await encoder.encode([words]))[0]!, ASKED)
  for (const vector of away.length === 0 ? [] : await encoder.encode(away)) add(sum, vector, -UNLIKE / away.length)
  for (const [name, weight] of [
    ['like', LIKE],
    ['unlike', -UNLIKE],
  ] as const) {
    const ids = examples[name]
    for (const [i, id] of ids.entries())
      add(sum, await meaningOf(parts, id, `/${name}/${i}`, filter), weight / ids.length)
  }
  return unit(sum)
}

async function meaningOf({ engine, encoder }: QueryVectorParts, id: string, path: string, filter: Filter) {
  const own = filter.tenant_id === undefined ? {} : { tenant_id: filter.tenant_id }
  const known = await engine.events({ ...own, event_ids: [id] }, { limit: 1 })
  const sides = partsOf(filter.part)
  const mean = new Float32Array(encoder.space.dims)
  if (known.items.length > 0)
    for (const side of sides) {
      const vector = await engine.vectorOf(id, side, encoder.space.space)
      if (vector !== null) add(mean, vector, 1)
    }
  const vector = unit(mean)
  if (vector !== null) return vector
  throw bad(path, 'is no event that has been embedded')
}

function add(sum: Float32Array, vector: Float32Array, weight: number) {
  for (let i = 0; i < sum.length; i++) sum[i]! += weight * vector[i]!
}

function unit(vector: Float32Array): Float32Array | null {
  const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
  return norm < 1e-6 ? null : vector.map((x) => x / norm)
}
