import type { Finding } from '../../src/core/finding.ts'
import type { FindingChange } from '../../src/core/format.ts'

/** What an attacker would like to write into somebody else's machine. */
export const hostile = [
  'x|CEF:0|forged|y|1|1|z|10|',
  'CEF:0|forged|second|1|1|a|9| suser=admin',
  'LEEF:2.0|forged|a|1|b|x09|usrName=admin\tsev=10',
  '<script>alert(1)</script> <img src=x onerror=alert(1)> &lt; "quoted" \'single\'',
  '\u001b[31mred\u001b]8;;http://evil.example\u0007 \u009b31m',
  'abc\u202ecba\u2066x\u2069 \u200bzero\ufeff \u2028new\u2029line\u0085',
  '=cmd() +1 -1 @sum [a](javascript:alert(1)) ![i](http://evil.example/i) `code` **bold** | cell | # head',
  '\\ \\| \\= \u0000 \ud800 \u{e0041}',
].join('\r\n')

export function aFinding(over: Partial<Finding> = {}): Finding {
  return {
    finding_id: 'f-7c1e',
    detector: 'slow-drip',
    entity_type: 'user',
    entity_id: 'u-17',
    tenant_id: 'acme',
    severity: 'high',
    score: 81.4,
    status: 'new',
    title: 'Requests stay a little above usual',
    first_seen: '2026-01-08T09:12:00.000000Z',
    last_seen: '2026-01-15T17:45:10.250000Z',
    created_at: '2026-01-16T01:00:00.000000Z',
    updated_at: '2026-01-16T01:00:00.000000Z',
    evidence: [
      {
        detector: 'slow-drip',
        weight: 1,
        observed: 17,
        expected: 4.25,
        since: '2026-01-08T00:00:00.000000Z',
        event_ids: ['e1', 'e2'],
        text: 'Slightly above usual for 8 days in a row: 17 requests a day where 4 are usual.',
      },
    ],
    tags: { atlas: ['AML.T0051.001', 'AML.T0024'], owasp: ['LLM01:2025'] },
    note: null,
    ...over,
  }
}

/** Every string of it comes from an attacker. */
export function aHostileFinding(): Finding {
  const plain = aFinding()
  return aFinding({
    finding_id: hostile,
    detector: hostile,
    entity_id: hostile,
    tenant_id: hostile,
    title: hostile,
    note: hostile,
    evidence: plain.evidence.map((e) => ({ ...e, detector: hostile, text: hostile, event_ids: [hostile] })),
    tags: { atlas: [hostile], owasp: [hostile] },
  })
}

export function aChange(over: Partial<FindingChange> = {}): FindingChange {
  return {
    kind: 'created',
    change_id: 'f-7c1e.1',
    at: '2026-01-16T01:00:00.000000Z',
    product: { name: 'Undercurrent', version: '0.1.0' },
    ...over,
  }
}

/** A character that could steer a terminal, hide or turn text; line feeds and tabs are judged by each format itself. */
export const STEERING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/u
