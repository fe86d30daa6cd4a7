import type { Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { parseCheckpoint } from '../ledger/checkpoint.ts'
import { NoteError, type NoteFault, type NoteVerifier, openNote } from '../ledger/note.ts'
import { allRecords } from './all-records.ts'
import { type Compared, STORE } from './verify-verdicts.ts'

/** A checkpoint to be compared with the entries; `fault` where its note is not to be trusted. */
export interface Point {
  /** `store`, or the name of the file that it was kept in. */
  from: string
  size: number | null
  /** RFC 6962 root, 32 bytes; null with a fault. */
  root: Uint8Array | null
  fault?: 'malformed' | 'foreign' | 'bad-signature'
}

const FAULTS: Record<NoteFault, NonNullable<Point['fault']>> = {
  malformed: 'malformed',
  'unknown key': 'foreign',
  'bad signature': 'bad-signature',
}
/** What a fault means, in words that follow what is spoken of. */
const SAID: Record<NonNullable<Point['fault']>, string> = {
  malformed: 'is no signed checkpoint: the file is damaged, or it is another one',
  foreign: 'is signed by another key than that of this ledger',
  'bad-signature': 'does not fit its signature: it was altered or damaged',
}

/** The signed notes of the checkpoints that a store has written down, in the order of their sizes. */
export async function storedNotes(engine: Pick<Engine, 'records'>): Promise<string[]> {
  const records = await allRecords(engine, 'checkpoint', {}, 'rev')
  return records
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ body }) => (body as { note?: unknown }).note)
    .filter((note) => typeof note === 'string') // one of before checkpoints were signed has none
}

/** The same as checkpoints to be compared. */
export async function storedPoints(engine: Pick<Engine, 'records'>, key: NoteVerifier): Promise<Point[]> {
  return (await storedNotes(engine)).map((note) => ownPoint(note, key))
}

/** A note of the store as a checkpoint that its own key signed, also under a name that the ledger had before; never throws. */
function ownPoint(note: string, key: NoteVerifier): Point {
  const point = pointOf(note, STORE, key)
  if (point.fault !== 'foreign') return point
  const former = namesIn(note).map((named) => ({ ...named, verify: key.verify }))
  return former.map((one) => pointOf(note, STORE, one)).find(({ fault }) => fault === undefined) ?? point
}

/**
 * What is wrong with a checkpoint that a store has written down, in words that follow it: its note is not signed by the
 * store's own key, under whatever name, or says something else than what is written beside it. Null where nothing is.
 */
export function storedFault(
  { size, root, note }: { size: number; root: string; note: string },
  key: NoteVerifier,
): string | null {
  const point = ownPoint(note, key)
  if (point.fault !== undefined) return SAID[point.fault]
  const agrees = point.size === size && Buffer.from(point.root ?? []).toString('base64') === root
  return agrees ? null : 'says something else than its signature'
}

/** Names and key ids of the signatures of a note. */
function namesIn(note: string): { name: string; keyId: number }[] {
  return [...note.matchAll(/^— ([^ \n]+) ([A-Za-z0-9+/]{8,})/gm)].map(([, name = '', encoded = '']) => ({
    name,
    keyId: Buffer.from(encoded, 'base64').readUInt32BE(0),
  }))
}

/** A note as a checkpoint of this ledger; never throws. */
export function pointOf(note: string, from: string, key: NoteVerifier): Point {
  try {
    const { size, root } = parseCheckpoint(openNote(note, [key]).text)
    return { from, size, root }
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    return { from, size: null, root: null, fault: FAULTS[error.fault] }
  }
}

/**
 * Checkpoints of a file that was kept outside, one after another: blank lines between them, a note ends with its last
 * line of signature. Throws Problem BAD_REQUEST where one cannot be relied on: it is named, not passed over.
 * @param origin of the ledger; a checkpoint of another one that the same key signed is refused
 */
export function outsidePoints(text: string, from: string, key: NoteVerifier, origin: string): Point[] {
  const notes = notesIn(text)
  if (notes.length === 0) throw new Problem('BAD_REQUEST', `${from} holds no checkpoint`)
  return notes.map((note, i) => {
    const point = pointOf(note, from, key)
    const which = `${from}: checkpoint ${i + 1} of ${notes.length}`
    if (point.fault !== undefined) throw new Problem('BAD_REQUEST', `${which} ${SAID[point.fault]}`)
    if (!note.startsWith(`${origin}\n`)) throw new Problem('BAD_REQUEST', `${which} is of another ledger`)
    return point
  })
}

/** What is left over at the end is a note as well: it will not open. */
function notesIn(text: string): string[] {
  const notes = ['']
  let signed = false
  for (const line of text.replaceAll('\r\n', '\n').split(/(?<=\n)/)) {
    const signature = line.startsWith('— ')
    if (signed && !signature) notes.push('')
    if (notes.at(-1) !== '' || line !== '\n') notes[notes.length - 1] += line
    signed = signature
  }
  return notes.filter((note) => note !== '')
}

/** Roots of the tree of some size: of the leaves as they stand, and as the store remembers them. Null where unknown. */
export interface Roots {
  actual: Uint8Array | null
  remembered: Uint8Array | null
}

/**
 * How a checkpoint stands to the entries. What the store remembers speaks where entries were altered: they are named
 * one by one, and the history is not another for that.
 * @param entries that were found
 */
export function compare(point: Point, entries: number, roots: ReadonlyMap<number, Roots>): Compared {
  const { size, root, from, fault } = point
  if (fault !== undefined || size === null || root === null) return { size, from, verdict: fault ?? 'malformed' }
  if (size > entries) return { size, from, verdict: 'ahead' }
  const { actual = null, remembered = null } = roots.get(size) ?? {}
  const known = [actual, remembered].filter((one) => one !== null)
  if (known.some((one) => Buffer.compare(one, root) === 0)) return { size, from, verdict: 'agrees' }
  return { size, from, verdict: known.length === 0 ? 'unknown' : 'contradicts' }
}
