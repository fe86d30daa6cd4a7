import { isIP } from 'node:net'
import type { FindingFormat } from '../../core/format.ts'
import type { Severity } from '../../core/score.ts'
import { parseTime } from '../../core/window.ts'
import { cut, plain } from '../plain.ts'

/** 0 to 10, as the format's own bands have it: to 3 low, to 6 medium, to 8 high, above very high. */
const SEVERITY: Record<Severity, number> = { info: 0, low: 3, medium: 6, high: 8, critical: 10 }

/** Longest value of a key, in code points. */
const LENGTHS: Record<string, number> = { act: 63, externalId: 40, suser: 1023, msg: 1023, reason: 1023, cat: 1023 }

/** CEF:0. Text from a log can neither end a field nor begin a line. */
export const cef: FindingFormat = {
  name: 'cef',
  mediaType: 'text/plain; charset=utf-8',
  write(finding, change) {
    const { product } = change
    const reason = finding.evidence[0]
    const is = (type: string) => finding.entity_type === type
    return cefLine(
      [
        cut(product.name, 63),
        cut(product.name, 63),
        cut(product.version, 31),
        cut(finding.detector, 1023),
        cut(plain(finding.title), 512),
        String(SEVERITY[finding.severity]),
      ],
      [
        ['rt', ms(change.at)],
        ['start', ms(finding.first_seen)],
        ['end', ms(finding.last_seen)],
        ['act', change.kind],
        ['cat', 'anomaly'],
        // A cut identifier would name another finding, so one that does not fit is left to cs1.
        ['externalId', finding.finding_id.length <= 40 ? finding.finding_id : undefined],
        ['suser', is('user') ? finding.entity_id : undefined],
        ['src', is('ip') && isIP(finding.entity_id) !== 0 ? finding.entity_id : undefined],
        ['cs1Label', 'findingId'],
        ['cs1', finding.finding_id],
        ['cs2Label', 'status'],
        ['cs2', finding.status],
        ['cs3Label', 'entity'],
        ['cs3', `${finding.entity_type}:${finding.entity_id}`],
        ...labelled('cs4', 'tenant', finding.tenant_id ?? ''),
        ...labelled('cs5', 'techniques', [...finding.tags.atlas, ...finding.tags.owasp].join(' ')),
        ['cs6Label', 'changeId'],
        ['cs6', change.change_id],
        ['cn1Label', 'riskScore'],
        ['cn1', String(Math.round(finding.score))],
        ...labelled('cfp1', 'observed', decimal(reason?.observed)),
        ...labelled('cfp2', 'expected', decimal(reason?.expected)),
        ['msg', reason === undefined ? undefined : plain(reason.text)],
      ],
    )
  },
}

/** Writes a record of six header fields and any number of extension pairs; undefined and empty values are left out. */
export function cefLine(
  header: readonly string[],
  extension: readonly (readonly [key: string, value: string | undefined])[],
): string {
  const head = ['CEF:0', ...header.map((text) => bare(text.replace(/[\r\n]+/g, ' ')).replace(/[\\|]/g, '\\$&'))]
  const pairs = extension
    .filter((pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '')
    .map(([key, text]) => `${key}=${value(cut(text, LENGTHS[key] ?? 4000))}`)
  return `${head.join('|')}|${pairs.join(' ')}`
}

function value(text: string): string {
  const lines = text.split(/\r\n|[\r\n\u0085\u2028\u2029]/)
  return lines.map((line) => bare(line).replace(/[\\=]/g, '\\$&')).join('\\n')
}

/** Without control and format characters; spaces stay as they are. */
function bare(text: string): string {
  return text
    .replace(/[\t\v\f]/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd')
}

function labelled(key: string, label: string, text: string): [string, string][] {
  return text === ''
    ? []
    : [
        [`${key}Label`, label],
        [key, text],
      ]
}

function decimal(n: number | undefined): string {
  return n === undefined || !Number.isFinite(n) ? '' : String(Math.round(n * 1e4) / 1e4)
}

function ms(iso: string): string | undefined {
  const ts = parseTime(iso)
  return ts === null ? undefined : String(Math.floor(ts / 1000))
}
