import { parseArgs } from 'node:util'
import { evalConcepts } from './eval-concepts.ts'
import { DEFAULT_SEEDS, evalDetection } from './eval-detection.ts'
import { evalEstimates } from './eval-estimates.ts'
import { evalFew } from './eval-few.ts'
import { evalGraphs } from './eval-graphs.ts'
import { evalInsiders } from './eval-insiders.ts'
import { evalLanguages } from './eval-languages.ts'
import { evalMeaning } from './eval-meaning.ts'
import { evalMemorised } from './eval-memorised.ts'
import { evalMonitors } from './eval-monitors.ts'
import { evalRedaction } from './eval-redaction.ts'
import { evalRefusals } from './eval-refusals.ts'
import { evalSearch } from './eval-search.ts'
import { evalThreats } from './eval-threats.ts'
import { evalTold } from './eval-told.ts'
import { evalTopics } from './eval-topics.ts'
import { evalWindows } from './eval-windows.ts'

interface Options {
  data: string | undefined
  seeds: number[]
  scenario: string | undefined
  /** Page that is written anew. */
  write: string | undefined
  json: boolean
}

/** Every evaluation, in the order in which they run; `search` runs several of them, and only where it is named. Each prints its table, and says aloud what it skipped. */
const EVALUATIONS: Readonly<Record<string, (options: Options) => Promise<object>>> = {
  refusals: ({ data, json }) => evalRefusals(data, { json }),
  threats: ({ data, json }) => evalThreats(data, { json }),
  concepts: ({ data, json }) => evalConcepts(data, { json }),
  estimates: ({ data, json }) => evalEstimates(data, { json }),
  few: ({ data, json }) => evalFew(data, { json }),
  meaning: ({ data, json }) => evalMeaning(data, { json }),
  graphs: ({ data, json }) => evalGraphs(data, { json }),
  memorised: ({ data, json }) => evalMemorised(data, { json }),
  told: ({ data, json }) => evalTold(data, { json }),
  topics: ({ data, json }) => evalTopics(data, { json }),
  windows: ({ data, json }) => evalWindows(data, { json }),
  languages: ({ json }) => evalLanguages({ json }),
  redaction: ({ data, json }) => evalRedaction(data, { json }),
  detection: ({ seeds, scenario, json }) =>
    evalDetection({ seeds, json, ...(scenario === undefined ? {} : { scenario }) }),
  insiders: ({ seeds, json }) => evalInsiders({ seeds, json }),
  monitors: ({ seeds, json }) => evalMonitors({ seeds, json }),
  search: ({ data, json, write }) => evalSearch(data, { json, write, day: new Date().toISOString().slice(0, 10) }),
}

const HELP = `npm run eval -- [NAME…] [--data DIR] [--seeds 1-5] [--scenario FILE] [--write PAGE] [--json]

Names: ${Object.keys(EVALUATIONS).join(', ')}; all but search without one, which is refusals, few, threats, estimates, meaning and told on one page,
held to their goals, which --write writes.
--data names the folder of the labelled sets of that evaluation (refusals and estimates: refusal sets; threats: attack prompts; search, concepts, few, graphs, meaning, memorised, told, topics and windows: the folder above them
and above chat_traffic, ordinary chats, and interaction_log, a real log; redaction: personal data and secrets); without it, what needs one is skipped, and says so. languages needs
none, and detection and insiders simulate their own traffic, by seeds.
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    seeds: { type: 'string' },
    scenario: { type: 'string' },
    write: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => !Object.hasOwn(EVALUATIONS, name))
const seeds = values.seeds === undefined ? DEFAULT_SEEDS : seedsOf(values.seeds)

if (values.help || unknown.length > 0 || seeds.length === 0) {
  process.stderr.write(unknown.length > 0 ? `there is no evaluation ${unknown.join(', ')}\n\n${HELP}` : HELP)
  process.exitCode = values.help ? 0 : 2
} else {
  const reports: Record<string, object> = {}
  for (const [name, evaluate] of Object.entries(EVALUATIONS)) {
    if (positionals.length === 0 ? name === 'search' : !positionals.includes(name)) continue
    process.stderr.write(`\n== ${name}\n`)
    reports[name] = await evaluate({
      data: values.data,
      seeds,
      scenario: values.scenario,
      write: values.write,
      json: values.json,
    })
  }
  if (values.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
}

/** `3`, `1-5` or `1,4,9`; empty where it is none of these. */
function seedsOf(text: string): number[] {
  const range = /^(\d+)-(\d+)$/.exec(text)
  if (range !== null) {
    const [from, to] = [Number(range[1]), Number(range[2])]
    return to < from || to - from > 999 ? [] : Array.from({ length: to - from + 1 }, (_, i) => from + i)
  }
  const seeds = text.split(',').map(Number)
  return seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0) ? seeds : []
}
