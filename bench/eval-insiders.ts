import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { insidersJob } from '../jobs/insiders.ts'
import { INSIDER_RECORDS } from '../src/core/analyst.ts'
import type { Finding } from '../src/core/finding.ts'
import type { Engine, Json } from '../src/core/ports.ts'
import { DAY, formatTime, HOUR, type Micros, parseTime } from '../src/core/window.ts'
import { openEmbedded } from '../src/engines/embedded/open.ts'
import { type Desk, deskOf, MISUSES, type Misuse } from './insider-desk.ts'
import { type Share, shareOf } from './share.ts'
import { storeKey } from './store-key.ts'

/** A Monday; which one makes no difference. */
const START = parseTime('2026-01-05T00:00:00Z') as Micros
const DAYS = 60
const ANALYSTS = 12
/** Days after which every detector may speak: those before are no time in which something false could be raised. */
const WARM = 28
/** A week in which all read three times as much. */
const INCIDENT = [44, 48] as const

/** Which detector is to notice what. */
const NOTICED_BY: Readonly<Record<Misuse, string>> = {
  'mass-export': 'insider-export',
  'growing-export': 'insider-export',
  'steady-export': 'insider-export',
  'night-reading': 'insider-hours',
  'one-person': 'insider-one-person',
}

interface Caught {
  caught: Share
  /** Days from the start of the day on which the misuse began to the end of the one that told of it; medians and worst. */
  delay: { median: number; most: number } | null
}

export interface InsiderReport {
  seeds: number[]
  days: number
  analysts: number
  deeds: number
  recall: Record<Misuse, Caught>
  /** Findings about analysts who misuse nothing, or not yet, by detector, with what a year of one analyst would bring. */
  wrong: { findings: number; byDetector: Record<string, number>; analystYears: number; perYear: Rate }
  /** The same desks without anybody who misuses anything. */
  calm: { findings: number; byDetector: Record<string, number>; analystYears: number; perYear: Rate }
  seconds: number
}

interface Rate {
  rate: number
  low: number
  high: number
}

/**
 * Simulates a desk of analysts per seed, twice: with one who misuses what is open to him for each kind, and with none;
 * writes what they do into the audit of a real store and runs the job. Prints a table, unless `json` says that the answer is
 * printed by the caller.
 */
export async function evalInsiders(opts: { seeds: number[]; json: boolean }): Promise<object> {
  const started = process.hrtime.bigint()
  const runs: { desk: Desk; findings: Finding[] }[] = []
  const calm: typeof runs = []
  for (const seed of opts.seeds) {
    runs.push(await watch(seed, MISUSES))
    calm.push(await watch(seed, []))
    process.stderr.write(`insiders: seed ${seed} done\n`)
  }
  const report: InsiderReport = {
    seeds: opts.seeds,
    days: DAYS,
    analysts: ANALYSTS,
    deeds: runs.reduce((sum, { desk }) => sum + desk.deeds.length, 0),
    recall: Object.fromEntries(MISUSES.map((misuse) => [misuse, caught(misuse, runs)])) as InsiderReport['recall'],
    wrong: wrongOf(runs),
    calm: wrongOf(calm),
    seconds: Number(process.hrtime.bigint() - started) / 1e9,
  }
  if (!opts.json) process.stdout.write(`${tableOf(report)}\n`)
  return report
}

async function watch(seed: number, misuses: readonly Misuse[]) {
  const desk = deskOf({ seed, start: START, days: DAYS, analysts: ANALYSTS, misuses, incident: INCIDENT })
  const dataDir = await mkdtemp(join(tmpdir(), 'undercurrent-eval-'))
  const clock = { now: () => START + DAYS * DAY + 2 * HOUR }
  const engine = await openEmbedded({ key: storeKey, dataDir, clock })
  try {
    await writeDesk(engine, desk)
    await insidersJob({ engine, clock, pseudonym: (_, id) => id }, new AbortController().signal)
    const rows = await engine.records(INSIDER_RECORDS.finding, {}, { order: 'rev', limit: 10_000 })
    return { desk, findings: rows.map(({ body }) => body as unknown as Finding) }
  } finally {
    await engine.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Into the audit, as the service would have written it, and the findings that make some look-ups work. */
export async function writeDesk(engine: Pick<Engine, 'append' | 'putRecords'>, desk: Desk): Promise<void> {
  for (let i = 0; i < desk.deeds.length; i += 1000)
    await engine.append(
      desk.deeds.slice(i, i + 1000).map(({ at, ...deed }, n) => ({
        kind: 'audit',
        event_id: `audit-${at}-${i + n}`,
        ts: at,
        body: { tenant_id: null, from: '192.0.2.1', ...deed } as unknown as { [name: string]: Json },
      })),
    )
  await engine.putRecords(
    desk.findings.map(({ person, from, until }) => ({
      record: {
        kind: 'finding',
        id: `f-${person}`,
        ts: from,
        entity: `user:${person}`,
        tenant_id: null,
        rank: 60,
        body: {
          entity_type: 'user',
          entity_id: person,
          tenant_id: null,
          status: 'resolved',
          created_at: formatTime(from),
          updated_at: formatTime(until),
        },
      },
      expect: 0,
    })),
  )
}

function caught(misuse: Misuse, runs: readonly { desk: Desk; findings: Finding[] }[]): Caught {
  const delays = runs.flatMap(({ desk, findings }) =>
    desk.misused
      .filter((one) => one.misuse === misuse)
      .map(({ by, from }) => {
        const told = findings
          .filter((one) => one.entity_id === by && one.detector === NOTICED_BY[misuse])
          .map(({ created_at }) => parseTime(created_at) as Micros)
          .filter((at) => at >= from)
        return told.length === 0 ? Infinity : Math.ceil((Math.min(...told) - from) / DAY)
      }),
  )
  const found = delays.filter(Number.isFinite).sort((a, b) => a - b)
  return {
    caught: shareOf(found.length, delays.length),
    delay:
      found.length === 0
        ? null
        : { median: found[Math.floor((found.length - 1) / 2)] as number, most: found.at(-1) as number },
  }
}

function wrongOf(runs: readonly { desk: Desk; findings: Finding[] }[]) {
  const byDetector: Record<string, number> = {}
  let findings = 0
  let days = 0
  for (const { desk, findings: told } of runs) {
    const began = new Map(desk.misused.map(({ by, from }) => [by, from]))
    for (const analyst of desk.analysts) days += ((began.get(analyst) ?? START + DAYS * DAY) - START) / DAY - WARM
    for (const one of told) {
      if ((parseTime(one.created_at) as Micros) >= (began.get(one.entity_id) ?? Infinity)) continue
      findings++
      byDetector[one.detector] = (byDetector[one.detector] ?? 0) + 1
    }
  }
  const analystYears = days / 365.25
  return { findings, byDetector, analystYears, perYear: rateOf(findings, analystYears) }
}

/** A rate with its interval at 95 %: of a Poisson count, by Byar's approximation (Breslow and Day, 1987). */
function rateOf(n: number, years: number): Rate {
  const z = 1.959964
  const bound = (count: number, sign: number) =>
    count === 0 ? 0 : count * (1 - 1 / (9 * count) + (sign * z) / (3 * Math.sqrt(count))) ** 3
  return { rate: n / years, low: bound(n, -1) / years, high: bound(n + 1, 1) / years }
}

function tableOf({ seeds, days, analysts, deeds, recall, wrong, calm, seconds }: InsiderReport): string {
  const pad = (text: string, n: number) => text.padEnd(n)
  const rows = MISUSES.map((misuse) => {
    const { caught: share, delay } = recall[misuse]
    const within = `${share.of}/${share.n} [${bare(share.low)}, ${bare(share.high)}]`
    return `${pad(misuse, 18)}${pad(within, 20)}${delay === null ? '-' : `${delay.median} (at most ${delay.most})`}`
  })
  const loud = ({ findings, analystYears, perYear, byDetector }: InsiderReport['wrong']) => {
    const by = Object.entries(byDetector).map(([name, n]) => `${n} of ${name}`)
    return `${findings} in ${analystYears.toFixed(1)} analyst-years: ${perYear.rate.toFixed(2)} [${perYear.low.toFixed(2)}, ${perYear.high.toFixed(2)}] a year (${by.join(', ') || 'none'})`
  }
  return [
    `Insiders: seeds ${seeds[0]} to ${seeds.at(-1)}, ${analysts} analysts, ${days} days, ${deeds} entries of the audit, ${seconds.toFixed(0)} s`,
    '',
    `${pad('misuse', 18)}${pad('told of, 95 %', 20)}days until told, median`,
    ...rows,
    '',
    `False findings beside them: ${loud(wrong)}`,
    `False findings where nobody misuses anything: ${loud(calm)}`,
  ].join('\n')
}

const bare = (share: number) => Math.round(100 * share)
