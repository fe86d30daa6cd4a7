import { setImmediate as breathe } from 'node:timers/promises'
import {
  type ArchiveAsk,
  type ArchiveBatch,
  type ArchivePlace,
  type ArchiveRow,
  BLOCK_BYTES,
  BLOCK_EVENTS,
} from '../../core/archive.ts'
import type { EventClass } from '../../core/retention.ts'
import { dateOf, startOfDay } from '../../core/window.ts'
import type { blockSealer, WholeText, wholeTexts } from './archive-rows.ts'
import { classRows, type Expired, TEXTS } from './class-rows.ts'
import type { Connection } from './connection.ts'
import { LISTED } from './erased-counts.ts'
import type { expiryReader } from './expiry.ts'
import { both, type Condition, meets, termsOf } from './rule-terms.ts'
import type { BodyOpener, SealedBody } from './sealed-body.ts'
import type { stageLeases } from './stages.ts'

export interface ArchivableParts {
  db: Connection
  bodies: Pick<BodyOpener, 'together'>
  whole: ReturnType<typeof wholeTexts>
  blocks: Pick<ReturnType<typeof blockSealer>, 'seal'>
  expiry: Pick<ReturnType<typeof expiryReader>, 'free'>
  stages: Pick<ReturnType<typeof stageLeases>, 'finished'>
}

/** Sealed bodies of one file at most, in bytes. */
const FILE_BYTES = 64 * 2 ** 20
/** Of these, what is sealed before others get their turn. */
const TURN_BYTES = 2 ** 18

type Read = Omit<ArchiveRow, 'texts' | 'vectors'> & SealedBody & { subject: Buffer }

/** Finds what rules archive, and makes the rows of a file of it: received on one day, of one tenant. */
export function archivableReader(parts: ArchivableParts) {
  const { db, bodies, whole, blocks, expiry, stages } = parts
  const inStore = classRows(db, TEXTS.store)
  const nextTenant = db
    .prepare<[string], string>(
      `select tenant from events indexed by events_class where ${TEXTS.store.is} and tenant > ? order by tenant limit 1`,
    )
    .pluck()
  const rowsAt = db.prepare<[string], Read>(
    `select e.seq, l.kind, l.reason, e.event_id, e.ts, e.received, e.tenant tenant_id, e.event_type, e.model, e.status, e.latency_ms,
       e.tokens_input, e.tokens_output, e.cost_usd, e.anonymised, e.subject, e.body
     from events e join leaves l on l.seq = e.seq and l.event_id = e.event_id
     where e.seq in ${LISTED} and e.body is not null and e.subject is not null order by e.seq`,
  )

  const sizesOf = db
    .prepare<[string], [seq: number, bytes: number]>(
      `select seq, octet_length(body) from events where seq in ${LISTED}`,
    )
    .raw()

  /** What the rule archives of a tenant, behind a place and on one day, oldest first. */
  function dueOf(ask: ArchiveAsk, tenant: string, free: Condition): Expired[] {
    const { rules, at, now, limit, after } = ask
    const rule = rules[at]!
    const ready: Condition = { sql: 'e.hot_until <= ? and e.seq < ?', values: [now, stages.finished()] }
    const behind = after?.tenant === tenant ? after : null
    const found: Expired[] = []
    for (const of of classesOf(tenant)) {
      if (!meets(rule, 'archive', of)) continue
      const here = termsOf(rules, of, now)
      const due = [here.over(rule, 'archive'), here.notBefore(rule, 'archive'), ready, free].reduce(both)
      found.push(...inStore.rows(of, due, behind, limit))
    }
    found.sort((a, b) => a.received - b.received || a.seq - b.seq)
    const day = startOfDay(found[0]?.received ?? 0)
    return found.filter(({ received }) => startOfDay(received) === day).slice(0, limit)
  }

  function classesOf(tenant: string): EventClass[] {
    const classes: EventClass[] = []
    for (const of of inStore.classes({ tenant, event_type: '', anonymised: -1 })) {
      if (of.tenant !== tenant) break
      classes.push(of)
    }
    return classes
  }

  function due(ask: ArchiveAsk): Expired[] {
    const free = expiry.free()
    const tenants = ask.rules[ask.at]!.tenants
    for (
      let tenant: string | undefined = ask.after?.tenant ?? '';
      tenant !== undefined;
      tenant = nextTenant.get(tenant)
    ) {
      if (tenants !== null && !tenants.includes(tenant)) continue
      const found = dueOf(ask, tenant, free)
      if (found.length > 0) return found
    }
    return []
  }

  /** What is due of the next day, as much as one file takes, in the order of the file; null where nothing is. */
  const find = db.transaction((ask: ArchiveAsk): { blocks: Block[]; next: ArchivePlace } | null => {
    const found = due(ask)
    if (found.length === 0) return null
    const sizes = new Map(sizesOf.all(seqsOf(found)))
    let room = FILE_BYTES
    const taken = found.filter(({ seq }, i) => {
      room -= sizes.get(seq) ?? 0
      return room >= 0 || i === 0
    })
    const { tenant, received, seq } = taken.at(-1)!
    return { blocks: blocksOf(taken, sizes), next: { tenant, received, seq } }
  })

  /** Rows of one subject as a block: nothing where none of them can be opened. */
  function blockOf(file: string, of: readonly Expired[]): ArchiveRow[] {
    const read = bodies.together(() =>
      rowsAt.all(seqsOf(of)).flatMap((row): [Read, WholeText][] => {
        const text = whole(row)
        return text === null || !row.subject.equals(of[0]!.subject!) ? [] : [[row, text]]
      }),
    )
    const rows = read.map(([row]) => plain(row))
    const texts = read.map(([, text]) => text)
    return rows.length > 0 && blocks.seal(file, of[0]!.subject!, rows, texts) ? rows : []
  }

  return async (ask: ArchiveAsk): Promise<ArchiveBatch | null> => {
    for (let after = ask.after; ; ) {
      const found = find({ ...ask, after })
      if (found === null) return null
      const rows: ArchiveRow[] = []
      let turn = 0
      for (const of of found.blocks) {
        rows.push(...blockOf(ask.file, of.rows))
        turn += of.bytes
        if (turn < TURN_BYTES) continue
        turn = 0
        await breathe()
      }
      const { tenant: tenant_id, received } = found.next
      if (rows.length > 0) return { day: dateOf(received), tenant_id, rows, next: found.next }
      // nothing of that day could be opened
      after = found.next
    }
  }
}

const seqsOf = (rows: readonly { seq: number }[]) => JSON.stringify(rows.map(({ seq }) => seq))

/** Rows of one subject, and what is sealed of them in the store. */
interface Block {
  rows: Expired[]
  bytes: number
}

/** Rows by subject, then place, in runs as long as a block may be. */
function blocksOf(rows: readonly Expired[], sizes: ReadonlyMap<number, number>): Block[] {
  const sorted = rows
    .filter(({ subject }) => subject !== null)
    .sort((a, b) => Buffer.compare(a.subject!, b.subject!) || a.seq - b.seq)
  const blocks: Block[] = []
  for (const row of sorted) {
    const bytes = sizes.get(row.seq) ?? 0
    const last = blocks.at(-1)
    const hasRoom = last !== undefined && last.rows.length < BLOCK_EVENTS && last.bytes + bytes <= BLOCK_BYTES
    if (hasRoom && last.rows[0]!.subject!.equals(row.subject!)) {
      last.rows.push(row)
      last.bytes += bytes
    } else blocks.push({ rows: [row], bytes })
  }
  return blocks
}

/** The columns that stand in a file as they are. */
function plain({ subject, body, ...columns }: Read): ArchiveRow {
  return { ...columns, texts: null, vectors: null }
}
