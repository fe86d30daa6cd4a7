import type { AttackKind } from '../src/simulator/scenario.ts'
import { type Caught, type DetectionReport, METHODS, type Method } from './eval-detection.ts'
import type { Share } from './share.ts'

/** The report for a reader at a terminal. */
export function tableOf(report: DetectionReport): string {
  const { falseAlerts, macro } = report
  return [
    `Detection: scenario ${report.scenario}, seeds ${report.seeds.join(', ')}, ${report.events} events,` +
      ` ${report.nights} nights, at most ${report.budget} incidents a night, ${report.seconds.toFixed(0)} s`,
    ...recall(report, 'within 14 days of their first attack', 'within14', (method) => macro[method].within14),
    ...recall(report, 'within 28 days', 'within28', null),
    ...recall(report, 'by the end', 'byEnd', (method) => macro[method].byEnd),
    '',
    'Harmless users told of',
    row('', (method) => method),
    row('false alerts a night', (method) => falseAlerts[method].perNight.toFixed(2)),
    row('nights with any', (method) => cell(falseAlerts[method].nightsWithAny)),
    row('of harmless users', (method) => cell(falseAlerts[method].users)),
    'An attacker is told of by chance about as often as a harmless user: read each recall against the last line.',
    '',
    othersOf(report),
    ...blindSpots(report),
  ].join('\n')
}

/** One share for each kind of attack and method; nothing where no attack could be watched for so long. */
function recall(
  report: DetectionReport,
  when: string,
  which: keyof Caught,
  mean: ((method: Method) => number) | null,
): string[] {
  const kinds = Object.entries(report.recall)
  if (kinds.every(([, by]) => by.undercurrent[which].n === 0)) return []
  return [
    '',
    `Attackers told of ${when}, with 95 % interval`,
    row('', (method) => method),
    ...kinds.map(([kind, by]) => row(kind, (method) => cell(by[method][which]))),
    ...(mean === null ? [] : [row('mean over kinds', (method) => percent(mean(method)))]),
  ]
}

/** What volume, token sizes, latency and slow drips cannot show, however long they are watched. */
const BLIND: Partial<Record<AttackKind, string>> = {
  slow_jailbreak: 'one to three probes a day among ordinary requests: only what they say gives them away',
  new_account_jailbreak: 'the same from the first day of an account: there is no usual to compare with',
  campaign: 'each account sends next to nothing: only the likeness of the texts joins them',
  extraction:
    'seen as volume where the account was quiet before, not on new accounts; breadth of topics is not looked at',
  boiling_frog: 'one percent a day is about a fifth by the end: within the doubt of what is usual',
  compromised: 'other topics, hours and address at the same volume: none of the three is looked at',
  metronome: 'seen only as volume; the even beat is not looked at',
}

function blindSpots(report: DetectionReport): string[] {
  const known = Object.keys(report.recall).flatMap((kind) => {
    const why = BLIND[kind as AttackKind]
    return why === undefined ? [] : [`  ${kind.padEnd(22)}${why}`]
  })
  return known.length === 0 ? [] : ['', 'What counts, sizes and slow drips cannot see', ...known]
}

function othersOf({ others: { incidents, unfounded } }: DetectionReport): string {
  const wrong = Object.entries(unfounded).map(([what, n]) => `${n} of ${what}`)
  return `Latency incidents told of: ${cell(incidents)}. Findings about no user and without ground: ${wrong.join(', ') || 'none'}.`
}

function row(name: string, of: (method: Method) => string): string {
  return (name.padEnd(22) + METHODS.map((method) => of(method).padEnd(20)).join('')).trimEnd()
}

function cell({ n, of, low, high }: Share): string {
  return n === 0 ? '-' : `${of}/${n} [${bare(low)}, ${bare(high)}]`
}

const bare = (share: number) => Math.round(100 * share)
const percent = (share: number) => `${bare(share)} %`
