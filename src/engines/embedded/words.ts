import { promptOf, type RedactedEvent, responseOf } from '../../core/event.ts'
import type { Filter, MatchPage, Part, Signatures, WordHit, Words } from '../../core/ports.ts'
import { SIGNATURE_BYTES, signatureOf } from '../../core/signature.ts'
import { readableOf } from '../../core/withheld.ts'
import { indexedForm, type Phrase } from '../../core/word-forms.ts'
import type { Connection } from './connection.ts'
import { type ToldFilter, where } from './filter.ts'
import { isIndexed, passingSeqs } from './passing.ts'
import type { BodyOpener, SealedBody } from './sealed-body.ts'
import { expressionOf, tenantWord, type WordQuery, wordQuery } from './word-query.ts'
import { type Counted, countedIn, scoresOf } from './word-tail.ts'

/** Text of one turn of the index, in bytes: events may be large, and a commit holds up whoever stores. */
const TURN_BYTES = 8 * 2 ** 20

/** What somebody asked says more about an event than one word of a long answer. */
const WEIGHTS: Readonly<Record<Part, number>> = { prompt: 1.5, response: 1 }

/**
 * Entries of the word lists that one ranking reads: at some 1.3 µs each, a quarter of a second. Where more events hold all
 * that must be held, the newest of them are ranked; of words of which any will do, the commonest are passed over.
 */
const RANKED = 200_000
/**
 * Matches that are looked up among the events one by one (some 38 µs each): beside a filter that an index answers, and, as
 * a share of all entries, beside one for which every row would be read.
 */
const LOOKED_UP = 1_000
const LOOKED_UP_SHARE = 1 / 3

/**
 * The word index: FTS5, filled in batches behind the ledger because filling it row by row costs four times as much as
 * storing the row. What it has not taken in yet is scanned, so that a search sees an event at its 202.
 */
export function wordIndex(db: Connection, bodies: Pick<BodyOpener, 'textOf'>) {
  const until = db.prepare<[], { value: number }>("select value from counters where name = 'words'")
  const size = db.prepare<[], { size: number }>('select size from head')
  const move = db.prepare("update counters set value = ? where name = 'words'")
  const row = db.prepare<[number], SealedBody>(
    'select event_id, subject, body from events where seq = ? and body is not null',
  )
  const put = db.prepare('insert into words(rowid, prompt, response, tenant) values (?, ?, ?, ?)')
  // the index keeps no texts: what it is to forget has to be told
  const drop = db.prepare("insert into words(words, rowid, prompt, response, tenant) values ('delete', ?, ?, ?, ?)")

  const sign = db.prepare('insert or replace into signatures(seq, prompt, response) values (?, ?, ?)')
  const unsign = db.prepare('delete from signatures where seq = ?')
  // an index has the places: rows of events are large
  const placeOf = db.prepare<[string], { seq: number }>('select seq from events where event_id = ?')
  const signed = db.prepare<[number], { prompt: Buffer; response: Buffer }>(
    'select prompt, response from signatures where seq = ?',
  )

  function take(seq: number, text: string): void {
    const [prompt, response, tenant] = indexedOf(JSON.parse(text) as RedactedEvent)
    put.run(seq, prompt, response, tenant)
    sign.run(seq, signatureOf(prompt), signatureOf(response))
  }

  const dropAll = db.prepare("insert into words(words) values ('delete-all')")

  const listed = db.prepare<[string, number], { n: number }>(
    'select count(*) n from (select 1 from words where words match ? limit ?)',
  )

  /** How many events hold a phrase, counted no further than is read at all. */
  const holding = (phrase: Phrase, part: Part | undefined) =>
    listed.get(expressionOf({ all: [phrase], some: [], none: [] }, part === undefined ? {} : { part }), RANKED + 1)!.n

  /** Of words of which any will do, the rarest, as far as one ranking reads. */
  function affordable(query: WordQuery, part: Part | undefined): WordQuery {
    if (query.some.length < 2) return query
    let read = 0
    const some = query.some
      .map((phrase) => ({ phrase, n: holding(phrase, part) }))
      .sort((a, b) => a.n - b.n)
      .filter(({ n }, i) => {
        read += n
        return i === 0 || read <= RANKED
      })
      .map(({ phrase }) => phrase)
    return { ...query, some }
  }

  /**
   * Rows of the word index that hold what is looked for and pass a filter, below a place. A row of an event is large, and
   * sealed by page: so few matches are looked up among the events, and many are held against a list of what passes.
   */
  function among(query: WordQuery, filter: ToldFilter, bound: number): { indexed: string; given: unknown[] } {
    const expression = expressionOf(query, filter)
    const said = `where words match ? and words.rowid < ${bound}`
    // whose a text is, the index knows
    const { tenant_id: _, before_seq: __, ...rest } = filter
    const named = (filter.tenant_id ?? '') !== '' || filter.tenant_id === undefined
    if (named && !where(rest).narrow) return { indexed: `from words ${said}`, given: [expression] }
    const { before_seq: ___, ...conditions } = filter
    const { sql, values } = where(conditions)
    const most = isIndexed(filter) ? LOOKED_UP : Math.max(LOOKED_UP, Math.floor(size.get()!.size * LOOKED_UP_SHARE))
    if (listed.get(expression, most + 1)!.n <= most)
      return {
        indexed: `from words cross join events e on e.seq = words.rowid ${said} and ${sql}`,
        given: [expression, ...values],
      }
    // what has words has a text
    const passing = passingSeqs(conditions)
    return {
      // + keeps the list from being asked of the index, one row at a time
      indexed: `from words ${said} and +words.rowid in (${passing.sql})`,
      given: [expression, ...passing.values],
    }
  }

  /** Matches among what the index has not taken in; one event at a time, because after a large import there are many. */
  function unindexed(query: WordQuery, filter: ToldFilter, from: number): (WordHit & { counted: Counted })[] {
    if (from >= size.get()!.size) return []
    const { sql, values } = where(filter)
    const behind = db.prepare<unknown[], Hit>(
      `select e.seq, e.event_id, e.ts, e.subject, e.body from events e where e.seq >= ${from} and e.body is not null and ${sql}`,
    )
    const found: (WordHit & { counted: Counted })[] = []
    for (const row of behind.iterate(...values)) {
      const text = bodies.textOf(row)
      if (text === null) continue
      const [prompt, response] = indexedOf(JSON.parse(text) as RedactedEvent)
      const counted = countedIn({ prompt, response }, query, filter.part, WEIGHTS)
      if (counted !== null) found.push({ seq: row.seq, event_id: row.event_id, ts: row.ts, score: 0, counted })
    }
    if (found.length === 0) return found
    const phrases = [...query.all, ...query.some]
    const held = phrases.map(
      (phrase, i) => holding(phrase, filter.part) + found.filter((one) => one.counted.counts[i]! > 0).length,
    )
    const mean = found.reduce((sum, { counted }) => sum + counted.length, 0) / found.length
    const scores = scoresOf(
      found.map(({ counted }) => counted),
      held,
      size.get()!.size,
      mean,
    )
    for (const [i, score] of scores.entries()) found[i]!.score = score
    return found
  }

  return {
    /** Entries that the index has not taken in. */
    behind: () => size.get()!.size - until.get()!.value,

    /** Takes in up to `limit` entries in one commit; returns how many, 0 when level. */
    fill: db.transaction((limit: number) => {
      const from = until.get()!.value
      const to = Math.min(from + limit, size.get()!.size)
      if (to <= from) return 0
      let seq = from
      for (let bytes = 0; seq < to && bytes < TURN_BYTES; seq++) {
        const found = row.get(seq)
        const text = found === undefined ? null : bodies.textOf(found)
        if (text === null) continue
        bytes += text.length
        take(seq, text)
      }
      move.run(seq)
      return seq - from
    }).immediate,

    /**
     * Inside the commit that takes the body of an entry away: its words are wiped from the index, as far as they are in
     * it. Where nobody can say any more which they were (null), all are, and the index is filled anew.
     */
    forget(seq: number, text: string | null): void {
      unsign.run(seq)
      if (seq >= until.get()!.value) return
      if (text !== null) {
        drop.run(seq, ...indexedOf(JSON.parse(text) as RedactedEvent))
        return
      }
      dropAll.run()
      move.run(0)
    },

    /** Inside the commit that brings the body of an entry back: its words as they were, unless it is for `fill` to take them in. */
    restore(seq: number, text: string): void {
      if (seq < until.get()!.value) take(seq, text)
    },

    /** See `Engine.signaturesOf`; of what the index has not taken in, they are made at once. */
    signaturesOf(eventIds: readonly string[]): Map<string, Signatures> {
      const found = new Map<string, Signatures>()
      for (const id of eventIds) {
        const seq = placeOf.get(id)?.seq
        if (seq === undefined) continue
        const known = signed.get(seq)
        if (known !== undefined) {
          found.set(id, { prompt: copyOf(known.prompt), response: copyOf(known.response) })
          continue
        }
        const held = row.get(seq)
        if (held === undefined) continue
        const text = bodies.textOf(held)
        if (text === null) continue
        const [prompt, response] = indexedOf(JSON.parse(text) as RedactedEvent)
        found.set(id, { prompt: signatureOf(prompt), response: signatureOf(response) })
      }
      return found
    },

    /**
     * A filter by words, with the entries that the index has not taken in and that hold them. Words without a letter or
     * digit narrow nothing.
     */
    told({ words, without: { words: not, ...others } = {}, ...rest }: Filter): ToldFilter {
      const all = wordQuery({ all: words ?? [] })
      const some = wordQuery({ all: [], some: not ?? [] })
      const from = until.get()!.value
      const among = (query: WordQuery | null) =>
        query === null ? [] : unindexed(query, { ...rest, without: others }, from).map(({ seq }) => seq)
      return {
        ...rest,
        without: others,
        ...(all === null && some === null ? {} : { said: { all, some, holding: among(all), spoiled: among(some) } }),
      }
    },

    /** Events that hold what is looked for, and how many there are: see `Engine.match`. */
    match(words: Words, filter: ToldFilter, { order, limit, after }: MatchPage) {
      const asked = wordQuery(words)
      if (asked === null) return { items: [], total: 0, complete: true, next: null }
      const from = until.get()!.value
      const query = affordable(asked, filter.part)
      const bound = Math.min(from, filter.before_seq ?? from)
      const { indexed, given } = among(query, filter, bound)
      const counted = db.prepare<unknown[], { n: number }>(`select count(*) n ${indexed}`).get(...given)!.n
      const tail = unindexed(query, filter, from)
      const total = counted + tail.length
      const own = where(filter.tenant_id === undefined ? {} : { tenant_id: filter.tenant_id })
      if (order === 'best') {
        // where there are too many, from the place on behind which as many stand as are read
        const least =
          counted <= RANKED
            ? 0
            : db
                .prepare<unknown[], number>(
                  `select words.rowid ${indexed} order by words.rowid desc limit 1 offset ${RANKED - 1}`,
                )
                .pluck()
                .get(...given)!
        // no row is opened but those that are shown
        const found = db
          .prepare<unknown[], WordHit>(
            `select e.seq, e.event_id, e.ts, b.score from (
               select words.rowid seq, -bm25(words, ${WEIGHTS.prompt}, ${WEIGHTS.response}, 0) score ${indexed} and words.rowid >= ?
               order by score desc, words.rowid desc limit ?
             ) b cross join events e on e.seq = b.seq where e.body is not null and ${own.sql}
             order by b.score desc, e.ts desc, e.event_id`,
          )
          .all(...given, least, limit, ...own.values)
        const items = merged(found, tail, (a, b) => b.score - a.score || b.ts - a.ts || byId(a, b)).slice(0, limit)
        return { items, total, complete: least === 0 && query.some.length === asked.some.length, next: null }
      }
      const sign = order === 'newest' ? 1 : -1
      const beyond = (hit: Pick<WordHit, 'ts' | 'event_id'>) =>
        after === undefined || sign * (after.ts - hit.ts) > 0 || (hit.ts === after.ts && hit.event_id > after.event_id)
      const found = db
        .prepare<unknown[], WordHit>(
          `select e.seq, e.event_id, e.ts, 0.0 score from (select words.rowid seq ${indexed}) b
           cross join events e on e.seq = b.seq where e.body is not null and ${own.sql}
           ${after === undefined ? '' : `and (e.ts ${order === 'newest' ? '<' : '>'} ? or (e.ts = ? and e.event_id > ?))`}
           order by e.ts ${order === 'newest' ? 'desc' : 'asc'}, e.event_id limit ?`,
        )
        .all(...given, ...own.values, ...(after === undefined ? [] : [after.ts, after.ts, after.event_id]), limit + 1)
      const all = merged(found, tail.filter(beyond), (a, b) => sign * (b.ts - a.ts) || byId(a, b))
      const items = all.slice(0, limit)
      const last = items.at(-1)
      const more = last !== undefined && all.length > items.length
      return { items, total, complete: true, next: more ? { ts: last.ts, event_id: last.event_id } : null }
    },
  }
}

const copyOf = (bytes: Uint8Array) => new Uint8Array(bytes.subarray(0, SIGNATURE_BYTES))

function merged(
  found: readonly WordHit[],
  tail: readonly (WordHit & { counted: Counted })[],
  order: (a: WordHit, b: WordHit) => number,
): WordHit[] {
  if (tail.length === 0) return [...found]
  return [...found, ...tail.map(({ counted: _, ...hit }) => hit)].sort(order)
}

const byId = (a: WordHit, b: WordHit) => (a.event_id < b.event_id ? -1 : a.event_id > b.event_id ? 1 : 0)

interface Hit extends SealedBody {
  seq: number
  ts: number
}

/**
 * What is indexed of an event: its texts, and whose it is. The index keeps no texts, so that what is taken out of it has to
 * be told to the letter: whoever changes this fills the index anew (a migration).
 */
function indexedOf(event: RedactedEvent): [prompt: string, response: string, tenant: string] {
  // nothing of a text that is withheld
  return [
    indexedForm(readableOf(promptOf(event))),
    indexedForm(readableOf(responseOf(event))),
    tenantWord(event.tenant_id ?? ''),
  ]
}
