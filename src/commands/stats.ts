import { type Command, Option } from 'commander'
import { Problem } from '../core/problem.ts'
import { checkedAsk } from '../core/search-check.ts'
import { MOST_GROUPS, STATS_GROUPS, type StatsAnswer, type StatsRow } from '../core/stats.ts'
import { stats, statsCsv } from '../flow/stats.ts'
import { openConcepts } from '../roof/concept-files.ts'
import { openHouse } from '../roof/local-house.ts'
import { addFilterFlags, filterGiven } from './filter-flags.ts'
import { configOf } from './settings.ts'
import { plain, table } from './table.ts'

/** undercurrent stats --by day,model */
export function statsCommand(program: Command) {
  const command = program
    .command('stats')
    .description('counts, sums and quantiles of tokens, latency and cost, errors and refusals, in groups')
    .option('--by <groups>', `up to three of ${STATS_GROUPS.join(', ')}, separated by commas`)
    .option('--concept <name>', 'only events of this concept')
    .option('--limit <n>', 'groups to show, the largest', Number, 100)
    .addOption(new Option('--format <format>', 'of the output').choices(['table', 'json', 'csv']).default('table'))
    .option('--json', 'machine-readable, as --format json')
  addFilterFlags(command)
  command.action(async (given: Record<string, unknown>) => {
    const limit = given.limit as number
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= MOST_GROUPS))
      throw new Problem('BAD_REQUEST', `--limit must be a whole number from 1 to ${MOST_GROUPS}`)
    const { concept } = given
    const ask = checkedAsk({ ...filterGiven(given), ...(concept === undefined ? {} : { concept }) })
    const house = await openHouse(configOf(command))
    try {
      const concepts = await openConcepts(house.config.models_dir, house.engine).answering()
      const by = given.by === undefined ? {} : { by: given.by as string }
      const answer = await stats({ ...house, concepts }, { ...ask, ...by, limit })
      const format = given.json === true ? 'json' : given.format
      if (format === 'json') process.stdout.write(`${JSON.stringify(answer)}\n`)
      else if (format === 'csv') process.stdout.write(statsCsv(answer))
      else process.stdout.write(`${shown(answer)}\n`)
    } finally {
      await house.close()
    }
  })
}

function shown({ by, items, total }: StatsAnswer): string {
  const head = [...by, 'events', 'errors', 'refused', 'tokens in', 'tokens out', 'latency p50', 'p95', 'cost USD']
  const lines = [
    ...items.map((row) => [...by.map((name) => plain(row.key[name] ?? '-', 40)), ...cells(row)]),
    ...(by.length === 0 ? [cells(total)] : [[...by.map((_, i) => (i === 0 ? 'all' : '')), ...cells(total)]]),
  ]
  return table(head, lines, 160)
}

const cells = (row: Omit<StatsRow, 'key'>): string[] => [
  String(row.count),
  percent(row.error_rate),
  percent(row.refused_rate),
  String(row.tokens_input.sum),
  String(row.tokens_output.sum),
  milliseconds(row.latency_ms.p50),
  milliseconds(row.latency_ms.p95),
  row.cost_usd.count === 0 ? '-' : row.cost_usd.sum.toFixed(2),
]

const percent = (share: number | null) => (share === null ? '-' : `${(100 * share).toFixed(1)} %`)
const milliseconds = (ms: number | null) => (ms === null ? '-' : `${Math.round(ms)} ms`)
