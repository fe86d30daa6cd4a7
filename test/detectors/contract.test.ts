import { describe, expect, it } from 'vitest'
import { detectors } from '../../src/detectors/index.ts'
import { detectorContract } from '../contracts/detector.ts'

describe.each(detectors.map((detector) => ({ detector })))('$detector.name', ({ detector }) =>
  detectorContract(detector),
)

it('no two detectors share a name', () => {
  expect(new Set(detectors.map(({ name }) => name)).size).toBe(detectors.length)
})
