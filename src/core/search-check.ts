import { Compile } from 'typebox/compile'
import { Problem } from './problem.ts'
import { SearchAsk } from './search.ts'

const compiled = Compile(SearchAsk)

/** Takes a value for an ask, of a command line for example. Throws Problem BAD_REQUEST naming what does not fit; values are never quoted. */
export function checkedAsk(value: unknown): SearchAsk {
  if (compiled.Check(value)) return value
  const errors = [...compiled.Errors(value)].map(({ instancePath, message }) => ({ path: instancePath, message }))
  throw new Problem('BAD_REQUEST', 'the search cannot be read', { errors: errors.slice(0, 5) })
}
