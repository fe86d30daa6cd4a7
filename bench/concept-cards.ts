import type { FittedConcept, Measured } from '../src/core/concept.ts'

/** The page of all built-in concepts, from their cards. Concepts without a card are left out. */
export function cardsPage(concepts: readonly FittedConcept[]): string {
  const carded = concepts.filter(({ card }) => card !== undefined)
  return `${[
    '# Built-in concepts',
    '',
    '`node dist/bench/write-cards.js` writes this page from the cards in `models/concepts`, which `GET /v1/concepts/:name`',
    'shows too. Figures are of texts that were not fitted on, at the threshold. "Of 1,000" counts matches in ordinary chats',
    '(requests of everyday use and answers of many models) without labels: where a concept is rare there, mostly false alarms.',
    'Everything was written and measured in English unless a row says otherwise; in other languages expect less. The bounds of some',
    'thresholds were set after a look at such chats, which makes those counts a little kind. Our own',
    'held-out texts are few and half near misses, so precision on them is lower, and recall more chancy, than in a log.',
    '',
    '| concept | reads | made by | threshold | average precision | F1 | held-out texts |',
    '|---|---|---|---|---|---|---|',
    ...carded.map(({ name, reads, threshold, quality, card }) =>
      cells(
        `[${name}](#${name})`,
        reads === 'any' ? 'prompt, response' : reads,
        card!.calibration === 'none' ? 'rule' : 'fit',
        threshold.toFixed(2),
        quality.average_precision.toFixed(3),
        quality.f1.toFixed(3),
        String(quality.n),
      ),
    ),
    ...carded.flatMap(cardOf),
    ...FEW,
  ].join('\n')}\n`
}

function cardOf({ name, description, version, card, aliases, nouns = [name] }: FittedConcept): string[] {
  const { definition, positives, negatives, confusions, measured, fitted_on, calibration } = card!
  return [
    '',
    `## ${name}`,
    '',
    description,
    '',
    definition,
    '',
    `- Found by: ${[...nouns, ...aliases].map((word) => `"${word}"`).join(', ')}`,
    `- Version ${version}, fitted on ${fitted_on}; calibration: ${calibration}`,
    ...(positives.length === 0 ? [] : [`- Meant: ${positives.map(quoted).join(' · ')}`]),
    ...(negatives.length === 0 ? [] : [`- Not meant: ${negatives.map(quoted).join(' · ')}`]),
    `- Mistaken for it, or missed: ${confusions.join('; ')}`,
    '',
    '| on | language | texts | precision | recall | F1 | average precision | of 1,000 |',
    '|---|---|---|---|---|---|---|---|',
    ...measured.map(rowOf),
  ]
}

function rowOf(row: Measured): string {
  const share = (value: number | undefined) => value?.toFixed(3) ?? ''
  return cells(
    row.on,
    row.language,
    String(row.n),
    share(row.precision),
    share(row.recall),
    share(row.f1),
    share(row.average_precision),
    row.matches_per_1000?.toFixed(1) ?? '',
  )
}

const cells = (...list: string[]) => `| ${list.join(' | ')} |`
const quoted = (text: string) => `\`${text.replace(/\s+/g, ' ').replaceAll('`', 'ˋ').replaceAll('|', '\\|')}\``

const FEW = [
  '',
  '## Concepts of a few examples',
  '',
  'What ten or twenty examples are worth is measured in [search.md](quality/search.md#concepts-of-a-few-examples), beside a fit on',
  'the whole set. Five examples against are worth more than five more for. The weight of the embedding and the strength of the',
  'penalty were chosen on the two sets that are reported there.',
  '',
  'Tried and left, on nineteen other concepts (attacks, intents, our own texts) with ten examples for: mean average precision over',
  'them is 0.760 in an empty store; 0.689, 0.736 and 0.751 where embeddings are whitened by the covariance of the package’s texts (shrunk',
  'by 0.1, 0.3 and 0.6), 0.758 with words weighted by rarity, 0.709 by the embedding alone, 0.764 with a tenth of the penalty. With 200',
  'unlabelled texts of the log, at the share that the set has, it is 0.797; 0.795 with a tenth of the penalty, 0.796 where texts that look',
  'like the concept are left out of them, and 0.790 where these are taken for examples, which gains for attacks and loses for subjects.',
]
