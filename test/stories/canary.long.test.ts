import { it } from 'vitest'
import { seeded } from '../../src/stats/seeded.ts'
import { noCanaryIsFound } from './canary.ts'

it(
  'ten thousand planted secrets reach no file and no output',
  () => noCanaryIsFound(10_000, seeded(6), 'all'),
  3_600_000,
)
