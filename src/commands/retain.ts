import type { Command } from 'commander'
import { Problem } from '../core/problem.ts'
import type { RetentionDue } from '../core/retention.ts'
import { archiveFiles } from '../flow/archive-files.ts'
import { checkRenewed } from '../flow/key-copies.ts'
import { checkFiles, dueTold, planRetention, type RetainAnswer, type RetentionPlan, retain } from '../flow/retain.ts'
import { openHouse } from '../roof/local-house.ts'
import { archiveOf } from '../roof/open-archive.ts'
import { newEntryId, operator } from '../roof/operator.ts'
import { retentionOf } from '../roof/retention-file.ts'
import { interruption } from './interruption.ts'
import { progressBar } from './progress.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

interface Options {
  dryRun?: boolean
  json?: boolean
}

/** undercurrent retain */
export function retainCommand(program: Command) {
  program
    .command('retain')
    .description('ends the events whose time is over by the rules of the retention file, each with a receipt')
    .option('--dry-run', 'only tells what would end, under which rule, and what keeps the rest')
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
What the nightly job does, at once. Nothing ends without a retention file (--retention-file, docs/retention.md). What a legal
hold selects stays. It works beside the service.

  undercurrent retain --dry-run`,
    )
    .action(async (options: Options, command: Command) => {
      const config = configOf(command)
      if (config.retention_file === '')
        throw new Problem('CONFIG_INVALID', 'no rule is configured, so everything is kept: give --retention-file')
      const house = await openHouse(config)
      const bar = progressBar('retain', 'events')
      const stop = interruption()
      try {
        const rules = retentionOf(config, house.redactor)
        const target = archiveOf(config, house.clock)
        const cold = archiveFiles({ ...house, target }, stop.signal)
        const parts = { ...house, cold, newId: () => newEntryId(house.clock) }
        if (options.dryRun) {
          print(await planRetention(house, rules), options.json === true)
          return
        }
        const answer = await retain(parts, { rules, actor: operator() }, stop.signal, bar.update)
        // the word index and the journal hold what went
        await house.writing().settle()
        bar.stop()
        print(answer, options.json === true)
        checkRenewed(answer.key_copies)
        checkFiles(answer.files_failed)
        if (stop.signal.aborted) process.exitCode = 1
      } finally {
        bar.stop()
        stop.over()
        await house.close()
      }
    })
}

export function print(answer: RetentionPlan | RetainAnswer, json: boolean): void {
  const dues = answer.dues.map(dueTold)
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...answer, dues })}\n`)
    return
  }
  process.stdout.write(
    `${table(
      ['rule', 'action', 'due', 'of them archived', 'since', 'held', 'kept by other rules'],
      dues.map((due) => [
        due.rule,
        due.action,
        String(due.events),
        String(due.cold),
        due.since ?? '',
        heldIn(due),
        keptIn(due),
      ]),
    )}\n`,
  )
  for (const { rule, keep, wins } of answer.clashes)
    process.stdout.write(`clash: ${rule} ends what ${keep} asks to keep longer; the ${wins} wins\n`)
  if (!('done' in answer)) return
  for (const { rule, action, events, receipts } of answer.done)
    process.stdout.write(`${rule}: ${action} of ${events} events, ${receipts.length} receipts in the ledger\n`)
  if (answer.done.length === 0) process.stdout.write('nothing was due\n')
}

type Told = Pick<RetentionDue, 'held' | 'clashes'>

const heldIn = ({ held }: Told) => held.map(({ hold_id, events }) => `${events} by ${hold_id}`).join(', ')

const keptIn = ({ clashes }: Told) =>
  clashes.map(({ keep, events, wins }) => `${events} by ${keep}${wins === 'maximum' ? ' (beaten)' : ''}`).join(', ')
