import { Compile } from 'typebox/compile'
import { ConceptAsk } from './own-concept.ts'
import type { FieldError } from './problem.ts'

const compiled = Compile(ConceptAsk)
/** More tell nothing new. */
const MOST = 5

/** What keeps a value from describing a concept; empty where nothing does. Paths are JSON Pointers; no value is quoted. */
export const ownConceptFaults = (value: unknown): FieldError[] =>
  compiled.Check(value)
    ? []
    : [...compiled.Errors(value)].slice(0, MOST).map(({ instancePath, message }) => ({ path: instancePath, message }))
