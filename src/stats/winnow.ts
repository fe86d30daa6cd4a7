/**
 * Which of a row of hashes stand for it: the least of every `window` neighbours, of equal ones the last, but no other while
 * the one that was chosen before is as small (robust winnowing: Schleimer, Wilkerson & Aiken, 2003). Two rows that share
 * `window` neighbours choose one of them in common; of hashes that fall at random, 2 in `window` + 1 are chosen.
 * @returns their places, rising; none where there are fewer than `window`
 */
export function winnow(hashes: ArrayLike<number>, window: number): number[] {
  const chosen: number[] = []
  let least = -1
  for (let end = window; end <= hashes.length; end++) {
    const first = end - window
    const came = end - 1
    if (least < first) {
      least = first
      for (let at = first + 1; at < end; at++) if (hashes[at]! <= hashes[least]!) least = at
    } else if (hashes[came]! < hashes[least]!) least = came
    if (chosen.at(-1) !== least) chosen.push(least)
  }
  return chosen
}
