import { randomBytes } from 'node:crypto'
import { type Command, Option } from 'commander'
import { FILTER_FIELDS } from '../core/search.ts'
import { uuidv7 } from '../flow/event-id.ts'
import { pseudonymOf } from '../flow/pseudonym.ts'
import { openHouse } from '../roof/local-house.ts'
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
        const newId = () => uuidv7(Math.floor(house.clock.now() / 1000), randomBytes(10))
        const answer = await pseudonymOf({ ...house, newId }, field, id)
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
