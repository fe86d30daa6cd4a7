import { type Concept, calledOf } from '../../core/concept.ts'

/**
 * Probabilities of an event under the names that whoever is shown them knows; those of concepts that he does not see are
 * left out.
 * @param marks by the name that marks carry
 */
export function shownMarks(marks: Readonly<Record<string, number>>, seen: readonly Concept[]): Record<string, number> {
  return Object.fromEntries(
    seen.flatMap((concept): [string, number][] => {
      const p = marks[concept.name]
      return p === undefined ? [] : [[calledOf(concept), p]]
    }),
  )
}
