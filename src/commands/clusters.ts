import type { Command } from 'commander'
import { checkedAsk } from '../core/search-check.ts'
import { clusterItems } from '../flow/clusters/map.ts'
import { filterOf } from '../flow/search/filter-of.ts'
import { openHouse } from '../roof/local-house.ts'
import { addFilterFlags, filterGiven } from './filter-flags.ts'
import { configOf } from './settings.ts'
import { plain, table } from './table.ts'

/** undercurrent clusters --since 1d */
export function clusters(program: Command) {
  const command = program
    .command('clusters')
    .description('groups of prompts that ask for much the same, the largest first')
    .option('--json', 'machine-readable')
  addFilterFlags(command)
  command.action(async ({ json, ...given }: Record<string, unknown>) => {
    const ask = checkedAsk(filterGiven(given))
    const house = await openHouse(configOf(command))
    try {
      const items = await clusterItems(house, filterOf(ask, { now: house.clock.now(), redactor: house.redactor }))
      if (json) process.stdout.write(`${JSON.stringify({ items })}\n`)
      else
        process.stdout.write(
          `${table(
            ['cluster', 'events', 'users', 'first seen', 'found', 'about'],
            items.map((one) => [
              one.cluster_id,
              String(one.events),
              String(one.users),
              one.first_seen?.slice(0, 10) ?? '',
              one.new ? 'new' : one.found_at.slice(0, 10),
              plain(one.label?.join(', ') ?? '(too few users to quote)', 70),
            ]),
            140,
          )}\n`,
        )
    } finally {
      await house.close()
    }
  })
}
