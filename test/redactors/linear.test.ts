import { describe, expect, it } from 'vitest'
import { withoutAttachments } from '../../src/redactors/attachment.ts'
import { RULES } from '../../src/redactors/index.ts'
import { createScan } from '../../src/redactors/scan.ts'
import { viewOf } from '../../src/redactors/view.ts'
import { part, samples } from './samples.ts'

const scan = createScan(RULES)
const SIZE = 1 << 16
const fill = (unit: string, size = SIZE) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size)

const cpuMs = (run: () => void): number => {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Shapes that make a backtracking expression slow: many beginnings, one long run, an end that never comes. */
const hostile: string[] = [
  ...['a', '1', '-', '_', '.', ' ', '@', ':', '/', '=', '"', '\\', '(', '+', '\u200b', '１', '0', 'A', 'é', '\uFFFC'],
  ...[
    'a@',
    'a.',
    'a-',
    '@a.',
    'a@a.',
    '1 ',
    '1-',
    '1.',
    '0 ',
    '(1',
    '+1',
    '+1 ',
    '12 34 ',
    '0123 456 789,',
    '1:',
    '::',
    ':1',
    'f:',
    '://',
    'a://b:',
    '://a:b',
  ],
  ...[
    'eyJ',
    'eyJ.',
    'eyJa.eyJ',
    '-eyJ',
    'sk-',
    'sk-ant-',
    'xox-',
    'ghp_',
    'gh',
    'AKIA',
    'hvs.',
    'glpat-',
    'AIza',
    'a_',
    'pat.',
    '+ASt',
    'azdo',
    '.atlasv1.',
    'dp.',
    'sl.',
    '-us1',
  ],
  ...[
    'password',
    'password=',
    'password: ',
    'password="',
    'secret ',
    'token=a&',
    'key:',
    'key = ',
    'api_key',
    'pass_',
    "password='\\",
    'password,"',
    'password value=',
    '--password ',
    'login a ',
  ],
  ...[
    'Bearer ',
    'authorization:',
    'cookie: a=',
    ' -u a:',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN',
    'PRIVATE KEY',
    '$2b$',
    '$argon2id$a',
    '$krb5tgs$',
  ],
  ...[
    'data:a/b;base64,',
    ';base64,',
    'data:',
    '\\u00',
    '\\u0040',
    '\\n',
    '[EMAIL:',
    '[EMAIL:3f9a7c21d4e05b66]',
    'GB29',
    'DE89 ',
    'GB29 NWBK ',
    'hooks.slack.com/services/',
    'phone ',
    'call 1 ',
    'ssn 123-45-',
  ],
  ...[
    'AB 12 34 56 ',
    'A1B2C3 ',
    '1-2-3-',
    'nhs 9434765919 ',
    'date of birth ',
    'born 12/',
    'né 19',
    'patient id A-',
    'mrn: ',
  ],
  ...Object.values(samples).map((s) => `${s} `),
  ...Object.values(samples).map((s) => s.slice(0, -1)),
  part(40),
]

describe('time stays linear', () => {
  it('on every known catastrophic shape: 64 KB cost little, and twice as much costs about twice', () => {
    for (const unit of hostile) scan(fill(unit, 2048)) // compiled before measured
    const slow: string[] = []
    for (const unit of hostile) {
      const ms = cpuMs(() => void scan(fill(unit)))
      // ordinary 64 KB take about 1 ms; this bound is wide for a busy machine and yet far from what a quadratic pattern needs
      if (ms > 150) slow.push(`${JSON.stringify(unit.slice(0, 24))}: ${ms.toFixed(0)} ms`)
    }
    expect(slow).toEqual([])
  })

  it('of each rule on its own, though its anchors are absent', () => {
    const slow: string[] = []
    for (const rule of RULES) {
      for (const unit of hostile.slice(0, 60)) {
        const text = fill(unit, SIZE / 4)
        const ms = cpuMs(() => rule.find(text, () => {}))
        if (ms > 60) slow.push(`${rule.name} on ${JSON.stringify(unit)}: ${ms.toFixed(0)} ms`)
      }
    }
    expect(slow).toEqual([])
  })

  it('of views and attachments', () => {
    for (const unit of [
      '\\u0041',
      '\u200b',
      'data:a/b;base64,AAAA',
      'data:;base64,',
      'data:a/b;a=b;a=b;a=b;base6',
      '[DATA:a/b sha256:',
    ]) {
      expect(cpuMs(() => void viewOf(fill(unit), true))).toBeLessThan(150)
      expect(cpuMs(() => void withoutAttachments(fill(unit)))).toBeLessThan(150)
    }
  })
})
