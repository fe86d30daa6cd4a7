import { it } from 'vitest'
import { seeded } from '../../src/stats/seeded.ts'
import { killedInRekey, rekeyedUnderLoad } from './rekeyed.ts'

it('loses nothing in five changes of keys under load', async () => {
  await rekeyedUnderLoad(5)
})

it('loses nothing when a re-key is killed forty times, every third time with the service', () =>
  killedInRekey(40, seeded(8)))
