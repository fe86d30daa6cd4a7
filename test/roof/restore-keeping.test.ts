import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ColdFile } from '../../src/core/archive.ts'
import { DAY } from '../../src/core/window.ts'
import { archive } from '../../src/flow/archive.ts'
import { checkArchive } from '../../src/flow/archive-check.ts'
import { archiveFiles } from '../../src/flow/archive-files.ts'
import { erase } from '../../src/flow/erase.ts'
import { addHold, listHolds, releaseHold } from '../../src/flow/holds.ts'
import { restoreArchived } from '../../src/flow/thaw.ts'
import { verify } from '../../src/flow/verify.ts'
import { copySource } from '../../src/roof/copy-source.ts'
import { keyFor } from '../../src/roof/key-file.ts'
import { ledgerSigner } from '../../src/roof/ledger-signer.ts'
import { type House, openHouse } from '../../src/roof/local-house.ts'
import { makeBackup } from '../../src/roof/make-backup.ts'
import { operator, recordHere } from '../../src/roof/operator.ts'
import { restoreCopy } from '../../src/roof/restore-copy.ts'
import { retentionOf } from '../../src/roof/retention-file.ts'
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

it('events that were archived before they were copied stay so, are found, held and counted, and come back', async () => {
  const house = await aCopiedHouse()
  const actor = operator()
  const event = (n: number) =>
    said(`evt_${n}`, { user_id: `user_${n % 2}`, tenant_id: 't', model: 'm', prompt: `zanzibar ${n}`, response: 'ok' })
  const run = (again: Pick<House, 'engine'>) =>
    archive({ ...house.parts, ...again }, { rules: retentionOf(house.config, house.redactor), actor }, house.signal)
  await house.engine.append([0, 1, 2, 3].map(event))
  await house.copied()
  house.clock.pass((31 * DAY) / 1000)
  // copied as they were in the store
  const [former] = await run(house)
  expect(former).toMatchObject({ events: 4 })
  await house.engine.append([4, 5, 6, 7].map(event))
  house.clock.pass((31 * DAY) / 1000)
  expect(await run(house)).toMatchObject([{ events: 4 }])
  // brought back, and gone into another file before it is copied
  const [, second] = await house.engine.cold({})
  const back = { filter: { event_ids: ['evt_6'] }, file: second!.manifest.file, hot_until: 0, actor }
  expect(await restoreArchived(house.parts, back, house.signal)).toMatchObject([{ thawed: 1 }])
  expect(await run(house)).toMatchObject([{ events: 1 }])
  await house.job('keys')
  await house.copied()
  const was = await house.engine.cold({})
  expect(was.map(({ rows }) => rows).sort()).toEqual([1, 3, 4])

  await house.again(async (again, told) => {
    expect(told).toMatchObject({
      verdicts: ['intact'],
      counts: { archived: 4 },
      archives: { standing: 2, unknown: [] },
    })
    const { engine } = again
    const files = await engine.cold({})
    const known = ({ manifest: { at, read_at, ...manifest }, rows }: ColdFile) => ({ manifest, rows })
    const standing = was.filter(({ manifest }) => manifest.file !== former!.file)
    expect(new Set(files.map(known))).toEqual(new Set(standing.map(known)))
    // nobody refers to it any more: the events are in the store again
    expect(await engine.archiveKey(former!.file)).toBeNull()
    const held = await engine.events({ tenant_id: 't' }, { limit: 9 })
    expect(held.items.map(({ event }) => event.event_id).sort()).toEqual(['evt_0', 'evt_1', 'evt_2', 'evt_3'])

    // what is in files is known by whom it is of
    expect(await engine.tally(['user_id', 'tenant_id', 'model'], { tenant_id: 't' })).toEqual(
      await house.engine.tally(['user_id', 'tenant_id', 'model'], { tenant_id: 't' }),
    )
    expect(await engine.survey({ user_id: ['user_1'] })).toMatchObject({ archives: 2 })

    const parts = { ...house.parts, ...again, clock: house.clock }
    const cold = archiveFiles({ ...parts, target: house.parts.target }, house.signal)
    const checked = await checkArchive({ ...parts, cold }, {}, house.signal)
    expect(
      checked.map(({ whole, differs, failed }) => ({ whole, differs, failed })).sort((a, b) => a.whole - b.whole),
    ).toEqual([
      { whole: 1, differs: [], failed: null },
      { whole: 3, differs: [], failed: null },
    ])
    const thawed = await restoreArchived(
      { ...parts, cold },
      { filter: { fields: { user_id: 'user_0' } }, hot_until: 0, actor },
      house.signal,
    )
    expect(thawed.reduce((sum, one) => sum + one.thawed, 0)).toBe(2)
    expect((await engine.events({ event_ids: ['evt_4', 'evt_6'] }, { limit: 9 })).items).toHaveLength(2)
    const { vkey } = ledgerSigner(again.config, again.secrets)
    expect(await verify(again, { vkey, from: 'start' })).toMatchObject({ ok: true, bad: [], counts: { archived: 2 } })

    // a hold finds them, and an erasure brings back what lies under the same key
    const keeping = { ...holder(house), ...again, clock: house.clock, cold, renewKeyCopies: async () => [] }
    const ask = { subject: { event_id: 'evt_5' }, actor }
    const hold = await addHold(keeping, { subject: { user_id: 'user_1' }, actor, reason: 'a claim' })
    const signer = ledgerSigner(again.config, again.secrets)
    await expect(erase({ ...keeping, signer }, ask)).rejects.toMatchObject({ code: 'CONFLICT' })
    await releaseHold(keeping, { hold_id: hold.hold_id, actor })
    expect((await erase({ ...keeping, signer }, ask)).erased!.receipt.counts).toMatchObject({ events: 1 })
    const left = await engine.events({ fields: { user_id: 'user_1' } }, { limit: 9 })
    expect(left.items.map(({ event }) => event.event_id).sort()).toEqual(['evt_1', 'evt_3', 'evt_7'])
    expect(await verify(again, { vkey, from: 'start' })).toMatchObject({ ok: true, bad: [], counts: { archived: 0 } })
  })
})

it('what came back after it was copied as archived is told as missing, and its file has it still', async () => {
  const house = await aCopiedHouse()
  const actor = operator()
  await house.engine.append(['a', 'b'].map((id) => said(id, { user_id: id, tenant_id: 't' })))
  house.clock.pass((31 * DAY) / 1000)
  await archive(house.parts, { rules: retentionOf(house.config, house.redactor), actor }, house.signal)
  await house.job('keys')
  await house.copied()
  const back = { filter: { event_ids: ['a'] }, hot_until: 0, actor }
  await restoreArchived(house.parts, back, house.signal)
  await house.copied()

  await house.again(async (again, told) => {
    expect(told).toMatchObject({ verdicts: ['missing'], archives: { standing: 1 } })
    const cold = archiveFiles({ ...house.parts, ...again, clock: house.clock }, house.signal)
    const parts = { ...house.parts, ...again, clock: house.clock, cold }
    expect(await restoreArchived(parts, back, house.signal)).toMatchObject([{ thawed: 1 }])
    const { vkey } = ledgerSigner(again.config, again.secrets)
    expect(await verify(again, { vkey, from: 'start' })).toMatchObject({ ok: true, bad: [], counts: { archived: 1 } })
  })
})
