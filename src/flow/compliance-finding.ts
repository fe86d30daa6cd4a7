import type { ComplianceReport, ControlName, ControlReport } from '../core/compliance.ts'
import type { Finding } from '../core/finding.ts'
import type { Clock, Engine, StoredRecord } from '../core/ports.ts'
import { formatTime, parseTime } from '../core/window.ts'
import { findingId } from './finding-id.ts'
import { openFindings } from './open-findings.ts'
import { writeFinding } from './raise.ts'

/** Name of the detector in the findings of controls that were lost. */
export const CONTROL_LOST = 'compliance'
/** Note of a finding whose control holds again. */
export const RESTORED = 'Resolved: the control holds again.'
/** A lost control is to be seen to within a day; of these, at once. */
const SCORE = 70
const CRITICAL: Readonly<Partial<Record<ControlName, number>>> = { ledger: 90, integrity: 90, encryption: 90 }

interface FindingParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
}

/**
 * Raises a finding of each control that is lost, once for as long as it is, and closes those of controls that hold again
 * or are off by choice. What a person closed stays closed for that loss; a loss after the control held is another finding.
 */
export async function raiseControlFindings(parts: FindingParts, report: ComplianceReport): Promise<void> {
  const open = await openFindings(parts.engine, { detector: CONTROL_LOST })
  for (const control of report.controls) {
    const standing = open.filter(({ body }) => (body as unknown as Finding).entity_id === control.control)
    if (control.state !== 'lost') for (const record of standing) await close(parts, record)
    else await raiseOne(parts, control, standing[0])
  }
}

/** Written by somebody else meanwhile: the next night sees to it. */
async function raiseOne({ engine, clock }: FindingParts, control: ControlReport, standing: StoredRecord | undefined) {
  const now = formatTime(clock.now())
  // when it was first seen lost names the loss, so that one that a person closed is not raised again
  const since = control.not_known_before ?? now
  const id = standing?.id ?? findingId([CONTROL_LOST, control.control, since])
  const record = standing ?? (await engine.records('finding', { ids: [id] }, { order: 'ts', limit: 1 }))[0]
  const stood = record?.body as unknown as Finding | undefined
  if (stood !== undefined && (stood.status === 'resolved' || stood.status === 'false_positive')) return
  const score = CRITICAL[control.control] ?? SCORE
  const finding: Finding = {
    finding_id: id,
    detector: CONTROL_LOST,
    entity_type: 'source',
    entity_id: control.control,
    tenant_id: null,
    severity: score >= 90 ? 'critical' : 'high',
    score,
    status: stood?.status ?? 'new',
    title: `A control is lost: ${control.title}`,
    first_seen: stood?.first_seen ?? since,
    last_seen: now,
    created_at: stood?.created_at ?? now,
    updated_at: now,
    evidence: [
      {
        detector: CONTROL_LOST,
        weight: 1,
        observed: control.faults.length,
        expected: 0,
        since: stood?.first_seen ?? since,
        event_ids: [],
        text: control.faults.join('; '),
      },
    ],
    tags: { atlas: [], owasp: [] },
    note: stood?.note ?? null,
  }
  const place = { ts: parseTime(now) ?? 0, entity: `source:${control.control}`, tenant_id: null, rank: score }
  const row = { kind: 'finding', id, ...place, version: record?.version ?? 0 }
  await writeFinding(engine, row, finding, stood === undefined ? 'created' : null)
}

async function close({ engine, clock }: FindingParts, record: StoredRecord): Promise<void> {
  const stood = record.body as unknown as Finding
  const finding: Finding = { ...stood, status: 'resolved', note: RESTORED, updated_at: formatTime(clock.now()) }
  await writeFinding(engine, record, finding, 'closed')
}
