import { setImmediate as breathe } from 'node:timers/promises'
import { type ArchiveRow, archiveSlices } from '../../core/archive.ts'
import {
  type ArchivedText,
  type ArchivedVector,
  openTexts,
  openVectors,
  sealTexts,
  sealVectors,
} from '../../encryption/archive-blocks.ts'
import { commit } from '../../ledger/leaf.ts'
import type { Connection } from './connection.ts'
import type { KeyRing } from './key-ring.ts'
import type { MarkRows } from './mark-rows.ts'
import type { BodyOpener, SealedBody } from './sealed-body.ts'
import { nameOfPart } from './vector-rows.ts'

/** All that leaves the store with the text of an event. */
export interface WholeText extends ArchivedText {
  vectors: readonly Omit<ArchivedVector, 'at'>[]
}

/** The same out of a block. */
export interface OpenedText extends WholeText {
  /** Whose key the block lies under. */
  subject: Uint8Array
}

/** Blocks that are sealed or opened before others get their turn. */
const TURN = 20

/** Reads what a row of the store has beside its columns. */
export function wholeTexts(db: Connection, bodies: Pick<BodyOpener, 'open'>, marks: Pick<MarkRows, 'of'>) {
  const vectors = db.prepare<[number], { part: number; chunk: number; space: string; content: Buffer; vector: Buffer }>(
    `select v.part, v.chunk, s.space, m.content, m.emb vector from vectors v join spaces s on s.id = v.space_id
     join embeddings m on m.id = v.embedding_id where v.seq = ? order by v.part, s.space, v.chunk`,
  )

  /** Null where it cannot be opened. */
  return (row: SealedBody & { seq: number }): WholeText | null => {
    const opened = bodies.open(row)
    if (typeof opened === 'string') return null
    return {
      ...opened,
      marks: marks.of(row.seq),
      vectors: vectors.all(row.seq).map(({ part, ...rest }) => ({ part: nameOfPart(part), ...rest })),
    }
  }
}

/** Whether two are the same to the bit. */
export function isSame(one: WholeText, other: WholeText): boolean {
  const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
  return (
    one.text === other.text &&
    same(one.salt, other.salt) &&
    one.marks.length === other.marks.length &&
    one.marks.every(({ concept, version, p }, at) => {
      const mark = other.marks[at]!
      return mark.concept === concept && mark.version === version && mark.p === p
    }) &&
    one.vectors.length === other.vectors.length &&
    one.vectors.every(({ part, chunk, space, content, vector }, at) => {
      const has = other.vectors[at]!
      return (
        has.part === part &&
        has.chunk === chunk &&
        has.space === space &&
        same(has.content, content) &&
        same(has.vector, vector)
      )
    })
  )
}

/** Whether it is what a leaf was made of. */
export const fitsLeaf = ({ salt, text }: Pick<WholeText, 'salt' | 'text'>, commitment: Uint8Array): boolean =>
  Buffer.compare(commit(salt, text), commitment) === 0

/** Makes and opens the blocks of a file under keys of subjects. */
export function blockSealer(ring: Pick<KeyRing, 'keyOf'>) {
  const nameOf = (file: string, seq: number) => `${file} ${seq}`

  return {
    /**
     * Puts the block of rows of one subject into the first of them.
     * @returns false where there is no key for it any more
     */
    seal(file: string, subject: Uint8Array, rows: readonly ArchiveRow[], texts: readonly WholeText[]): boolean {
      const key = ring.keyOf(subject)
      if (key === null) return false
      const [first] = rows
      const name = nameOf(file, first!.seq)
      const vectors = texts.flatMap((text, at) => text.vectors.map((vector) => ({ at, ...vector })))
      first!.texts = sealTexts(key, texts, name)
      first!.vectors = vectors.length === 0 ? null : sealVectors(key, vectors, name)
      return true
    },

    /**
     * What blocks hold, by the places of their rows. A block that nothing opens is left out; so is one of which `subjectAt`
     * knows no row.
     * @param subjectAt of a place: whose key its block lies under; null where that is of no interest
     */
    async open(
      file: string,
      rows: readonly ArchiveRow[],
      subjectAt: (seq: number) => Uint8Array | null,
    ): Promise<Map<number, OpenedText>> {
      const opened = new Map<number, OpenedText>()
      for (const [turn, block] of archiveSlices(rows, 1).entries()) {
        if (turn % TURN === TURN - 1) await breathe()
        const subject = block.map(({ seq }) => subjectAt(seq)).find((one) => one !== null)
        const key = subject == null ? null : ring.keyOf(subject)
        if (subject == null || key === null) continue
        for (const [seq, text] of openedBlock(key, nameOf(file, block[0]!.seq), block))
          opened.set(seq, { ...text, subject })
      }
      return opened
    },
  }
}

function openedBlock(key: Uint8Array, name: string, block: readonly ArchiveRow[]): [number, WholeText][] {
  const { texts, vectors } = block[0]!
  try {
    const all = vectors === null ? [] : openVectors(key, vectors, name)
    const of = openTexts(key, texts ?? new Uint8Array(), name)
    if (of.length !== block.length) return []
    return block.map(({ seq }, i): [number, WholeText] => {
      const own = all.filter(({ at }) => at === i).map(({ at, ...vector }) => vector)
      return [seq, { ...of[i]!, vectors: own }]
    })
  } catch {
    // it was altered, or is another block
    return []
  }
}
