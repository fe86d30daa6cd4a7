import { it } from 'vitest'
import { seeded } from '../../bench/seeded.ts'
import { noCanaryIsFound } from './canary.ts'

it('a hundred planted secrets reach no file and no output', () => noCanaryIsFound(400, seeded(5)), 120_000)
