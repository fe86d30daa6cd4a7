import type { Command } from 'commander'
import { jobStates } from '../../jobs/run.ts'
import { schedule } from '../../jobs/schedule.ts'
import { openHouse } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { progressBar } from './progress.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

/** undercurrent job run NAME | list */
export function job(program: Command) {
  const group = program.command('job').description('scheduled jobs')
  group
    .command('run <name>')
    .description(`runs one now: ${schedule.map((one) => one.name).join(', ')}`)
    .option('--json', 'machine-readable')
    .action(async (name: string, options: { json?: boolean }, command: Command) => {
      const house = await openHouse(configOf(command))
      const bar = progressBar(name)
      try {
        const stop = () => void house.writing().stop()
        process.once('SIGINT', stop)
        // one that does not exist is refused below, and what was typed goes nowhere
        if (schedule.some((one) => one.name === name)) await recordHere(house, { action: 'job.run', asked: { name } })
        const run = await house.writing().runJob(name, bar.update)
        process.off('SIGINT', stop)
        bar.stop()
        if (options.json) process.stdout.write(`${JSON.stringify(run)}\n`)
        else
          process.stderr.write(
            run === 'busy' ? `${name} is at work elsewhere\n` : `${name}: ${run.outcome}, ${run.done} done\n`,
          )
        if (run === 'busy' || run.outcome !== 'done') process.exitCode = 1
      } finally {
        bar.stop()
        await house.close()
      }
    })
  group
    .command('list')
    .description('every job and its last run')
    .option('--json', 'machine-readable')
    .action(async (options: { json?: boolean }, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const states = await jobStates(
          house,
          schedule.map((one) => one.name),
        )
        const items = schedule.map((one, i) => ({
          name: one.name,
          schedule: one.cron,
          about: one.about,
          running: states[i]!.holder !== null,
          last_run: states[i]!.last_run,
        }))
        if (options.json) process.stdout.write(`${JSON.stringify({ items })}\n`)
        else
          process.stdout.write(
            `${table(
              ['name', 'schedule', 'last run', 'outcome', 'what it does'],
              items.map((item) => [
                item.name,
                item.schedule,
                item.last_run?.started_at.slice(0, 19) ?? 'never',
                item.running ? 'running' : (item.last_run?.outcome ?? ''),
                item.about,
              ]),
            )}\n`,
          )
      } finally {
        await house.close()
      }
    })
}
