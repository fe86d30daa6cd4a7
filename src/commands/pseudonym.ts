import { type Command, Option } from 'commander'
import type { Deed } from '../core/audit.ts'
import { FILTER_FIELDS } from '../core/filter-fields.ts'
import { pseudonymOf } from '../flow/pseudonym.ts'
import { openHouse } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { configOf } from './settings.ts'

/** Fields that can hold a pseudonym. */
const FIELDS = FILTER_FIELDS.filter((field) => field.endsWith('_id') || field === 'ip_address')

/** undercurrent pseudonym ID */
export function pseudonym(program: Command) {
  program
    .command('pseudonym <id>')
    .description('the pseudonym of an id, for whoever holds the key; the ledger tells that it was asked for')
    .addOption(new Option('--field <field>', 'what the id is of').choices(FIELDS).default('user_id'))
    .option('--json', 'machine-readable')
    .action(async (id: string, { field, json }: { field: string; json?: boolean }, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const record = (deed: Deed) => recordHere(house, deed)
        const answer = await pseudonymOf({ ...house, record }, field, id)
        process.stdout.write(`${json ? JSON.stringify({ field, ...answer }) : answer.pseudonym}\n`)
        if (!answer.in_use && !json)
          process.stderr.write(
            `the redaction policy does not make ${field} pseudonymous: events of today hold another form\n`,
          )
      } finally {
        await house.close()
      }
    })
}
