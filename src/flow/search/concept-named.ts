import { type Concept, calledOf } from '../../core/concept.ts'
import { bad } from './filter-of.ts'

/** The concept of a name that an ask gives. Throws Problem BAD_REQUEST where there is none. */
export function conceptNamed<One extends Pick<Concept, 'name' | 'called'>>(
  concepts: readonly One[],
  name: string,
): One {
  const concept = concepts.find((one) => calledOf(one) === name)
  if (concept === undefined) throw bad('/concept', 'names no concept that there is; GET /v1/concepts lists them')
  return concept
}
