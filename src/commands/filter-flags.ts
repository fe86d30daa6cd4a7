import { type Command, Option } from 'commander'
import { FILTER_FIELDS, NUMBER_FIELDS } from '../core/filter-fields.ts'

/** Settings of the service that are named like a filter keep their flag; such an event field is asked for over HTTP. */
const flagOf = (field: string) => (field === 'model' ? '--event-model' : `--${field.replaceAll('_', '-')}`)
const notFlagOf = (field: string) => `--not${flagOf(field).slice(1)}`
const keyOf = (flag: string) => flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

const BOUNDS = Object.keys(NUMBER_FIELDS).flatMap((name) => [`min_${name}`, `max_${name}`])
const boundText = (bound: string) => `${bound.slice(4)} of ${bound.startsWith('min') ? 'at least' : 'at most'} this`

/** Adds a flag for everything that events can be narrowed by. */
export function addFilterFlags(command: Command): void {
  command
    .option('--since <when>', 'first moment: a time, a date, or an age such as 7d')
    .option('--until <when>', 'moment after the last, likewise')
  for (const field of FILTER_FIELDS) {
    const several = field === 'tenant_id' ? '<value>' : '<value...>'
    command.addOption(new Option(`${flagOf(field)} ${several}`, `of this ${field}`))
    command.addOption(new Option(`${notFlagOf(field)} <value...>`, `not of this ${field}`))
  }
  for (const bound of BOUNDS) command.addOption(new Option(`${flagOf(bound)} <n>`, boundText(bound)).argParser(Number))
}

/** The filter of an ask, by the flags that were given. */
export function filterGiven(given: Record<string, unknown>): Record<string, unknown> {
  const named: Record<string, unknown> = { since: given.since, until: given.until }
  for (const field of [...FILTER_FIELDS, ...BOUNDS]) named[field] = given[keyOf(flagOf(field))]
  const not = FILTER_FIELDS.flatMap((field) => {
    const values = given[keyOf(notFlagOf(field))]
    return values === undefined ? [] : [[field, values]]
  })
  if (not.length > 0) named.not = Object.fromEntries(not)
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}
