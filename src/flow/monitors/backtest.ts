import type { Concept } from '../../core/concept.ts'
import type { Backtest, MonitorRule } from '../../core/monitor.ts'
import type { Engine } from '../../core/ports.ts'
import { DAY, formatTime, HOUR, type Micros, startOfDate, startOfHour } from '../../core/window.ts'
import { LEAST_LEARNT } from '../../stats/count-alarms.ts'
import { type ConditionParts, type Conditions, conditionsOf } from './conditions.ts'
import { type Episode, episodes, scoreOf } from './episodes.ts'
import { endHour, eventHours, firstHour, LOOKED_BACK, matchHours } from './history.ts'
import { countMatches, type MatchParts } from './matches.ts'
import { folded } from './policy-findings.ts'

export interface BacktestParts extends ConditionParts, MatchParts {
  engine: ConditionParts['engine'] & MatchParts['engine'] & Pick<Engine, 'events' | 'tally'>
}

/** Findings that are told one by one. */
const SHOWN = 50
const WEEK = 7 * DAY

/**
 * What a monitor would have raised over the history that there is, four weeks back at most; changes nothing. Throws
 * BAD_REQUEST where the search cannot stand, UNPROCESSABLE where it finds too much.
 */
export async function backtest(
  parts: BacktestParts,
  rule: MonitorRule,
  { tenant_id, concepts }: { tenant_id: string | undefined; concepts: readonly Concept[] },
): Promise<Backtest> {
  const conditions = await conditionsOf(parts, rule, concepts, tenant_id)
  const tenant = tenant_id ?? rule.search.tenant_id
  const now = parts.clock.now()
  const first = await firstHour(parts.engine, now, tenant)
  const asked = { first, from: Math.max(first, now - LOOKED_BACK), now, tenant }
  return rule.action === 'each' ? ofEach(parts, rule, conditions, asked) : ofSurge(parts, rule, conditions, asked)
}

interface Asked {
  first: Micros
  from: Micros
  now: Micros
  tenant: string | undefined
}

async function ofSurge(
  parts: BacktestParts,
  rule: MonitorRule,
  conditions: Conditions,
  { first, from, now, tenant }: Asked,
): Promise<Backtest> {
  const events = await eventHours(parts.engine, tenant, first, endHour(now))
  const counts = await matchHours(parts, conditions, first, events)
  const judged = Math.max(from, first + LEAST_LEARNT * HOUR)
  const told = judged >= now ? [] : episodes({ first, counts, events }, rule, judged, first, startOfHour(now))
  return answerOf(
    { from: judged, now },
    {
      matches: counts.reduce((sum, n) => sum + n, 0),
      findings: told.length,
      raised: told.map(episodeShown),
      notes: [
        ...(judged >= now ? ['less than two weeks of events are there to learn from: nothing can be said yet'] : []),
        ...notesOf(conditions),
      ],
    },
  )
}

const episodeShown = ({ kind, since, until, observed, expected, of, score, severity }: Episode) => ({
  kind,
  since: formatTime(since),
  until: formatTime(until),
  observed,
  expected,
  ...(of === undefined ? {} : { of }),
  score,
  severity: severity === 'info' ? 'low' : severity,
  entity: 'source',
})

async function ofEach(
  parts: BacktestParts,
  rule: MonitorRule,
  conditions: Conditions,
  { from, now }: Asked,
): Promise<Backtest> {
  const by = ['tenant_id', 'user_id', 'day']
  const users = new Map<string, { user: string | null; days: { day: Micros; n: number }[] }>()
  let matches = 0
  for (let at = from; at < now; at += WEEK)
    for (const { key, n } of await countMatches(parts, conditions, by, at, Math.min(at + WEEK, now + DAY))) {
      const [tenant = null, user = null, date = ''] = key
      const day = startOfDate(date ?? '')
      if (day === null) continue
      const name = JSON.stringify([tenant, user])
      const one = users.get(name) ?? { user, days: [] }
      one.days.push({ day, n })
      users.set(name, one)
      matches += n
    }
  const severity = rule.severity ?? 'medium'
  const raised = [...users.values()].flatMap(({ user, days }) =>
    folded(days).map(({ first, last, n }) => ({
      kind: 'each' as const,
      since: formatTime(Math.max(first, from)),
      until: formatTime(last + DAY),
      observed: n,
      expected: 0,
      score: scoreOf(severity),
      severity,
      entity: user === null ? 'source' : `user:${user}`,
    })),
  )
  return answerOf({ from, now }, { matches, findings: raised.length, raised, notes: notesOf(conditions) })
}

function answerOf(
  { from, now }: { from: Micros; now: Micros },
  told: Pick<Backtest, 'matches' | 'findings' | 'raised' | 'notes'>,
): Backtest {
  const weeks = Math.max(0, now - from) / WEEK
  return {
    from: formatTime(Math.min(from, now)),
    until: formatTime(now),
    weeks: Math.round(weeks * 100) / 100,
    per_week: weeks < 1 ? null : Math.round((told.findings / weeks) * 100) / 100,
    ...told,
    raised: told.raised.toSorted((a, b) => (a.since < b.since ? 1 : a.since > b.since ? -1 : 0)).slice(0, SHOWN),
  }
}

const notesOf = ({ pending }: Conditions): string[] =>
  pending
    ? ['a concept of it is still being brought to stored events: there will be more matches than were counted']
    : []
