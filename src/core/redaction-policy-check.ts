import { Compile } from 'typebox/compile'
import type { FieldError } from './problem.ts'
import { RedactionPolicy } from './redaction-policy.ts'
import { schemaFaults } from './schema-faults.ts'

const compiled = Compile(RedactionPolicy)

/** What keeps a value from being a redaction policy, with what it may be; empty where it is one. One fault per place; paths are JSON Pointers. */
export function checkPolicy(value: unknown): FieldError[] {
  return schemaFaults(compiled, value, knownAt)
}

/** The names that may stand at a place: of the policy itself, or of one entry of a list. */
function knownAt(path: string): string[] {
  const list = /^\/(\w+)\/\d+$/.exec(path)?.[1]
  const part = list === undefined ? RedactionPolicy : (RedactionPolicy.properties as Record<string, unknown>)[list]
  return Object.keys(
    (part as { properties?: object }).properties ??
      (part as { items?: { properties?: object } }).items?.properties ??
      {},
  )
}
