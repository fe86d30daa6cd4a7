import type { Span } from '../src/redactors/scan.ts'
import { Counts } from './counts.ts'
import { covered, demandOf, isOwnType, labelsOf, type Row, touches } from './redaction-labels.ts'
import type { Share } from './share.ts'

export interface LabelledReport {
  /** Labelled spans covered whole, by `set label`: of kinds with a checksum, and of kinds with a pattern. */
  recall: { checked: Record<string, Share>; shaped: Record<string, Share>; names: Record<string, Share> }
  /** The same over all kinds of a demand. */
  overall: { checked: Share; shaped: Share; sentences: Share; names: Share }
  /** Of what was found: how much lies on a label. Of sentences, by our type; of vectors, of the type that the vector is about. */
  precision: { sentences: Record<string, Share>; vectors: Record<string, Share>; vectorsOverall: Share }
  /** Texts without a label of a kind that we look for, and how many were changed. */
  clean: Share
}

/** The figures over sets of labelled texts, by name. Sets of secrets are left out. */
export function measureLabelled(
  scan: (text: string) => readonly Span[],
  sets: ReadonlyMap<string, readonly Row[]>,
): LabelledReport {
  const recall = { checked: new Counts(), shaped: new Counts(), names: new Counts() }
  const sentences = new Counts()
  const vectors = new Counts()
  const clean = new Counts()
  for (const [set, rows] of sets) {
    for (const row of rows) {
      if (row.label !== undefined) continue
      const found = scan(row.text)
      const labels = labelsOf(row)
      for (const label of labels) {
        const demand = demandOf(label.label)
        if (demand !== 'none') recall[demand].add(`${set} ${label.label}`, covered(found, label))
      }
      if (row.recogniser === undefined) {
        for (const span of found) sentences.add(span.type, touches(span, labels))
        if (!labels.some(({ label }) => demandOf(label) !== 'none')) clean.add('changed', found.length > 0)
      } else {
        const own = found.filter(({ type }) => isOwnType(type, row.recogniser as string))
        for (const span of own) vectors.add(row.recogniser, touches(span, labels))
      }
    }
  }
  const inSentences = (key: string) => key.includes('sentences')
  const [checked, shaped] = [recall.checked, recall.shaped]
  const both = new Counts()
  for (const counts of [checked, shaped])
    for (const [key, { of, n }] of Object.entries(counts.shares()))
      if (inSentences(key)) for (let i = 0; i < n; i++) both.add('all', i < of)
  return {
    recall: { checked: checked.shares(), shaped: shaped.shares(), names: recall.names.shares() },
    overall: {
      checked: checked.share(() => true),
      shaped: shaped.share(() => true),
      sentences: both.share('all'),
      names: recall.names.share(() => true),
    },
    precision: {
      sentences: sentences.shares(),
      vectors: vectors.shares(),
      vectorsOverall: vectors.share((key) => demandOf(key.toUpperCase()) === 'checked'),
    },
    clean: clean.share('changed'),
  }
}
