import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressDigits, prefixRange } from '../../../src/core/ip-range.ts'
import type { Engine, Filter } from '../../../src/core/ports.ts'
import { parseTime } from '../../../src/core/window.ts'
import { connect } from '../../../src/engines/embedded/connection.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { said } from '../../contracts/engine/said.ts'
import { storeKey } from '../../store-key.ts'

const clock = { now: () => parseTime('2026-01-14T12:00:00Z')! }
const secret = 'the contents of a document that nobody else has'

let dir: string
let engine: Engine
const found = async (filter: Filter) =>
  (await engine.events(filter, { limit: 50 })).items.map(({ event }) => event.event_id).sort()
const by = (field: string, ...values: string[]) => found({ fields: { [field]: values } })

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'labels-'))
  engine = await openEmbedded({ key: storeKey, dataDir: dir, clock })
  await engine.append([
    said('e1', {
      rag_documents: [{ id: 'doc_1', content: secret }, 'doc_2', 'a whole text that was sent in place of its id'],
      tools_called: [{ name: 'lookup', result: { rows: secret }, provider: 'own' }, 'send_mail'],
      guardrails_triggered: [{ rule: 'pii', category: 'privacy' }],
      prompt_template: { name: 'support', version: 7 },
      ip_address: '192.0.2.17',
      roles: ['support lead', 'night shift'],
      user_id: 'ann',
    }),
    said('e2', {
      rag_documents: [{ id: 'doc_1' }],
      tenant_id: 'acme',
      error: { type: 'RateLimit', code: 429 },
      ip_address: '::ffff:192.0.2.200',
      evaluations: [{ name: 'helpful' }],
      geo: { country: 'DE', asn: 64500 },
    }),
    said('e3', {
      tools_called: [{ name: 'lookup', result: { rows: secret } }],
      ip_address: '2001:db8::5',
      auth: { subject: 'ann' },
      device: { id: 'd1' },
      request_id: 'r3',
      time_to_first_token_ms: 40,
    }),
  ])
})

afterAll(async () => {
  await engine?.close()
  rmSync(dir, { recursive: true, force: true })
})

describe('what stands inside an event', () => {
  it('is found by its value', async () => {
    expect(await by('document_id', 'doc_1')).toEqual(['e1', 'e2'])
    expect(await by('document_id', 'doc_2', 'doc_9')).toEqual(['e1'])
    expect(await by('tool', 'send_mail', 'lookup')).toEqual(['e1', 'e3'])
    expect(await by('tool_provider', 'own')).toEqual(['e1'])
    expect(await by('guardrail_rule', 'pii')).toEqual(['e1'])
    expect(await by('template_version', '7')).toEqual(['e1'])
    expect(await by('role', 'night shift')).toEqual(['e1'])
    expect(await by('error_code', '429')).toEqual(['e2'])
    expect(await by('evaluation', 'helpful')).toEqual(['e2'])
    expect(await by('asn', '64500')).toEqual(['e2'])
    expect(await by('auth_subject', 'ann')).toEqual(['e3'])
    expect(await by('request_id', 'r3')).toEqual(['e3'])
    expect(await by('device_id', 'nobody')).toEqual([])
  })

  it('is found within a tenant, and left out', async () => {
    expect(await found({ tenant_id: 'acme', fields: { document_id: ['doc_1'] } })).toEqual(['e2'])
    expect(await found({ without: { fields: { document_id: ['doc_1'] } } })).toEqual(['e3'])
  })

  it('is found by a prefix of addresses, of either family', async () => {
    expect(await by('ip_address', '192.0.2.0/24')).toEqual(['e1', 'e2'])
    expect(await by('ip_address', '192.0.2.0/27')).toEqual(['e1'])
    expect(await by('ip_address', '2001:db8::/32')).toEqual(['e3'])
    expect(await by('ip_address', '2001:db8::5', '192.0.2.0/27')).toEqual(['e1', 'e3'])
    expect(await by('ip_address', '192.0.2.0/33')).toEqual([])
  })

  it('is counted by numbers that have no column', async () => {
    expect(await found({ numbers: { time_to_first_token_ms: { max: 40 } } })).toEqual(['e3'])
    expect(await found({ numbers: { time_to_first_token_ms: { below: 40 } } })).toEqual([])
  })

  it('is kept as names and keyed hashes, never as text, and goes with its event', async () => {
    await engine.close()
    const db = connect(dir, true, storeKey)
    const rows = () => db.prepare<[], { name: string; value: string; seq: number }>('select * from labels').all()
    const results = rows().filter(({ name }) => name === 'tool_result')
    expect(results).toHaveLength(2)
    expect(results[0]!.value).toBe(results[1]!.value)
    expect(results[0]!.value).toMatch(/^[0-9a-f]{32}$/)
    expect(JSON.stringify(rows())).not.toMatch(/contents|whole text/)
    expect(JSON.stringify(db.prepare('select meta from events').all())).not.toMatch(/contents|whole text/)
    const count = rows().length
    db.prepare('update events set meta = null where seq = 0').run()
    expect(rows().some(({ seq }) => seq === 0)).toBe(false)
    db.prepare('delete from events where seq = 1').run()
    expect(rows().every(({ seq }) => seq === 2)).toBe(true)
    expect(rows().length).toBeLessThan(count)
    const plan = db
      .prepare<[], { detail: string }>(
        "explain query plan select e.seq from events e where e.seq in (select seq from labels where name = 'document_id' and value in ('a'))",
      )
      .all()
    expect(plan.map(({ detail }) => detail).join()).toContain('USING INTEGER PRIMARY KEY')
    db.close()
    engine = await openEmbedded({ key: storeKey, dataDir: dir, clock })
  })
})

describe('addresses', () => {
  it.each([
    ['192.0.2.1', '4:c0000201'],
    ['::1', '6:00000000000000000000000000000001'],
    ['2001:DB8::', '6:20010db8000000000000000000000000'],
    ['::ffff:192.0.2.1', '4:c0000201'],
    ['1.2.3', null],
    ['fe80::1%eth0', null],
  ])('sort as their digits do: %s', (text, digits) => expect(addressDigits(text)).toBe(digits))

  it.each([
    ['10.0.0.0/8', ['4:0a000000', '4:0affffff']],
    ['192.0.2.7/32', ['4:c0000207', '4:c0000207']],
    ['0.0.0.0/0', ['4:00000000', '4:ffffffff']],
    ['::ffff:10.0.0.0/104', ['4:0a000000', '4:0affffff']],
    ['10.0.0.0', null],
    ['10.0.0.0/x', null],
  ])('have a first and a last under a prefix: %s', (text, range) => expect(prefixRange(text)).toEqual(range))
})
