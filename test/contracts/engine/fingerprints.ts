import { expect, it } from 'vitest'
import type { Engine } from '../../../src/core/ports.ts'
import { DAY, parseTime } from '../../../src/core/window.ts'
import { handClock, type Opener } from './contract.ts'
import { eraseUser } from './erasing.ts'
import { said } from './said.ts'

const START = parseTime('2026-01-05T00:00:00Z')!
const MANY = Number.MAX_SAFE_INTEGER

/** What every engine promises of fingerprints of answers. */
export function fingerprintContract(name: string, open: Opener) {
  const withEngine = (title: string, body: (engine: Engine) => Promise<void>) =>
    it(`${name} ${title}`, async () => {
      const engine = await open(handClock())
      try {
        await engine.append([
          said('e0', { user_id: 'ann', session_id: 's0', tenant_id: 'acme' }),
          said('e1', { user_id: 'bob', tenant_id: 'acme' }),
          said('e2', { user_id: 'cyd', tenant_id: 'other' }),
          said('e3', { session_id: 's3' }),
          said('e4', { user_id: 'bob', tenant_id: 'acme' }),
        ])
        await body(engine)
      } finally {
        await engine.close()
      }
    })
  const settle = async (engine: Engine, rows: [seq: number, print: number, passage: string | null][]) => {
    await engine.append([said(`more${await head(engine)}`)])
    const ticket = (await engine.claim('fingerprints', 100, 1000))!
    const fingerprints = rows.map(([seq, print, passage]) => ({ seq, print, passage }))
    expect(await engine.settle(ticket, { fingerprints })).toBe('settled')
  }
  const head = async (engine: Engine) => (await engine.head()).size
  const seqs = async (engine: Engine, tenant: string | null, print: number, limit = 9) =>
    (await engine.fingerprintsOf(tenant, [print], limit)).map(({ seq }) => seq)
  const rows: [number, number, string | null][] = [
    [0, 7, null],
    [0, 8, 'p8'],
    [1, 7, null],
    [1, 8, 'p8'],
    [2, 7, null],
    [3, 7, null],
    [4, 7, null],
    [4, 2 ** 48 - 1, null],
  ]

  withEngine('says which answers of a tenant share a fingerprint, the newest first', async (engine) => {
    await settle(engine, rows)
    expect(await seqs(engine, 'acme', 7)).toEqual([4, 1, 0])
    expect(await seqs(engine, 'acme', 7, 2)).toEqual([4, 1])
    expect(await seqs(engine, 'other', 7)).toEqual([2])
    expect(await seqs(engine, null, 7)).toEqual([3])
    expect(await seqs(engine, 'acme', 9)).toEqual([])
    expect(await engine.fingerprintsOf('acme', [8, 2 ** 48 - 1], 1)).toEqual([
      { print: 8, seq: 1, passage: 'p8' },
      { print: 2 ** 48 - 1, seq: 4, passage: null },
    ])
    const held = async (tenant: string | null) =>
      (await engine.eventsAt(tenant, [4, 0, 2, 3, 99])).map(({ event }) => event.event_id)
    expect([await held('acme'), await held('other'), await held(null)]).toEqual([['e4', 'e0'], ['e2'], ['e3']])
  })

  withEngine('counts passages, finds their answers, and keeps what is known of them', async (engine) => {
    await settle(engine, rows)
    await settle(engine, [
      [4, 8, 'p8'],
      [0, 8, null],
      [3, 9, 'p9'],
      [4_000, 9, 'p9'],
    ])
    expect(await engine.memorised()).toEqual([
      { passage: 'p8', tenant_id: 'acme', events: 3, users: 2, first: START, last: START + 4_000_000 },
      { passage: 'p9', tenant_id: null, events: 1, users: 1, first: START + 3_000_000, last: START + 3_000_000 },
    ])
    const held = async (filter: object) =>
      (await engine.outlines(filter, { limit: 9 })).items.map((one) => one.event_id)
    expect(await held({ fields: { memorised: 'p8' } })).toEqual(['e4', 'e1', 'e0'])
    expect(await held({ tenant_id: 'other', fields: { memorised: 'p8' } })).toEqual([])
    expect(await held({ without: { fields: { memorised: ['p8'] } }, tenant_id: 'acme' })).toEqual([])
    expect((await engine.tally(['memorised'], {})).map(({ key, n }) => [key[0], n])).toEqual([
      [null, 3],
      ['p8', 3],
      ['p9', 1],
    ])
  })

  withEngine('lets fingerprints go with their events', async (engine) => {
    await settle(engine, rows)
    await eraseUser(engine, 'bob')
    expect(await seqs(engine, 'acme', 7)).toEqual([0])
    expect(await engine.memorised()).toMatchObject([{ passage: 'p8', events: 1, users: 1 }])
    await engine.append([
      { ...said('e0', { user_id: 'ann', tenant_id: 'acme' }), kind: 'amendment', reason: 'redaction' },
    ])
    expect([await seqs(engine, 'acme', 7), await seqs(engine, 'acme', 8)]).toEqual([[], []])
    expect(await engine.memorised()).toEqual([])
    // whoever read the event before may settle after
    await settle(engine, rows)
    expect([await seqs(engine, 'acme', 7), await seqs(engine, 'other', 7)]).toEqual([[], [2]])
  })

  withEngine('trims what is old, and what is beyond the newest of a tenant, but for passages', async (engine) => {
    await settle(engine, rows)
    expect(await engine.trimFingerprints(START - DAY, MANY)).toBe(0)
    expect(await engine.trimFingerprints(START + 1_000_000, MANY)).toBe(1)
    expect(await seqs(engine, 'acme', 7)).toEqual([4, 1])
    expect(await engine.trimFingerprints(START, 1)).toBe(1)
    expect([await seqs(engine, 'acme', 7), await seqs(engine, 'other', 7)]).toEqual([[4], [2]])
    expect(await engine.trimFingerprints(START + DAY, MANY)).toBe(4)
    expect([await seqs(engine, 'acme', 7), await seqs(engine, 'acme', 8)]).toEqual([[], [1, 0]])
    expect(await engine.trimFingerprints(START + DAY, MANY)).toBe(0)
  })
}
