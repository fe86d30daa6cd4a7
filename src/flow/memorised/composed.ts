import { responseOf } from '../../core/event.ts'
import type { Engine, Filter } from '../../core/ports.ts'
import { indexedForm } from '../../core/word-forms.ts'
import { median } from '../../stats/robust.ts'
import { commonRun, GRAM, gramsOf, type Span } from './passage.ts'
import { type Words, wordsOf } from './words.ts'

/** Words of a phrase: most lie inside one sentence. */
const PHRASE = 6
/** Phrases of a passage that are looked for. */
const PHRASES = 6
/** So many times the answers that hold the passage. */
const MORE = 2
/** Newest answers among which two are looked for that were given to different people. */
const LOOKED_AT = 10

/**
 * Whether a passage is put together of what the service says one by one elsewhere, as a form is: half of its phrases stand in
 * more than twice as many answers as hold it. What was memorised comes as a whole.
 * @param holding the answers that hold it
 * @param events how many they are
 */
export async function isComposed(
  { engine }: { engine: Pick<Engine, 'events' | 'match'> },
  holding: Filter,
  events: number,
): Promise<boolean> {
  const { items } = await engine.events(holding, { limit: LOOKED_AT })
  const [one, ...others] = items.map(({ event }) => ({ event, whose: event.user_id ?? event.session_id }))
  const other = others.find(({ whose }) => whose !== one?.whose)
  if (one === undefined || other === undefined) return false
  const words = indexedForm(responseOf(one.event))
    .split(/[^0-9A-Za-z\u0080-\uffff]+/)
    .filter((word) => word !== '')
  const run = longestRun(wordsOf(words.join(' ')), wordsOf(responseOf(other.event)))
  const room = run.to - run.from - PHRASE
  if (room < 0) return false
  const filter: Filter = { tenant_id: holding.tenant_id ?? '', part: 'response' }
  const counts: number[] = []
  for (let i = 0; i < PHRASES; i++) {
    const at = run.from + Math.floor((room * i) / (PHRASES - 1))
    const phrase = words.slice(at, at + PHRASE).join(' ')
    counts.push((await engine.match({ all: [phrase] }, filter, { order: 'newest', limit: 1 })).total)
  }
  return (median(counts) ?? 0) > MORE * events
}

/** The most words in a row that two texts have in common; empty where they are fewer than GRAM. */
function longestRun(one: Words, other: Words): Span {
  const places = new Map(Array.from(gramsOf(other), (gram, at) => [gram, at]))
  const whole = { a: { from: 0, to: one.hashes.length }, b: { from: 0, to: other.hashes.length } }
  let best: Span = { from: 0, to: 0 }
  for (const [at, gram] of gramsOf(one).entries()) {
    const there = places.get(gram)
    if (there === undefined || at + GRAM <= best.to) continue
    const run = commonRun(one, other, { a: at, b: there }, whole)
    if (run.to - run.from > best.to - best.from) best = run
  }
  return best
}
