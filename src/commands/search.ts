import { type Command, Option } from 'commander'
import {
  EXPORT_FORMATS,
  type Interpretation,
  SEARCH_MODES,
  SEARCH_PARTS,
  SEARCH_SCOPES,
  SEARCH_SORTS,
  type SearchAnswer,
  type SearchAsk,
} from '../core/search.ts'
import { checkedAsk } from '../core/search-check.ts'
import { searchAsked } from '../flow/audit.ts'
import { type ExportFormat, searchExport } from '../flow/search/export.ts'
import { tellableAnswer } from '../flow/search/interpretation.ts'
import { remembered } from '../flow/searches/remember.ts'
import { type House, openHouse } from '../roof/local-house.ts'
import { newEntryId, recordHere } from '../roof/operator.ts'
import { writeWhole } from '../roof/whole-file.ts'
import { estimated, percent } from './estimated.ts'
import { addFilterFlags, filterGiven } from './filter-flags.ts'
import { configOf } from './settings.ts'
import { plain, table } from './table.ts'

/** undercurrent search "all refusals" */
export function search(program: Command) {
  const command = program
    .command('search [words...]')
    .description('events by meaning, by word, or of a concept: search "all refusals"')
    .addOption(new Option('--mode <mode>', 'by meaning, by word, or both (default)').choices([...SEARCH_MODES]))
    .addOption(new Option('--in <text>', 'which text of the event').choices([...SEARCH_PARTS]))
    .option('-k, --k <n>', 'events to a page', Number, 20)
    .option('--concept <name>', 'of this concept')
    .addOption(new Option('--scope <scope>', 'the best, or every match').choices([...SEARCH_SCOPES]))
    .option('--min-probability <p>', 'of a concept, from 0 to 1', Number)
    .option(
      '--min-precision <p>',
      'of a concept: a threshold at which so many matches are expected to be right',
      Number,
    )
    .option('--min-recall <r>', 'of a concept: a threshold at which so many of the right ones are expected', Number)
    .option('--min-similarity <s>', 'of a phrase or examples: least cosine, 0.5 where not given', Number)
    .option('--like <id...>', 'events that the answer shall be like')
    .option('--unlike <id...>', 'events that it shall not be like')
    .option('--literal', 'takes the words as they stand')
    .addOption(
      new Option('--sort <order>', 'best first (default), newest first, oldest first').choices([...SEARCH_SORTS]),
    )
    .option('--fold', 'near copies in one line')
    .option('--unfold <token>', 'lists the copies of an item that was folded')
    .option('--diversity <d>', 'how far likeness gives way to difference, from 0 to 1', Number)
    .option('--export <file>', 'writes all that is found to a file')
    .addOption(new Option('--format <format>', 'of the file').choices([...EXPORT_FORMATS]).default('ndjson'))
    .option('--cursor <cursor>', 'next_cursor of the page before')
    .option('--json', 'machine-readable')
  addFilterFlags(command)

  command.action(async (words: string[], { json, ...given }: Record<string, unknown>) => {
    // a file holds all, not a page
    if (given.export !== undefined && command.getOptionValueSource('k') === 'default') given.k = undefined
    const ask = checkedAsk(askOf(words, given))
    const house = await openHouse(configOf(command))
    try {
      if (typeof given.export === 'string') {
        await exported(house, ask, given.export, given.format as ExportFormat)
        return
      }
      const found = await house.searching().search(ask)
      await recordHere(house, {
        action: 'search',
        asked: searchAsked(house.redactor, ask, found.interpreted_as),
        event_ids: found.items.map(({ event_id }) => event_id),
        rows: found.items.length,
      })
      const kept = await remembered({ ...house, newId: () => newEntryId(house.clock) }, found, ask, null)
      const answer = tellableAnswer(kept, ask, house.redactor.text)
      process.stdout.write(`${json ? JSON.stringify(answer) : shown(answer)}\n`)
      if (!json) process.stderr.write(`${noteOf(answer)}\n`)
    } finally {
      await house.close()
    }
  })
}

/** Writes the whole answer to a file; each piece is in the access audit before it is written. */
async function exported(house: House, ask: SearchAsk, file: string, format: ExportFormat): Promise<void> {
  const { search } = house.searching()
  let rows = 0
  const told = async (page: SearchAnswer) => {
    const event_ids = page.items.map(({ event_id }) => event_id)
    rows += event_ids.length
    const asked = { ...searchAsked(house.redactor, ask, page.interpreted_as), format }
    await recordHere(house, { action: 'search.export', asked, event_ids, rows: event_ids.length })
    return page
  }
  const { first, body } = await searchExport({ search, told }, ask, format)
  await writeWhole(file, body)
  const left = first.complete ? '' : '; candidates were left out: narrow the search'
  process.stderr.write(`${rows} events in ${file}${left}\n`)
}

/** Flags that are named like what they ask for. */
const TAKEN = [
  ...['mode', 'in', 'k', 'concept', 'scope', 'like', 'unlike', 'literal', 'cursor'],
  ...['sort', 'fold', 'unfold', 'diversity'],
]

function askOf(words: readonly string[], given: Record<string, unknown>) {
  const named: Record<string, unknown> = {
    q: words.length === 0 ? undefined : words.join(' '),
    min_probability: given.minProbability,
    min_precision: given.minPrecision,
    min_recall: given.minRecall,
    min_similarity: given.minSimilarity,
  }
  for (const name of TAKEN) named[name] = given[name]
  const asked = Object.entries(named).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(asked), ...filterGiven(given) }
}

function shown({ items }: SearchAnswer): string {
  return table(
    ['time', 'user', 'score', 'by', 'prompt', 'response'],
    items.map((item) => [
      item.timestamp.slice(0, 19),
      item.user_id ?? '',
      item.score.toFixed(3),
      item.matched,
      `${item.copies === undefined ? '' : `${item.copies}× `}${plain(item.prompt ?? '', 48)}`,
      plain(item.response ?? '', 60),
    ]),
  )
}

/** What a reader of the table should know about it, in a line. */
function noteOf(answer: SearchAnswer): string {
  const notes: string[] = []
  const { interpreted_as: read, total, estimated_precision: right, estimated_recall: found, estimates } = answer
  if (read !== undefined) notes.push(`understood as ${understood(read)}`)
  if (total !== undefined) notes.push(`${total} in all`)
  if (estimates !== undefined && estimates.labelled > 0) notes.push(estimated(estimates))
  else if (right !== undefined && found !== undefined)
    notes.push(`about ${percent(right)} of them right, about ${percent(found)} of all there are`)
  if (answer.search_id !== undefined) notes.push(`label a sample: feedback uncertain ${answer.search_id}`)
  if (answer.not_examined > 0) notes.push(`${answer.not_examined} events wait for their vectors (job run embed)`)
  for (const { message } of answer.notices ?? []) notes.push(message)
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
