import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { Problem } from '../core/problem.ts'
import { type Micros, parseWhen } from '../core/window.ts'
import type { Reredacted } from '../flow/reredact.ts'
import { type House, openHouse } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { interruption } from './interruption.ts'
import { progressBar } from './progress.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

interface Options {
  dryRun?: boolean
  apply?: boolean
  rules?: string
  tenant?: string
  since?: string
  until?: string
  examples: number
  json?: boolean
}

/** undercurrent redact-stored --dry-run | --apply */
export function redactStored(program: Command) {
  program
    .command('redact-stored')
    .description(
      'what the present rules, or others, would find in the events that are stored; and takes it out of them',
    )
    .option('--dry-run', 'only count what would change')
    .addOption(new Option('--apply', 'amend the events that change').conflicts('dryRun'))
    .option('--rules <file>', 'this redaction file in place of the one in use')
    .option('--tenant <tenant>', 'only events of this tenant')
    .option('--since <when>', 'first moment: a time, a date, or an age such as 7d')
    .option('--until <when>', 'moment after the last, likewise')
    .option('--examples <n>', 'ids of changed events that are listed', Number, 10)
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
An event that changes is amended: the ledger keeps the old leaf and gets a new one, the old text and all that was made
of it is wiped from the disk. Both may be stopped and begun again, also while the service runs; it follows new rules
after its next start.

  undercurrent redact-stored --dry-run --rules new.yaml
  undercurrent redact-stored --apply`,
    )
    .action(async (options: Options, command: Command) => {
      if (options.dryRun !== true && options.apply !== true)
        throw new Problem('BAD_REQUEST', 'say --dry-run to count what would change, or --apply to change it')
      if (!Number.isInteger(options.examples) || options.examples < 0)
        throw new Problem('BAD_REQUEST', '--examples takes a whole number, 0 or more')
      const config = configOf(command)
      const house = await openHouse(
        options.rules === undefined ? config : { ...config, redaction_file: resolve(options.rules) },
      )
      const stop = interruption()
      const bar = progressBar('redact', 'events')
      try {
        const filter = {
          ...timeOf('since', options.since, house.clock.now()),
          ...timeOf('until', options.until, house.clock.now()),
          ...(options.tenant === undefined
            ? {}
            : { tenant_id: house.redactor.identifier('tenant_id', options.tenant) }),
        }
        const ask = { filter, apply: options.apply === true, examples: options.examples }
        if (ask.apply) await recordHere(house, { action: 'redaction.apply', asked: { rule_set: house.redactor.rules } })
        const result = await house.writing().redactStored(ask, stop.signal, bar.update)
        if (ask.apply) await finish(house)
        bar.stop()
        const archived = (await house.engine.cold(filter)).reduce((sum, { rows }) => sum + rows, 0)
        report({ ...result, archived }, house.redactor, ask.apply, options.json === true)
        if (stop.signal.aborted) process.exitCode = 1
      } finally {
        bar.stop()
        stop.over()
        await house.close()
      }
    })
}

/** What was made of the former texts goes: sums by ids that changed, words, vectors, the journal. */
async function finish(house: House): Promise<void> {
  await house.writing().runJob('baseline')
  await house.writing().settle()
}

function timeOf(name: 'since' | 'until', text: string | undefined, now: Micros): { since?: Micros; until?: Micros } {
  if (text === undefined) return {}
  const at = parseWhen(text, now)
  if (at === null) throw new Problem('BAD_REQUEST', `--${name} must be an ISO 8601 time, a date, or an age such as 7d`)
  return { [name]: at }
}

interface Told extends Reredacted {
  /** Events whose texts lie in files of the archive, so that they were not looked at. */
  archived: number
}

function report(result: Told, by: { version: string; rules: string }, applied: boolean, json: boolean): void {
  if (json) {
    const { version, rules } = by
    process.stdout.write(`${JSON.stringify({ applied, version, rule_set: rules, ...result })}\n`)
    return
  }
  const rows = (['types', 'rules', 'fields'] as const).flatMap((kind) =>
    Object.entries(result[kind])
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .map(([name, n]) => [SAID[kind], name, String(n)]),
  )
  if (rows.length > 0) process.stdout.write(`${table(['by', 'name', 'found'], rows)}\n`)
  if (result.examples.length > 0) process.stdout.write(`\nfor example ${result.examples.join(', ')}\n`)
  const { examined, changed, overtaken, failed, ids, archived } = result
  const notes = [
    `${changed} of ${examined} events ${applied ? 'were amended' : 'would change'}`,
    ...(overtaken > 0 ? [`${overtaken} of them changed meanwhile and wait for the next run`] : []),
    ...(failed > 0 ? [`${failed} stay as they are: a rule failed on them`] : []),
    ...(ids > 0 ? [`${ids} have an event_id in which a rule finds something; ids stay, the ledger holds them`] : []),
    ...(archived > 0
      ? [`${archived} archived events were not looked at: bring them back first (archive restore)`]
      : []),
  ]
  process.stderr.write(`${notes.join('; ')}\n`)
}

const SAID = { types: 'type', rules: 'rule', fields: 'field' } as const
