import type { AttackKind } from '../src/simulator/scenario.ts'
import { type DetectionReport, METHODS } from './eval-detection.ts'
import type { Share } from './share.ts'

/** The report for a reader at a terminal. */
export function tableOf(report: DetectionReport): string {
  const kinds = Object.entries(report.recall)
  return [
    `Detection: scenario ${report.scenario}, seeds ${report.seeds.join(', ')}, ${report.events} events,` +
      ` ${report.nights} nights, at most ${report.budget} incidents a night, ${report.seconds.toFixed(0)} s`,
    '',
    'Attackers told of within 14 days of their first attack, with 95 % interval',
    row('', METHODS),
    ...kinds.map(([kind, by]) =>
      row(
        kind,
        METHODS.map((method) => cell(by[method].within14)),
      ),
    ),
    row(
      'mean over kinds',
      METHODS.map((method) => percent(report.macro[method].within14)),
    ),
    ...(kinds.some(([, by]) => by.undercurrent.within28.n > 0)
      ? [
          '',
          'within 28 days',
          ...kinds.map(([kind, by]) =>
            row(
              kind,
              METHODS.map((method) => cell(by[method].within28)),
            ),
          ),
        ]
      : ['', 'No attack could be watched for 28 days.']),
    '',
    'by the end',
    ...kinds.map(([kind, by]) =>
      row(
        kind,
        METHODS.map((method) => cell(by[method].byEnd)),
      ),
    ),
    row(
      'mean over kinds',
      METHODS.map((method) => percent(report.macro[method].byEnd)),
    ),
    '',
    'Harmless users told of',
    row(
      'false alerts a night',
      METHODS.map((method) => report.falseAlerts[method].perNight.toFixed(2)),
    ),
    row(
      'nights with any',
      METHODS.map((method) => cell(report.falseAlerts[method].nightsWithAny)),
    ),
    row(
      'of harmless users',
      METHODS.map((method) => cell(report.falseAlerts[method].users)),
    ),
    'An attacker is told of by chance about as often as a harmless user: read each recall against the last line.',
    '',
    othersOf(report),
    ...(kinds.length === 0
      ? []
      : ['', 'What counts, sizes and slow drips cannot see', ...kinds.flatMap(([kind]) => blind(kind))]),
  ].join('\n')
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

function blind(kind: string): string[] {
  const why = BLIND[kind as AttackKind]
  return why === undefined ? [] : [`  ${kind.padEnd(22)}${why}`]
}

function othersOf({ others: { incidents, unfounded } }: DetectionReport): string {
  const wrong = Object.entries(unfounded).map(([what, n]) => `${n} of ${what}`)
  return `Latency incidents told of: ${cell(incidents)}. Findings about no user and without ground: ${wrong.join(', ') || 'none'}.`
}

function row(name: string, cells: readonly string[]): string {
  return (
    name.padEnd(22) +
    cells
      .map((text) => text.padEnd(20))
      .join('')
      .trimEnd()
  )
}

function cell({ n, of, low, high }: Share): string {
  return n === 0 ? '-' : `${of}/${n} [${bare(low)}, ${bare(high)}]`
}

const bare = (share: number) => Math.round(100 * share)
const percent = (share: number) => `${bare(share)} %`
