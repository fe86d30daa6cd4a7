import { describe, expect, it } from 'vitest'
import { DIGEST_FORMATS, type Digest, type DigestWriter } from '../../../src/core/digest.ts'
import { digestFormats } from '../../../src/formats/digest/index.ts'
import { hostile, STEERING } from '../a-finding.ts'
import { aDigest } from './a-digest.ts'

/** A day in which every string that a log can reach comes from an attacker. */
function aHostileDigest(): Digest {
  const day = aDigest()
  return {
    ...day,
    tenant_id: hostile,
    headline: hostile,
    findings: {
      ...day.findings,
      items: day.findings.items.map((f) => ({
        ...f,
        entity_id: hostile,
        title: hostile,
        evidence: hostile,
        event_ids: [hostile],
      })),
    },
    scores: day.scores.map((s) => ({ ...s, entity_id: hostile, reason: hostile })),
    models: { ...day.models, items: day.models.items.map((m) => ({ ...m, model: hostile, model_version: hostile })) },
    latency: day.latency.map((l) => ({ ...l, model: hostile })),
    new_models: day.new_models.map((m) => ({ ...m, model: hostile, model_version: hostile })),
    jobs: day.jobs.map((j) => ({ ...j, name: hostile })),
    redaction: { total: 1, by_type: [{ type: hostile, n: 1 }] },
  }
}

it('every promised format is there under its name', () => {
  expect(Object.entries(digestFormats).map(([name, writer]) => [name, writer.name])).toEqual(
    expect.arrayContaining(DIGEST_FORMATS.map((name) => [name, name])),
  )
})

describe.each(Object.values(digestFormats))('$name', (writer: DigestWriter) => {
  it('holds no character that steers, hides or turns text', () => {
    expect(writer.write(aHostileDigest())).not.toMatch(STEERING)
  })

  it('has as many lines for an attacker as for anybody', () => {
    // text breaks long lines, so only the other three have a fixed number of them
    if (writer.name === 'text') return
    const lines = (digest: Digest) => writer.write(digest).split('\n').length
    const calm = { ...aDigest(), tenant_id: 't', findings: { ...aDigest().findings } }
    calm.findings.items = calm.findings.items.map((f) => ({ ...f, event_ids: ['e'] }))
    expect(lines(aHostileDigest())).toBe(lines(calm))
  })

  it('names findings, entities, figures, models and the ledger root', () => {
    const out = writer.write(aDigest()).replaceAll('\\', '')
    for (const word of ['user:3f9a17c0de55b210', 'tide-large', 'evt_01JH3B44TX', '5df6e0e2761359d3'])
      expect(out).toContain(word)
    if (writer.name !== 'json')
      for (const word of ['Thursday, 15 January 2026', '1,254', '$24.61', 'acknowledged', 'without text', 'EMAIL'])
        expect(out).toContain(word)
  })

  it('can say that a day was empty', () => {
    const day = aDigest()
    const empty = writer.write({
      ...day,
      findings: { items: [], total: 0, by_severity: day.findings.by_severity, closed: 0 },
      scores: [],
      models: { items: [], total: 0 },
      latency: [],
      new_models: [],
      jobs: [],
      not_examined: [],
      redaction: { total: 0, by_type: [] },
      ledger: null,
    })
    if (writer.name !== 'json') expect(empty).toContain('No findings.')
  })

  it('writes the same bytes twice', () => {
    expect(writer.write(aDigest())).toBe(writer.write(aDigest()))
  })
})

it('html escapes every text and fetches nothing', () => {
  const page = digestFormats.html.write(aHostileDigest())
  const tags = new Set([...page.matchAll(/<\/?([a-zA-Z!][a-zA-Z0-9]*)/g)].map((m) => m[1]))
  expect([...tags].filter((tag) => /^(script|img|iframe|link|object|embed|form|base|a)$/i.test(tag ?? ''))).toEqual([])
  expect(page).not.toMatch(/url\(|@import/i)
  expect(page).not.toMatch(/(?:src|href|action|data|poster|background)\s*=\s*["']/i)
  // no less-than sign and no quote of the attacker survives
  expect(page).not.toContain('<script>')
  expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;')
  expect(digestFormats.html.write(aDigest()).length).toBeLessThan(100_000)
})

it('markdown leaves no link, image, code, table cell or heading of an attacker', () => {
  const page = digestFormats.markdown.write(aHostileDigest())
  expect(page).not.toMatch(/(?<!\\)[<[`]script|(?<!\\)\[a|(?<!\\)!?\[i/)
  expect(page).not.toMatch(/https?:\/\//)
  expect(
    page
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .map((line) => line.replace(/^#+ /, '')),
  ).toEqual([
    'Undercurrent: Thursday, 15 January 2026',
    'What to look at',
    'The day in numbers',
    'Highest scores',
    'Models',
    'Latency',
    'Seen for the first time',
    'Not examined',
    'Redacted before storage',
    'Jobs',
    'Ledger',
  ])
  for (const line of page.split('\n').filter((l) => l.startsWith('| ') && l.includes('score')))
    expect(line).toContain('who')
})

it('text keeps to 78 columns where words allow it', () => {
  const lines = digestFormats.text.write(aDigest()).split('\n')
  for (const line of lines) expect([...line].length).toBeLessThanOrEqual(82)
})

it('json is the document', () => {
  expect(JSON.parse(digestFormats.json.write(aHostileDigest()))).toEqual(aHostileDigest())
})
