import type { LogEvent } from '../core/event.ts'
import type { FieldParts, Tally } from './field.ts'
import { failed } from './placeholder.ts'
import { RuleTimeout } from './scan.ts'
import { TURN } from './turn.ts'
import { type Path, type Turn, textAt, turnsOf, withText } from './turns.ts'
import { INERT } from './view.ts'

/** What is read of the end of a turn and of the beginning of the next, in characters. */
const TAIL = 240
const HEAD = 120
/** A piece of a split value stands so near the end or the beginning of its turn. */
const EDGE = 160
/** Turns without a piece between two pieces. */
const SKIPPED = 2
/** Pieces of one value, at most. */
const PIECES = 4
/** Nothing proven is shorter. */
const SHORTEST = 9

/** A piece of an account number, of a number, of a key. */
const PIECE =
  /(?<![\w+/=@.-])(?:[A-Z]{2}\d\d(?:[ -][A-Z0-9]{1,4}){0,8}|\d{2,}(?:[ .-]\d{2,}){0,7}|[\w+/=.@-]{4,256})(?![\w+/=@-])/g
const OF_VALUE = /\d|[a-z][A-Z]|\w[_@]|[_@]\w|^[A-Z]{6,}$/
/** What more belongs to a value that is whole without it. */
const GENERATED = /^(?=.*\d)(?=.*[A-Za-z])[\w+/=-]{8,}$/

/** What is to stand in the place of a part of a turn. */
interface Part {
  turn: Turn
  start: number
  end: number
  type: string
  value: string
}

type Piece = Pick<Part, 'turn' | 'start' | 'end'> & { text: string }

export interface Turned {
  event: LogEvent
  /** Texts that were closed, since a rule failed on them. */
  failed: readonly Path[]
}

/**
 * An event in which what no turn tells by itself is replaced: an answer that is a secret by the question before it, and
 * a value that was split over turns, of which each piece gets the placeholder of the whole. What stands whole in one
 * turn is left to the fields. The same event where there is nothing of the kind. Throws nothing: where a rule throws or
 * takes too long, the texts of all turns are closed.
 * @param tallyOf the text at a path
 */
export function redactTurns(
  parts: FieldParts,
  event: LogEvent,
  tenant: string,
  tallyOf: (path: Path) => Tally,
): Turned {
  const turns = turnsOf(event)
  if (turns.length < 2) return { event, failed: [] }
  try {
    const found = [...answers(parts, turns), ...splits(parts, turns)]
    if (found.length === 0) return { event, failed: [] }
    // a prompt is often the last message once more
    const again = found.flatMap((part) => {
      return turns.filter(({ text }) => text === part.turn.text).map((turn) => ({ ...part, turn }))
    })
    return { event: replaced(parts, event, tenant, again, tallyOf), failed: [] }
  } catch (error) {
    const paths = [...new Map(turns.map(({ path }) => [path.join('/'), path])).values()]
    const closed = failed(error instanceof RuleTimeout ? 'rule-timeout' : 'rule-error')
    return { event: paths.reduce((now, path) => withText(now, path, closed), event), failed: paths }
  }
}

/** What rests on the turn before. */
function* answers({ scan }: FieldParts, turns: readonly Turn[]): Generator<Part> {
  for (let at = 1; at < turns.length; at++) {
    const turn = turns[at] as Turn
    // what is handed to a tool answers nobody
    if (turn.speaker === 'tool') continue
    // the same text once more answers what it answered before
    const before = turns.slice(0, at).findLast(({ text }) => text !== turn.text)
    if (before === undefined) continue
    const question = before.text.length > TAIL ? INERT + before.text.slice(-TAIL) : before.text
    const answer = turn.text.length > HEAD ? turn.text.slice(0, HEAD) + INERT : turn.text
    const shift = question.length + TURN.length
    for (const { start, end, type, value } of scan(question + TURN + answer, (rule) => rule.turns === true)) {
      if (end <= shift) continue
      yield { turn, start: Math.max(start - shift, 0), end: Math.min(end - shift, turn.text.length), type, value }
    }
  }
}

/** Values of which each of some turns holds a piece: in all turns, and in those of each speaker. */
function* splits(parts: FieldParts, turns: readonly Turn[]): Generator<Part> {
  // most turns hold no piece, which is seen at a glance
  const edgesOf = turns.map(edgesWithPieces)
  if (edgesOf.filter((ranges) => ranges.length > 0).length < 2) return
  const edges = turns.map((turn, at) => ({ turn, pieces: piecesOf(turn, edgesOf[at] as Range[]) }))
  if (edges.filter(({ pieces }) => pieces.length > 0).length < 2) return
  const speakers = new Set(turns.map(({ speaker }) => speaker))
  for (const speaker of [null, ...(speakers.size > 1 ? speakers : [])]) {
    const said = speaker === null ? edges : edges.filter(({ turn }) => turn.speaker === speaker)
    for (let at = 0; at < said.length; at++) yield* splitFrom(parts, said, at)
  }
}

interface Edges {
  turn: Turn
  pieces: readonly Piece[]
}

/** The value that begins with the last piece of a turn. */
function splitFrom({ scan }: FieldParts, said: readonly Edges[], at: number): Part[] {
  const first = said[at]?.pieces.at(-1)
  if (first === undefined) return []
  const whole = (text: string) => {
    if (text.length < SHORTEST) return undefined
    const found = scan(text, (rule) => rule.proven === true)
    return found.length === 1 && found[0]?.start === 0 && found[0].end === text.length ? found[0] : undefined
  }
  const pieces = [first]
  let text = first.text
  let best: { count: number; type: string; value: string } | undefined
  for (let next = at + 1, gap = 0; next < said.length && pieces.length < PIECES; next++) {
    const [piece, ...others] = said[next]?.pieces ?? []
    if (piece === undefined || piece.text === pieces.at(-1)?.text) {
      if (++gap > SKIPPED) break
      continue
    }
    gap = 0
    if (best === undefined && pieces.length === 1 && whole(text) !== undefined) return []
    if (best !== undefined && !GENERATED.test(piece.text)) break
    pieces.push(piece)
    text += piece.text
    const found = whole(text)
    if (found !== undefined) best = { count: pieces.length, type: found.type, value: found.value }
    else if (best !== undefined) break
    // the last piece of a turn is followed by nothing of its own
    if (others.length > 0) break
  }
  if (best === undefined) return []
  const { count, type, value } = best
  return pieces.slice(0, count).map(({ turn, start, end }) => ({ turn, start, end, type, value }))
}

type Range = readonly [start: number, end: number]

/** The beginning and the end of a turn, if they may hold a piece of a value. */
function edgesWithPieces({ text }: Turn): Range[] {
  const ranges: Range[] =
    text.length <= 2 * EDGE
      ? [[0, text.length]]
      : [
          [0, EDGE],
          [text.length - EDGE, text.length],
        ]
  return ranges.filter(([start, end]) => mayHoldPiece(text, start, end))
}

/** Whether there is a digit, an `_`, an `@`, a capital behind a small letter, or six capitals in a row. */
function mayHoldPiece(text: string, start: number, end: number): boolean {
  let small = false
  let capitals = 0
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code >= 97 && code <= 122) {
      small = true
      capitals = 0
    } else if (code >= 65 && code <= 90) {
      if (small || ++capitals === 6) return true
    } else {
      if ((code >= 48 && code <= 57) || code === 95 || code === 64) return true
      small = false
      capitals = 0
    }
  }
  return false
}

/** What may be a piece of a value in some ranges of a turn, in order. */
function piecesOf(turn: Turn, ranges: readonly Range[]): Piece[] {
  return ranges.flatMap(([from, to]) =>
    [...turn.text.slice(from, to).matchAll(PIECE)]
      .map(({ 0: found, index }) => ({ found: found.replace(/[.-]+$/, ''), index }))
      .filter(({ found }) => OF_VALUE.test(found))
      .map(({ found, index }) => ({ turn, start: from + index, end: from + index + found.length, text: found })),
  )
}

/** The event with placeholders in the place of parts; one that lies on another is left out. */
function replaced(
  { tagger }: FieldParts,
  event: LogEvent,
  tenant: string,
  found: readonly Part[],
  tallyOf: (path: Path) => Tally,
): LogEvent {
  const byPath = new Map<string, { path: Path; parts: (Part & { from: number; to: number })[] }>()
  for (const part of found) {
    const { path, start } = part.turn
    const key = JSON.stringify(path)
    const held = byPath.get(key) ?? { path, parts: [] }
    byPath.set(key, held)
    held.parts.push({ ...part, from: start + part.start, to: start + part.end })
  }
  const counted = new Set<string>()
  let out = event
  for (const { path, parts } of byPath.values()) {
    const text = textAt(event, path)
    let now = ''
    let at = 0
    for (const { from, to, type, value } of parts.sort((a, b) => a.from - b.from)) {
      if (from < at) continue
      now += text.slice(at, from) + tagger.placeholder(tenant, type, value)
      at = to
      if (counted.has(`${type} ${value}`)) continue
      counted.add(`${type} ${value}`)
      const { counts } = tallyOf(path)
      counts[type] = (counts[type] ?? 0) + 1
    }
    out = withText(out, path, now + text.slice(at))
  }
  return out
}
