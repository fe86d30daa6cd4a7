import { financial } from './financial.ts'
import { medical } from './medical.ts'
import { refusal } from './refusal.ts'
import { refusalKinds } from './refusal-kinds.ts'
import type { ConceptSource } from './source.ts'

/** Every built-in concept, by name. */
export const SOURCES: readonly ConceptSource[] = [financial, medical, refusal, ...refusalKinds]
