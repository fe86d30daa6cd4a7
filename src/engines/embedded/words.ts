import { createHash } from 'node:crypto'
import { promptOf, type RedactedEvent, responseOf } from '../../core/event.ts'
import type { Filter, TextHit } from '../../core/ports.ts'
import { readableOf } from '../../core/withheld.ts'
import type { Connection } from './connection.ts'
import { where } from './filter.ts'
import type { BodyOpener, SealedBody } from './sealed-body.ts'

/** Text of one turn of the index, in bytes: events may be large, and a commit holds up whoever stores. */
const TURN_BYTES = 8 * 2 ** 20

/** Bodies that one answer brings along, in bytes; matches beyond that are counted and left out. */
const ANSWER_BYTES = 32 * 2 ** 20

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

  const dropAll = db.prepare("insert into words(words) values ('delete-all')")

  /** The texts of a row; null where its key is gone. */
  function textHit(row: Hit): TextHit | null {
    const text = bodies.textOf(row)
    if (text === null) return null
    const [prompt, response] = textsOf(JSON.parse(text) as RedactedEvent)
    return { seq: row.seq, event_id: row.event_id, ts: row.ts, prompt, response }
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
        put.run(seq, ...indexedOf(JSON.parse(text) as RedactedEvent))
      }
      move.run(seq)
      return seq - from
    }).immediate,

    /**
     * Inside the commit that takes the body of an entry away: its words are wiped from the index, as far as they are in
     * it. Where nobody can say any more which they were (null), all are, and the index is filled anew.
     */
    forget(seq: number, text: string | null): void {
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
      if (seq < until.get()!.value) put.run(seq, ...indexedOf(JSON.parse(text) as RedactedEvent))
    },

    /** Events that hold all of `words`, newest first; `total` counts all of them. */
    match(words: readonly string[], filter: Filter, limit: number): { items: TextHit[]; total: number } {
      if (words.length === 0) return { items: [], total: 0 }
      const { sql, values } = where(filter)
      const said = `{${filter.part ?? 'prompt response'}} : (${words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ')})`
      // or every text of others that says so would be looked up first
      const whose = nameOf(filter.tenant_id ?? '')
      const query = whose === '' ? said : `tenant : "${whose}" AND ${said}`
      const from = until.get()!.value
      // the word index first: its matches are fewer than the filter's
      const indexed = `from words cross join events e on e.seq = words.rowid
        where words match ? and e.body is not null and e.seq < ${from} and ${sql}`
      const found = db.prepare<unknown[], Hit>(
        `select e.seq, e.event_id, e.ts, e.subject, e.body ${indexed} order by e.ts desc, e.event_id limit ?`,
      )
      let room = ANSWER_BYTES
      const items: TextHit[] = []
      for (const row of found.iterate(query, ...values, limit)) {
        room -= row.body?.length ?? 0
        if (room < 0 && items.length > 0) break
        const hit = textHit(row)
        if (hit !== null) items.push(hit)
      }
      const total = db.prepare<unknown[], { n: number }>(`select count(*) n ${indexed}`).get(query, ...values)!.n
      let tail = 0
      const behind = db.prepare<unknown[], Hit>(
        `select e.seq, e.event_id, e.ts, e.subject, e.body from events e where e.seq >= ${from} and e.body is not null and ${sql}`,
      )
      // one at a time: after a large import there are many, and few that match
      for (const row of behind.iterate(...values)) {
        const hit = textHit(row)
        if (hit === null || !holds(hit, words, filter.part)) continue
        tail++
        room -= row.body?.length ?? 0
        if (room >= 0 || items.length === 0) items.push(hit)
      }
      items.sort((a, b) => b.ts - a.ts || (a.event_id < b.event_id ? -1 : a.event_id > b.event_id ? 1 : 0))
      return { items: items.slice(0, limit), total: total + tail }
    },
  }
}

interface Hit extends SealedBody {
  seq: number
  ts: number
}

/** What is indexed of an event: its texts, and whose it is. */
const indexedOf = (event: RedactedEvent): [prompt: string, response: string, tenant: string] => [
  ...textsOf(event),
  nameOf(event.tenant_id ?? ''),
]

/** A tenant as one word of letters and digits, whatever its name holds; nothing for those who name none. */
const nameOf = (tenant: string): string =>
  tenant === '' ? '' : `t${createHash('sha256').update(tenant).digest('hex').slice(0, NAME_DIGITS)}`

/** Of two tenants of one name the rows are told apart all the same. */
const NAME_DIGITS = 16

/** What is said in an event; nothing of a text that is withheld. */
const textsOf = (event: RedactedEvent): [prompt: string, response: string] => [
  readableOf(promptOf(event)),
  readableOf(responseOf(event)),
]

/**
 * What FTS5's unicode61 tokenizer makes of a text: lower case, runs of letters and digits, no diacritics on Latin ones.
 * Marks of other scripts (vowels of Devanagari) end a run, as they do there. No pattern repeats without a bound: over a
 * word of some millions of characters the engine of JavaScript runs out of stack.
 */
export function tokensOf(text: string): string[] {
  const letters = text.normalize('NFC').toLowerCase().replace(COMPOSED, bare)
  return withoutMarks(letters)
    .split(/[^\p{L}\p{N}\p{Co}]/u)
    .filter((token) => token !== '')
}

/** A Latin letter that is more than a to z. */
const COMPOSED = /[^\P{Script=Latin}a-z]/gu
const bare = (letter: string) => letter.normalize('NFD').replace(/\p{M}/gu, '')

/** Takes the marks that follow a Latin letter, however many there are. */
function withoutMarks(text: string): string {
  let taken = -1
  return text.replace(/(\p{Script=Latin})?\p{M}{1,64}/gu, (run: string, letter: string | undefined, at: number) => {
    if (letter === undefined && at !== taken) return run
    taken = at + run.length
    return letter ?? ''
  })
}

function holds(hit: TextHit, words: readonly string[], part: Filter['part']): boolean {
  const texts = part === undefined ? [hit.prompt, hit.response] : [hit[part]]
  const streams = texts.map((text) => ` ${tokensOf(text).join(' ')} `)
  return words.every((word) => {
    const tokens = tokensOf(word)
    return tokens.length === 0 || streams.some((stream) => stream.includes(` ${tokens.join(' ')} `))
  })
}
