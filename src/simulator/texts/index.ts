import type { Topic } from '../topic.ts'
import { analysis } from './analysis.ts'
import { coding } from './coding.ts'
import { finance } from './finance.ts'
import { hr } from './hr.ts'
import { legal } from './legal.ts'
import { marketing } from './marketing.ts'
import { medical } from './medical.ts'
import { smalltalk } from './smalltalk.ts'
import { support } from './support.ts'
import { travel } from './travel.ts'

/** Every topic that people of the simulation speak about. */
export const topics: readonly Topic[] = [
  support,
  coding,
  hr,
  finance,
  travel,
  legal,
  analysis,
  marketing,
  medical,
  smalltalk,
]
