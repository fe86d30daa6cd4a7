import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { once } from '../../core/once.ts'
import { type FieldError, Problem } from '../../core/problem.ts'

/** Errors told at once; the rest would say the same again. */
const ERRORS_MAX = 20

const PARTS: Record<string, string> = { querystring: 'query', params: 'path', body: 'body', headers: 'headers' }

/**
 * Checks each request against the schema of its route and refuses it with the pointer of each fault. Texts of the query
 * and path become numbers and booleans where the schema wants them; a body is taken as it is. Answers are written as
 * they are: their schemas are documentation, held by the tests.
 */
export function validation(app: FastifyInstance): void {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    // when the first request comes: a start would wait for two hundred of them
    const compiled = once(() => Compile(schema))
    return (value: unknown) => {
      const validator = compiled()
      const given = httpPart === 'body' ? (value ?? {}) : validator.Convert(value)
      if (validator.Check(given)) return { value: given }
      const errors = faults(validator.Errors(given) as readonly SchemaError[])
      return { error: new Problem('BAD_REQUEST', `the ${PARTS[httpPart ?? 'body']} is not as described`, { errors }) }
    }
  })
  app.setSerializerCompiler(() => JSON.stringify)
}

interface SchemaError {
  keyword: string
  schemaPath: string
  instancePath: string
  params: Record<string, unknown>
  message: string
}

/** One fault per place. Never quotes what was sent, not even an unknown name unless it looks like a field of ours. */
function faults(errors: readonly SchemaError[]): FieldError[] {
  const found = new Map<string, string>()
  const add = (path: string, message: string) => {
    if (!found.has(path) && found.size < ERRORS_MAX) found.set(path, message)
  }
  for (const { keyword, instancePath, params, message } of errors) {
    if (keyword === 'boolean') continue
    if (keyword === 'required')
      for (const name of params.requiredProperties as string[]) add(`${instancePath}/${name}`, 'is required')
    else if (keyword === 'additionalProperties')
      for (const name of params.additionalProperties as string[])
        add(/^[a-z_]{1,40}$/.test(name) ? `${instancePath}/${name}` : instancePath, 'is not known here')
    else if (keyword === 'enum') add(instancePath, `must be one of ${(params.allowedValues as string[]).join(', ')}`)
    else add(instancePath, message)
  }
  return [...found].map(([path, message]) => ({ path, message }))
}
