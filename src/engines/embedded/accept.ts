import type { Part } from '../../core/ports.ts'
import type { Micros } from '../../core/window.ts'
import { headOf, NONE } from './chains.ts'
import { eachRowOf, lowerBound, MIXED, type Segment } from './segments.ts'

/** Events whose texts may answer: their seqs, ascending. */
export type Candidates = 'all' | Uint32Array | Float64Array

/** Further conditions on texts, cheaper here than as a list of seqs. Times are half-open. */
export interface Bounds {
  /** Only seqs below. */
  before?: number | undefined
  since?: Micros | undefined
  until?: Micros | undefined
  /** Key of the tenant, and of one or several users (labels.ts). */
  tenant?: number | undefined
  users?: readonly number[] | undefined
}

/** What may answer, in the form in which a scan tests it. */
export interface Accept {
  seqs: Uint32Array | Float64Array | null
  users: readonly number[] | null
  /** 0, 1, or -1 for either. */
  part: number
  before: number
  since: number
  until: number
  /** Low 32 bits of the tenant's key; -1 for any. */
  tenant: number
}

/** How the rows of a segment that may answer are come by. */
export type Plan =
  /** No row can. */
  | { how: 'none' }
  /** These do. */
  | { how: 'gather'; rows: Uint32Array }
  /** Those that pass, and whose bit is set where there are bits. */
  | { how: 'scan'; bits: Uint8Array | null }

/** Share of a segment's rows up to which they are looked up one by one; above, all are scored in their order. */
const GATHER_SHARE = 1 / 10

export function acceptOf(candidates: Candidates, part?: Part, bounds: Bounds = {}): Accept {
  const { before, since, until, tenant, users } = bounds
  return {
    seqs: candidates === 'all' ? null : candidates,
    users: users ?? null,
    part: part === undefined ? -1 : part === 'prompt' ? 0 : 1,
    before: before ?? Number.POSITIVE_INFINITY,
    since: since ?? Number.NEGATIVE_INFINITY,
    until: until ?? Number.POSITIVE_INFINITY,
    tenant: tenant === undefined ? -1 : tenant >>> 0,
  }
}

/** Whether a living row passes all but the lists of seqs and users. */
export function passes(segment: Segment, row: number, accept: Accept): boolean {
  if (segment.dead[row] === 1) return false
  const ts = segment.times[row]!
  return (
    (accept.part < 0 || (segment.parts[row]! & 1) === accept.part) &&
    (accept.tenant < 0 || segment.tenants[row] === accept.tenant) &&
    segment.seqs[row]! < accept.before &&
    ts >= accept.since &&
    ts < accept.until
  )
}

/** Whether times and tenant narrow a segment at all: 'all' of its rows pass them, 'some' may, or 'none' can. */
export function reachOf(segment: Segment, accept: Accept): 'all' | 'some' | 'none' {
  const { minTime, maxTime, minSeq, tenant } = segment
  if (segment.rows === segment.deadRows) return 'none'
  if (maxTime < accept.since || minTime >= accept.until || minSeq >= accept.before) return 'none'
  const foreign = accept.tenant >= 0 && tenant !== accept.tenant
  if (foreign && tenant !== MIXED) return 'none'
  return !foreign && minTime >= accept.since && maxTime < accept.until ? 'all' : 'some'
}

export function planOf(segment: Segment, accept: Accept): Plan {
  const { seqs, users } = accept
  const reach = reachOf(segment, accept)
  if (reach === 'none') return { how: 'none' }
  const listed = seqs !== null ? eachSeq(segment, seqs) : users !== null ? eachUser(segment, users) : null
  // nothing but a part and the size of the ledger: at least a part of the newest segment
  if (listed === null && reach === 'all') return { how: 'scan', bits: null }

  const most = Math.floor(segment.rows * GATHER_SHARE)
  const rows = new Uint32Array(most)
  let n = 0
  const take = (row: number) => {
    if (!passes(segment, row, accept)) return true
    if (n < most) rows[n] = row
    return ++n <= most
  }
  ;(listed ?? eachRow(segment))(take)
  if (n === 0) return { how: 'none' }
  if (n <= most) return { how: 'gather', rows: rows.subarray(0, n) }
  if (listed === null) return { how: 'scan', bits: null }
  const bits = new Uint8Array((segment.rows >>> 3) + 1)
  listed((row) => {
    bits[row >>> 3]! |= 1 << (row & 7)
    return true
  })
  return { how: 'scan', bits }
}

/** Calls back row after row until that answers false. */
type Each = (take: (row: number) => boolean) => void

const eachRow =
  ({ rows }: Segment): Each =>
  (take) => {
    for (let row = 0; row < rows && take(row); row++);
  }

const eachUser =
  ({ users }: Segment, keys: readonly number[]): Each =>
  (take) => {
    for (const key of new Set(keys))
      for (let row = headOf(users, key); row !== NONE && take(row); row = users.next[row]!);
  }

const eachSeq =
  (segment: Segment, seqs: Uint32Array | Float64Array): Each =>
  (take) => {
    const from = lowerBound(seqs, segment.minSeq, 0, seqs.length)
    const to = lowerBound(seqs, segment.maxSeq + 1, from, seqs.length)
    eachRowOf(segment, seqs.subarray(from, to), take)
  }
