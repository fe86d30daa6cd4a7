import type { Facts } from '../../core/concept.ts'
import { code } from './code.ts'
import { divergenceAttack } from './divergence-attack.ts'
import { repetitionLoop } from './repetition-loop.ts'
import { structuredFinancial } from './structured-financial.ts'
import { truncated } from './truncated.ts'

/** Likelihood by rule, 0 to 1: how plain the signs are, which no data set has calibrated. Pure. */
export type Rule = (text: string, facts: Facts) => number

/** Concepts that are told by how a text is built, not by what it says, by the name in their weights. */
export const RULES: Readonly<Record<string, Rule>> = {
  code,
  'divergence-attack': divergenceAttack,
  'repetition-loop': repetitionLoop,
  'structured-financial': structuredFinancial,
  truncated,
}
