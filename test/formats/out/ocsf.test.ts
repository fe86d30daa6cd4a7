import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/core/finding.ts'
import { ENTITY_TYPES, SEVERITIES } from '../../../src/core/score.ts'
import { ocsf } from '../../../src/formats/out/ocsf.ts'
import { aChange, aFinding, aHostileFinding } from '../a-finding.ts'

const folder = process.env.OCSF_SCHEMA ?? fileURLToPath(new URL('../../../../shared/spec/ocsf-1.8.0', import.meta.url))
const file = join(folder, 'ocsf.schema.json')

const cases: [string, Finding][] = [
  ['a plain finding', aFinding()],
  ['text of an attacker', aHostileFinding()],
  ['no evidence, tags or tenant', aFinding({ evidence: [], tags: { atlas: [], owasp: [] }, tenant_id: null })],
  [
    'numbers that are none',
    aFinding({ evidence: aFinding().evidence.map((e) => ({ ...e, observed: Number.NaN, expected: Infinity })) }),
  ],
  ['an address', aFinding({ entity_type: 'ip', entity_id: '2001:db8::1' })],
  ['a note', aFinding({ status: 'false_positive', note: 'a load test of ours' })],
  ...ENTITY_TYPES.map((entity_type): [string, Finding] => [
    `an entity of type ${entity_type}`,
    aFinding({ entity_type }),
  ]),
  ...SEVERITIES.map((severity): [string, Finding] => [`severity ${severity}`, aFinding({ severity })]),
]

describe.skipIf(!existsSync(file))(
  `OCSF 1.8.0 schema${existsSync(file) ? '' : ` (skipped: no ${file}; set OCSF_SCHEMA)`}`,
  () => {
    it('holds for every record', () => {
      const ajv = new Ajv2020.default({ strict: false, allErrors: true })
      addFormats.default(ajv)
      ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')))
      const valid = ajv.compile({ $ref: 'ocsf-1.8.0#/$defs/class_detection_finding' })
      for (const [name, finding] of cases)
        for (const kind of ['created', 'updated', 'closed'] as const) {
          valid(JSON.parse(ocsf.write(finding, aChange({ kind }))))
          expect(valid.errors, name).toBeNull()
        }
    }, 60_000)
  },
)

it.each(cases)('carries what class 2004 requires: %s', (_, finding) => {
  for (const [kind, activity] of [
    ['created', 1],
    ['updated', 2],
    ['closed', 3],
  ] as const) {
    const record = JSON.parse(ocsf.write(finding, aChange({ kind })))
    expect(record).toMatchObject({
      class_uid: 2004,
      category_uid: 2,
      activity_id: activity,
      type_uid: 200400 + activity,
      time: Date.parse('2026-01-16T01:00:00Z'),
      metadata: { version: '1.8.0', product: { name: 'Undercurrent' }, uid: 'f-7c1e.1' },
      finding_info: { uid: finding.finding_id },
    })
    expect(record.severity_id).toBe(SEVERITIES.indexOf(finding.severity) + 1)
    expect(record.status_id).toBe({ new: 1, acknowledged: 2, resolved: 4, false_positive: 3 }[finding.status])
    for (const { type_id } of record.observables) expect([2, 10, 31, 42]).toContain(type_id)
  }
})

it('keeps identifiers exactly, so that a receiver can ask for them again', () => {
  const record = JSON.parse(ocsf.write(aHostileFinding(), aChange()))
  expect(record.finding_info.uid).toBe(aHostileFinding().finding_id)
  expect(record.evidences[0].user.uid).toBe(aHostileFinding().entity_id)
})

it('names a sub-technique below its technique', () => {
  const { attacks } = JSON.parse(ocsf.write(aFinding(), aChange())).finding_info
  expect(attacks).toEqual([
    { technique: { uid: 'AML.T0051' }, sub_technique: { uid: 'AML.T0051.001' } },
    { technique: { uid: 'AML.T0024' } },
  ])
})
