import { expect, it } from 'vitest'
import { hill } from '../../src/stats/hill.ts'

it('a surprise becomes evidence: none at nothing, one half at the half, never all', () => {
  expect([hill(0, 4), hill(-3, 4), hill(4, 4), hill(12, 4)]).toEqual([0, 0, 0.5, 0.9])
})
