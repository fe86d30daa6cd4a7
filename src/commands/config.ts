import type { Command } from 'commander'
import { settingNames, settingOf } from '../config.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

/** undercurrent config */
export function config(program: Command) {
  program
    .command('config')
    .description('the effective configuration, and where each value comes from')
    .option('--json', 'machine-readable')
    .action((options: { json?: boolean }, command: Command) => {
      const effective = configOf(command)
      if (options.json) {
        process.stdout.write(`${JSON.stringify(effective)}\n`)
        return
      }
      const rows = settingNames.map((name) => [
        name,
        String(effective[name]),
        effective.sources[name],
        settingOf(name).about,
      ])
      process.stdout.write(`${table(['setting', 'value', 'from', 'what it is'], rows, 90)}\n`)
    })
}
