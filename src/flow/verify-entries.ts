import type { SealedEntry } from '../core/ports.ts'
import { commit, leafData, SALT_BYTES } from '../ledger/leaf.ts'
import { leafHash } from '../ledger/tree.ts'
import { archivedRanges, receiptRanges } from './receipt-ranges.ts'
import { type Range, type Ranges, ranges } from './verify-ranges.ts'
import {
  explainPairs,
  explainStrays,
  explainTexts,
  type Stray,
  type SuspectPair,
  type SuspectText,
} from './verify-suspects.ts'
import type { BadEntry, Counts } from './verify-verdicts.ts'

/** What a judge knows, as JSON, so that an interrupted pass can go on. */
export interface JudgeState {
  counts: Counts
  waiting: [string, number[]][]
  erased: readonly Range[]
  receipts: readonly Range[]
  /** Texts in files of the archive; absent in what was put down before there was one. */
  archived?: readonly Range[]
}

/** A leaf as it was read; `fits` is false where its text is another. */
export interface ReadLeaf {
  seq: number
  event_id: string
  /** Null where the leaf is gone. */
  hash: Uint8Array | null
  fits: boolean
}

/** Pairs that are kept to be looked at; what is beyond them is counted. */
const MOST_PAIRS = 4096
/** A judge that waits for more than this does not put down what it knows. */
const MOST_KEPT = 2_000

/**
 * Judges the entries of a ledger one by one, in order. An entry whose text is gone waits for the amendment or the
 * receipt that says why; memory grows with what is open or amiss, not with the ledger.
 */
export function entryJudge(begun?: JudgeState) {
  const counts: Counts = { intact: 0, amended: 0, erased: 0, archived: 0, ...begun?.counts }
  const waiting = new Map(begun?.waiting)
  let erased = ranges(begun?.erased)
  let receipts = ranges(begun?.receipts)
  let archived = ranges(begun?.archived)
  let files = ranges()
  let returned = ranges()
  const gone = ranges()
  const bad: BadEntry[] = []
  const texts: SuspectText[] = []
  const pairs: SuspectPair[] = []
  let morePairs = 0

  function text(entry: SealedEntry): boolean {
    const { seq, kind, event_id, salt, body } = entry
    if (salt !== null && body !== null) {
      const sealed = entry.commitment
      // a salt of another length could pass off a part of the text as salt
      const given = salt.length === SALT_BYTES ? commit(salt, body) : new Uint8Array()
      if (Buffer.compare(given, sealed) !== 0) {
        texts.push({ seq, event_id, sealed, given })
        return false
      }
      if (entry.edited_columns.length > 0)
        bad.push({
          seq,
          event_id,
          verdict: 'edited',
          about: `its text says otherwise of ${entry.edited_columns.join(', ')}`,
        })
      else counts.intact++
    } else if (entry.state === 'erased') erased.add(seq)
    else if (entry.state === 'archived') archived.add(seq)
    else if (kind === 'event' || kind === 'amendment') waiting.set(event_id, [...(waiting.get(event_id) ?? []), seq])
    else bad.push({ seq, event_id, verdict: 'missing', about: 'its text is gone' })
    return true
  }

  /** An amendment answers for what stood for its event before, a receipt and an archive's entry of the audit for places before their own. */
  function answer({ seq, kind, event_id, body }: Pick<SealedEntry, 'seq' | 'kind' | 'event_id' | 'body'>): void {
    if (kind === 'amendment') {
      counts.amended += waiting.get(event_id)?.length ?? 0
      waiting.delete(event_id)
    }
    if (body === null) return
    if (kind === 'receipt') for (const [from, to] of receiptRanges(body, seq)) receipts.add(from, to)
    if (kind === 'audit') for (const [from, to] of archivedRanges(body, seq).into) files.add(from, to)
  }

  /** What came back is covered by no entry before: it was read since, or, if before, it is to be read again. */
  function comeBack({ seq, kind, body }: Pick<SealedEntry, 'seq' | 'kind' | 'body'>): void {
    if (kind !== 'audit' || body === null) return
    for (const [from, to] of archivedRanges(body, seq).back) {
      files.remove(from, to)
      returned.add(from, to)
    }
  }

  /** Counts the places that something answers for; the others. */
  function openOf(verdict: 'erased' | 'archived', places: Ranges, answered: Pick<Ranges, 'covers'>): Ranges {
    const open = ranges()
    for (const [from, to] of places.list())
      for (let seq = from; seq < to; seq++)
        if (answered.covers(seq)) counts[verdict]++
        else open.add(seq)
    return open
  }

  /** Takes what receipts answer for off what waits; no receipt answers for anything behind it, so none is kept. */
  function settle(): void {
    erased = openOf('erased', erased, receipts)
    for (const [event_id, seqs] of waiting) {
      const left = seqs.filter((seq) => !receipts.covers(seq))
      counts.erased += seqs.length - left.length
      if (left.length === 0) waiting.delete(event_id)
      else waiting.set(event_id, left)
    }
    receipts = ranges()
    archived = openOf('archived', archived, files)
    files = ranges()
  }

  return {
    /** @param entry undefined where the leaf is gone */
    take(seq: number, entry: SealedEntry | undefined): ReadLeaf {
      if (entry === undefined) {
        gone.add(seq)
        return { seq, event_id: '', hash: null, fits: true }
      }
      const fits = text(entry)
      // a text that was edited answers for nothing
      if (fits) comeBack(entry)
      answer(fits ? entry : { ...entry, body: null })
      const { kind, event_id, commitment } = entry
      return { seq, event_id, hash: leafHash(leafData(kind, event_id, commitment)), fits }
    },

    /** Two neighbours whose leaves do not give the node that the store has. One whose text is known to be another explains it. */
    mismatch(left: ReadLeaf & { hash: Uint8Array }, right: ReadLeaf & { hash: Uint8Array }, node: Uint8Array): void {
      if (!left.fits || !right.fits) return
      const { seq } = left
      if (pairs.length < MOST_PAIRS)
        pairs.push({ seq, leaves: [left.hash, right.hash], ids: [left.event_id, right.event_id], node })
      else morePairs++
    },

    /** An entry behind the end of the pass, which may be the amendment or the receipt that one before it waits for. */
    answer,

    /**
     * Places whose texts came back from files by what was read since this was asked last. What was counted of them may rest
     * on what an earlier entry covered: `again` is to see them as they are now, before `state` and `finish`.
     */
    cameBack(): readonly Range[] {
      const list = returned.list()
      returned = ranges()
      return list
    },

    /** An entry of `cameBack`: one whose text is in a file still, or again, waits for an entry that says so. */
    again({ seq, state }: Pick<SealedEntry, 'seq' | 'state'>): void {
      const waits = archived.covers(seq)
      if (state === 'archived' && !waits) {
        counts.archived--
        archived.add(seq)
      } else if (state !== 'archived' && waits) {
        // it was read before it came back
        counts.archived++
        archived.remove(seq, seq + 1)
      }
    },

    /** Whether some entries wait for an amendment or a receipt. */
    waits(): boolean {
      settle()
      return waiting.size > 0 || erased.list().length > 0 || archived.list().length > 0
    },

    /** Null where something is amiss, or where it is too much to be put down. */
    state(): JudgeState | null {
      if (bad.length + texts.length + pairs.length + gone.list().length > 0) return null
      settle()
      const kept = {
        counts: { ...counts },
        waiting: [...waiting],
        erased: erased.list(),
        receipts: [],
        archived: archived.list(),
      }
      return kept.waiting.length + kept.erased.length + kept.archived.length > MOST_KEPT ? null : kept
    },

    /**
     * The last word.
     * @param size entries that the ledger says it has
     * @param entries that were found, up to the last one that has a leaf
     * @param strays rows that stand for no leaf
     */
    finish(size: number, entries: number, strays: readonly Stray[]): { counts: Counts; bad: BadEntry[]; cut: boolean } {
      settle()
      const moved = explainPairs(pairs)
      // behind a place where all later ones moved, receipts and the audit speak of others
      const told = moved.shift === 0 ? Number.POSITIVE_INFINITY : pairs[0]!.seq
      for (const [seq, to] of erased.list()) {
        const count = Math.max(0, Math.min(to, told) - seq)
        counts.erased += to - seq - count
        if (count > 0) bad.push({ seq, event_id: null, verdict: 'erased-unreceipted', count, about: UNRECEIPTED })
      }
      for (const [seq, to] of archived.list()) {
        const count = Math.max(0, Math.min(to, told) - seq)
        counts.archived += to - seq - count
        if (count > 0) bad.push({ seq, event_id: null, verdict: 'missing', count, about: UNFILED })
      }
      const open: BadEntry[] = []
      for (const [event_id, seqs] of waiting)
        for (const seq of seqs) open.push({ seq, event_id, verdict: 'missing', about: GONE })
      for (const [seq, to] of gone.list())
        if (seq < entries)
          bad.push({ seq, event_id: null, verdict: 'missing', count: to - seq, about: 'its leaf is gone' })
      bad.push(...explainStrays(open, strays), ...explainTexts(texts), ...moved.bad)
      const run = (seq: number, count: number, verdict: 'missing' | 'inserted' | 'edited', about: string) => {
        if (count > 0) bad.push({ seq, event_id: null, verdict, count, about })
      }
      if (moved.shift === 0) run(pairs.at(-1)?.seq ?? 0, morePairs, 'edited', 'pairs from here on do not fit the tree')
      // where entries were cut out and the others moved up, the end is short by as many
      const tail = size - entries - Math.max(0, moved.shift)
      run(entries, tail, 'missing', 'the end is cut off')
      if (moved.shift >= 0) run(size, -tail, 'inserted', 'they stand behind the end of the ledger')
      return { counts, bad, cut: tail > 0 }
    },
  }
}

const UNRECEIPTED = 'its text was erased, and no receipt behind it says so'
const UNFILED =
  'its text is not in the store, and no entry of the audit behind it says that a file of the archive has it'
const GONE = 'its text is gone, and no amendment or receipt says why'
