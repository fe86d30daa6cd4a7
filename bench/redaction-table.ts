import type { RedactionReport } from './eval-redaction.ts'
import type { Share } from './share.ts'

/** The report for people: what was asked for first, then by type. */
export function tableOf({
  disguised,
  disguisedWeak,
  spoken,
  labelled,
  labelledHigh,
  secrets,
  ordinary,
}: RedactionReport): string {
  return [
    'Share, interval at 95 % (Wilson), count',
    ...(labelled === null
      ? []
      : [
          'Labelled texts: spans covered whole',
          line('with a checksum', labelled.overall.checked),
          line('with a pattern or a word', labelled.overall.shaped),
          line('in sentences, both', labelled.overall.sentences),
          line('names and places', labelled.overall.names),
          line('precision, checksummed vectors', labelled.precision.vectorsOverall),
          line('texts without a label, changed', labelled.clean),
        ]),
    ...(secrets === null
      ? []
      : [
          'Secrets: texts',
          line('with a secret, changed', secrets.recall),
          line('changed, with a secret (precision)', secrets.precision),
          line('near misses without one, changed', secrets.nearMissesChanged),
          line('with a public identifier, changed', secrets.identifiers),
        ]),
    'Secrets in prose (own held-out texts)',
    line('recall', spoken.recall),
    line('precision', spoken.precision),
    ...lines(spoken.byForm),
    'In disguise: values with a checksum or an unmistakable form, found whole',
    line('all', disguised.overall),
    ...lines(disguised.byDisguise),
    ...lines(disguised.byType),
    'In disguise: the other numbers, with the words that they need',
    line('all', disguisedWeak.overall),
    ...lines(disguisedWeak.byDisguise),
    ...lines(disguisedWeak.byType),
    ...(ordinary === null
      ? []
      : [
          `Ordinary texts (${ordinary.texts}): texts changed per 1,000, every one counted as false`,
          ...Object.entries(ordinary.perThousand).map(([kind, n]) => `  ${kind.padEnd(44)} ${n.toFixed(2)}`),
          ...Object.entries(ordinary.byType)
            .sort(([, a], [, b]) => b - a)
            .map(([type, n]) => `  ${type.padEnd(44)} ${n} texts`),
        ]),
    ...(labelled === null
      ? []
      : [
          'Recall by set and label: with a checksum',
          ...lines(labelled.recall.checked),
          'Recall by set and label: with a pattern or a word',
          ...lines(labelled.recall.shaped),
          'Recall by set and label: names and places',
          ...lines(labelled.recall.names),
          'The same at high sensitivity',
          ...lines(labelledHigh?.recall.names ?? {}),
          'Precision by type, sentences',
          ...lines(labelled.precision.sentences),
          'The same at high sensitivity',
          ...lines(labelledHigh?.precision.sentences ?? {}),
          'Precision by recogniser, vectors',
          ...lines(labelled.precision.vectors),
        ]),
  ].join('\n')
}

const line = (name: string, s: Share) =>
  `  ${name.padEnd(44)} ${s.share.toFixed(3)}  [${s.low.toFixed(3)}, ${s.high.toFixed(3)}]  ${s.of}/${s.n}`

const lines = (shares: Readonly<Record<string, Share>>) => Object.entries(shares).map(([name, s]) => line(name, s))
