import type { ControlName, Preset } from './compliance.ts'
import { LAW_CLAUSES } from './compliance-laws.ts'
import { STANDARD_CLAUSES } from './compliance-standards.ts'

/** A clause of a law or standard, and what of it these controls can serve. */
export interface Clause {
  /** As the law or standard names it. */
  clause: string
  /** What it asks for, in our words. */
  asks: string
  /** Controls that a check under this preset asks to be on. */
  needs: readonly ControlName[]
  /** Controls that serve it where they are on. */
  helps: readonly ControlName[]
  /** What the product cannot do for the organisation. */
  remains: string
}

/** The clauses that the controls serve, by preset: those alone that a log of interactions has a part in. */
export const CLAUSES: Readonly<Record<Preset, readonly Clause[]>> = { ...STANDARD_CLAUSES, ...LAW_CLAUSES }

/** Controls that a preset asks for; none where there is no preset. */
export const demandedBy = (preset: Preset | null): ReadonlySet<ControlName> =>
  new Set(preset === null ? [] : CLAUSES[preset].flatMap(({ needs }) => needs))
