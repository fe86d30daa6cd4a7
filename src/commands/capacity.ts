import type { Command } from 'commander'
import { type CapacityReport, FULL_SOON_DAYS } from '../core/capacity.ts'
import { fullSoon, houseCapacity } from '../roof/house-capacity.ts'
import { openHouse } from '../roof/local-house.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

/** undercurrent capacity */
export function capacityCommand(program: Command) {
  program
    .command('capacity')
    .description('bytes of each tenant and event type, growth by day, and days until the disk is full')
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
Parts are counted by pages in a small store and estimated from samples in a large one; the first line says which. Ends with 3
where the disk is full within ${FULL_SOON_DAYS} days under the present rules of retention.`,
    )
    .action(async (options: { json?: boolean }, command: Command) => {
      const config = configOf(command)
      const house = await openHouse(config)
      try {
        const report = await houseCapacity(config, house)()
        process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : linesOf(report))
        if (fullSoon(report) !== null) process.exitCode = 3
      } finally {
        await house.close()
      }
    })
}

const HOW = { pages: 'pages of each table counted', samples: 'estimated from lengths of sampled rows' } as const
const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1)

function linesOf(report: CapacityReport): string {
  const { classes, disk, growth, how } = report
  const rows = classes.map(({ tenant_id, event_type, events, bytes, events_per_day, ends_after_days }) => [
    tenant_id ?? '',
    event_type,
    String(events),
    ...[bytes.rows, bytes.text, bytes.words, bytes.vectors].map(mib),
    String(events_per_day),
    ends_after_days === null ? 'never' : `${ends_after_days} days`,
  ])
  const heading = ['tenant', 'event type', 'events', 'rows', 'text', 'words', 'vectors', 'a day', 'leaves after']
  return `${[
    `MiB, ${HOW[how]}`,
    table(heading, rows),
    `database ${mib(disk.database_bytes)} MiB (${mib(disk.unused_bytes)} unused), other files ${mib(disk.beside_bytes)} MiB`,
    `growth ${mib(growth.bytes_per_day)} MiB a day (median of ${growth.days} days); ${mib(disk.free_bytes)} MiB free`,
    fullText(report),
  ].join('\n')}\n`
}

/** When the disk is full, in a few words. */
export function fullText({
  days_until_full: days,
  growth,
}: Pick<CapacityReport, 'days_until_full' | 'growth'>): string {
  if (growth.days === 0) return 'no whole day was seen yet, so nothing is said of when the disk is full'
  return days === null ? 'not full within ten years as it goes' : `full in ${days} days as it goes`
}
