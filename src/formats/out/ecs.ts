import { isIP } from 'node:net'
import type { Finding } from '../../core/finding.ts'
import type { FindingFormat } from '../../core/format.ts'
import type { Severity } from '../../core/score.ts'
import { cut, jsonLine, plain } from '../plain.ts'

const LEVEL: Record<Severity, [number, string]> = {
  info: [1, 'Unknown'],
  low: [21, 'Low'],
  medium: [47, 'Moderate'],
  high: [73, 'High'],
  critical: [99, 'Critical'],
}

/** Elastic Common Schema 9.4: an alert of ours, as one JSON document. */
export const ecs: FindingFormat = {
  name: 'ecs',
  mediaType: 'application/x-ndjson',
  write(finding, change) {
    const [severity, level] = LEVEL[finding.severity]
    const { product } = change
    return jsonLine({
      '@timestamp': change.at,
      ecs: { version: '9.4.0' },
      message: cut(plain(finding.title), 1023),
      event: {
        id: change.change_id,
        kind: 'alert',
        category: ['intrusion_detection'],
        type: ['info'],
        action: `finding-${change.kind}`,
        module: 'undercurrent',
        dataset: 'undercurrent.findings',
        provider: product.name,
        severity,
        risk_score: finding.score,
        risk_score_norm: finding.score,
        reason: cut(plain(finding.evidence[0]?.text ?? finding.title), 1023),
        start: finding.first_seen,
        end: finding.last_seen,
        created: finding.created_at,
      },
      rule: { id: finding.detector, name: plain(finding.detector), ruleset: 'undercurrent' },
      threat:
        finding.tags.atlas.length === 0
          ? undefined
          : { framework: 'MITRE ATLAS', technique: { id: finding.tags.atlas } },
      observer: { vendor: product.name, product: product.name, version: product.version, type: 'log-analytics' },
      organization: finding.tenant_id ? { id: finding.tenant_id } : undefined,
      tags: finding.tags.owasp.length === 0 ? undefined : finding.tags.owasp,
      labels: {
        finding_id: finding.finding_id,
        finding_status: finding.status,
        entity_type: finding.entity_type,
        entity_id: finding.entity_id,
      },
      ...subject(finding, level),
    })
  },
}

/** The fields of ECS that the entity has a place in. */
function subject({ entity_type, entity_id, score }: Finding, level: string) {
  if (entity_type === 'user')
    return {
      user: {
        id: entity_id,
        risk: { calculated_level: level, calculated_score: score, calculated_score_norm: score },
      },
      related: { user: [entity_id] },
    }
  if (entity_type === 'ip' && isIP(entity_id) !== 0) return { source: { ip: entity_id }, related: { ip: [entity_id] } }
  if (entity_type === 'model') return { gen_ai: { request: { model: entity_id } } }
  return {}
}
