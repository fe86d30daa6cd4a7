import { it } from 'vitest'
import { noCanaryIsFound } from './canary.ts'
import { seeded } from './seeded.ts'

it('a hundred planted secrets reach no file and no output', () => noCanaryIsFound(100, seeded(5)), 120_000)
