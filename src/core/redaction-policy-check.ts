import { Compile } from 'typebox/compile'
import type { FieldError } from './problem.ts'
import { RedactionPolicy } from './redaction-policy.ts'

const compiled = Compile(RedactionPolicy)

interface Fault {
  keyword: string
  instancePath: string
  params: Record<string, unknown>
  message: string
}

/** What keeps a value from being a redaction policy, with what it may be; empty where it is one. One fault per place; paths are JSON Pointers. */
export function checkPolicy(value: unknown): FieldError[] {
  if (compiled.Check(value)) return []
  const found = new Map<string, string>()
  const add = (path: string, message: string) => {
    if (!found.has(path)) found.set(path, message)
  }
  for (const { keyword, instancePath: path, params, message } of compiled.Errors(value) as Iterable<Fault>) {
    // said again of the unknown name itself
    if (keyword === 'boolean') continue
    if (keyword === 'enum') add(path, `must be one of ${(params.allowedValues as string[]).join(', ')}`)
    else if (keyword === 'pattern') add(path, `must look like ${String(params.pattern)}`)
    else if (keyword === 'required')
      for (const name of params.requiredProperties as string[]) add(`${path}/${name}`, 'is missing')
    else if (keyword === 'additionalProperties')
      for (const name of params.additionalProperties as string[])
        add(`${path}/${pointerPart(name)}`, `is not known here${knownAt(path)}`)
    else add(path, message)
  }
  return [...found].map(([path, message]) => ({ path, message }))
}

/** The names that may stand at a place: of the policy itself, or of one entry of a list. */
function knownAt(path: string): string {
  const list = /^\/(\w+)\/\d+$/.exec(path)?.[1]
  const part = list === undefined ? RedactionPolicy : (RedactionPolicy.properties as Record<string, unknown>)[list]
  const names = Object.keys(
    (part as { properties?: object }).properties ??
      (part as { items?: { properties?: object } }).items?.properties ??
      {},
  )
  return names.length === 0 ? '' : `; there are ${names.join(', ')}`
}

const pointerPart = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')
