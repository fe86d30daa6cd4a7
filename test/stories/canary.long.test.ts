import { it } from 'vitest'
import { noCanaryIsFound } from './canary.ts'
import { seeded } from './seeded.ts'

it('two thousand planted secrets reach no file and no output', () => noCanaryIsFound(2_000, seeded(6)))
