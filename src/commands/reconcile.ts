import { type Command, Option } from 'commander'
import { Problem } from '../core/problem.ts'
import { formatTime, SECOND } from '../core/window.ts'
import { reconcile as reconcileWith } from '../flow/reconcile.ts'
import type { Comparison } from '../flow/reconcile-compare.ts'
import { NO_MAPPING, pairs } from '../formats/in/mapping.ts'
import type { Usage } from '../formats/in/usage.ts'
import type { Redactor } from '../redactors/index.ts'
import { openHouse } from '../roof/local-house.ts'
import { readUsage } from '../roof/usage-file.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

interface Options {
  map: string[]
  alias: string[]
  tenant?: string
  eventTypes: string
  edge: string
  tolerance: string
  covers?: Usage['covers']
  json?: boolean
}

const collect = (text: string, before: string[]) => [...before, ...text.split(',').filter((one) => one !== '')]
/** An edge of half an hour or more would explain anything. */
const WIDEST_EDGE_S = 1800

/** undercurrent reconcile FILE... */
export function reconcile(program: Command) {
  program
    .command('reconcile <file...>')
    .description('compares what is stored with a second witness: the log of a gateway, or a usage export of a provider')
    .option(
      '--map <field=path>',
      'takes hour, model, api_key_id, requests, … from elsewhere; may be repeated',
      collect,
      [],
    )
    .option('--alias <theirs=ours>', 'a model or key that the witness names otherwise; may be repeated', collect, [])
    .option('--tenant <tenant>', 'only events of this tenant')
    .option('--event-types <types>', 'events that are requests to a model', 'llm.completion,llm.embedding')
    .option('--edge <seconds>', 'around full hours, within which either hour may count an event', '300')
    .option('--tolerance <share>', 'by which tokens may differ', '0.01')
    .addOption(new Option('--covers <models>', 'models that the witness has seen').choices(['all', 'listed']))
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
Reads CSV or JSON with hour (or timestamp), model, api_key_id, requests, tokens_input, tokens_output, and the usage
exports of OpenAI and Anthropic with bucket_width=1h. Ends with 3 where the two differ. Hours that differ train no
baseline until both agree; a witness that is asked again changes nothing.

  undercurrent reconcile usage.json
  undercurrent reconcile gateway.csv.gz --map timestamp=ts,api_key_id=key --covers all`,
    )
    .action(async (files: string[], options: Options, command: Command) => {
      const seconds = numberOf('--edge', options.edge, WIDEST_EDGE_S - 1)
      const tolerance = numberOf('--tolerance', options.tolerance, 1)
      const mapping = { ...NO_MAPPING, take: pairs(options.map, '--map') }
      const aliases = new Map(Object.entries(pairs(options.alias, '--alias')))
      const read = await Promise.all(files.map((file) => readUsage(file, mapping)))
      const house = await openHouse(configOf(command))
      try {
        const usage = asStored(together(read, options.covers), aliases, house.redactor, options.tenant)
        const found = await reconcileWith(house, usage, {
          ...(options.tenant === undefined
            ? {}
            : { tenant_id: house.redactor.identifier('tenant_id', options.tenant) }),
          event_types: options.eventTypes.split(','),
          edge: seconds * SECOND,
          tolerance,
        })
        report(found, options.json === true)
        if (found.mismatches.length > 0) process.exitCode = 3
      } finally {
        await house.close()
      }
    })
}

function numberOf(option: string, text: string, most: number): number {
  const n = Number(text)
  if (text.trim() !== '' && n >= 0 && n <= most) return n
  throw new Problem('BAD_REQUEST', `${option} takes a number from 0 to ${most}`)
}

/** Pages of one witness are one witness. */
function together(read: readonly Usage[], covers: Usage['covers'] | undefined): Usage {
  return {
    rows: read.flatMap(({ rows }) => rows),
    hours: [...new Set(read.flatMap(({ hours }) => hours))].sort((a, b) => a - b),
    covers: covers ?? (read.every((one) => one.covers === 'all') ? 'all' : 'listed'),
  }
}

/** Names as the store has them: aliases resolved, and what the redactor would replace replaced. */
function asStored(
  usage: Usage,
  aliases: ReadonlyMap<string, string>,
  redactor: Pick<Redactor, 'identifier'>,
  tenant: string | undefined,
): Usage {
  const name = (field: 'model' | 'api_key_id', given: string | null) =>
    given === null ? null : redactor.identifier(field, aliases.get(given) ?? given, tenant)
  const rows = usage.rows.map((row) => ({
    ...row,
    model: name('model', row.model),
    api_key_id: name('api_key_id', row.api_key_id),
  }))
  return { ...usage, rows }
}

function report({ mismatches, series, hours, unlisted, keys }: Comparison, json: boolean): void {
  if (json) {
    const told = mismatches.map(({ hour, ...one }) => ({ hour: formatTime(hour), ...one }))
    const compared = { hours: hours.length, series: series.length, keys }
    process.stdout.write(
      `${JSON.stringify({ agreed: told.length === 0, compared, mismatches: told, models_not_listed: unlisted })}\n`,
    )
    return
  }
  const both = (ours: number | null, theirs: number | null) => `${ours ?? '-'} / ${theirs ?? '-'}`
  if (mismatches.length > 0)
    process.stdout.write(
      `${table(
        ['hour (UTC)', 'model', 'key', 'requests', 'tokens in', 'tokens out'],
        mismatches.map(({ hour, model, api_key_id, store, witness }) => [
          formatTime(hour).slice(0, 16).replace('T', ' '),
          model ?? '(all)',
          api_key_id ?? '(all)',
          both(store.requests, witness.requests),
          both(store.tokens_input, witness.tokens_input),
          both(store.tokens_output, witness.tokens_output),
        ]),
      )}\n(stored / witness)\n`,
    )
  const notes = [
    `${hours.length} hours of ${series.length} models and keys compared`,
    mismatches.length === 0 ? 'both sides agree' : `${mismatches.length} differ`,
    ...(keys ? [] : ['one side knows no keys, so they were added up']),
    ...(unlisted.length > 0
      ? [`${unlisted.length} stored models are not in the export (--covers all compares them)`]
      : []),
  ]
  process.stderr.write(`${notes.join('; ')}\n`)
}
