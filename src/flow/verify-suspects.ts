import { nodeHash } from '../ledger/tree.ts'
import type { BadEntry } from './verify-verdicts.ts'

/** An entry whose text does not give the commitment of its leaf. */
export interface SuspectText {
  seq: number
  event_id: string
  /** Of the leaf. */
  sealed: Uint8Array
  /** Of salt and text as they stand. */
  given: Uint8Array
}

/** Two neighbouring leaves whose node the store remembers otherwise. */
export interface SuspectPair {
  /** Of the left one; even. */
  seq: number
  leaves: readonly [Uint8Array, Uint8Array]
  ids: readonly [string, string]
  /** As the store has it. */
  node: Uint8Array
}

/** A row that stands for no leaf: none is at its place, or one of another event. */
export interface Stray {
  seq: number
  event_id: string
}

/** Pairs that are tried against each other for leaves that changed places; the effort grows with its cube. */
const FEW = 32
/** Pairs that must agree on how far entries moved, so that equal hashes of two pairs by chance of a copy are not enough. */
const AGREE = 2

/** Texts that do not fit their leaves: they changed places with others, or were edited. Pure. */
export function explainTexts(texts: readonly SuspectText[]): BadEntry[] {
  const home = new Map(texts.map(({ seq, sealed }) => [hex(sealed), seq]))
  return texts.map(({ seq, event_id, given }) => {
    const from = home.get(hex(given))
    return from === undefined
      ? { seq, event_id, verdict: 'edited', about: 'the text is not the one that was sealed' }
      : { seq, event_id, verdict: 'reordered', about: `it holds the text of entry ${from}` }
  })
}

/** Entries without their text beside rows without a leaf: moved, renamed, or put in. Pure. */
export function explainStrays(missing: readonly BadEntry[], strays: readonly Stray[]): BadEntry[] {
  const byId = new Map(strays.map((stray) => [stray.event_id, stray]))
  const byPlace = new Map(strays.map((stray) => [stray.seq, stray]))
  const explained = new Set<Stray>()
  const bad = missing.map((one): BadEntry => {
    const moved = byId.get(one.event_id ?? '')
    if (moved !== undefined) {
      explained.add(moved)
      return { ...one, verdict: 'reordered', about: `its row stands at place ${moved.seq}` }
    }
    const renamed = byPlace.get(one.seq)
    if (renamed === undefined || byId.get(renamed.event_id) !== renamed) return one
    explained.add(renamed)
    return { ...one, verdict: 'edited', about: 'the row at its place bears another name' }
  })
  const rest = strays.filter((stray) => !explained.has(stray))
  return [
    ...bad,
    ...rest.map(
      ({ seq, event_id }): BadEntry => ({ seq, event_id, verdict: 'inserted', about: 'no leaf was made of it' }),
    ),
  ]
}

/**
 * Leaves that the tree remembers otherwise: entries were cut out or put in, so that all later ones moved; entries
 * changed places; else entries were edited together with their leaves. Pure.
 * @param pairs in order of `seq`
 * @returns by how many places entries moved, above 0 towards the beginning, and what is to be said
 */
export function explainPairs(pairs: readonly SuspectPair[]): { shift: number; bad: BadEntry[] } {
  const shift = shiftOf(pairs)
  if (shift !== 0) {
    const count = Math.abs(shift)
    const about = `${count} ${shift > 0 ? 'were cut out' : 'were put in'} about here, and all later ones moved`
    const verdict = shift > 0 ? 'missing' : 'inserted'
    return { shift, bad: [{ seq: pairs[0]!.seq, event_id: null, verdict, count, about }] }
  }
  const leaves = pairs.slice(0, FEW).flatMap((pair) => pair.leaves)
  const bad = pairs.flatMap((pair, i): BadEntry[] => {
    const stood = i < FEW ? stoodHere(leaves, pair.node) : null
    if (stood === null) {
      const about = `entry ${pair.seq} or ${pair.seq + 1} was edited together with its leaf`
      return [{ seq: pair.seq, event_id: pair.ids[0], verdict: 'edited', about }]
    }
    return ([0, 1] as const)
      .filter((side) => !same(stood[side], pair.leaves[side]))
      .map((side) => ({
        seq: pair.seq + side,
        event_id: pair.ids[side],
        verdict: 'reordered',
        about: 'another entry stood at this place',
      }))
  })
  return { shift: 0, bad }
}

function stoodHere(leaves: readonly Uint8Array[], node: Uint8Array): [Uint8Array, Uint8Array] | null {
  for (const left of leaves) for (const right of leaves) if (same(nodeHash(left, right), node)) return [left, right]
  return null
}

/** By how many places most of the pairs moved; 0 where they did not. */
function shiftOf(pairs: readonly SuspectPair[]): number {
  const places = new Map<string, number>()
  for (const [i, { seq, leaves }] of pairs.entries()) {
    places.set(hex(nodeHash(...leaves)), seq)
    const next = pairs[i + 1]
    if (next?.seq === seq + 2) places.set(hex(nodeHash(leaves[1], next.leaves[0])), seq + 1)
  }
  const votes = new Map<number, number>()
  for (const { seq, node } of pairs) {
    const now = places.get(hex(node))
    if (now !== undefined) votes.set(seq - now, (votes.get(seq - now) ?? 0) + 1)
  }
  const [shift, n] = [...votes].sort((a, b) => b[1] - a[1])[0] ?? [0, 0]
  return n < AGREE ? 0 : shift
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
