import { type Command, Option } from 'commander'
import { DIGEST_FORMATS, type DigestFormat } from '../core/digest.ts'
import { DAY, dateOf } from '../core/window.ts'
import { digestSeen } from '../flow/digest.ts'
import { digestFormats } from '../formats/digest/index.ts'
import { openHouse } from '../roof/local-house.ts'
import { configOf } from './settings.ts'

/** undercurrent digest [DATE] */
export function digest(program: Command) {
  program
    .command('digest [date]')
    .description('the report of a UTC day (YYYY-MM-DD); yesterday where none is named')
    .addOption(new Option('--format <format>', 'how it is written').choices([...DIGEST_FORMATS]).default('text'))
    .option('--insiders', 'with what stands out in how analysts read, which is for admins alone')
    .option('--json', 'the same as --format json')
    .action(
      async (
        date: string | undefined,
        options: { format: DigestFormat; insiders?: boolean; json?: boolean },
        command: Command,
      ) => {
        const house = await openHouse(configOf(command))
        try {
          const day = date ?? dateOf(house.clock.now() - DAY)
          const report = await digestSeen(house, day, { insiders: options.insiders === true })
          process.stdout.write(`${digestFormats[options.json ? 'json' : options.format].write(report)}\n`)
        } finally {
          await house.close()
        }
      },
    )
}
