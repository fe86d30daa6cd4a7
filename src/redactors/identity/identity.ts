import type { Rule } from '../rule.ts'
import { africa } from './africa.ts'
import { australia } from './australia.ts'
import { canada } from './canada.ts'
import { device } from './device.ts'
import { eastAsia } from './east-asia.ts'
import { europe } from './europe.ts'
import { india } from './india.ts'
import { latinAmerica } from './latin-america.ts'
import { newZealand } from './new-zealand.ts'
import { singapore } from './singapore.ts'
import { southEastAsia } from './south-east-asia.ts'
import { unitedKingdom } from './united-kingdom.ts'
import { unitedStates } from './united-states.ts'
import { westAsia } from './west-asia.ts'

/**
 * Numbers that a state, an insurer or a register gave to a person, a firm or a vehicle; a file for each country or part
 * of the world. What is surest names a number that several could claim, then what stands first.
 */
export const identity: readonly Rule[] = [
  ...unitedStates,
  ...unitedKingdom,
  ...europe,
  ...canada,
  ...australia,
  ...newZealand,
  ...india,
  ...singapore,
  ...southEastAsia,
  ...eastAsia,
  ...westAsia,
  ...africa,
  ...latinAmerica,
  ...device,
]
