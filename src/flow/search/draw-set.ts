import type { Draw, Drawn, Encoder, Engine } from '../../core/ports.ts'
import type { AskedSet, SetSample, SetStratum } from '../../core/stored-search.ts'
import { firstOf } from '../../stats/keyed-order.ts'
import { drawOrder } from '../../stats/stratified-draw.ts'
import { MOST } from './every.ts'
import { bestOfEach, excluded } from './lists.ts'
import { otherVersion, setMeaning } from './set-meaning.ts'

export interface DrawParts {
  engine: Pick<Engine, 'vectorOf' | 'vectorsOf' | 'events' | 'outlines' | 'within' | 'drawn'>
  encoder: Encoder
}

/** Events of a sample: more than anybody labels by hand. */
export const SAMPLE = 400
/** Within this of the threshold, in cosines, texts only just count or only just do not. */
const DOUBT = 0.15

type Band = Omit<SetStratum, 'size'> & Drawn

/**
 * Draws a sample of a set and of all that it left out, within strata of the score, in the order in which it is to be
 * labelled. The same salt draws the same again. Throws Problem CONFLICT where the set can no longer be told: its example
 * was erased, another model answers, or the probabilities of its version are gone.
 * @param salt 32 bits that nobody knows beforehand
 */
export async function drawSet(parts: DrawParts, set: AskedSet, salt: number): Promise<SetSample> {
  const bands = (set.concept === null ? await byMeaning(parts, set, salt) : await byConcept(parts, set, salt)).filter(
    ({ size }) => size > 0,
  )
  const strata = bands.map(({ from, size, matched, probability }): SetStratum => ({ from, size, matched, probability }))
  const next = bands.map(() => 0)
  const drawn = drawOrder(strata, SAMPLE).flatMap((stratum) => {
    const one = bands[stratum]!.items[next[stratum]!++]
    return one === undefined ? [] : [{ event_id: one.event_id, stratum, score: rounded(one.p), label: null }]
  })
  return { strata, drawn }
}

async function byConcept({ engine }: DrawParts, set: AskedSet, salt: number): Promise<Band[]> {
  const { name, version } = set.concept!
  const { edges, shares, precision, recall } = set.expected!
  const bands = await engine.drawn({ concept: name, version }, set.filter, { salt, limit: SAMPLE, edges })
  if (bands.every(({ size }) => size === 0) && set.total > 0) throw otherVersion()
  // as many right ones as precision says of the matches, and recall of those that were missed
  const right = precision === null || recall === 0 ? null : (set.total * precision) / recall
  return bands.map((band, i): Band => {
    const matched = edges[i]! >= set.threshold
    const expected = matched || right === null ? meanOf(band.items) : (right * shares[i]!) / Math.max(1, band.size)
    return { ...band, from: edges[i]!, matched, probability: Math.min(1, expected) }
  })
}

const meanOf = (items: Drawn['items']) => items.reduce((sum, { p }) => sum + p, 0) / Math.max(1, items.length)

/** A cosine is no probability: of these strata nothing is thought beforehand. */
async function byMeaning(parts: DrawParts, set: AskedSet, salt: number): Promise<Band[]> {
  const { engine, encoder } = parts
  const { space } = encoder.space
  const q = await setMeaning(parts, set)
  const { threshold } = set
  const [doubted, sure] = [threshold - DOUBT, threshold + DOUBT]
  const left = excluded({ like: [...set.like], unlike: [...set.unlike] })
  const near = await engine.within(q, space, doubted, set.filter, { limit: MOST })
  // of too many near ones none are told apart from the rest
  const { items } = near.next === null ? near : await engine.within(q, space, threshold, set.filter, { limit: MOST })
  const hits = bestOfEach(items, left)
  const band = (from: number, to: number): Band => {
    const first = firstOf<Drawn['items'][number]>(SAMPLE, salt)
    for (const { seq, event_id, score } of hits)
      if (score >= from && score < to) first.take(seq, () => ({ seq, event_id, p: score }))
    return { ...first.drawn(), from, matched: from >= threshold, probability: null }
  }
  const known = new Set(hits.map(({ event_id }) => event_id))
  const draw: Draw = { salt, limit: SAMPLE + known.size + left.size, edges: [0] }
  const [all] = await engine.drawn({ space }, set.filter, draw)
  const others = all!.items.filter(({ event_id }) => !known.has(event_id) && !left.has(event_id)).slice(0, SAMPLE)
  const size = Math.max(0, all!.size - known.size - (await readOf(parts, set, [...left])))
  return [
    { items: others, size, from: -1, matched: false, probability: null },
    ...(near.next === null ? [band(doubted, threshold)] : []),
    band(threshold, sure),
    band(sure, Number.POSITIVE_INFINITY),
  ]
}

/** How many of some events are among those that a set is drawn from. */
async function readOf(
  { engine }: DrawParts,
  { filter, space }: AskedSet,
  event_ids: readonly string[],
): Promise<number> {
  if (event_ids.length === 0) return 0
  const { part, ...whole } = filter
  const { items } = await engine.outlines({ ...whole, event_ids }, { limit: event_ids.length })
  const vectors = await engine.vectorsOf(
    items.map(({ event_id }) => event_id),
    space,
  )
  return [...vectors.values()].filter((one) => part === undefined || one[part] !== undefined).length
}

const rounded = (score: number) => Math.round(score * 10_000) / 10_000
