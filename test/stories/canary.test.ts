import { it } from 'vitest'
import { seeded } from '../../src/stats/seeded.ts'
import { KINDS } from './canaries.ts'
import { noCanaryIsFound } from './canary.ts'

it(
  'a planted secret of every kind reaches no file and no output',
  () => noCanaryIsFound(KINDS, seeded(5), 'half'),
  480_000,
)
