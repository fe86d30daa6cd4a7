import { type Command, Option } from 'commander'
import { FILTER_FIELDS, NUMBER_FIELDS } from '../core/filter-fields.ts'
import { type Interpretation, SEARCH_MODES, SEARCH_PARTS, SEARCH_SCOPES, type SearchAnswer } from '../core/search.ts'
import { checkedAsk } from '../core/search-check.ts'
import { searchAsked } from '../flow/audit.ts'
import { openHouse } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { configOf } from './settings.ts'
import { plain, table } from './table.ts'

/** Settings of the service that are named like a filter keep their flag; such an event field is asked for over HTTP. */
const flagOf = (field: string) => (field === 'model' ? '--event-model' : `--${field.replaceAll('_', '-')}`)
const BOUNDS = Object.keys(NUMBER_FIELDS).flatMap((name) => [`min_${name}`, `max_${name}`])
const boundText = (bound: string) => `${bound.slice(4)} of ${bound.startsWith('min') ? 'at least' : 'at most'} this`
const keyOf = (flag: string) => flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** undercurrent search "all refusals" */
export function search(program: Command) {
  const command = program
    .command('search [words...]')
    .description('events by meaning, by word, or of a concept: search "all refusals"')
    .addOption(new Option('--mode <mode>', 'by meaning, by word, or both (default)').choices([...SEARCH_MODES]))
    .addOption(new Option('--in <text>', 'which text of the event').choices([...SEARCH_PARTS]))
    .option('-k, --k <n>', 'events to a page', Number, 20)
    .option('--since <when>', 'first moment: a time, a date, or an age such as 7d')
    .option('--until <when>', 'moment after the last, likewise')
    .option('--concept <name>', 'of this concept')
    .addOption(new Option('--scope <scope>', 'the best, or every match').choices([...SEARCH_SCOPES]))
    .option('--min-probability <p>', 'of a concept, from 0 to 1', Number)
    .option('--like <id...>', 'events that the answer shall be like')
    .option('--unlike <id...>', 'events that it shall not be like')
    .option('--literal', 'takes the words as they stand')
    .option('--cursor <cursor>', 'next_cursor of the page before')
    .option('--json', 'machine-readable')
  for (const field of FILTER_FIELDS) {
    const several = field === 'tenant_id' ? '<value>' : '<value...>'
    command.addOption(new Option(`${flagOf(field)} ${several}`, `of this ${field}`))
    command.addOption(new Option(`--not${flagOf(field).slice(1)} <value...>`, `not of this ${field}`))
  }
  for (const bound of BOUNDS) command.addOption(new Option(`${flagOf(bound)} <n>`, boundText(bound)).argParser(Number))

  command.action(async (words: string[], { json, ...given }: Record<string, unknown>) => {
    const ask = checkedAsk(askOf(words, given))
    const house = await openHouse(configOf(command))
    try {
      const answer = await house.searching().search(ask)
      await recordHere(house, {
        action: 'search',
        asked: searchAsked(house.redactor, ask, answer.interpreted_as),
        event_ids: answer.items.map(({ event_id }) => event_id),
        rows: answer.items.length,
      })
      process.stdout.write(`${json ? JSON.stringify(answer) : shown(answer)}\n`)
      if (!json) process.stderr.write(`${noteOf(answer)}\n`)
    } finally {
      await house.close()
    }
  })
}

function askOf(words: readonly string[], given: Record<string, unknown>) {
  const named: Record<string, unknown> = {
    q: words.length === 0 ? undefined : words.join(' '),
    min_probability: given.minProbability,
  }
  for (const name of ['mode', 'in', 'k', 'since', 'until', 'concept', 'scope', 'like', 'unlike', 'literal', 'cursor'])
    named[name] = given[name]
  for (const field of [...FILTER_FIELDS, ...BOUNDS]) named[field] = given[keyOf(flagOf(field))]
  const not = FILTER_FIELDS.flatMap((field) => {
    const values = given[keyOf(`--not${flagOf(field).slice(1)}`)]
    return values === undefined ? [] : [[field, values]]
  })
  if (not.length > 0) named.not = Object.fromEntries(not)
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}

function shown({ items }: SearchAnswer): string {
  return table(
    ['time', 'user', 'score', 'by', 'prompt', 'response'],
    items.map((item) => [
      item.timestamp.slice(0, 19),
      item.user_id ?? '',
      item.score.toFixed(3),
      item.matched,
      plain(item.prompt ?? '', 48),
      plain(item.response ?? '', 60),
    ]),
  )
}

/** What a reader of the table should know about it, in a line. */
function noteOf(answer: SearchAnswer): string {
  const notes: string[] = []
  const { interpreted_as: read, total, estimated_precision: right, estimated_recall: found } = answer
  if (read !== undefined) notes.push(`understood as ${understood(read)}`)
  if (total !== undefined) notes.push(`${total} in all`)
  if (right !== undefined && found !== undefined)
    notes.push(`about ${percent(right)} of them right, about ${percent(found)} of all there are`)
  if (answer.not_examined > 0) notes.push(`${answer.not_examined} events wait for their vectors (job run embed)`)
  if (!answer.complete) notes.push('candidates were left out: narrow the search')
  if (answer.next_cursor !== null) notes.push(`more: --cursor ${answer.next_cursor}`)
  return notes.length === 0 ? `${answer.items.length} events` : notes.join('; ')
}

/** How a question was read, in one line. */
function understood(read: Interpretation): string {
  const {
    concept,
    concepts = concept === undefined ? [] : [concept],
    since,
    until,
    fields,
    numbers,
    not,
    unread,
  } = read
  const valued = Object.entries(fields ?? {}).map(([name, values]) => `${name} ${values.join(' or ')}`)
  const bounded = Object.entries(numbers ?? {}).map(([name, bounds]) => `${name} ${JSON.stringify(bounds)}`)
  const parts = [
    ...(concepts.length === 0 ? [] : [`every event of ${concepts.join(' and ')}`]),
    ...(read.meaning === undefined ? [] : [`the meaning of "${read.meaning}"`]),
    ...(read.phrases ?? []).map((phrase) => `with "${phrase}"`),
    ...valued,
    ...bounded,
    ...(since === undefined ? [] : [`from ${since.slice(0, 19)}`]),
    ...(until === undefined ? [] : [`before ${until.slice(0, 19)}`]),
    ...Object.values(not ?? {}).map((left) => `not ${JSON.stringify(left)}`),
    ...(unread === undefined ? [] : [`not read: ${unread.join(', ')}`]),
  ]
  return plain(parts.join(', '), 400)
}

const percent = (share: number) => `${Math.round(share * 100)} %`
