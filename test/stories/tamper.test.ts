import { expect, it } from 'vitest'
import { aLedger, ledgers, SIZE, tamperedWith } from './geometries.ts'
import { Ledger } from './tampered.ts'

tamperedWith('in a plain store')
tamperedWith('after an erasure')
tamperedWith('after archiving')

it.each([
  ['another user', "update events set user_id = 'somebody' where seq = 25", 'user_id'],
  ['no user', 'update events set user_id = null where seq = 25', 'user_id'],
  ['another tenant', "update events set tenant = 'else' where seq = 25", 'tenant'],
  ['another time', 'update events set ts = ts - 86400000000 where seq = 25', 'ts'],
  ['a time that is none', "update events set ts = 'never' where seq = 25", 'ts'],
])(
  'an event that its columns hide behind %s is edited; only who has the store can see that',
  async (_, sql, column) => {
    const { ledger, notes } = await aLedger('in a plain store')
    ledger.tamper((db) => db.exec(sql))
    const { house, alone } = await ledger.judged(notes[2]!)
    const about = `its text says otherwise of ${column}`
    expect(house).toMatchObject({ ok: false, verdicts: ['edited'], bad: [{ seq: 25, verdict: 'edited', about }] })
    expect(house.counts.intact).toBe(SIZE - 1)
    // an export holds the sealed texts and no columns, so there is nothing to be hidden from
    expect(alone).toMatchObject({ ok: true, verdicts: ['intact'] })
  },
)

it('a log written anew as a whole with the stolen key is betrayed by a checkpoint kept outside', async () => {
  const { notes } = await aLedger('in a plain store')
  const forged = new Ledger()
  ledgers.push(forged)
  for (const [from, to] of [
    [0, 20],
    [20, 40],
    [40, 60],
  ] as const)
    await forged.grow(from, to, 'another question')
  const alone = await forged.judged()
  for (const said of [alone.house, alone.alone]) expect(said.verdicts).toEqual(['unanchored'])
  for (const note of notes) {
    const { house, alone } = await forged.judged(note)
    for (const said of [house, alone]) expect(said).toMatchObject({ ok: false, verdicts: ['forked'] })
  }
})

it('a return to an old backup is seen by a checkpoint kept outside', async () => {
  const { ledger } = await aLedger('in a plain store')
  const backup = ledger.copy()
  ledgers.push(backup)
  const later = await ledger.grow(SIZE, SIZE + 10)
  const { house, alone } = await backup.judged(later)
  for (const said of [house, alone]) expect(said).toMatchObject({ ok: false, verdicts: ['rolled-back'], bad: [] })
})

it('two histories from one beginning are told apart at the first checkpoint behind the fork', async () => {
  const { ledger, notes } = await aLedger('in a plain store')
  const fork = ledger.copy()
  ledgers.push(fork)
  const seen = await ledger.grow(SIZE, SIZE + 10)
  await fork.grow(SIZE, SIZE + 12, 'another question')
  const { house, alone } = await fork.judged(...notes, seen)
  for (const said of [house, alone])
    expect(said).toMatchObject({ ok: false, verdicts: ['forked'], bad: [], differs_between: [SIZE, SIZE + 10] })
})
