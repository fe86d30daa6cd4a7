import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Config } from '../config.ts'
import type { LogEvent } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import { DAY, dateOf, startOfDay } from '../core/window.ts'
import { digestOf } from '../flow/digest.ts'
import { findings } from '../flow/findings.ts'
import { createKey } from '../flow/keys.ts'
import { digestFormats } from '../formats/digest/index.ts'
import { type House, openHouse } from '../roof/local-house.ts'
import { scenarioOf } from '../simulator/scenario.ts'
import { simulate, truthOf } from '../simulator/simulate.ts'
import { progressBar } from './progress.ts'
import { untilAskedToStop } from './serve.ts'
import { configOf } from './settings.ts'
import { plain, table } from './table.ts'

const DAYS = 30
/** Says that a folder was made by the demo, and may be made anew by it. */
const MARKER = 'made-by-the-demo'
const BATCH = 1_000
const say = (line = '') => process.stdout.write(`${line}\n`)

/** undercurrent demo */
export function demo(program: Command) {
  program
    .command('demo')
    .description('thirty days of simulated traffic with hidden attackers, through every job; then serves')
    .option('--seed <n>', 'another seed gives another month', '1')
    .option('--no-serve', 'ends after the digest')
    .option('--port <number>', 'port to listen on (8787)')
    .option('--data-dir <dir>', 'folder of the demonstration (data/var-demo)')
    .action(async (options: { seed: string; serve: boolean; dataDir?: string }, command: Command) => {
      const seed = Number(options.seed)
      if (!Number.isSafeInteger(seed)) throw new Problem('BAD_REQUEST', '--seed must be a whole number')
      const given = configOf(command)
      const dataDir = options.dataDir === undefined ? resolve('data', 'var-demo') : given.data_dir
      const config: Config = { ...given, data_dir: dataDir, key_file: `${dataDir}.key` }
      startAnew(config)
      const house = await openHouse(config)
      let keys: { admin: string; analyst: string }
      try {
        await fill(house, seed)
        await show(house, seed)
        keys = {
          admin: (await createKey(house, { role: 'admin' })).key,
          analyst: (await createKey(house, { role: 'analyst' })).key,
        }
      } finally {
        await house.close()
      }
      if (!options.serve) return
      const { startService } = await import('../main.ts')
      const service = await startService(config)
      where(service.address, keys)
      await untilAskedToStop()
      await service.stop()
    })
}

/** An earlier demonstration is thrown away; anything else is left alone. */
function startAnew({ data_dir, key_file }: Config) {
  if (existsSync(data_dir)) {
    if (!existsSync(join(data_dir, MARKER)))
      throw new Problem(
        'CONFIG_INVALID',
        `${data_dir} holds something that is not of the demo: name another --data-dir`,
      )
    rmSync(data_dir, { recursive: true })
    rmSync(key_file, { force: true })
  }
  mkdirSync(dirname(data_dir), { recursive: true })
  mkdirSync(data_dir, { mode: 0o700 })
  writeFileSync(join(data_dir, MARKER), '')
}

function firstDay(house: House): number {
  return startOfDay(house.clock.now()) - DAYS * DAY
}

async function fill(house: House, seed: number) {
  const scenario = scenarioOf('demo')
  say(
    `Simulating ${DAYS} days of an LLM application that ${scenario.users} people use; some of them are up to no good.`,
  )
  await step('ingest', async (progress) => {
    const events = [...simulate(scenario, seed, firstDay(house))]
    let rejected = 0
    for (let at = 0; at < events.length; at += BATCH) {
      const batch: LogEvent[] = events.slice(at, at + BATCH)
      const answer = await house.writing().ingestRecords(
        batch.map((value) => ({ value })),
        { tenant_id: null },
      )
      rejected += answer.rejected.length
      progress(Math.min(at + BATCH, events.length), events.length)
    }
    await house.writing().settle()
    return `${events.length - rejected} events redacted, sealed and stored${rejected > 0 ? `, ${rejected} rejected` : ''}`
  })
  for (const name of ['embed', 'baseline', 'detect', 'digest', 'checkpoint'])
    await step(name, async (progress) => {
      const run = await house.writing().runJob(name, progress)
      if (run === 'busy' || run.outcome !== 'done')
        throw new Problem('STORE_BROKEN', `the job ${name} ended as ${run === 'busy' ? run : run.outcome}`)
      return `${run.done} done`
    })
}

async function step(name: string, work: (progress: (done: number, total: number) => void) => Promise<string>) {
  const bar = progressBar(name)
  const started = process.hrtime.bigint()
  const told = await work(bar.update).finally(() => bar.stop())
  say(`  ${name.padEnd(11)} ${told} in ${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)} s`)
}

async function show(house: House, seed: number) {
  const answer = await house.searching().search({ q: 'all refusals', k: 6 })
  say('\nSearch: "all refusals"')
  say(
    `  understood as ${JSON.stringify(answer.interpreted_as)}; ${answer.total} matches,` +
      ` estimated precision ${percent(answer.estimated_precision)}, recall ${percent(answer.estimated_recall)}`,
  )
  say(
    indent(
      table(
        ['p', 'time', 'user', 'response'],
        answer.items.map((item) => [
          item.score.toFixed(2),
          item.timestamp.slice(0, 16),
          item.user_id ?? '',
          plain(item.response ?? '', 90),
        ]),
        92,
      ),
    ),
  )

  const date = dateOf(house.clock.now() - DAY)
  say(`\nDigest of ${date}\n`)
  say(digestFormats.text.write(await digestOf(house, date)))
  await reveal(house, seed)
}

/** What the simulator knows and the product was never told. */
async function reveal(house: House, seed: number) {
  const truth = truthOf(scenarioOf('demo'), seed, firstDay(house))
  const raised = new Map<string, string>()
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page: Awaited<ReturnType<typeof findings>> = await findings(house, {
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    })
    for (const one of page.items)
      if (!raised.has(one.entity_id))
        raised.set(one.entity_id, `${one.detector}, ${one.severity}, since ${one.first_seen.slice(0, 10)}`)
    cursor = page.next_cursor
  }
  say('\nWhat was planted, and what was raised by the end (the product saw none of this list):')
  const rows = truth.attackers.map((one) => [
    one.kind,
    one.user_id,
    one.first_attack.slice(0, 10),
    raised.get(one.user_id) ?? 'not raised',
  ])
  say(indent(table(['planted', 'user', 'began', 'raised'], rows)))
}

function where(address: string, keys: { admin: string; analyst: string }) {
  say(`\nServing. Look at ${address}/ with this analyst key:\n\n  ${keys.analyst}\n`)
  say('or ask:')
  say(`  curl -H 'Authorization: Bearer ${keys.analyst}' '${address}/v1/search?q=all+refusals'`)
  say(`  curl -H 'Authorization: Bearer ${keys.analyst}' '${address}/v1/scores?min_score=40'`)
  say(`  curl -H 'Authorization: Bearer ${keys.admin}' '${address}/v1/siem/findings?format=ocsf'`)
  say('Ctrl-C ends it.')
}

function percent(share: number | undefined): string {
  return share === undefined ? 'unknown' : `${(100 * share).toFixed(0)} %`
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}
