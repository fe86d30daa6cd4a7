import { Compile } from 'typebox/compile'
import { MonitorAsk } from './monitor.ts'
import { Problem } from './problem.ts'

const compiled = Compile(MonitorAsk)
/** More tell nothing new. */
const MOST = 5

/** Takes a value for a monitor, of a file for example. Throws Problem BAD_REQUEST naming what does not fit; values are never quoted. */
export function checkedMonitor(value: unknown): MonitorAsk {
  if (compiled.Check(value)) return value
  const errors = [...compiled.Errors(value)].map(({ instancePath, message }) => ({ path: instancePath, message }))
  throw new Problem('BAD_REQUEST', 'this does not describe a monitor', { errors: errors.slice(0, MOST) })
}
