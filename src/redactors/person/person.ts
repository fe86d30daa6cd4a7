import type { Rule } from '../rule.ts'

/** What tells of a person: birth, records, address, name. */
export const person: readonly Rule[] = []
