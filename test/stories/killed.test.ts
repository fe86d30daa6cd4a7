import { it } from 'vitest'
import { seeded } from '../../bench/seeded.ts'
import { killedInIngest, killedInJobs } from './killed.ts'

it(
  'loses nothing acknowledged and doubles nothing when it is killed in mid-ingest',
  () => killedInIngest(2, seeded(1)),
  120_000,
)

it(
  'ends up the same when each job is killed and run again',
  () => killedInJobs(1, seeded(2), 600, ['embed', 'baseline', 'detect']),
  180_000,
)
