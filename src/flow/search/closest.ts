import { chunksOf, type Passage, sentencesOf } from '../../core/passages.ts'
import type { Encoder } from '../../core/ports.ts'

/** A text of which one sentence is looked for. */
export interface Sought {
  text: string
  /** In which chunk of it (from 1, in the order of `chunksOf`); absent: in all of it. */
  chunk?: number | undefined
  /** How near a piece of it is to what was asked, by the piece and its unit vector. */
  nearness(piece: string, vector: Float32Array): number
}

/** The sentence that is nearest, in UTF-16 units of the text. */
export interface Closest extends Passage {
  score: number
}

/** Sentences of one text that are looked at; and chunks, and again sentences, of all texts together, with their characters. */
const MOST_SENTENCES = 64
const MOST_PIECES = 1_500
const MOST_CHARS = 300_000

/**
 * The nearest sentence of each text; null where it has none, or where the texts before it used up what one page may cost.
 * Of a long text its nearest chunk is found first. Pieces are encoded as they are asked for, equal ones once, and not kept.
 */
export async function closestSentences(
  encoder: Pick<Encoder, 'encode'>,
  sought: readonly Sought[],
): Promise<(Closest | null)[]> {
  const chunks = sought.map(({ text, chunk }) => {
    const all = chunksOf(text)
    return all.length === 0 ? [{ start: 0, end: text.length }] : chunk === undefined ? all : all.slice(chunk - 1, chunk)
  })
  const nearest = await bestOf(encoder, sought, chunks, false)
  const sentences = sought.map(({ text }, i) => {
    const place = nearest[i]
    if (!place) return []
    const { start, end } = place
    return sentencesOf(text.slice(start, end), MOST_SENTENCES).map((one) => ({
      start: start + one.start,
      end: start + one.end,
    }))
  })
  return bestOf(encoder, sought, sentences, true)
}

/** Of each text the best of its pieces. A single piece is not looked at, unless its score is wanted. */
async function bestOf(
  encoder: Pick<Encoder, 'encode'>,
  sought: readonly Sought[],
  places: readonly (readonly Passage[])[],
  scored: boolean,
): Promise<(Closest | null)[]> {
  const left = { pieces: MOST_PIECES, chars: MOST_CHARS }
  const wanted = places.map((own, i) => {
    const pieces = own.map(({ start, end }) => sought[i]!.text.slice(start, end))
    if (pieces.length === 0 || (pieces.length === 1 && !scored)) return []
    const chars = pieces.reduce((sum, { length }) => sum + length, 0)
    if (pieces.length > left.pieces || chars > left.chars) return null
    left.pieces -= pieces.length
    left.chars -= chars
    return pieces
  })
  const distinct = [...new Set(wanted.flatMap((pieces) => pieces ?? []))]
  const vectors = await encoder.encode(distinct)
  const vectorOf = new Map(distinct.map((piece, i) => [piece, vectors[i]!]))
  return places.map((own, i) => {
    const pieces = wanted[i]
    if (pieces == null) return null
    if (pieces.length === 0) return own[0] === undefined ? null : { ...own[0], score: 0 }
    let best: Closest | null = null
    for (const [j, piece] of pieces.entries()) {
      const score = sought[i]!.nearness(piece, vectorOf.get(piece)!)
      if (best === null || score > best.score) best = { ...own[j]!, score }
    }
    return best
  })
}
