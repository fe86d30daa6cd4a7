import { automatonOf } from './automaton.ts'
import { type NumberStart, numberStarts, numbersIn } from './number-start.ts'

/** What is known of a text before a rule is asked, so that it looks where something stands rather than everywhere. */
export interface Clues {
  /** Where rows of digits begin, ascending. */
  numbers(): readonly number[]
  /** Where numbers may begin, ascending. */
  starts(): readonly NumberStart[]
  /** Where the literals of a group of the rule's `places` begin, ascending. */
  places(group: number): readonly number[]
}

/**
 * The clues of a text for a rule that is asked without a sieve, each found when it is first asked for.
 * @param groups its places
 */
export function cluesIn(groups: readonly (readonly string[])[] = []): (text: string) => Clues {
  let automaton: ReturnType<typeof automatonOf> | undefined
  return (text) => {
    let numbers: readonly number[] | undefined
    let starts: readonly NumberStart[] | undefined
    let places: readonly (readonly number[])[] | undefined
    const clues: Clues = {
      numbers: () => (numbers ??= numbersIn(text)),
      starts: () => (starts ??= numberStarts(text, clues.numbers())),
      places(group) {
        automaton ??= automatonOf(groups)
        places ??= placesIn(text, groups.length, automaton)
        return places[group] ?? []
      },
    }
    return clues
  }
}

function placesIn(text: string, groups: number, { next, accepting, found, classOf }: ReturnType<typeof automatonOf>) {
  const places = Array.from({ length: groups }, (): number[] => [])
  let state = 0
  for (let at = 0; at < text.length; at++) {
    state = next[(state << 6) | (classOf[text.charCodeAt(at)] ?? 0)] as number
    if (state < accepting) continue
    for (const { list, length } of found[state - accepting] ?? []) places[list]?.push(at + 1 - length)
  }
  for (const each of places) each.sort((x, y) => x - y)
  return places
}
