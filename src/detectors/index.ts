import type { InsiderDetector } from '../core/analyst.ts'
import type { Detector } from '../core/detector.ts'
import { bruteForce } from './brute-force.ts'
import { insiderCopy, insiderExport } from './insider-export.ts'
import { insiderHours } from './insider-hours.ts'
import { insiderOnePerson } from './insider-one-person.ts'
import { latencyShift, tokenShift } from './latency-shift.ts'
import { sensitiveInput, sensitiveOutput } from './sensitive-values.ts'
import { promptDrip, slowDrip, tokenDrip } from './slow-drip.ts'
import { tokenSurge } from './token-surge.ts'
import { volume } from './volume.ts'

/** Every way of noticing, in the order in which they are asked. */
export const detectors: readonly Detector[] = [
  volume,
  tokenSurge,
  slowDrip,
  tokenDrip,
  promptDrip,
  latencyShift,
  tokenShift,
  bruteForce,
  sensitiveOutput,
  sensitiveInput,
]

/** Every way of noticing misuse by those who may read. */
export const insiderDetectors: readonly InsiderDetector[] = [insiderExport, insiderCopy, insiderHours, insiderOnePerson]
