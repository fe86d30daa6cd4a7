import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { addHold, listHolds, releaseHold } from '../../src/flow/holds.ts'
import { copySource } from '../../src/roof/copy-source.ts'
import { keyFor } from '../../src/roof/key-file.ts'
import { type House, openHouse } from '../../src/roof/local-house.ts'
import { makeBackup } from '../../src/roof/make-backup.ts'
import { operator, recordHere } from '../../src/roof/operator.ts'
import { restoreCopy } from '../../src/roof/restore-copy.ts'
import { anOrder } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { type ArchivingHouse, anArchivingHouse } from '../stories/archived.ts'

/** A house that archives, copies of its segments and keys, and what they give again. */
async function aCopiedHouse() {
  const house = await anArchivingHouse()
  const at = (name: string) => join(house.folder, '..', name)
  mkdirSync(at('vault'))
  writeFileSync(at('copies.yaml'), 'segments:\n  - { name: vault, kind: folder, path: vault }\n')
  await makeBackup(house, { to: at('backup'), keysTo: at('keys') })
  const config = { ...house.config, copies_file: at('copies.yaml') }

  return {
    ...house,

    async copied(): Promise<void> {
      house.clock.pass(60_000)
      const other = await openHouse(config, house.clock)
      try {
        expect(await other.writing().runJob('copy')).toMatchObject({ outcome: 'done' })
      } finally {
        await other.writing().stop()
        await other.close()
      }
    },

    /** Restores, and hands the restored house to `work`. */
    async again<T>(work: (again: House, told: Awaited<ReturnType<typeof restoreCopy>>) => Promise<T>): Promise<T> {
      const data_dir = at('restored')
      const signal = new AbortController().signal
      const copy = copySource(at('vault'), config, house.clock, { env: {}, signal })
      const told = await restoreCopy({ ...config, data_dir }, house.clock, {
        copy,
        keysFrom: at('keys'),
        replace: false,
      })
      const again = await openHouse({ ...house.config, data_dir }, house.clock)
      try {
        return await work(again, told)
      } finally {
        await again.writing().stop()
        await again.close()
        rmSync(data_dir, { recursive: true })
      }
    },
  }
}

const holder = (house: ArchivingHouse) => ({ ...house.parts, subjectKey: keyFor(house.secrets.root, 'subject') })

it('legal holds stand again as they were, and the audit that they come from names nobody', async () => {
  const house = await aCopiedHouse()
  const actor = operator()
  await house.engine.append([said('a', { user_id: 'jo.raw', tenant_id: 't' }), said('b', { user_id: 'u2' })])
  const add = (subject: object, reason: string) => addHold(holder(house), { subject, actor, reason })
  await add({ user_id: 'jo.raw', tenant_id: 't' }, 'a claim')
  house.clock.pass(1_000)
  const over = await add({ user_id: 'u2' }, 'another claim')
  house.clock.pass(1_000)
  await releaseHold(holder(house), { hold_id: over.hold_id, actor, reason: 'it was settled' })
  await releaseHold(holder(house), { hold_id: (await add({ event_id: 'b' }, 'a third')).hold_id, actor })
  // one that was added when the ledger did not say yet what is held
  await recordHere(house, { action: 'hold.add', asked: { hold_id: 'hold_old', reason: 'a fourth' } })
  await house.copied()

  const entries = await house.engine.others('audit', {}, { limit: 99 })
  expect(entries.filter(({ body }) => body.action === 'hold.add')).toHaveLength(4)
  expect(JSON.stringify(entries)).not.toContain('jo.raw')

  await house.again(async ({ engine }, told) => {
    expect(told).toMatchObject({ verdicts: ['intact'], holds: { standing: 1, unknown: ['hold_old'] } })
    expect(await listHolds({ engine })).toEqual(await listHolds(house))
    const refused = engine.erase({ user_id: ['jo.raw'] }, anOrder())
    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await engine.erase({ user_id: ['u2'] }, anOrder()))?.receipt.counts.events).toBe(1)
  })
})
