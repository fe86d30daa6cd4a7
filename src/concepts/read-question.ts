import { type Concept, calledOf } from '../core/concept.ts'
import { type FilterField, type NumberBounds, type NumberField, narrower } from '../core/filter-fields.ts'
import { type Micros, parseWhen } from '../core/window.ts'
import { type Vocabulary, vocabularyOf } from './concept-phrases.ts'
import { exceptions } from './question-exceptions.ts'
import { boundsOf, fieldNamed, isNumber, SPOKEN_NAMES } from './question-fields.ts'
import { type Piece, piecesOf } from './question-pieces.ts'
import { formOf, readWords, type Word, wordsOf } from './question-words.ts'
import { readSpan } from './time-words.ts'

/** What a question says, each part of it once. */
export interface Reading {
  /** Events of all of these. */
  concepts: Concept[]
  since?: Micros
  until?: Micros
  /** One of the values of each. */
  fields: Partial<Record<FilterField, string[]>>
  numbers: Partial<Record<NumberField, NumberBounds>>
  /** Stand in the text as they are. */
  phrases: string[]
  /** The rest; '' where nothing is left. */
  meaning: string
  not: {
    concepts: Concept[]
    fields: Partial<Record<FilterField, string[]>>
    words: string[]
    phrases: string[]
    /** Each a text whose meaning is not looked for. */
    meanings: string[]
    /** A stretch of time, half-open. */
    time: { since?: Micros; until?: Micros } | null
  }
  /** What shall be counted: "who asked", "which users". */
  group: 'user' | null
  /** Names before a colon, and other things that look like a condition, that could not be read and so are meaning. */
  unread: string[]
  /** What each character of the question was taken for, in order, without gaps; blanks belong to their neighbour. */
  parts: { from: number; to: number; as: Part }[]
}

export type Part = 'time' | 'field' | 'phrase' | 'concept' | 'not' | 'group' | 'meaning'

/** A longer question is a text that was pasted, and all of it is meaning. */
const MAX_CHARS = 512

/**
 * Reads a question by rules alone: fields (`user:bob`, `latency:>2s`, `-status:error`), "exact phrases", -words, times
 * ("since Monday"), concepts in other words ("all refusals"), what is not wanted ("but not about medicine"), and the rest
 * as meaning. Never throws; the same question at the same moment is always read in the same way.
 * @param now for words such as "yesterday"
 */
export function readQuestion(q: string, concepts: readonly Concept[], now: Micros): Reading {
  const read = readOnce(q, concepts, now, true)
  // "the bill for last month" may be a month younger than its month: only what a concept names happened then
  const idle = read.concepts.length === 0 && read.not.concepts.length === 0
  return idle && read.since !== undefined ? readOnce(q, concepts, now, false) : read
}

/** @param about whether "for" or "of" before a time says when something happened */
function readOnce(q: string, concepts: readonly Concept[], now: Micros, about: boolean): Reading {
  const reading: Reading = {
    concepts: [],
    fields: {},
    numbers: {},
    phrases: [],
    meaning: '',
    not: { concepts: [], fields: {}, words: [], phrases: [], meanings: [], time: null },
    group: null,
    unread: [],
    parts: [],
  }
  if (q.length > MAX_CHARS) {
    reading.meaning = q.trim()
    reading.parts.push({ from: 0, to: q.length, as: 'meaning' })
    return reading
  }
  const pieces = piecesOf(q)
  const taken = new Map<Piece, Part>()
  const excepted = exceptions(pieces)
  for (const piece of pieces) {
    const by = excepted.get(piece)
    const as = readMarked(reading, by === undefined ? piece : { ...piece, negated: true }, concepts, now)
    if (as === null) continue
    taken.set(piece, as)
    for (const word of by ?? []) taken.set(word, 'not')
  }
  readTime(reading, pieces, taken, now, about)
  const vocabulary = vocabularyOf(concepts)
  readSpoken(reading, pieces, taken, vocabulary)
  const left = pieces.filter((piece) => !taken.has(piece))
  const words = wordsOf(left)
  const said = readWords(words, vocabulary, taken.size > 0)
  reading.concepts.push(...said.concepts.filter((one) => !reading.concepts.includes(one)))
  reading.not.concepts.push(...said.not.concepts.filter((one) => !reading.not.concepts.includes(one)))
  reading.not.meanings.push(...said.not.meanings.map((list) => textOf(q, list)))
  reading.group = said.group
  reading.meaning = textOf(q, said.meaning)
  reading.parts = partsOf(q, pieces, taken, said.as)
  return reading
}

/** What is marked as what it is: a phrase, a field, a word with a minus. Null where it is none of these. */
function readMarked(reading: Reading, piece: Piece, concepts: readonly Concept[], now: Micros): Part | null {
  const { kind, negated, text } = piece
  if (kind === 'phrase') {
    ;(negated ? reading.not.phrases : reading.phrases).push(text.trim())
    return negated ? 'not' : 'phrase'
  }
  if (kind === 'pair') return readPair(reading, piece, concepts, now)
  if (!negated) return null
  const word = trimmed(text)
  if (!/[\p{L}\p{N}]/u.test(word)) return null
  reading.not.words.push(word)
  return 'not'
}

function readPair(reading: Reading, piece: Piece, concepts: readonly Concept[], now: Micros): Part | null {
  const { name = '', text, negated, quoted = false } = piece
  const field = fieldNamed(name)
  const unread = () => {
    if (!reading.unread.includes(name)) reading.unread.push(name)
    return null
  }
  if (field === null) return unread()
  if (isNumber(field)) {
    const bounds = boundsOf(field, trimmed(text), negated)
    if (bounds === null) return unread()
    reading.numbers[field] = narrower(reading.numbers[field] ?? {}, bounds)
    return 'field'
  }
  if (field === 'since' || field === 'until') {
    const at = negated ? null : parseWhen(trimmed(text), now)
    if (at === null || !Number.isSafeInteger(at)) return unread()
    if (field === 'since') reading.since = Math.max(at, reading.since ?? at)
    else reading.until = Math.min(at, reading.until ?? at)
    return 'time'
  }
  if (field === 'concept') {
    const concept = concepts.find((one) => calledOf(one) === trimmed(text).toLowerCase())
    if (concept === undefined) return unread()
    const list = negated ? reading.not.concepts : reading.concepts
    if (!list.includes(concept)) list.push(concept)
    return negated ? 'not' : 'concept'
  }
  const values = (quoted ? [text.trim()] : trimmed(text).split(',')).filter((value) => value !== '')
  if (values.length === 0 || /^[<>]/.test(text)) return unread()
  keep(negated ? reading.not.fields : reading.fields, field, values)
  return negated ? 'not' : 'field'
}

function keep(fields: Reading['fields'], field: FilterField, values: readonly string[]): void {
  fields[field] = [...new Set([...(fields[field] ?? []), ...values])]
}

/** Stands in a text of words for what is none, so that no expression reaches across it. */
const WALL = '\u0000'

function readTime(
  reading: Reading,
  pieces: readonly Piece[],
  taken: Map<Piece, Part>,
  now: Micros,
  about: boolean,
): void {
  const forms = pieces.map((piece) => (piece.kind === 'run' && !taken.has(piece) ? formOf(piece.text) : WALL))
  const starts: number[] = []
  let length = 0
  for (const form of forms) {
    starts.push(length)
    length += form.length + 1
  }
  const text = forms.join(' ')
  const span = readSpan(text, now)
  if (span === null || (!about && SUBJECT.test(text.slice(span.from, span.to)))) return
  const own = pieces.filter((_, i) => starts[i]! < span.to && starts[i]! + forms[i]!.length > span.from)
  const at = pieces.indexOf(own[0]!)
  const { from: _, to: __, ...time } = span
  if (EXCEPT.test(forms[at]!) || EXCEPT.test(forms[at - 1] ?? '')) {
    const first = EXCEPT.test(forms[at]!) ? at : at - 1
    const all = pieces.slice(forms[first - 1] === 'but' ? first - 1 : first, at + own.length)
    for (const piece of all) taken.set(piece, 'not')
    reading.not.time = time
    return
  }
  for (const piece of own) taken.set(piece, 'time')
  if (time.since !== undefined) reading.since = Math.max(time.since, reading.since ?? time.since)
  if (time.until !== undefined) reading.until = Math.min(time.until, reading.until ?? time.until)
}

const PREPOSITION = /^(?:from|by|of|for|with|in|on|using|via)$/
/** A time that what is looked for may be about. "For the last 7 days" says how far back to look. */
const SUBJECT = /^(?:for|of) (?!(?:the )?(?:last|past|previous) \d|the (?:last|past)\b|past\b)/
const EXCEPT = /^(?:not|except|excluding|without)$/
/** So often the rest of a question is read to see whether a word could be an id. */
const MOST_TRIES = 4
/** What an id looks like and a word does not. */
const ID_LIKE = /[\p{L}\p{N}][\d_@./:-]|\d/u

/**
 * Fields in words: "from user bob", "except by model gpt-4". A value that could be any word is one only where a concept is
 * asked for beside it, or where it is excepted.
 */
function readSpoken(reading: Reading, pieces: readonly Piece[], taken: Map<Piece, Part>, vocabulary: Vocabulary): void {
  let tries = 0
  const free = (at: number) => {
    const piece = pieces[at]
    return piece !== undefined && piece.kind === 'run' && !taken.has(piece) ? piece : null
  }
  const formAt = (at: number) => formOf(free(at)?.text ?? '').replace(/[,.;:!?]+$/, '')
  for (let at = 0; at < pieces.length; at++) {
    const field = Object.hasOwn(SPOKEN_NAMES, formAt(at)) ? SPOKEN_NAMES[formAt(at)] : undefined
    const value = free(at + 1) === null ? '' : trimmed(free(at + 1)!.text)
    if (field === undefined || value === '') continue
    const prepared = PREPOSITION.test(formAt(at - 1))
    const first = prepared ? at - 1 : at
    const negated = EXCEPT.test(formAt(first - 1))
    if (!prepared && !negated) continue
    const rest = pieces.filter((piece, i) => !taken.has(piece) && (i < first || i > at + 1))
    const asks = () => tries++ < MOST_TRIES && readWords(wordsOf(rest), vocabulary, true).concepts.length > 0
    if (!ID_LIKE.test(value) && !negated && (PREPOSITION.test(formOf(value)) || !asks())) continue
    const from = negated ? first - 1 - (formAt(first - 2) === 'but' ? 1 : 0) : first
    for (let i = from; i <= at + 1; i++) taken.set(pieces[i]!, negated ? 'not' : 'field')
    keep(negated ? reading.not.fields : reading.fields, field, [value])
  }
}

const trimmed = (text: string) => text.replace(/[,;!?)\]]{1,8}$|(?<!\.)\.$/, '')

/** Words as they are written, from the first to the last of each stretch. */
function textOf(q: string, words: readonly Word[]): string {
  const runs: { from: number; to: number; last: Piece }[] = []
  for (const { piece } of words) {
    const run = runs.at(-1)
    if (run?.last === piece) continue
    if (run !== undefined && q.slice(run.to, piece.from).trim() === '')
      Object.assign(run, { to: piece.to, last: piece })
    else runs.push({ from: piece.from, to: piece.to, last: piece })
  }
  return runs.map(({ from, to }) => q.slice(from, to)).join(' ')
}

function partsOf(
  q: string,
  pieces: readonly Piece[],
  taken: ReadonlyMap<Piece, Part>,
  as: ReadonlyMap<Piece, Part>,
): Reading['parts'] {
  const parts: Reading['parts'] = []
  for (const piece of pieces) {
    const kind = taken.get(piece) ?? as.get(piece) ?? 'meaning'
    const last = parts.at(-1)
    if (last?.as === kind) last.to = piece.to
    else parts.push({ from: last?.to ?? 0, to: piece.to, as: kind })
  }
  const last = parts.at(-1)
  if (last !== undefined) last.to = q.length
  return parts
}
