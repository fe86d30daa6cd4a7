import { it } from 'vitest'
import { seeded } from '../../bench/seeded.ts'
import { noCanaryIsFound } from './canary.ts'

it('two thousand planted secrets reach no file and no output', () => noCanaryIsFound(2_000, seeded(6)))
