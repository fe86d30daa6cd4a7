import { type Command, Option } from 'commander'
import { FINDING_STATUSES, type FindingStatus } from '../core/finding.ts'
import { SEVERITIES, type Severity } from '../core/score.ts'
import { findings as listFindings } from '../flow/findings.ts'
import { openHouse } from '../roof/local-house.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

interface Options {
  since?: string
  severity?: Severity
  status?: FindingStatus
  detector?: string
  monitor?: string
  insiders?: boolean
  limit: string
  json?: boolean
}

/** undercurrent findings */
export function findings(program: Command) {
  program
    .command('findings')
    .description('anomalies that were raised, newest first')
    .option('--since <when>', 'first moment: a time, a date, or an age such as 7d')
    .addOption(new Option('--severity <severity>', 'of this severity').choices([...SEVERITIES]))
    .addOption(new Option('--status <status>', 'with this status').choices([...FINDING_STATUSES]))
    .option('--detector <name>', 'of this detector')
    .option('--monitor <name>', 'of this monitor or policy')
    .option('--insiders', 'those about analysts too, which are for admins alone')
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'machine-readable')
    .action(async ({ json, limit, ...ask }: Options, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const page = await listFindings(house, { ...ask, limit: Number(limit) })
        if (json) process.stdout.write(`${JSON.stringify(page)}\n`)
        else
          process.stdout.write(
            `${table(
              ['severity', 'score', 'entity', 'since', 'status', 'what'],
              page.items.map((one) => [
                one.severity,
                one.score.toFixed(0),
                `${one.entity_type}:${one.entity_id}`,
                one.first_seen.slice(0, 10),
                one.status,
                one.title,
              ]),
            )}\n`,
          )
      } finally {
        await house.close()
      }
    })
}
