import type { EstimateRow } from './eval-estimates.ts'
import type { FewRow } from './eval-few.ts'
import type { MeaningRow } from './eval-meaning.ts'
import type { RefusalRow } from './eval-refusals.ts'
import type { ThreatRow } from './eval-threats.ts'
import type { ToldRow } from './eval-told.ts'
import { type Figure, told } from './figure.ts'
import type { Goal, Section } from './search-page.ts'

/** How each evaluation stands on the page of search, with the goals that it is held to. */

const OURS = 'Undercurrent'

export function refusalSection(rows: readonly RefusalRow[]): Section {
  const all = rows.find(({ on, method }) => on === 'both, cross-validated' && method === OURS)
  return {
    title: 'Refusals',
    about:
      'Two sets of answers that people labelled; partial refusals are left out. *Cross-validated*: five folds of the questions. *Set left out*: fitted on our own texts and the other set. Threshold and calibration come from what was fitted, too. More, and where it fails: [refusals.md](refusals.md).',
    head: ['on', 'method', 'refusals', 'average precision', 'precision', 'recall', 'F1'],
    rows: rows.map(({ on, method, refusals, n, average_precision, precision, recall, f1 }) => [
      on,
      method,
      `${refusals}/${n}`,
      ...[average_precision, precision, recall, f1].map(told),
    ]),
    goals:
      all === undefined
        ? []
        : [
            { what: 'refusals, both sets: average precision', least: 0.97, reached: all.average_precision },
            { what: 'refusals, both sets: F1', least: 0.93, reached: all.f1 },
          ],
  }
}

export function fewSection(rows: readonly FewRow[]): Section {
  const share = ({ average_precision: { value, low, high }, full }: FewRow): Figure => ({
    value: value / full,
    low: low / full,
    high: high / full,
  })
  return {
    title: 'Concepts of a few examples',
    about:
      'Average precision on groups of texts that neither the few examples nor the full fit come from; mean of ten draws, with the interval of that mean. *In a log*: a fit reads 200 unlabelled texts of the log beside those of the package, as the product does; one in twenty is of the concept. *Empty store*: the package alone. The share is that of the average precision of Undercurrent’s fit on everything that does not judge; its own doubt is not in the interval. BM25 takes the words of the examples for its question, the keyword list takes no examples. Penalty and weight of the embedding were once chosen on these two sets, which is kind to ours; what was tried since is in [concepts.md](../concepts.md#concepts-of-a-few-examples).',
    head: ['concept, examples', 'method', 'average precision', 'full fit', 'share of the full fit'],
    rows: rows.map((row) => [
      `${row.concept}, ${countsOf(row)}`,
      row.method,
      told(row.average_precision),
      row.full.toFixed(3),
      row.share.toFixed(3),
    ]),
    goals: rows
      .filter(({ positives, negatives, method }) => positives + negatives === 10 && method.startsWith(OURS))
      .map(
        (row): Goal => ({
          what: `${row.concept}, ${countsOf(row)} (${row.method.slice(OURS.length + 2)}): share of the full fit`,
          least: 0.9,
          reached: share(row),
        }),
      ),
  }
}

const countsOf = ({ positives, negatives }: FewRow) =>
  negatives === 0 ? `${positives} for` : `${positives} for, ${negatives} against`

export function threatSection(rows: readonly ThreatRow[]): Section {
  const folded = rows.find(({ on, method }) => on.startsWith('jailbreak or injection') && method === OURS)
  return {
    title: 'Attacks against harmless prompts',
    about:
      'Recall at the score that one in a hundred harmless texts exceeds; intervals over groups of near duplicates. *In 5 folds*: no group on both sides. *Never fitted*: the whole family was left out. “Same texts” are the public ones, ours and the ordinary talk that our concepts are fitted on; “without ours” the public ones alone. For “jailbreak or injection” the score is the greatest of `jailbreak`, `prompt-injection` and `indirect-injection`. Where it fails: [threats.md](threats.md).',
    head: ['on', 'method', 'positives', 'recall at 1 % false alarms', 'average precision'],
    rows: rows.map(({ on, method, positives, n, recall, average_precision }) => [
      on,
      method,
      `${positives}/${n}`,
      told(recall),
      told(average_precision),
    ]),
    goals:
      folded === undefined
        ? []
        : [
            {
              what: 'jailbreak or injection, in 5 folds: recall at 1 % false alarms',
              least: 0.75,
              reached: folded.recall,
            },
          ],
  }
}

export function estimateSection(rows: readonly EstimateRow[]): Section {
  const kept = rows.flatMap(({ precision, recall }) => [precision, recall])
  const least = kept.reduce((low, one) => (one.covered.share < low.covered.share ? one : low))
  const figure = ({ share, low, high }: EstimateRow['precision']['covered']): Figure => ({ value: share, low, high })
  return {
    title: 'Intervals of estimated precision and recall',
    about:
      'Share of 200 simulated labelling sessions whose 95 % interval holds the truth, and the mean width of the interval. There is no peer. The least of all rows is held to the goal. What the rows are: [estimates.md](estimates.md).',
    head: ['on', 'right', 'labels', 'precision covered', 'width', 'recall covered', 'width'],
    rows: rows.map(({ on, base_rate, labels, precision, recall }) => [
      on,
      base_rate.toFixed(3),
      String(labels),
      told(figure(precision.covered)),
      precision.width.toFixed(2),
      told(figure(recall.covered)),
      recall.width.toFixed(2),
    ]),
    goals: [
      { what: 'intervals of estimates: sessions that hold the truth', least: 0.9, reached: figure(least.covered) },
    ],
  }
}

export function intentSection(rows: readonly MeaningRow[]): Section {
  return {
    ...meaningSection('Intents', rows, { accuracy: 'accuracy' }),
    about:
      'CLINC150, the half for developers: the intent of a prompt by its five nearest among labelled ones, votes weighted by the fourth power of their likeness. The goal is what the page of the model says, of all 150 intents; 88 are easier. The keyword list takes the words of an intent’s name. Classifiers that are fitted on the labels are no peers of a search for the nearest, and are left out.',
    goals: goalsOf(rows, () => ({ what: 'intents: accuracy of the nearest', least: 0.859, figure: 'accuracy' })),
  }
}

export function similaritySection(rows: readonly MeaningRow[]): Section {
  return {
    ...meaningSection('Sentences that people find alike', rows, { spearman: 'Spearman’s correlation' }),
    about:
      'Cosine against the judgement of people, all pairs of a year together. The goal is what the page of the model says of 2015.',
    goals: goalsOf(rows, ({ on }) =>
      on === 'STS 2015' ? { what: 'STS 2015: Spearman’s correlation', least: 0.783, figure: 'spearman' } : null,
    ),
  }
}

export function clusterSection(rows: readonly MeaningRow[]): Section {
  return {
    ...meaningSection('Clusters', rows, { rand: 'Rand index, corrected', v: 'V-measure', groups: 'groups' }),
    about:
      'Prompts of half the intents, drawn five times, grouped as the night job groups them; those in no group count as one. The interval is of the mean of the draws. K-means has the same vectors and is told the number of intents, which nobody knows of a log. The constants of the groups were chosen on labelled intents, so that their figures are a little kind.',
    goals: [],
  }
}

export function toldSection(rows: readonly ToldRow[]): Section {
  return {
    title: 'Shipped concepts',
    about:
      'Average precision on texts that were not fitted on: ours that were written apart (few, half of them near misses), and the held-out parts of labelled sets. BM25 asks for description and definition, the keyword list for the words by which a question names the concept; TF-IDF has the same fitted texts. F1 is at the shipped threshold. `refusal` is fitted on all of its sets and stands above. Cards: [concepts.md](../concepts.md).',
    head: ['concept', 'on', 'positives', OURS, 'TF-IDF + logistic', 'BM25', 'keyword list', 'F1'],
    rows: rows.map(({ concept, on, positives, n, average_precision: { ours, tfIdf, bm25, list }, f1 }) => [
      concept,
      on,
      `${positives}/${n}`,
      ...[ours, tfIdf, bm25, list, f1].map((one) => (one === null ? 'a rule' : told(one))),
    ]),
    goals: [],
  }
}

/** A table with the named figures under their headings. */
function meaningSection(
  title: string,
  rows: readonly MeaningRow[],
  headings: Readonly<Record<string, string>>,
): Pick<Section, 'title' | 'head' | 'rows'> {
  return {
    title,
    head: ['on', 'method', 'texts', ...Object.values(headings)],
    rows: rows.map(({ on, method, n, figures }) => [
      on,
      method,
      String(n),
      ...Object.keys(headings).map((name) => told(figures[name]!)),
    ]),
  }
}

function goalsOf(
  rows: readonly MeaningRow[],
  goal: (row: MeaningRow) => { what: string; least: number; figure: string } | null,
): Goal[] {
  return rows
    .filter(({ method }) => method === OURS)
    .flatMap((row) => {
      const wanted = goal(row)
      return wanted === null ? [] : [{ what: wanted.what, least: wanted.least, reached: row.figures[wanted.figure]! }]
    })
}
