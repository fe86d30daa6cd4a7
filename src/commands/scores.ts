import { type Command, Option } from 'commander'
import { Problem } from '../core/problem.ts'
import { ENTITY_TYPES, type EntityType } from '../core/score.ts'
import { scores as listScores } from '../flow/scores.ts'
import { openHouse } from '../roof/local-house.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

/** undercurrent scores */
export function scores(program: Command) {
  program
    .command('scores')
    .description('entities by risk, 0 to 100, highest first')
    .addOption(new Option('--entity-type <type>', 'of this type').choices([...ENTITY_TYPES]))
    .option('--min-score <n>', 'from this score on', '1')
    .option('--insiders', 'those of analysts too, which are for admins alone')
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'machine-readable')
    .action(
      async (
        options: { entityType?: EntityType; minScore: string; limit: string; insiders?: boolean; json?: boolean },
        command: Command,
      ) => {
        const least = options.minScore.trim() === '' ? Number.NaN : Number(options.minScore)
        if (!(least >= 0 && least <= 100))
          throw new Problem('BAD_REQUEST', '--min-score must be a number from 0 to 100')
        const house = await openHouse(configOf(command))
        try {
          const page = await listScores(house, {
            min_score: least,
            limit: Number(options.limit),
            insiders: options.insiders === true,
            ...(options.entityType === undefined ? {} : { entity_type: options.entityType }),
          })
          if (options.json) process.stdout.write(`${JSON.stringify(page)}\n`)
          else
            process.stdout.write(
              `${table(
                ['score', 'severity', 'entity', 'why'],
                page.items.map((one) => [
                  one.score.toFixed(0),
                  one.severity,
                  `${one.entity_type}:${one.entity_id}`,
                  one.evidence[0]?.text ?? '',
                ]),
                120,
              )}\n`,
            )
        } finally {
          await house.close()
        }
      },
    )
}
