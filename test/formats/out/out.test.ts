import { describe, expect, it } from 'vitest'
import type { FindingFormat } from '../../../src/core/format.ts'
import { findingFormats } from '../../../src/formats/out/index.ts'
import { aChange, aFinding, aHostileFinding, STEERING } from '../a-finding.ts'

describe.each(Object.values(findingFormats))('$name', (format: FindingFormat) => {
  it('writes one line per record', () => {
    expect(format.write(aFinding(), aChange())).not.toMatch(/[\r\n]/)
  })

  it('keeps text of an attacker inside its field', () => {
    const line = format.write(aHostileFinding(), aChange())
    expect(line).not.toMatch(/[\r\n]/)
    expect(line).not.toMatch(STEERING)
    expect(shape(format, line)).toEqual(shape(format, format.write(aFinding(), aChange())))
  })

  it('says the same thing twice in the same bytes', () => {
    expect(format.write(aFinding(), aChange())).toBe(format.write(aFinding(), aChange()))
  })

  it('names the finding, the change and the score', () => {
    const line = format.write(aFinding(), aChange({ kind: 'updated', change_id: 'f-7c1e.2' }))
    expect(line).toContain('f-7c1e.2')
    expect(line).toContain('81')
    expect(line).toContain('u-17')
  })
})

/** Field names of a record, as a receiver would split it. */
function shape(format: FindingFormat, line: string): string[] {
  if (format.name === 'leef') {
    const [, , , , , , attributes = ''] = line.split('|', 6).concat(line.split('|').slice(6).join('|'))
    return attributes.split('\t').map((pair) => pair.slice(0, pair.indexOf('=')))
  }
  if (format.name === 'cef') {
    const parts = line.split(/(?<!\\)(?:\\\\)*\|/)
    expect(parts.length).toBeGreaterThanOrEqual(8)
    const extension = parts.slice(7).join('|')
    const keys = [...extension.matchAll(/(?:^| )([A-Za-z0-9]+)(?<!\\)=/g)].map((m) => m[1] ?? '')
    // identifiers too long for externalId are left to cs1
    return keys.filter((key) => key !== 'externalId')
  }
  const keys = (value: unknown, path: string): string[] =>
    Array.isArray(value)
      ? value.slice(0, 1).flatMap((v) => keys(v, `${path}[]`))
      : value !== null && typeof value === 'object'
        ? Object.entries(value).flatMap(([k, v]) => keys(v, `${path}.${k}`))
        : [path]
  return keys(JSON.parse(line), '')
    .filter((path) => !/comment|sub_technique|technique\.uid|note/.test(path))
    .sort()
}
