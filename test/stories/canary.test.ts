import { it } from 'vitest'
import { seeded } from '../../src/stats/seeded.ts'
import { noCanaryIsFound } from './canary.ts'

it('a thousand planted secrets reach no file and no output', () => noCanaryIsFound(1_000, seeded(5), 'half'), 240_000)
