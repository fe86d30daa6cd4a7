import type { Actor } from '../core/audit.ts'
import { CONTROL_NAMES, type ComplianceReport, type ControlName } from '../core/compliance.ts'
import type { Engine, Json, RecordWrite } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime, type Micros } from '../core/window.ts'
import { recordDeed } from './audit.ts'
import { type ComplianceParts, judged } from './compliance.ts'
import { notedOf } from './compliance-facts.ts'
import { raiseControlFindings } from './compliance-finding.ts'
import { NOTED, type Noted } from './compliance-noted.ts'
import type { Probe } from './compliance-probe.ts'
import { type ReviewParts, spoken } from './compliance-review.ts'

export interface CheckParts extends ComplianceParts {
  engine: ComplianceParts['engine'] & Pick<Engine, 'append' | 'putRecords'>
  newId(): string
}

/**
 * Tests every control as the house is configured, and writes down how each stands: in the ledger that it was tested and
 * what was lost, in a record of each since when it stands so, and a finding of each that is lost, which closes once it
 * holds again. Running it again changes nothing but these times.
 */
export async function checkControls(parts: CheckParts, actor: Actor): Promise<ComplianceReport> {
  const { preset } = (await parts.house()).limits
  const { report, facts, probes } = await judged(parts, { preset })
  const named = (state: string) => report.controls.filter((one) => one.state === state).map(({ control }) => control)
  const asked = { preset, on: named('on'), off: named('off'), lost: named('lost') }
  await recordDeed(parts, actor, { action: 'compliance.check', rows: asked.lost.length, asked })
  const writes = report.controls.map(({ control, state }): RecordWrite => {
    const next = notedNow(facts.noted.get(control), state, probes.get(control)!, facts.now)
    return writeOf(control, next, facts.now)
  })
  await parts.engine.putRecords(writes)
  await raiseControlFindings(parts, report)
  return report
}

/** What is written down of a control that is found in a state. Pure. */
export function notedNow(before: Noted | undefined, state: Noted['state'], probe: Probe, now: Micros): Noted {
  const lost = state === 'lost'
  return {
    state,
    was_on: state === 'on' || (lost && (before?.was_on ?? false)),
    since: before?.state === state ? before.since : formatTime(now),
    // what is weaker than it was stays to be measured by what it was
    strength: lost && before !== undefined ? before.strength : (probe.strength ?? {}),
    accepted: before?.accepted ?? null,
  }
}

/**
 * Says in the ledger that a control is meant to stand as it does now: off, or less strict. What is on and does not work
 * stays lost. Throws NOT_FOUND where there is no such control, BAD_REQUEST where the name or the note is none.
 */
export async function acceptControl(
  parts: CheckParts & Pick<ReviewParts, 'redactor'>,
  { control, by, note, actor }: { control: string; by: string; note?: string; actor: Actor },
): Promise<Noted> {
  if (!CONTROL_NAMES.includes(control as ControlName))
    throw new Problem('NOT_FOUND', `there is no such control; there are ${CONTROL_NAMES.join(', ')}`)
  const name = control as ControlName
  const { facts, probes } = await judged(parts, { preset: null })
  const probe = probes.get(name)!
  const who = spoken(parts, 'by', by)
  const said = note === undefined ? {} : { note: spoken(parts, 'note', note) }
  const stands = { on: probe.on, ...(probe.strength === undefined ? {} : { strength: { ...probe.strength } }) }
  await recordDeed(parts, actor, { action: 'compliance.accept', asked: { control: name, by: who, ...stands, ...said } })
  const before = (await notedOf(parts.engine)).get(name)
  const at = formatTime(facts.now)
  const state = probe.on ? (before?.state ?? 'on') : 'off'
  const next: Noted = {
    state,
    was_on: probe.on,
    since: before?.state === state ? before.since : at,
    strength: probe.strength ?? {},
    accepted: { by: who, at },
  }
  await parts.engine.putRecords([writeOf(name, next, facts.now)])
  return next
}

const writeOf = (control: ControlName, noted: Noted, ts: Micros): RecordWrite => ({
  record: { kind: NOTED, id: control, ts, entity: null, tenant_id: null, rank: null, body: noted as unknown as Json },
  expect: null,
})
