import { expect, it } from 'vitest'
import { seeded } from './a-vector-store.ts'
import { snapshotFaults, told } from './snapshot-faults.ts'

it('a segment that is killed, runs out of room, is damaged or cut short is the old one, the new one or refused', async () => {
  const faults = await snapshotFaults({ kills: 3, full: 3, damage: 40, cuts: 20, bits: 40 }, seeded(3))
  console.log(told(faults))
  expect(faults.wrong).toEqual([])
  expect(faults.detected).toBeGreaterThan(30)
})
