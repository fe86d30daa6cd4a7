import { isIP } from 'node:net'
import type { Finding, FindingStatus } from '../../core/finding.ts'
import type { FindingChange, FindingFormat } from '../../core/format.ts'
import type { Severity } from '../../core/score.ts'
import { parseTime } from '../../core/window.ts'
import { cut, jsonLine, plain } from '../plain.ts'

const ACTIVITY = { created: [1, 'Create'], updated: [2, 'Update'], closed: [3, 'Close'] } as const
const SEVERITY: Record<Severity, [number, string]> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
}
const RISK: Record<Severity, [number, string]> = {
  info: [0, 'Info'],
  low: [1, 'Low'],
  medium: [2, 'Medium'],
  high: [3, 'High'],
  critical: [4, 'Critical'],
}
const STATUS: Record<FindingStatus, [number, string]> = {
  new: [1, 'New'],
  acknowledged: [2, 'In Progress'],
  resolved: [4, 'Resolved'],
  false_positive: [3, 'Suppressed'],
}

/** OCSF 1.8.0, class 2004 Detection Finding. Identifiers are exact, whatever is meant to be read is one plain line. */
export const ocsf: FindingFormat = {
  name: 'ocsf',
  mediaType: 'application/x-ndjson',
  write: (finding, change) => jsonLine(record(finding, change)),
}

function record(finding: Finding, change: FindingChange) {
  const [activity_id, activity_name] = ACTIVITY[change.kind]
  const [severity_id, severity] = SEVERITY[finding.severity]
  const [risk_level_id, risk_level] = RISK[finding.severity]
  const [status_id, status] = STATUS[finding.status]
  const at = ms(change.at) ?? 0
  const title = cut(plain(finding.title), 512)
  return {
    activity_id,
    activity_name,
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    type_uid: 200400 + activity_id,
    type_name: `Detection Finding: ${activity_name}`,
    time: at,
    start_time: ms(finding.first_seen),
    end_time: ms(finding.last_seen),
    severity_id,
    severity,
    risk_level_id,
    risk_level,
    risk_score: Math.round(Math.min(100, Math.max(0, finding.score))),
    status_id,
    status,
    is_alert: true,
    message: cut([title, ...finding.evidence.slice(0, 1).map((e) => plain(e.text))].join(': '), 2000),
    comment: finding.note === null ? undefined : cut(plain(finding.note), 2000),
    finding_info: {
      uid: finding.finding_id,
      title,
      analytic: { type_id: 2, type: 'Behavioral', uid: finding.detector, name: plain(finding.detector) },
      created_time: ms(finding.created_at),
      modified_time: ms(finding.updated_at),
      first_seen_time: ms(finding.first_seen),
      last_seen_time: ms(finding.last_seen),
      types: [plain(finding.detector)],
      related_events: some(eventIds(finding).map((uid) => ({ uid }))),
      attacks: some(finding.tags.atlas.map(attack)),
      tags: finding.tags.owasp.length === 0 ? undefined : [{ name: 'owasp', values: finding.tags.owasp }],
    },
    anomaly_analyses: some(finding.evidence.map((e) => analysis(finding, e))),
    evidences: some(finding.evidence.map((e) => evidence(finding, e))),
    observables: observables(finding),
    resources: resources(finding),
    metadata: {
      version: '1.8.0',
      product: { name: change.product.name, vendor_name: change.product.name, version: change.product.version },
      uid: change.change_id,
      correlation_uid: finding.finding_id,
      tenant_uid: finding.tenant_id || undefined,
      logged_time: at,
    },
  }
}

type Reason = Finding['evidence'][number]

function analysis(finding: Finding, e: Reason) {
  const seen = (value: number) => ({
    observation_parameter: plain(e.detector),
    observation_type: 'number',
    observations: [{ value: String(value) }],
  })
  return {
    analysis_targets: [{ name: finding.entity_id, type: finding.entity_type }],
    anomalies: [seen(e.observed)],
    baselines: [seen(e.expected)],
  }
}

function evidence(finding: Finding, e: Reason) {
  const { detector, weight, observed, expected, since, event_ids } = e
  return {
    name: cut(plain(e.text), 512),
    data: { detector, weight, observed, expected, since, event_ids },
    user: finding.entity_type === 'user' ? { uid: finding.entity_id } : undefined,
    src_endpoint: finding.entity_type === 'ip' && isIP(finding.entity_id) !== 0 ? { ip: finding.entity_id } : undefined,
  }
}

/** `AML.T0051.001` is a sub-technique of `AML.T0051`. */
function attack(id: string) {
  const parent = /^(AML\.T\d+)\.\d+$/.exec(id)?.[1]
  return parent === undefined ? { technique: { uid: id } } : { technique: { uid: parent }, sub_technique: { uid: id } }
}

function observables(finding: Finding) {
  const { entity_type, entity_id: value } = finding
  const entity =
    entity_type === 'user'
      ? { name: 'evidences.user.uid', type_id: 31, type: 'User Object: uid', value }
      : entity_type === 'ip' && isIP(value) !== 0
        ? { name: 'evidences.src_endpoint.ip', type_id: 2, type: 'IP Address', value }
        : { name: 'resources.uid', type_id: 10, type: 'Resource UID', value }
  const events = eventIds(finding).map((uid) => ({
    name: 'finding_info.related_events.uid',
    type_id: 42,
    type: 'Message UID',
    value: uid,
  }))
  return [entity, ...events]
}

function resources({ entity_type, entity_id }: Finding) {
  if (entity_type === 'user' || (entity_type === 'ip' && isIP(entity_id) !== 0)) return undefined
  const type = entity_type === 'model' ? 'AI model' : entity_type.replace('_', ' ')
  return [{ type, uid: entity_id, name: cut(plain(entity_id), 512) }]
}

function eventIds(finding: Finding): string[] {
  return [...new Set(finding.evidence.flatMap((e) => e.event_ids))].slice(0, 50)
}

const some = <T>(list: T[]) => (list.length === 0 ? undefined : list)

/** Epoch milliseconds; undefined where the text is no time. */
function ms(iso: string): number | undefined {
  const ts = parseTime(iso)
  return ts === null ? undefined : Math.floor(ts / 1000)
}
