import type { Piece } from './question-pieces.ts'
import { formOf, PERSONS } from './question-words.ts'

/** Words that except what comes after them, the longer first. */
const CONNECTORS: readonly string[][] = [
  ...['except for', 'other than', 'apart from', 'aside from', 'do not', 'does not', 'did not', 'is not', 'are not'],
  ...['not', 'except', 'excluding', 'without', "don't", "doesn't", "didn't", "isn't", "aren't"],
].map((text) => text.split(' '))
/** May stand between them and what is named with its field; and, with these, what is quoted. */
const TO_FIELDS = 'with for of from by in on the those ones have having'.split(' ')
const TO_PHRASES = (
  'contain contains containing say says saying mention mentions mentioning include includes including ' +
  'about a any that which phrase phrases word words text'
).split(' ')
const CARRIERS = { pair: new Set(TO_FIELDS), phrase: new Set([...TO_FIELDS, ...TO_PHRASES]) }
const MOST_CARRIERS = 4
/** Belong to what excepts where they stand before it. */
const JOINING: ReadonlySet<string> = new Set(['but', 'and', 'that', 'which', 'who'])

/**
 * What is quoted or named with its field and is excepted by the words before it (`but not "I'm sorry"`, `that don't contain "x"`,
 * `except user:bob`, and after one of these `or "y"`), each with the pieces that say so.
 */
export function exceptions(pieces: readonly Piece[]): Map<Piece, Piece[]> {
  const forms = pieces.map(({ kind, text }) => (kind === 'run' ? formOf(text).replace(/[,;:]+$/, '') : null))
  const found = new Map<Piece, Piece[]>()
  for (const [i, piece] of pieces.entries()) {
    if (piece.kind === 'run' || piece.negated) continue
    const first =
      connectorBefore(forms, i, CARRIERS[piece.kind]) ??
      (joins(forms[i - 1], piece) && found.has(pieces[i - 2]!) ? i - 1 : null)
    if (first !== null) found.set(piece, pieces.slice(first, i))
  }
  return found
}

/** Where the words begin that except what stands at a place; null where none do. */
function connectorBefore(
  forms: readonly (string | null)[],
  place: number,
  carriers: ReadonlySet<string>,
): number | null {
  for (let end = place; end > 0 && place - end <= MOST_CARRIERS; end--) {
    const words = CONNECTORS.find((one) => one.every((word, i) => forms[end - one.length + i] === word))
    if (words !== undefined) {
      let first = end - words.length
      if (PERSONS.has(forms[first - 1] ?? '')) return null
      while (JOINING.has(forms[first - 1] ?? '')) first--
      return first
    }
    if (!carriers.has(forms[end - 1] ?? '')) return null
  }
  return null
}

/** Whether a word goes on with an exception: of fields, "and" begins another condition. */
const joins = (form: string | null | undefined, { kind }: Piece): boolean =>
  form === 'or' || form === 'nor' || form === '' || (form === 'and' && kind === 'phrase')
