import { SENSITIVITIES } from '../src/core/monitor.ts'
import { Random } from '../src/simulator/random.ts'
import { countAlarms } from '../src/stats/count-alarms.ts'
import { evalShares, type ShareReport, shareTable } from './eval-monitor-shares.ts'
import { meanAndChance, medianAndMad, type Peer } from './monitor-peers.ts'

/** Hours of calm in which nothing should be told, and in which something is planted. */
const JUDGED = 3 * 168
/** Alarms that far apart belong together. */
const TOGETHER = 24
const MONTH = 730
const KNOWN_WEEKS = [2, 4, 8] as const
const RATES = [0.05, 0.5, 5, 50] as const

/** How counts vary beyond chance: relative variance of an hour's and of a day's rate, and growth a week. */
const KINDS = {
  chance: { hour: 0, day: 0, growth: 0 },
  varying: { hour: 0.2, day: 0.05, growth: 0 },
  'varying much': { hour: 0.5, day: 0.2, growth: 0 },
  growing: { hour: 0.2, day: 0.05, growth: 0.1 },
} as const
type Kind = keyof typeof KINDS

/** What is planted, as so many times the usual of the mean hour over so many hours. */
const PLANTED = {
  burst: { hours: 1, times: 8 },
  spell: { hours: 6, times: 4 },
  drip: { hours: 24, times: 3 },
} as const
type Planted = keyof typeof PLANTED
/** A burst of fewer is no surge. */
const LEAST_PLANTED = 6

interface Method {
  name: string
  /** Hours that are told, from an hour on. */
  told(counts: readonly number[], from: number): number[]
}

const ours = (name: keyof typeof SENSITIVITIES): Method => ({
  name: `gamma-Poisson, ${name}`,
  told: (counts, from) =>
    countAlarms({ firstHour: 0, counts }, { p: SENSITIVITIES[name], least: 3, silence: false }, from).map(
      ({ at }) => at,
    ),
})
const peer = (name: string, above: Peer, limit: number): Method => ({
  name: `${name}, above ${limit}`,
  told: (counts, from) => counts.flatMap((_, at) => (at >= from && above(counts, at) > limit ? [at] : [])),
})
const METHODS: readonly Method[] = [
  ours('low'),
  ours('medium'),
  ours('high'),
  peer('median and MAD', medianAndMad, 6),
  peer('median and MAD', medianAndMad, 12),
  peer('mean and chance', meanAndChance, 6),
  peer('mean and chance', meanAndChance, 12),
]

export interface MonitorReport {
  seeds: number[]
  methods: {
    name: string
    /** Findings of calm counts a month, by weeks known, kind and mean of an hour. */
    calm: { weeks: number; kind: Kind; rate: number; aMonth: number }[]
    /** Share of planted surges that were told before they had been over for an hour, by weeks known. */
    recall: { weeks: number; planted: Planted; share: number }[]
  }[]
  /** By counts and by shares of all events. */
  shares: ShareReport
}

/**
 * Simulates counts by hour, calm and with surges, and compares what a monitor tells of them with simple rules. Prints a
 * table, unless `json` says that the answer is printed by the caller.
 */
export async function evalMonitors({ seeds, json }: { seeds: number[]; json: boolean }): Promise<MonitorReport> {
  const methods = METHODS.map((method) => ({
    name: method.name,
    calm: calmOf(method, seeds),
    recall: recallOf(method, seeds),
  }))
  const report = { seeds, methods, shares: evalShares(seeds) }
  if (!json) process.stdout.write(`${tableOf(report)}\n\n${shareTable(report.shares)}\n`)
  return report
}

function calmOf(method: Method, seeds: readonly number[]): MonitorReport['methods'][number]['calm'] {
  return cases().map(({ weeks, kind, rate }) => {
    const told = seeds.reduce((sum, seed) => {
      const counts = simulated(seed, weeks, kind, rate)
      return sum + together(method.told(counts, weeks * 168))
    }, 0)
    return { weeks, kind, rate, aMonth: (told / (seeds.length * JUDGED)) * MONTH }
  })
}

function recallOf(method: Method, seeds: readonly number[]): MonitorReport['methods'][number]['recall'] {
  return KNOWN_WEEKS.flatMap((weeks) =>
    (Object.keys(PLANTED) as Planted[]).map((planted) => {
      let found = 0
      let all = 0
      for (const { kind, rate } of cases().filter((one) => one.weeks === weeks && one.kind !== 'growing'))
        for (const seed of seeds) {
          const { hours, times } = PLANTED[planted]
          const counts = simulated(seed, weeks, kind, rate)
          const at = weeks * 168 + 48 + (seed % 96)
          const more = Math.max(LEAST_PLANTED, hours * rate * (times - 1))
          for (let hour = 0; hour < hours; hour++) counts[at + hour]! += Math.round(more / hours)
          const told = method.told(counts.slice(0, at + hours + 1), at)
          found += told.length > 0 ? 1 : 0
          all++
        }
      return { weeks, planted, share: found / all }
    }),
  )
}

const cases = () =>
  KNOWN_WEEKS.flatMap((weeks) =>
    (Object.keys(KINDS) as Kind[]).flatMap((kind) => RATES.map((rate) => ({ weeks, kind, rate }))),
  )

/** Counts from a Monday on: busy in the afternoon, a third of that at weekends. */
function simulated(seed: number, weeks: number, kind: Kind, rate: number): number[] {
  const random = new Random(`monitors/${seed}/${weeks}/${kind}/${rate}`)
  const { hour, day, growth } = KINDS[kind]
  const varied = (spread: number) => (spread === 0 ? 1 : random.gamma(1 / spread) * spread)
  let ofDay = 1
  return Array.from({ length: weeks * 168 + JUDGED }, (_, at) => {
    const inWeek = at % 168
    if (inWeek % 24 === 0) ofDay = varied(day)
    const shape = 0.25 + 1.5 * Math.exp(-(((inWeek % 24) - 14) ** 2) / 32)
    const weekend = inWeek >= 120 ? 0.35 : 1
    return random.poisson(rate * shape * weekend * ofDay * varied(hour) * (1 + growth) ** (at / 168))
  })
}

/** How many findings alarms make. */
function together(hours: readonly number[]): number {
  let findings = 0
  let last = Number.NEGATIVE_INFINITY
  for (const at of hours.toSorted((a, b) => a - b)) {
    if (at - last > TOGETHER) findings++
    last = at
  }
  return findings
}

function tableOf({ seeds, methods }: MonitorReport): string {
  const lines = [
    `${seeds.length} seeds; ${JUDGED / 168} weeks judged after the weeks known; mean an hour ${RATES.join(', ')}`,
    '',
    `| method | weeks known | false a month: ${Object.keys(KINDS).join(' / ')} | burst | spell | drip |`,
    '|---|---|---|---|---|---|',
  ]
  for (const { name, calm, recall } of methods)
    for (const weeks of KNOWN_WEEKS) {
      const rates = (Object.keys(KINDS) as Kind[]).map((kind) => {
        const own = calm.filter((one) => one.weeks === weeks && one.kind === kind)
        return (own.reduce((sum, { aMonth }) => sum + aMonth, 0) / own.length).toFixed(2)
      })
      const found = recall.filter((one) => one.weeks === weeks).map(({ share }) => share.toFixed(2))
      lines.push(`| ${name} | ${weeks} | ${rates.join(' / ')} | ${found.join(' | ')} |`)
    }
  return lines.join('\n')
}
