import type { Command } from 'commander'
import { affectedBy } from '../flow/affected.ts'
import { openHouse } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { configOf } from './settings.ts'
import { plain, table } from './table.ts'

/** undercurrent affected EVENT_ID */
export function affected(program: Command) {
  const command = program
    .command('affected <event>')
    .description('users, sessions and answers that share a document, tool result, template or prompt with an event')
    .option('--tenant <tenant>', 'of this tenant alone')
    .option('--json', 'machine-readable')

  command.action(async (event: string, { tenant, json }: { tenant?: string; json?: boolean }) => {
    const house = await openHouse(configOf(command))
    try {
      const stored = tenant === undefined ? undefined : house.redactor.identifier('tenant_id', tenant)
      const answer = await affectedBy(house, event, stored)
      await recordHere(house, {
        action: 'event.read',
        asked: { affected: true },
        event_ids: [answer.event_id],
        rows: answer.total.events,
      })
      if (json) {
        process.stdout.write(`${JSON.stringify(answer)}\n`)
        return
      }
      const row = (
        by: string,
        key: string,
        { events, users_total, sessions_total, answers_total }: typeof answer.total,
      ) => [by, plain(key, 40), String(events), String(users_total), String(sessions_total), String(answers_total)]
      const rows = [...answer.shared.map((one) => row(one.by, one.key, one)), row('all', '', answer.total)]
      process.stdout.write(`${table(['shares', 'which', 'events', 'users', 'sessions', 'answers'], rows)}\n`)
      if (!answer.complete) process.stderr.write('more events share something than were looked at: the newest were\n')
    } finally {
      await house.close()
    }
  })
}
