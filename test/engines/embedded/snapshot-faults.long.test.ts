import { expect, it } from 'vitest'
import { seeded } from './a-vector-store.ts'
import { snapshotFaults, told } from './snapshot-faults.ts'

it('a thousand faults in the saving and the file of a segment: none is silently wrong', async () => {
  const faults = await snapshotFaults({ kills: 60, full: 40, damage: 400, cuts: 200, bits: 400 }, seeded(4))
  console.log(told(faults))
  expect(faults.wrong).toEqual([])
})
