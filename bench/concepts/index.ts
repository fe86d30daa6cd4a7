import { financial } from './financial.ts'
import { medical } from './medical.ts'
import { refusal } from './refusal.ts'
import type { ConceptSource } from './source.ts'

/** Every built-in concept, by name. */
export const SOURCES: readonly ConceptSource[] = [financial, medical, refusal]
