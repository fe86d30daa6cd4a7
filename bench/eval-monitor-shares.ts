import { SENSITIVITIES } from '../src/core/monitor.ts'
import { Random } from '../src/simulator/random.ts'
import { countAlarms } from '../src/stats/count-alarms.ts'

/** Weeks that are known, and that are judged. */
const KNOWN = 4
const JUDGED = 2
/** Mean events of an hour, and the share of them that match. */
const RATES = [50, 500] as const
const SHARES = [0.01, 0.1] as const
/** Relative variance of an hour's and a day's traffic, and of an hour's share. */
const VARIES = { hour: 0.2, day: 0.05, share: 0.1 } as const

/** What happens for some hours: so many times the traffic, and the share. */
const CASES = {
  calm: { hours: 0, traffic: 1, share: 1 },
  'three times the traffic for a day': { hours: 24, traffic: 3, share: 1 },
  'three times the share for a day': { hours: 24, traffic: 1, share: 3 },
  'three times the share in a third of the traffic': { hours: 24, traffic: 1 / 3, share: 3 },
} as const
type Case = keyof typeof CASES

/** Share of runs in which something was told while it lasted or in the hour after; of calm ones, in two weeks. */
export type ShareReport = { case: Case; count: number; share: number }[]

/** What a monitor tells by counts and by shares, of traffic that changes and of shares that do. */
export function evalShares(seeds: readonly number[]): ShareReport {
  return (Object.keys(CASES) as Case[]).map((name) => {
    const told = { count: 0, share: 0 }
    const runs = seeds.flatMap((seed) => RATES.flatMap((rate) => SHARES.map((share) => ({ seed, rate, share }))))
    for (const run of runs) {
      const { from, until, ...series } = simulated(name, run)
      for (const measure of ['count', 'share'] as const) {
        const { exposure, counts } = series
        const alarms = countAlarms(
          { firstHour: 0, counts, ...(measure === 'share' ? { exposure } : {}) },
          { p: SENSITIVITIES.medium, least: 3, silence: false },
          from,
        )
        if (alarms.some(({ at }) => at < until)) told[measure]++
      }
    }
    return { case: name, count: told.count / runs.length, share: told.share / runs.length }
  })
}

/** Traffic and matches from a Monday on: busy in the afternoon, a third of that at weekends. */
function simulated(name: Case, { seed, rate, share }: { seed: number; rate: number; share: number }) {
  const random = new Random(`shares/${seed}/${rate}/${share}`)
  const varied = (spread: number) => random.gamma(1 / spread) * spread
  const { hours, ...times } = CASES[name]
  const begin = KNOWN * 168
  const from = hours === 0 ? begin : begin + 48 + (seed % 96)
  const until = hours === 0 ? begin + JUDGED * 168 : from + hours + 1
  const counts: number[] = []
  const exposure: number[] = []
  let ofDay = 1
  for (let at = 0; at < begin + JUDGED * 168; at++) {
    const inWeek = at % 168
    if (inWeek % 24 === 0) ofDay = varied(VARIES.day)
    const shape = 0.25 + 1.5 * Math.exp(-(((inWeek % 24) - 14) ** 2) / 32)
    const weekend = inWeek >= 120 ? 0.35 : 1
    const { traffic, share: ofShare } = at >= from && at < from + hours ? times : CASES.calm
    const events = random.poisson(rate * shape * weekend * ofDay * varied(VARIES.hour) * traffic)
    exposure.push(events)
    counts.push(Math.min(events, random.poisson(events * share * ofShare * varied(VARIES.share))))
  }
  return { counts, exposure, from, until }
}

export function shareTable(report: ShareReport): string {
  const lines = report.map(({ case: name, count, share }) => `| ${name} | ${count.toFixed(2)} | ${share.toFixed(2)} |`)
  return ['| told by | count | share |', '|---|---|---|', ...lines].join('\n')
}
