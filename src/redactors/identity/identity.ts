import type { Rule } from '../rule.ts'
import { unitedStates } from './united-states.ts'

/** Numbers that a state, an insurer or a register gave to a person, a firm or a vehicle; a file for each country. */
export const identity: readonly Rule[] = [...unitedStates]
