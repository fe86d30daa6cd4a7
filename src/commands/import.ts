import { mkdirSync, openSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Command, Option } from 'commander'
import { Problem } from '../core/problem.ts'
import { formatTime, parseWhen, SECOND } from '../core/window.ts'
import { type Mapping, pairs } from '../formats/in/mapping.ts'
import { type ImportResult, importFile } from '../roof/import-file.ts'
import { keyFor } from '../roof/key-file.ts'
import { type House, openHouse } from '../roof/local-house.ts'
import { progressBar } from './progress.ts'
import { configOf } from './settings.ts'

interface Options {
  format: 'auto' | 'jsonl' | 'csv'
  map: string[]
  set: string[]
  timeStart?: string
  timeStep: string
  tenant?: string
  json?: boolean
}

const collect = (text: string, before: string[]) => [...before, text]

/** undercurrent import FILE... | - */
export function importCommand(program: Command) {
  program
    .command('import <file...>')
    .description('takes log files in: JSONL/NDJSON or CSV, also gzip; - reads standard input')
    .addOption(new Option('--format <format>', 'what the files are').choices(['auto', 'jsonl', 'csv']).default('auto'))
    .option('--map <field=path>', 'takes an event field from elsewhere in the record; may be repeated', collect, [])
    .option('--set <field=value>', 'sets an event field that a record lacks; may be repeated', collect, [])
    .option('--time-start <time>', 'for records without a time: the time of the first')
    .option('--time-step <seconds>', 'and the seconds from one to the next', '1')
    .option('--tenant <id>', 'tenant of all records')
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
An import that was stopped is started again as it was: what is held is counted as a duplicate.
Rejected records are listed with reasons (never their text) in <data-dir>/rejected/.

  undercurrent import app.jsonl.gz
  undercurrent import export.csv --map user_id=user,prompt=input --set event_type=llm.completion`,
    )
    .action(async (files: string[], options: Options, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        for (const file of files) await importOne(house, file, options)
        await house.writing().settle()
      } finally {
        await house.close()
      }
    })
}

async function importOne(house: House, file: string, options: Options) {
  const mapping = mappingOf(options, house.clock.now())
  const bar = progressBar('import', 'bytes')
  const started = process.hrtime.bigint()
  const side = sideFile(house, file)
  const result = await importFile({
    file,
    format: options.format,
    mapping,
    sender: { tenant_id: options.tenant ?? null },
    idKey: keyFor(house.secrets.root, 'import'),
    ingest: (records, sender) => house.writing().ingestRecords(records, sender),
    progress: (bytes, total) => bar.update(bytes, Math.max(bytes, total)),
    rejected: side.write,
  }).finally(() => bar.stop())
  report(file, result, Number(process.hrtime.bigint() - started) / 1e9, side.path(), options.json === true)
}

function report(file: string, result: ImportResult, seconds: number, side: string | null, json: boolean) {
  const rate = Math.round(result.records / Math.max(seconds, 1e-3))
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024)
  if (json)
    process.stdout.write(
      `${JSON.stringify({ file, ...result, seconds, events_per_s: rate, peak_mb: peakMb, rejected_file: side })}\n`,
    )
  else
    process.stderr.write(
      `${file}: read as ${result.format}; ${result.accepted} accepted, ${result.duplicates} held already, ${result.rejected} rejected` +
        ` in ${seconds.toFixed(1)} s (${rate}/s, ${peakMb} MB)${side === null ? '' : `; reasons in ${side}`}\n`,
    )
}

function mappingOf(options: Options, now: number): Mapping {
  const split = (texts: readonly string[]) => texts.flatMap((text) => text.split(',')).filter((text) => text !== '')
  const start = options.timeStart === undefined ? null : parseWhen(options.timeStart, now)
  if (options.timeStart !== undefined && start === null)
    throw new Problem('BAD_REQUEST', '--time-start must be an ISO 8601 time, a date, or an age such as 30d')
  const step = Number(options.timeStep)
  if (!(step >= 0)) throw new Problem('BAD_REQUEST', '--time-step must be a number of seconds')
  return {
    take: pairs(split(options.map), '--map'),
    set: pairs(options.set, '--set'),
    clock: start === null ? null : { start, step: Math.round(step * SECOND) },
  }
}

/** Where the rejected records of one import of a file are listed: position, path and reason. Made at the first one. */
function sideFile({ config, clock, redactor }: House, file: string) {
  // a file may be named after whoever it is about
  const name = file === '-' ? 'stdin' : redactor.text(basename(file)).replace(/[^\w.-]/g, '_')
  const at = formatTime(clock.now()).replace(/[^\dTZ]/g, '')
  const path = join(config.data_dir, 'rejected', `${name}.${at}.jsonl`)
  let fd: number | null = null
  return {
    write(record: number, at: string, message: string) {
      if (fd === null) {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
        fd = openSync(path, 'w', 0o600)
      }
      writeSync(fd, `${JSON.stringify({ record, path: at, message })}\n`)
    },
    path: () => (fd === null ? null : path),
  }
}
