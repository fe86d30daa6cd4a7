import { Readable } from 'node:stream'
import type { EXPORT_FORMATS, SearchAnswer, SearchAsk, SearchItem } from '../../core/search.ts'
import { type Cell, csvStream } from '../../formats/csv.ts'
import { jsonLine } from '../../formats/plain.ts'

export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export interface ExportParts {
  search(ask: SearchAsk): Promise<SearchAnswer>
  /** Writes down that a page is about to be let out, and gives it as it may be seen. Where it throws, nothing more leaves. */
  told(page: SearchAnswer): Promise<SearchAnswer>
}

/** An answer, to be written. */
export interface SearchExport {
  /** The first page, for what is said of the whole: `total`, `complete`. */
  first: SearchAnswer
  /** UTF-8: a JSON object on each line, or RFC 4180 with a header. Ends in the error of a later page where one fails. */
  body: Readable
}

/** Events asked for at once. Memory does not grow with the answer. */
const PAGE = 500
const MOST_BEST = 1_000

/**
 * The whole answer to a question, page by page, each written down before any of it leaves: every event of a set (scope
 * all, or nothing but filters), else the best k. Rows have the fields of search items.
 * Throws as search does where the first page fails.
 */
export async function searchExport(parts: ExportParts, ask: SearchAsk, format: ExportFormat): Promise<SearchExport> {
  const best = ask.k ?? MOST_BEST
  const first = await parts.search({ ...ask, k: isDirected(ask) ? best : PAGE })
  const seen = await parts.told(first)
  const whole = first.total !== undefined || !isDirected(ask)

  async function* items(): AsyncGenerator<SearchItem> {
    yield* seen.items
    for (let cursor = whole ? first.next_cursor : null; cursor !== null; ) {
      const page = await parts.search({ ...ask, k: PAGE, cursor })
      yield* (await parts.told(page)).items
      cursor = page.next_cursor
    }
  }
  return { first, body: format === 'csv' ? csvStream(COLUMNS, rowsOf(items())) : Readable.from(linesOf(items())) }
}

/** Whether an order of merit is asked for, which has no end. */
const isDirected = ({ q, concept, like, unlike }: SearchAsk): boolean =>
  Boolean(q?.trim()) || concept !== undefined || Boolean(like?.length) || Boolean(unlike?.length)

async function* linesOf(items: AsyncIterable<SearchItem>): AsyncGenerator<string> {
  for await (const item of items) yield `${jsonLine(item)}\n`
}

async function* rowsOf(items: AsyncIterable<SearchItem>): AsyncGenerator<Cell[]> {
  for await (const item of items) yield COLUMNS.map((name) => cellOf(item[name]))
}

const COLUMNS = [
  'event_id',
  'timestamp',
  'user_id',
  'session_id',
  'model',
  'status',
  'score',
  'matched',
  'copies',
  'prompt',
  'response',
  'concepts',
  'highlights',
] as const satisfies readonly (keyof SearchItem)[]

/** What is no text or number is written as JSON; an empty object as nothing. */
function cellOf(value: SearchItem[keyof SearchItem]): Cell {
  if (value === null || typeof value !== 'object') return value
  return Object.keys(value).length === 0 ? null : jsonLine(value)
}
