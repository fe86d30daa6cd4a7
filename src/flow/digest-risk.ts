import { INSIDER_RECORDS } from '../core/analyst.ts'
import type { Digest, DigestFinding, DigestScore } from '../core/digest.ts'
import { type Finding, isOpen } from '../core/finding.ts'
import type { Engine, Filter, RecordFilter } from '../core/ports.ts'
import { type Score, SEVERITIES, type Severity, severityOf } from '../core/score.ts'
import { DAY, type Micros, parseTime } from '../core/window.ts'
import { cut } from '../formats/plain.ts'
import { WITHDRAWN } from './raise.ts'

/** Findings on the first screen. More of them and none is read. */
export const FINDING_BUDGET = 5
const EVENTS_SHOWN = 3
const SCORES_SHOWN = 8
/** Least score worth a line. */
const LEAST_SCORE = 20
const MOST_FINDINGS = 1000
const MOST_SCORES = 1000

interface RiskParts {
  engine: Pick<Engine, 'records'>
}

/**
 * What was seen on the day and is open, strongest first. What a person closed is counted alone; findings that late events
 * took the ground from are as if they had never been.
 */
export async function findingsOfDay(
  { engine }: RiskParts,
  from: Micros,
  tenant: Pick<Filter, 'tenant_id'>,
): Promise<Digest['findings']> {
  const to = from + DAY
  const filter: RecordFilter = { ...tenant, since: from }
  const rows = await engine.records('finding', filter, { order: 'rank', limit: MOST_FINDINGS })
  const all = rows
    .map(({ body }) => body as unknown as Finding)
    .filter((finding) => at(finding.first_seen) < to && at(finding.last_seen) >= from)
    .filter(({ status, note }) => status !== 'resolved' || note !== WITHDRAWN)
  const open = all.filter(isOpen)
  const ranked = open.toSorted((a, b) => b.score - a.score || (a.finding_id < b.finding_id ? -1 : 1))
  return {
    items: ranked.slice(0, FINDING_BUDGET).map((finding) => shown(finding, from)),
    total: open.length,
    by_severity: Object.fromEntries(
      SEVERITIES.map((severity) => [severity, open.filter((f) => f.severity === severity).length]),
    ) as Record<Severity, number>,
    closed: all.length - open.length,
  }
}

/** Open findings about analysts that were seen on the day, strongest first. For admins alone. */
export async function insidersOfDay(
  { engine }: RiskParts,
  from: Micros,
  tenant: Pick<Filter, 'tenant_id'>,
): Promise<DigestFinding[]> {
  const filter: RecordFilter = { ...tenant, since: from }
  const rows = await engine.records(INSIDER_RECORDS.finding, filter, { order: 'rank', limit: MOST_FINDINGS })
  return rows
    .map(({ body }) => body as unknown as Finding)
    .filter(isOpen)
    .filter((finding) => at(finding.first_seen) < from + DAY && at(finding.last_seen) >= from)
    .slice(0, FINDING_BUDGET)
    .map((finding) => shown(finding, from))
}

/** Entities by their score as it stood at the end of the day, highest first. */
export async function scoresOfDay(
  { engine }: RiskParts,
  from: Micros,
  tenant: Pick<Filter, 'tenant_id'>,
): Promise<DigestScore[]> {
  const rows = await engine.records('score', tenant, { order: 'rank', limit: MOST_SCORES })
  return rows
    .flatMap(({ body }) => scoreAt(body as unknown as Score & { history?: { at: string; score: number }[] }, from))
    .filter(({ score }) => score >= LEAST_SCORE)
    .sort((a, b) => b.score - a.score || (a.entity_id < b.entity_id ? -1 : 1))
    .slice(0, SCORES_SHOWN)
}

function scoreAt(of: Score & { history?: { at: string; score: number }[] }, from: Micros): DigestScore[] {
  const until = (end: Micros) => of.history?.findLast((point) => at(point.at) < end)?.score
  const score = of.history === undefined ? of.score : until(from + DAY)
  if (score === undefined || at(of.first_seen) >= from + DAY) return []
  const before = until(from)
  const { entity_type, entity_id } = of
  return [
    {
      entity_type,
      entity_id,
      score: tenth(score),
      severity: severityOf(score),
      change: before === undefined ? null : tenth(score - before),
      reason: sentence(strongest(of.evidence)?.text ?? '', 300),
    },
  ]
}

function shown(finding: Finding, from: Micros): DigestFinding {
  const { finding_id, detector, severity, score, status, entity_type, entity_id, title, first_seen, evidence } = finding
  return {
    finding_id,
    detector,
    severity,
    score: tenth(score),
    status,
    entity_type,
    entity_id,
    title: cut(title, 200),
    evidence: sentence(strongest(evidence)?.text ?? '', 500),
    since: first_seen,
    fresh: at(first_seen) >= from,
    event_ids: [...new Set(evidence.flatMap((e) => e.event_ids))].slice(0, EVENTS_SHOWN),
  }
}

function strongest(evidence: Finding['evidence']) {
  return evidence.toSorted((a, b) => b.weight - a.weight)[0]
}

function sentence(text: string, max: number): string {
  const whole = cut(text.charAt(0).toUpperCase() + text.slice(1), max)
  return whole === '' || /[.!?…]$/.test(whole) ? whole : `${whole}.`
}

const at = (iso: string): Micros => parseTime(iso) ?? 0
const tenth = (n: number) => Math.round(n * 10) / 10
