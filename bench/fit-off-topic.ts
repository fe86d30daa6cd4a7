import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { survival } from '../src/concepts/calibrate.ts'
import { packageRoot } from '../src/config.ts'
import type { FittedConcept } from '../src/core/concept.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { offTopic } from './concepts/off-topic.ts'
import { topicFigures } from './eval-topics.ts'
import { figuresOf } from './measure-concept.ts'

/** Writes models/concepts/off-topic.json with its card. Usage: node dist/bench/fit-off-topic.js --data DIR */
const THRESHOLD = 0.5
const { values } = parseArgs({ options: { data: { type: 'string' } } })
const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
try {
  const rows = (await topicFigures(values.data, encoder))?.filter(({ polluted }) => polluted === 0)
  if (rows === undefined) throw new Error('--data lacks the set of intents')
  const single = rows.filter(({ service }) => service !== 'all')
  const judged = (of: typeof rows) =>
    of.flatMap(({ p }) => [
      ...p.nowhere.map((one) => ({ p: one, label: true })),
      ...p.on_topic.map((one) => ({ p: one, label: false })),
    ])
  const figures = (on: string, of: typeof rows) => figuresOf(judged(of), THRESHOLD, on, 'en')
  const { on: _on, language: _language, ...quality } = figures('', single)
  const { name, description, definition, version, reads, aliases, nouns, confusions, fact } = offTopic
  const recall_at = survival(single.flatMap(({ p }) => p.nowhere)).map((share) => Math.round(share * 1000) / 1000)
  const concept: FittedConcept = {
    name,
    description,
    version,
    reads,
    space: '',
    threshold: THRESHOLD,
    recall_at,
    quality: quality as FittedConcept['quality'],
    aliases,
    nouns: nouns!,
    weights: fact,
    card: {
      definition,
      positives: [],
      negatives: [],
      confusions,
      measured: [
        figures('clinc150, ten services of one domain each, learnt from them', single),
        figures(
          'clinc150, one service of ten domains',
          rows.filter(({ service }) => service === 'all'),
        ),
      ],
      fitted_on: 'nothing: each house learns it from its own prompts',
      calibration: 'none',
    },
  }
  writeFileSync(join(packageRoot, 'models/concepts/off-topic.json'), `${JSON.stringify(concept)}\n`)
} finally {
  await encoder.close()
}
