import type { Part } from './ports.ts'

/** The texts of an event that are read by meaning. */
export const PARTS: readonly Part[] = ['prompt', 'response']

/** Those that something reads which is said of one of them, or of any. */
export const partsOf = (side: Part | 'any' = 'any'): readonly Part[] => (side === 'any' ? PARTS : [side])
