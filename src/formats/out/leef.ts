import { isIP } from 'node:net'
import type { FindingFormat } from '../../core/format.ts'
import type { Severity } from '../../core/score.ts'
import { cut, plain } from '../plain.ts'

/** 1 to 10. */
const SEVERITY: Record<Severity, number> = { info: 1, low: 3, medium: 5, high: 8, critical: 10 }

/** Receivers often cut a record there, in bytes. */
const LONGEST = 4096

/** LEEF 2.0, separated by tabs. No value holds a tab or a line break, so none can begin a field or a record. */
export const leef: FindingFormat = {
  name: 'leef',
  mediaType: 'text/plain; charset=utf-8',
  write(finding, change) {
    const { product } = change
    const is = (type: string) => finding.entity_type === type
    const line = leefLine(
      [product.name, product.name, product.version, finding.detector],
      [
        ['devTime', change.at],
        ['devTimeFormat', "yyyy-MM-dd'T'HH:mm:ss.SSSSSSX"],
        ['cat', 'anomaly'],
        ['sev', String(SEVERITY[finding.severity])],
        ['usrName', is('user') ? cut(finding.entity_id, 255) : undefined],
        ['src', is('ip') && isIP(finding.entity_id) !== 0 ? finding.entity_id : undefined],
        ['findingId', finding.finding_id],
        ['changeId', change.change_id],
        ['action', change.kind],
        ['status', finding.status],
        ['entityType', finding.entity_type],
        ['entityId', cut(finding.entity_id, 255)],
        ['tenant', cut(finding.tenant_id ?? '', 255)],
        ['riskScore', String(Math.round(finding.score))],
        ['techniques', cut([...finding.tags.atlas, ...finding.tags.owasp].join(' '), 255)],
      ],
    )
    return `${line}\tmsg=${cutBytes(plain([finding.title, ...finding.evidence.map((e) => e.text)].join('. ')), LONGEST - Buffer.byteLength(line) - 5)}`
  },
}

/** Writes a record of four header fields and any number of attributes; undefined and empty values are left out. */
export function leefLine(
  header: readonly string[],
  attributes: readonly (readonly [key: string, value: string | undefined])[],
): string {
  // The header knows no escape, so its separator is taken out of what is written there.
  const head = header.map((text) => plain(text).replaceAll('|', '/'))
  const pairs = attributes
    .filter((pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '')
    .map(([key, text]) => `${key}=${value(text)}`)
  return `LEEF:2.0|${head.join('|')}|x09|${pairs.join('\t')}`
}

function value(text: string): string {
  return text
    .split(/\r\n|[\r\n\u0085\u2028\u2029]/)
    .map((line) => plain(line))
    .join('\\n')
}

function cutBytes(text: string, max: number): string {
  if (Buffer.byteLength(text) <= max) return text
  let size = 3
  let kept = ''
  for (const point of text) {
    size += Buffer.byteLength(point)
    if (size > max) break
    kept += point
  }
  return `${kept}…`
}
