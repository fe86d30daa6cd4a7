import type { Command } from 'commander'
import type { Hold } from '../core/hold.ts'
import { addHold, listHolds, releaseHold } from '../flow/holds.ts'
import { openHouse } from '../roof/local-house.ts'
import { operator } from '../roof/operator.ts'
import { eraseParts, type SubjectOptions, subjectIn, subjectOptions } from './erase.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

/** undercurrent hold add | list | release */
export function hold(program: Command) {
  const group = program.command('hold').description('legal holds: what is held is not erased until it is released')
  subjectOptions(group.command('add').description('holds what is selected, of today and of later; prints the id'))
    .requiredOption('--reason <text>', 'why; the ledger says it')
    .option('--json', 'machine-readable')
    .action(async (options: SubjectOptions & { reason: string; json?: boolean }, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const { reason } = options
        const made = await addHold(eraseParts(house), { subject: subjectIn(options), actor: operator(), reason })
        process.stdout.write(options.json ? `${JSON.stringify(made)}\n` : `${made.hold_id}\n`)
      } finally {
        await house.close()
      }
    })
  group
    .command('list')
    .description('every hold, newest first')
    .option('--json', 'machine-readable')
    .action(async (options: { json?: boolean }, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const items = await listHolds(house)
        process.stdout.write(
          options.json
            ? `${JSON.stringify({ items })}\n`
            : `${table(['id', 'of', 'since', 'by', 'reason', 'state'], items.map(rowOf))}\n`,
        )
      } finally {
        await house.close()
      }
    })
  group
    .command('release <id>')
    .description('ends a hold')
    .option('--reason <text>', 'why')
    .option('--json', 'machine-readable')
    .action(async (id: string, options: { reason?: string; json?: boolean }, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const { reason } = options
        const ask = { hold_id: id, actor: operator(), ...(reason === undefined ? {} : { reason }) }
        const released = await releaseHold(eraseParts(house), ask)
        if (options.json) process.stdout.write(`${JSON.stringify(released)}\n`)
        else process.stderr.write(`${released.hold_id} is released\n`)
      } finally {
        await house.close()
      }
    })
}

function rowOf({ hold_id, selection, reason, by, at, released }: Hold): string[] {
  const of = Object.entries(selection).map(([field, ids]) => `${field} ${[ids].flat()[0]}`)
  const state = released === null ? 'held' : `released ${released.at.slice(0, 19)}`
  return [hold_id, of.join(', '), at.slice(0, 19), by, reason, state]
}
