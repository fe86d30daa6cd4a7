/**
 * Matches of an expression at some offsets, each behind the one before.
 * @param offsets ascending
 * @param expression with flag `y`
 */
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

/** Where words begin from some characters in front of each place on, up to the place itself. */
export function* wordsBefore(text: string, places: readonly number[], reach: number): Generator<number> {
  let from = 0
  for (const place of places) {
    for (let at = Math.max(from, place - reach); at <= place; at++) {
      if (at === 0 || !isLetter(text.charCodeAt(at - 1))) yield at
    }
    from = place + 1
  }
}

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
