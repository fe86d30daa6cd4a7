import { it } from 'vitest'
import { seeded } from '../../bench/seeded.ts'
import { killedInRekey, rekeyedUnderLoad } from './rekeyed.ts'

it('a service under load changes master key and store key, loses nothing, and the former key opens nothing', async () => {
  await rekeyedUnderLoad(1)
}, 120_000)

it('loses nothing when a re-key is killed, and the next one gets through', () => killedInRekey(1, seeded(7)), 180_000)
