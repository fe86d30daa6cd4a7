import {
  type ClauseReport,
  CONTROL_NAMES,
  CONTROLS,
  type ComplianceReport,
  type ControlName,
  type ControlReport,
  type ControlState,
  type Preset,
  STATEMENT,
} from '../core/compliance.ts'
import { CLAUSES, demandedBy } from '../core/compliance-clauses.ts'
import type { Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime, type Micros, parseWhen } from '../core/window.ts'
import { type FactParts, type Facts, factsOf } from './compliance-facts.ts'
import type { HouseFacts } from './compliance-house.ts'
import { type Look, type Probe, told } from './compliance-probe.ts'
import { admitting } from './controls-access.ts'
import { keeping } from './controls-keep.ts'
import { protecting } from './controls-protect.ts'
import { proving } from './controls-prove.ts'
import { recovering } from './controls-recover.ts'

export interface ComplianceParts extends FactParts {
  /** What configuration and files outside the store say. */
  house(): Promise<HouseFacts>
}

export interface ComplianceAsk {
  /** Null for every control and no clause. */
  preset: Preset | null
  /** ISO 8601, a date, or an age such as `90d`: evidence of deeds is counted from there. */
  since?: string
}

/** How each control is looked at. */
const LOOKS: Readonly<Record<ControlName, Look>> = {
  ...protecting,
  ...admitting,
  ...keeping,
  ...proving,
  ...recovering,
}
/** Entries of checks that are read at most: of more, the newest. */
const CHECKS = 1_000

/**
 * How every control stands, with evidence from the store, and what that means for the clauses of a preset. Changes
 * nothing. Throws BAD_REQUEST for a time that is none, and as the engine does.
 */
export async function compliance(parts: ComplianceParts, ask: ComplianceAsk): Promise<ComplianceReport> {
  return (await judged(parts, ask)).report
}

/** The same, with what each control showed. */
export async function judged(
  parts: ComplianceParts,
  { preset, since }: ComplianceAsk,
): Promise<{ report: ComplianceReport; facts: Facts; probes: ReadonlyMap<ControlName, Probe> }> {
  const from = since === undefined ? null : parseWhen(since, parts.clock.now())
  if (since !== undefined && from === null)
    throw new Problem('BAD_REQUEST', 'since is an ISO 8601 time, a date, or an age such as 90d', {
      errors: [{ path: '/since', message: 'is no time' }],
    })
  const facts = await factsOf(parts, await parts.house(), from)
  const demanded = demandedBy(preset)
  const probes = new Map(CONTROL_NAMES.map((name) => [name, LOOKS[name](facts)]))
  const controls = CONTROL_NAMES.map((name) => controlOf(name, probes.get(name)!, facts, demanded.has(name)))
  const report: ComplianceReport = {
    statement: STATEMENT,
    made_at: formatTime(facts.now),
    preset,
    since: told(from),
    ledger: { entries: facts.ledger.entries, root: Buffer.from(facts.ledger.root).toString('base64') },
    ok: controls.every(({ state }) => state !== 'lost'),
    controls,
    clauses: preset === null ? [] : clausesOf(preset, controls),
    checks: await checksOf(parts.engine, from),
  }
  return { report, facts, probes }
}

function controlOf(name: ControlName, probe: Probe, facts: Facts, demanded: boolean): ControlReport {
  const noted = facts.noted.get(name)
  const { title, does, turn_on } = CONTROLS[name]
  const missing =
    probe.on || probe.excused !== undefined
      ? []
      : noted?.was_on
        ? [
            `it was on and is off: ${turn_on}, or say that it is meant: undercurrent compliance accept ${name} --by NAME`,
          ]
        : demanded
          ? [`the preset asks for it and it is off: ${turn_on}`]
          : []
  const faults = [...missing, ...(probe.on ? probe.faults : [])]
  const state: ControlState = faults.length > 0 ? 'lost' : probe.on ? 'on' : 'off'
  // a record or an entry tells since when it is there; since when it is lost, or is not, only checks do
  const since = state === 'on' ? probe.since : undefined
  const seen = noted?.state === state ? noted.since : null
  return {
    control: name,
    title,
    state,
    demanded,
    since: told(since?.at),
    since_from: since?.from ?? null,
    not_known_before: since === undefined ? (seen ?? formatTime(facts.now)) : null,
    does,
    about: probe.about,
    faults,
    notes: probe.notes ?? [],
    evidence: probe.evidence,
  }
}

function clausesOf(preset: Preset, controls: readonly ControlReport[]): ClauseReport[] {
  const stateOf = new Map(controls.map(({ control, state }) => [control, state]))
  return CLAUSES[preset].map(({ clause, asks, needs, helps, remains }) => {
    // where it needs none, those that help are what there is
    const states = (needs.length > 0 ? needs : helps).map((name) => stateOf.get(name))
    const state = states.includes('lost') ? 'lost' : states.includes('off') ? 'off' : 'on'
    return { clause, asks, needs: [...needs], helps: [...helps], state, remains }
  })
}

/** What entries in the ledger tell of the nightly checks. */
async function checksOf(engine: Pick<Engine, 'others'>, since: Micros | null): Promise<ComplianceReport['checks']> {
  const entries = await engine.others(
    'audit',
    { fields: { action: 'compliance.check' }, ...(since === null ? {} : { since }) },
    { limit: CHECKS },
  )
  const lost: Record<string, number> = {}
  for (const { body } of entries) {
    const { lost: names = [] } = (body.asked ?? {}) as { lost?: unknown }
    for (const name of Array.isArray(names) ? names : [])
      if (CONTROL_NAMES.includes(name as ControlName)) lost[name as string] = (lost[name as string] ?? 0) + 1
  }
  return { runs: entries.length, first: told(entries.at(-1)?.ts), last: told(entries[0]?.ts), lost }
}
