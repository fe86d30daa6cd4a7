import { type Command, Option } from 'commander'
import { AUDIT_ACTIONS } from '../core/audit.ts'
import { audits } from '../flow/audit.ts'
import { openHouse } from '../roof/local-house.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

interface Options {
  since?: string
  until?: string
  by?: string
  action?: string
  limit: number
  cursor?: string
  json?: boolean
}

/** undercurrent audit */
export function auditCommand(program: Command) {
  program
    .command('audit')
    .description('who read, searched, exported or changed what, newest first')
    .option('--since <when>', 'at or after: a time, a date, or an age such as 7d')
    .option('--until <when>', 'before, likewise')
    .option('--by <who>', 'id of a key, sub:SUBJECT of a token, or os:ACCOUNT')
    .addOption(new Option('--action <action>', 'what was done').choices([...AUDIT_ACTIONS]))
    .option('--limit <n>', 'entries to a page', Number, 100)
    .option('--cursor <cursor>', 'next_cursor of the page before')
    .option('--json', 'machine-readable')
    .action(async ({ json, ...ask }: Options, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const page = await audits(house, ask)
        if (json) process.stdout.write(`${JSON.stringify(page)}\n`)
        else {
          const rows = page.items.map(({ at, action, by, from, rows: n, event_ids, asked }) => [
            at.slice(0, 19),
            action,
            by ?? '',
            from ?? '',
            String(n ?? ''),
            asked === undefined ? (event_ids?.join(' ') ?? '') : JSON.stringify(asked),
          ])
          process.stdout.write(`${table(['time', 'action', 'by', 'from', 'rows', 'about'], rows)}\n`)
          if (page.next_cursor !== null) process.stderr.write(`more: --cursor ${page.next_cursor}\n`)
        }
      } finally {
        await house.close()
      }
    })
}
