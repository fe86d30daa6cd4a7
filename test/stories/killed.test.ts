import { it } from 'vitest'
import { seeded } from '../../src/stats/seeded.ts'
import { killedInIngest, killedInJobs } from './killed.ts'
import { killedInErasures } from './killed-erasures.ts'
import { killedInRetention } from './killed-retention.ts'

it(
  'loses nothing acknowledged and doubles nothing when it is killed in mid-ingest',
  () => killedInIngest(1, seeded(1)),
  120_000,
)

it('ends up the same when a job is killed and run again', () => killedInJobs(1, seeded(2), 300, ['embed']), 180_000)

it(
  'erases all of a user, with one receipt, when the erasure is killed and run again',
  () => killedInErasures(1, seeded(7)),
  120_000,
)

it(
  'ends what is due and nothing else when a run of retention is killed and run again',
  () => killedInRetention(1, seeded(9)),
  120_000,
)
