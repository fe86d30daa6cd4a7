import { randomBytes } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { ColdFile } from '../core/archive.ts'
import type { Filter } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { parseWhen } from '../core/window.ts'
import { archive } from '../flow/archive.ts'
import { checkArchive, isBad } from '../flow/archive-check.ts'
import { exportArchive } from '../flow/archive-export.ts'
import { archiveFiles, manifestOf } from '../flow/archive-files.ts'
import { coldFiles } from '../flow/archived-events.ts'
import { planRetention } from '../flow/retain.ts'
import { filterOf, selectionOf } from '../flow/subject.ts'
import { restoreArchived } from '../flow/thaw.ts'
import { type House, openHouse } from '../roof/local-house.ts'
import { archiveOf } from '../roof/open-archive.ts'
import { newEntryId, operator, recordHere } from '../roof/operator.ts'
import { retentionOf } from '../roof/retention-file.ts'
import { writeWhole } from '../roof/whole-file.ts'
import { type SubjectOptions, subjectIn, subjectOptions } from './erase.ts'
import { interruption } from './interruption.ts'
import { type ProgressBar, progressBar } from './progress.ts'
import { print as printPlan } from './retain.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

interface Common {
  json?: boolean
}

interface Selected extends Common, SubjectOptions {
  file?: string
  since?: string
  until?: string
}

/** undercurrent archive, archive list | restore | verify | export */
export function archiveCommand(program: Command) {
  const group = program
    .command('archive')
    .description('moves the texts of events to files by the rules of the retention file, as the nightly job does')
    .option('--dry-run', 'only tells what would move, under which rule, and what keeps the rest')
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
Needs a rule with archive_after and a place (docs/retention.md). Search does not find what is archived; \`archive restore\`
brings it back as it was. What a legal hold selects stays.

  undercurrent archive --dry-run
  undercurrent archive restore --user u_123 --since 2025-11-01 --keep 30d
  undercurrent archive export /mnt/case --tenant juniper`,
    )
    .action((options: Common & { dryRun?: boolean }, command: Command) =>
      withHouse(command, 'archive', (at) => move(at, options)),
    )
  group
    .command('list')
    .description('files with events whose texts lie there alone')
    .option('--json', 'machine-readable')
    .action((_: Common, command: Command) =>
      withHouse(command, 'archive', async ({ house }) => {
        const files = await house.engine.cold({})
        tell(command, files.map(fileTold), () => listed(files))
      }),
    )
  which(group.command('restore').description('brings events back into the store, with all that search goes by'))
    .option('--keep <period>', 'they are not archived again for so long', '30d')
    .action((options: Selected & { keep: string }, command: Command) =>
      withHouse(command, 'restore', (at) => bringBack(at, options, command)),
    )
  group
    .command('verify')
    .description('reads the files again and compares every text with the ledger; ends with 3 where one is not well')
    .option('--file <id>', 'only this one')
    .option('--json', 'machine-readable')
    .action(({ file }: Selected, command: Command) => withHouse(command, 'verify', (at) => verified(at, file, command)))
  which(
    group
      .command('export <folder>')
      .description('writes archived events as readable Parquet files, texts in the clear'),
  ).action((folder: string, options: Selected, command: Command) =>
    withHouse(command, 'export', (at) => exported(at, folder, options, command)),
  )
}

function which(command: Command): Command {
  return subjectOptions(command)
    .option('--file <id>', 'only what lies in this file')
    .option('--since <when>', 'events from then on: a date, a time, or an age such as 90d')
    .option('--until <when>', 'events before then')
    .option('--json', 'machine-readable')
}

interface At {
  house: House
  parts: ReturnType<typeof partsOf>
  signal: AbortSignal
  bar: ProgressBar
}

async function withHouse(command: Command, title: string, work: (at: At) => Promise<void>): Promise<void> {
  const house = await openHouse(configOf(command))
  const bar = progressBar(title, 'events')
  const stop = interruption()
  try {
    await known(house, command.opts<Selected>().file)
    await work({ house, parts: partsOf(house, stop.signal), signal: stop.signal, bar })
  } finally {
    bar.stop()
    stop.over()
    await house.close()
  }
}

/** Throws BAD_REQUEST for a file that there is not, so that a slip of the pen is not taken for an empty file. */
async function known({ engine }: House, file: string | undefined): Promise<void> {
  if (file !== undefined && (await manifestOf(engine, file)) === null)
    throw new Problem('BAD_REQUEST', 'there is no such file: `undercurrent archive list` tells which there are')
}

function partsOf(house: House, signal: AbortSignal) {
  const parts = {
    ...house,
    target: archiveOf(house.config, house.clock),
    newId: () => newEntryId(house.clock),
    random: randomBytes,
  }
  return { ...parts, cold: archiveFiles(parts, signal) }
}

async function move({ house, parts, signal, bar }: At, { dryRun, json }: Common & { dryRun?: boolean }): Promise<void> {
  const rules = retentionOf(house.config, house.redactor)
  if (rules.every(({ after }) => after.archive === null))
    throw new Problem('CONFIG_INVALID', 'no rule archives anything: give --retention-file with archive_after')
  const plan = await planRetention(house, rules)
  const dues = plan.dues.filter(({ action }) => action === 'archive')
  if (dryRun === true) {
    printPlan({ dues, clashes: [] }, json === true)
    return
  }
  const total = dues.reduce((sum, { events }) => sum + events, 0)
  const files = await archive(parts, { rules, actor: operator() }, signal, (done) => bar.update(done, total))
  // the word index and the journal hold what went
  await house.writing().settle()
  bar.stop()
  const lines = files.map(
    ({ rule, file, day, events, bytes }) => `${rule}: ${events} events of ${day} are in ${file} (${bytes} bytes)`,
  )
  const text = lines.length === 0 ? 'nothing was due' : lines.join('\n')
  process.stdout.write(`${json === true ? JSON.stringify({ files }) : text}\n`)
  if (signal.aborted) process.exitCode = 1
}

async function bringBack({ house, parts, signal, bar }: At, options: Selected & { keep: string }, command: Command) {
  const now = house.clock.now()
  const until = /^\d/.test(options.keep) ? parseWhen(options.keep, now) : null
  // an age is read as a time before now; this is as long, the other way
  if (until === null || until > now) throw new Problem('BAD_REQUEST', '--keep must be a period such as 30d')
  const ask = { ...selected(house, options), hot_until: 2 * now - until, actor: operator() }
  const files = await restoreArchived(parts, ask, signal, bar.update)
  await house.writing().settle()
  bar.stop()
  const thawed = files.reduce((sum, file) => sum + file.thawed, 0)
  const differs = files.flatMap((file) => file.differs)
  tell(command, { events: thawed, differs, files }, () =>
    [
      `${thawed} events of ${files.length} files are back`,
      ...(differs.length === 0
        ? []
        : [`${differs.length} do not fit their leaves and stay as they are: archive verify`]),
    ].join('\n'),
  )
  if (differs.length > 0) process.exitCode = 3
  else if (signal.aborted) process.exitCode = 1
  // what has ended, now or before; last, for the texts are back whether or not it can be deleted
  await parts.cold.sweep()
}

async function verified({ parts, signal, bar }: At, file: string | undefined, command: Command): Promise<void> {
  const items = await checkArchive(parts, file === undefined ? {} : { file }, signal, bar.update)
  bar.stop()
  tell(command, items, () =>
    table(
      ['file', 'whole', 'gone', 'differ', 'fault'],
      items.map((one) => [one.path, `${one.whole}`, `${one.gone}`, `${one.differs.length}`, one.failed ?? '']),
      200,
    ),
  )
  if (items.some(isBad)) process.exitCode = 3
  else if (signal.aborted) process.exitCode = 1
}

async function exported({ house, parts, signal, bar }: At, folder: string, options: Selected, command: Command) {
  const { filter, file } = selected(house, options)
  await emptyFolder(folder)
  const files = await coldFiles(house.engine, filter, file)
  const total = files.reduce((sum, { rows }) => sum + rows, 0)
  const asked = { files: files.map(({ manifest }) => manifest.file) }
  await recordHere(house, { action: 'archive.export', rows: total, asked })
  const written: { path: string; events: number; differs: number[] }[] = []
  let done = 0
  for await (const { manifest, bytes, rows, differs } of exportArchive(parts, { filter, files }, signal)) {
    const path = join(folder, `${manifest.day}.${manifest.file}.parquet`)
    await writeWhole(path, [bytes])
    written.push({ path, events: rows, differs })
    done += rows
    bar.update(done, total)
  }
  bar.stop()
  const differs = written.flatMap((one) => one.differs)
  tell(command, { events: done, differs, files: written }, () =>
    [
      `${done} events are in ${written.length} files at ${folder}, texts in the clear: remove them once they are not needed`,
      ...(differs.length === 0 ? [] : [`${differs.length} that do not fit their leaves were left out: archive verify`]),
    ].join('\n'),
  )
  if (differs.length > 0) process.exitCode = 3
  else if (signal.aborted) process.exitCode = 1
}

async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await readdir(folder)).length > 0) throw new Problem('BAD_REQUEST', `${folder} is not empty`)
}

/** Which events are meant, by ids as sent or as stored. */
function selected({ redactor, clock }: House, options: Selected): { filter: Filter; file?: string } {
  const subject = subjectIn(options)
  const now = clock.now()
  const when = (name: 'since' | 'until') => {
    const text = options[name]
    if (text === undefined) return {}
    const at = parseWhen(text, now)
    if (at === null) throw new Problem('BAD_REQUEST', `--${name} is a date, a time, or an age such as 90d`)
    return { [name]: at }
  }
  return {
    filter: {
      ...(Object.keys(subject).length === 0 ? {} : filterOf(selectionOf(redactor, subject))),
      ...when('since'),
      ...when('until'),
    },
    ...(options.file === undefined ? {} : { file: options.file }),
  }
}

const fileTold = ({ manifest, rows }: ColdFile) => ({ ...manifest, rows_there: rows })

const listed = (files: readonly ColdFile[]): string =>
  table(
    ['file', 'day', 'tenant', 'rule', 'events', 'of', 'bytes', 'read'],
    files.map(({ manifest: { file, day, tenant_id, rule, rows, bytes, read_at }, rows: there }) => [
      file,
      day,
      tenant_id,
      rule.name,
      String(there),
      String(rows),
      String(bytes ?? ''),
      read_at?.slice(0, 19) ?? '',
    ]),
  )

/** The group has --json as well, and takes it from whatever follows it. */
function tell(command: Command, answer: object, text: () => string): void {
  const { json } = command.optsWithGlobals<Common>()
  process.stdout.write(
    `${json === true ? JSON.stringify(Array.isArray(answer) ? { items: answer } : answer) : text()}\n`,
  )
}
