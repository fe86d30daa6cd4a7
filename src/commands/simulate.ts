import { createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { Problem } from '../core/problem.ts'
import { DAY, dateOf, type Micros, parseTime, startOfDate, startOfDay } from '../core/window.ts'
import { resized, type Scenario, scenarioOf, scenarios } from '../simulator/scenario.ts'
import { simulateWithTruth } from '../simulator/simulate.ts'
import type { Truth } from '../simulator/truth.ts'
import { progressBar } from './progress.ts'

interface Options {
  scenario: string
  seed: string
  days?: string
  users?: string
  start?: string
  out?: string
  truth?: string
}

/** undercurrent simulate */
export function simulate(program: Command) {
  program
    .command('simulate')
    .description('writes made-up traffic of an LLM application, attackers included, one event a line')
    .option('--scenario <name|file>', `${Object.keys(scenarios).join(', ')}, or a JSON file of changes`, 'demo')
    .option('--seed <n>', 'another seed gives other people', '1')
    .option('--days <n>', 'length of the period')
    .option('--users <n>', 'number of accounts')
    .option('--start <date>', 'first day; without it the period ends yesterday')
    .option('--out <file>', 'writes there instead of standard output')
    .option('--truth <file>', 'writes who attacks, when and with which events')
    .addHelpText(
      'after',
      `
The same scenario, seed and start give the same bytes. A file changes a scenario by name:

  { "based_on": "demo", "days": 10, "attacks": { "campaign": 0 }, "topics": ["support", "travel"] }

  undercurrent simulate --seed 7 --start 2026-01-05 --truth truth.json | undercurrent import -`,
    )
    .action(async (options: Options) => {
      const scenario = resized(read(options.scenario), {
        ...(options.days === undefined ? {} : { days: whole(options.days, '--days') }),
        ...(options.users === undefined ? {} : { users: whole(options.users, '--users') }),
      })
      const start = startOf(options.start, scenario.days)
      const truth = await write(scenario, whole(options.seed, '--seed'), start, options.out)
      if (options.truth !== undefined) writeFileSync(options.truth, `${JSON.stringify(truth, null, 2)}\n`)
      process.stderr.write(
        `${truth.events} events of ${scenario.days} days from ${dateOf(start)}, ${truth.attackers.length} attackers\n`,
      )
    })
}

async function write(scenario: Scenario, seed: number, start: Micros, out: string | undefined): Promise<Truth> {
  const bar = progressBar('simulate', 'days')
  let truth: Truth | undefined
  function* lines() {
    const events = simulateWithTruth(scenario, seed, start)
    let next = events.next()
    for (; next.done !== true; next = events.next()) {
      bar.update(Math.floor(((parseTime(next.value.timestamp) ?? start) - start) / DAY) + 1, scenario.days)
      yield `${JSON.stringify(next.value)}\n`
    }
    truth = next.value
  }
  try {
    if (out === undefined) await pipeline(Readable.from(lines()), process.stdout, { end: false })
    else await pipeline(Readable.from(lines()), createWriteStream(out))
  } finally {
    bar.stop()
  }
  if (truth === undefined) throw new Problem('BAD_REQUEST', 'the output was closed before the end')
  return truth
}

/** A scenario by its name, or a file that changes one. */
function read(given: string): Scenario {
  if (!/[./\\]/.test(given)) return scenarioOf(given)
  let changes: unknown
  try {
    changes = JSON.parse(readFileSync(given, 'utf8'))
  } catch (cause) {
    throw new Problem('BAD_REQUEST', `the scenario file ${given} cannot be read as JSON`, { cause })
  }
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes))
    throw new Problem('BAD_REQUEST', `the scenario file ${given} must hold an object`)
  const { based_on = 'demo', ...rest } = changes as { based_on?: unknown }
  return scenarioOf(String(based_on), rest)
}

function startOf(given: string | undefined, days: number): Micros {
  if (given === undefined) return startOfDay(Date.now() * 1000) - days * DAY
  const start = startOfDate(given)
  if (start === null) throw new Problem('BAD_REQUEST', '--start must be a date, such as 2026-01-05')
  return start
}

function whole(text: string, flag: string): number {
  const n = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(n)) throw new Problem('BAD_REQUEST', `${flag} must be a whole number`)
  return n
}
