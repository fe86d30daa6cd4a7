import type { Command } from 'commander'
import type { Backtest, MonitorAsk, MonitorItem } from '../core/monitor.ts'
import { checkedMonitor } from '../core/monitor-check.ts'
import { Problem } from '../core/problem.ts'
import { monitorAsked } from '../flow/monitors/asked.ts'
import {
  checkRoom,
  keepMonitor,
  listMonitors,
  type MonitorOwner,
  removeMonitor,
  showMonitor,
  tryMonitor,
} from '../flow/monitors/own.ts'
import { startersFor } from '../flow/monitors/starters.ts'
import { openConcepts } from '../roof/concept-files.ts'
import type { House } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { inHouse, jsonIn, type OwnerOptions, ofOwner, ownerOf, say } from './of-owner.ts'
import { table } from './table.ts'

interface Options extends OwnerOptions {
  q?: string
  concept?: string
  action?: string
  silence?: boolean
  sensitivity?: string
  measure?: string
  starter?: boolean
}

/** undercurrent monitor list | show | starters | backtest | save | delete */
export function monitor(program: Command) {
  const group = program.command('monitor').description('searches that stand: they tell of a surge, or of each match')
  const command = (usage: string, about: string) =>
    ofOwner(group, usage, about, 'as that tenant: its monitors, of its events')
  const asking = (usage: string, about: string) =>
    command(usage, about)
      .option('--q <words>', 'what it looks for, as in a search: "all refusals"')
      .option('--concept <name>', 'events of this concept')
      .option('--action <action>', 'surge (default): more than is usual; each: every match, by user')
      .option('--silence', 'tells as well when too few come')
      .option('--measure <measure>', 'count (default), or share: of all events, so that more traffic is no surge')
      .option('--sensitivity <level>', 'low, medium (default) or high')

  command('list', 'every monitor, with how it stands').action(async (options: Options, own: Command) =>
    within(own, options, async ({ house, owner }) => {
      const items = await listMonitors(house, owner)
      say(options, { items }, () => table(HEAD, items.map(lineOf)))
    }),
  )

  command('show <name>', 'a monitor').action(async (name: string, options: Options, own: Command) =>
    within(own, options, async ({ house, owner }) => {
      const item = await showMonitor(house, name, owner)
      say(options, item, () => `${table(HEAD, [lineOf(item)])}\n${JSON.stringify(item.search)}`)
    }),
  )

  command('starters', 'policies to begin with; save one by its name and --starter').action(
    async (options: Options, own: Command) =>
      within(own, options, async ({ house, owner }) => {
        const items = await starters(house, owner)
        say(options, { items }, () =>
          table(
            ['name', 'offered', 'what'],
            items.map((one) => [one.name, one.offered ? 'yes' : `lacks ${one.missing.join(', ')}`, one.about]),
          ),
        )
      }),
  )

  asking('backtest [file]', 'what a monitor, of a JSON file or of flags, would have raised; keeps nothing').action(
    async (file: string | undefined, options: Options, own: Command) =>
      within(own, options, async ({ house, parts, owner }) => {
        const ask = askOf(file, options)
        const { backtest } = await tryMonitor(parts, ask, owner)
        await recordHere(house, {
          action: 'monitor.backtest',
          asked: monitorAsked(house.redactor, ask),
          rows: backtest.matches,
        })
        say(options, backtest, () => noise(backtest))
      }),
  )

  asking('save <name> [file]', 'keeps a monitor of a JSON file or of flags, and says what it would have raised')
    .option('--starter', 'the policy of that name that comes with the package')
    .action(async (name: string, file: string | undefined, options: Options, own: Command) =>
      within(own, options, async ({ house, parts, owner }) => {
        const ask = options.starter === true ? await starterNamed(house, owner, name) : askOf(file, options)
        await checkRoom(house, name, owner.tenant_id ?? null)
        const tried = await tryMonitor(parts, ask, owner)
        const asked = { ...monitorAsked(house.redactor, ask), monitor: name }
        await recordHere(house, { action: 'monitor.put', asked, rows: tried.backtest.matches })
        const saved = await keepMonitor(parts, name, tried, owner)
        say(options, saved, () => noise(saved.backtest))
      }),
    )

  command('delete <name>', 'removes a monitor; its findings stay').action(
    async (name: string, options: Options, own: Command) =>
      within(own, options, async ({ house, owner }) => {
        await showMonitor(house, name, owner)
        await recordHere(house, { action: 'monitor.delete', asked: { monitor: name } })
        await removeMonitor(house, name, owner)
        say(options, { name, removed: true }, () => `${name}: removed`)
      }),
  )
}

type Work = ReturnType<typeof opened>

const within = (command: Command, options: Options, work: (opened: Work) => Promise<void>): Promise<void> =>
  inHouse(command, (house) => work(opened(house, options)))

function opened(house: House, options: Options) {
  const owner: MonitorOwner = ownerOf(house, options)
  const concepts = openConcepts(house.config.models_dir, house.engine)
  const parts = { ...house, concepts, backtest: house.searching().backtest }
  return { house, parts, owner }
}

const starters = async ({ config, engine }: House, { tenant_id: bound }: MonitorOwner) =>
  startersFor(await openConcepts(config.models_dir, engine).answering({ bound }))

async function starterNamed(house: House, owner: MonitorOwner, name: string): Promise<MonitorAsk> {
  const starter = (await starters(house, owner)).find((one) => one.name === name)
  if (starter === undefined) throw new Problem('BAD_REQUEST', `no starter is called ${name}: see monitor starters`)
  return starter.body
}

/** The body of a PUT, in a file, with the flags over it. Throws BAD_REQUEST that says what is wrong with it. */
function askOf(file: string | undefined, { q, concept, action, silence, measure, sensitivity }: Options): MonitorAsk {
  const read = file === undefined ? {} : (jsonIn(file) as { search?: object })
  const search = { ...read.search, ...(q === undefined ? {} : { q }), ...(concept === undefined ? {} : { concept }) }
  const flags = {
    ...(action && { action }),
    ...(silence && { silence }),
    ...(measure && { measure }),
    ...(sensitivity && { sensitivity }),
  }
  return checkedMonitor({ ...read, ...flags, search })
}

const HEAD = ['name', 'tenant', 'action', 'state', 'last day', 'open findings', 'since']
const lineOf = (one: MonitorItem) => [
  one.name,
  one.tenant_id ?? '',
  one.action,
  one.reason === null ? one.state : `${one.state}: ${one.reason}`,
  one.last_day === null ? '' : String(one.last_day),
  String(one.open_findings),
  one.watches_from.slice(0, 16),
]

function noise({ matches, findings, per_week, weeks, raised, notes }: Backtest): string {
  const each = per_week === null ? '' : `, ${per_week} a week`
  const lines = [`${matches} matches; ${findings} findings over ${weeks} weeks${each}`, ...notes]
  if (raised.length > 0)
    lines.push(
      table(
        ['kind', 'since', 'until', 'observed', 'expected', 'severity', 'about'],
        raised.map((one) => [
          one.kind,
          one.since.slice(0, 16),
          one.until.slice(0, 16),
          one.of === undefined ? String(one.observed) : `${one.observed} of ${one.of}`,
          String(one.expected),
          one.severity,
          one.entity,
        ]),
      ),
    )
  return lines.join('\n')
}
