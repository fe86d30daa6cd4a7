import { expect, it } from 'vitest'
import { commit, leafData, serialise } from '../../../src/ledger/leaf.ts'
import { handClock, type Opener } from './contract.ts'
import { eraseUser } from './erasing.ts'
import { said } from './said.ts'

/** What every engine promises of its ledger's entries: whoever reads one can check it against its leaf. */
export function sealedContract(name: string, open: Opener) {
  it(`${name} gives each entry with what was sealed, and the leaf can be made of it`, async () => {
    const clock = handClock()
    const engine = await open(clock)
    try {
      const first = clock.now()
      const event = said('a1', { prompt: 'é "quoted" \u0000 \ud800', user_id: 'u1' })
      const audit = { kind: 'audit', event_id: 'x1', ts: 5, body: { action: 'looked' } } as const
      await engine.append([event, audit, said('a2', { user_id: 'u2' }), { ...audit, kind: 'receipt', event_id: 'r1' }])
      const sealed = await engine.sealed(0, 9)
      expect(sealed).toMatchObject([
        { seq: 0, kind: 'event', event_id: 'a1', reason: null, ts: event.ts, received: first, state: 'held' },
        { seq: 1, kind: 'audit', event_id: 'x1', reason: null, ts: 5, received: null, state: 'held' },
        { seq: 2, kind: 'event', event_id: 'a2', state: 'held' },
        { seq: 3, kind: 'receipt', event_id: 'r1', state: 'held' },
      ])
      expect(sealed[0]!.body).toBe(serialise(event.body))
      for (const { salt, body, commitment } of sealed) expect(commit(salt!, body!)).toEqual(Buffer.from(commitment))
      expect(sealed.map((one) => leafData(one.kind, one.event_id, one.commitment))).toEqual(
        (await engine.leaves(0, 4)).map((leaf) => Buffer.from(leaf)),
      )
      expect((await engine.sealed(1, 3)).map(({ seq }) => seq)).toEqual([1, 2])
      expect(await engine.sealed(4, 9)).toEqual([])
      expect(await engine.entryOf('a2')).toEqual(sealed[2])
      await engine.append([said('t1', { tenant_id: 'acme' })])
      expect(await engine.entryOf('t1', 'acme')).toMatchObject({ seq: 4 })
      expect(await engine.entryOf('t1')).toMatchObject({ seq: 4 })
      expect(await engine.entryOf('t1', 'other')).toBeNull()
      expect(await engine.entryOf('a2', 'acme')).toBeNull()
      // events have an id that is theirs alone; nothing else is looked up by it
      for (const none of ['x1', 'r1', 'nobody', '']) expect(await engine.entryOf(none)).toBeNull()
    } finally {
      await engine.close()
    }
  })

  it(`${name} tells an amended entry from one that was erased, and erased from held`, async () => {
    const clock = handClock()
    const engine = await open(clock)
    try {
      const received = clock.now()
      await engine.append([said('a1', { user_id: 'u1' }), said('a2', { user_id: 'u2' }), said('a3', { user_id: 'u1' })])
      clock.pass(1000)
      const amendment = said('a1', { user_id: 'u1', prompt: 'redacted anew' })
      await engine.append([{ ...amendment, kind: 'amendment', reason: 'redaction' }])
      const states = async () => (await engine.sealed(0, 9)).map(({ state }) => state)
      expect(await states()).toEqual(['amended', 'held', 'held', 'held'])
      const [old, , , stands] = await engine.sealed(0, 9)
      expect(old).toMatchObject({ kind: 'event', ts: null, received: null, salt: null, body: null })
      expect(old!.commitment).toHaveLength(32)
      expect(stands).toMatchObject({ seq: 3, kind: 'amendment', event_id: 'a1', reason: 'redaction', received })
      expect(await engine.entryOf('a1')).toEqual(stands)

      await eraseUser(engine, 'u1')
      expect(await states()).toEqual(['amended', 'held', 'erased', 'erased', 'held'])
      const erased = await engine.entryOf('a1')
      expect(erased).toMatchObject({ seq: 3, state: 'erased', salt: null, body: null, received })
      expect(erased!.commitment).toEqual(stands!.commitment)
    } finally {
      await engine.close()
    }
  })
}
