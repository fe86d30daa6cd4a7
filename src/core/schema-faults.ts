import type { FieldError } from './problem.ts'

interface Fault {
  keyword: string
  instancePath: string
  params: Record<string, unknown>
  message: string
}

/** A compiled schema, as far as it is asked here. */
interface Compiled {
  Check(value: unknown): boolean
  Errors(value: unknown): Iterable<unknown>
}

/**
 * What keeps a value from fitting a schema, with what it may be; empty where it fits. One fault per place; paths are JSON
 * Pointers. No value is quoted.
 * @param knownAt names that may stand at a path, told where one is not known
 */
export function schemaFaults(compiled: Compiled, value: unknown, knownAt: (path: string) => string[]): FieldError[] {
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
        add(`${path}/${pointerPart(name)}`, `is not known here${told(knownAt(path))}`)
    else add(path, message)
  }
  return [...found].map(([path, message]) => ({ path, message }))
}

const told = (names: readonly string[]) => (names.length === 0 ? '' : `; there are ${names.join(', ')}`)

const pointerPart = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')
