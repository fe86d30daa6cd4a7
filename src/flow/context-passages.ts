import { sentencesOf } from '../core/passages.ts'

/**
 * Cuts what a model read into passages of a sentence or a few, so that one sentence of a long document weighs as much as
 * if it stood alone. A fenced block stays with the line before it: what is asked for there is asked of the block. Bounded,
 * whatever comes: of long or many texts the beginnings and the ends are read. Time grows with the length alone.
 * @returns different passages, none blank, in order
 */
export function contextPassages(texts: readonly string[]): string[] {
  const passages = new Set<string>()
  const each = Math.max(LEAST_EACH, Math.floor(MOST_CHARS / (texts.length || 1)))
  for (const text of texts.slice(0, MOST_CHARS / LEAST_EACH))
    for (const passage of cut(text.length > each ? `${text.slice(0, each / 2)}\n${text.slice(-each / 2)}` : text))
      if (passage !== '') passages.add(passage)
  return [...passages]
}

/** Characters of all texts of an event together that are read, and of each one at least. */
const MOST_CHARS = 65_536
const LEAST_EACH = 512
/** A shorter sentence goes with the next one: alone it says too little. */
const SHORT = 24
/** Where a passage ends, even in a fenced block. */
const LONG = 1_200

function* cut(text: string): Generator<string> {
  let passage = ''
  let fenced = false
  for (const line of text.split('\n')) {
    const fence = /^[ \t]{0,8}```/.test(line)
    if (fence || fenced) {
      passage += `\n${line}`
      for (; passage.length > LONG; passage = passage.slice(LONG)) yield passage.slice(0, LONG).trim()
      if (fence) fenced = !fenced
      if (fenced) continue
      yield passage.trim()
      passage = ''
      continue
    }
    // what waits might have been the line before a block
    yield passage
    passage = ''
    for (const { start, end } of sentencesOf(line)) {
      if (passage.length >= SHORT) {
        yield passage
        passage = ''
      }
      passage += `${passage === '' ? '' : ' '}${line.slice(start, end)}`
    }
  }
  yield passage.trim()
}
