import { automatonOf } from './automaton.ts'
import type { Places } from './rule.ts'

/** Gives the places of groups of literals in a text, for a rule that is asked without a sieve. Built when it is first used. */
export function placesIn(groups: readonly (readonly string[])[]): (text: string) => Places {
  let automaton: ReturnType<typeof automatonOf> | undefined
  return (text) => {
    automaton ??= automatonOf(groups)
    const { next, accepting, found, classOf } = automaton
    const places = groups.map((): number[] => [])
    let state = 0
    for (let at = 0; at < text.length; at++) {
      state = next[(state << 6) | (classOf[text.charCodeAt(at)] ?? 0)] as number
      if (state < accepting) continue
      for (const { list, length } of found[state - accepting] ?? []) places[list]?.push(at + 1 - length)
    }
    return (group) => places[group] ?? []
  }
}

/** Matches of an expression with flag `y` at some offsets, each in order and behind the one before. */
export function* matchesAt(text: string, offsets: Iterable<number>, expression: RegExp): Generator<RegExpExecArray> {
  let from = 0
  for (const at of offsets) {
    if (at < from) continue
    expression.lastIndex = at
    const found = expression.exec(text)
    if (found === null) continue
    from = at + Math.max(found[0].length, 1)
    yield found
  }
}
