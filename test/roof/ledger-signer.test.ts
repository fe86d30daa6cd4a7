import { expect, it } from 'vitest'
import { newestCheckpoint } from '../../src/flow/checkpoint.ts'
import { ledgerSigner } from '../../src/roof/ledger-signer.ts'
import { said } from '../contracts/engine/said.ts'
import { aHouse } from './a-house.ts'

it('names the ledger by its key, the same at every start, and another for another data directory', async () => {
  const [one, other] = [await aHouse(), await aHouse()]
  const { name, vkey } = ledgerSigner(one.config, one.secrets)
  expect(name).toMatch(/^undercurrent\/[0-9a-f]{16}$/)
  expect(ledgerSigner(one.config, one.secrets).vkey).toBe(vkey)
  expect(ledgerSigner(other.config, other.secrets).name).not.toBe(name)
})

it('takes the name of the setting, and refuses what cannot be one', async () => {
  const { config, secrets } = await aHouse()
  const named = (ledger_origin: string) => ledgerSigner({ ...config, ledger_origin }, secrets).name
  expect(named('logs.example.org/audit')).toBe('logs.example.org/audit')
  for (const name of ['a b', 'a+b', ' ', 'a\n'])
    expect(() => named(name)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

it('covers the last entries by a checkpoint at the end', async () => {
  const house = await aHouse()
  const writing = house.writing()
  await house.engine.append([said('a1'), said('a2')])
  await writing.stop()
  expect(
    await newestCheckpoint({ engine: house.engine, signer: ledgerSigner(house.config, house.secrets) }),
  ).toMatchObject({ size: 2 })
})

it('ends also where nothing may be signed', async () => {
  const house = await aHouse()
  const writing = house.writing()
  await house.engine.append([said('a1'), said('a2')])
  const body = { size: 9, root: Buffer.alloc(32).toString('base64'), at: '2026-01-01T00:00:00.000000Z', note: null }
  const record = {
    kind: 'checkpoint',
    id: '9'.padStart(16, '0'),
    ts: 0,
    entity: null,
    tenant_id: null,
    rank: null,
    body,
  }
  await house.engine.putRecords([{ record, expect: 0 }])
  await writing.stop()
  expect(await newestCheckpoint({ engine: house.engine, signer: ledgerSigner(house.config, house.secrets) })).toBeNull()
})
