import type { Clock, Effects, Stage, StoredEvent, Ticket } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import type { scrubber } from './scrub.ts'

/** The stage that sums: its work must be done in ledger order, one ticket at a time, and an amended event's former figures be taken off. */
const SUMS: Stage = 'baseline'

/** Bodies that one ticket brings along, in bytes; an event larger than that comes alone. */
const TICKET_BYTES = 32 * 2 ** 20
/** A lease that ends later than this many of its lengths from now was taken before the clock went back. */
const LONGEST = 2

interface Claim {
  first: number
  last: number
  fence: number
}

/**
 * Who works on what: stages lease ranges of the ledger, jobs lease slots of the clock. A lease that ran out is handed
 * to the next who asks, under a higher fence; `settle` checks the fence in the commit that writes the effects.
 */
export function stageLeases(
  db: Connection,
  clock: Clock,
  range: (first: number, last: number) => StoredEvent[],
  apply: (effects: Effects) => void,
  scrub: Pick<ReturnType<typeof scrubber>, 'later'>,
) {
  const size = db.prepare<[], { size: number }>('select size from head')
  const stageOf = db.prepare<[string], { level: number; next: number }>(
    'select level, next from stages where stage = ?',
  )
  const begin = db.prepare('insert into stages values (?, 0, 0)')
  const advance = db.prepare('update stages set next = ? where stage = ?')
  const level = db.prepare('update stages set level = ? where stage = ?')
  const lapsed = db.prepare<[string, number, number], Claim>(
    `select first, last, fence from claims where stage = ? and done = 0 and (lease_until <= ? or lease_until > ?)
     order by first limit 1`,
  )
  const sizes = db.prepare<[number, number], { seq: number; bytes: number }>(
    `select seq, octet_length(body) bytes from events where seq >= ? and seq < ? and body is not null order by seq`,
  )
  const open = db.prepare<[string], unknown>('select 1 from claims where stage = ? and done = 0 limit 1')
  const claimed = db.prepare<[string, number], Claim & { done: number }>(
    'select first, last, fence, done from claims where stage = ? and first = ?',
  )
  const put = db.prepare('insert into claims values (?, ?, ?, 0, ?, ?)')
  const renew = db.prepare('update claims set fence = ?, lease_until = ? where stage = ? and first = ?')
  const finish = db.prepare('update claims set done = 1 where stage = ? and first = ?')
  const forget = db.prepare('delete from claims where stage = ? and first = ?')
  const doneAhead = db.prepare<[string], { n: number | null }>(
    'select sum(last - first) n from claims where stage = ? and done = 1',
  )
  /** Entries from a place on that no finished range covers. */
  const ahead = (rows: string, where = '') => `select count(*) n from ${rows} where t.seq >= ? ${where}
    and not exists (select 1 from claims c where c.stage = ? and c.done = 1 and t.seq >= c.first and t.seq < c.last)`
  const othersAhead = db.prepare<[number, string], { n: number }>(ahead('others t'))
  type Ahead = [at: number, tenant: string, stage: string]
  const nobodysAhead = db.prepare<Ahead, { n: number }>(ahead('events t', 'and t.tenant = ?'))
  // or all that wait of other tenants would be passed over
  const tenantAhead = db.prepare<Ahead, { n: number }>(
    ahead('events t indexed by events_tenant_seq', "and t.seq >= 0 and t.tenant = ? and t.tenant <> ''"),
  )
  const slotOf = db.prepare<[string, string], { done: number; fence: number; lease_until: number }>(
    'select done, fence, lease_until from slots where job = ? and slot = ?',
  )
  const putSlot = db.prepare('insert or replace into slots values (?, ?, 0, ?, ?)')
  const finishSlot = db.prepare('update slots set done = 1 where job = ? and slot = ?')

  const finished = db
    .prepare<[], number | null>(
      `select min(level) from stages where stage = '${SUMS}' or stage in (select 'embed:' || space from spaces where state = 'active')`,
    )
    .pluck()
  const formerly = db.prepare<[number, number], { seq: number; was: string }>(
    'select seq, was from counted where seq >= ? and seq < ?',
  )
  const compared = db.prepare('delete from counted where seq >= ? and seq < ?')
  const takeBack = db.prepare('update claims set fence = fence + 1, lease_until = 0 where stage = ? and done = 0')

  function ticket(stage: Stage, claim: Claim): Ticket {
    const events = range(claim.first, claim.last)
    if (stage !== SUMS) return { name: stage, ...claim, slot: null, events }
    const was = new Map(formerly.all(claim.first, claim.last).map((row) => [row.seq, row.was]))
    for (const event of events) {
      const former = was.get(event.seq)
      if (former !== undefined) event.was = JSON.parse(former)
    }
    return { name: stage, ...claim, slot: null, events }
  }

  /** End of the range from `first` on that a ticket can carry. */
  function carried(first: number, last: number): number {
    let sum = 0
    for (const { seq, bytes } of sizes.all(first, last)) {
      sum += bytes
      if (sum > TICKET_BYTES && seq > first) return seq
    }
    return last
  }

  return {
    claim: db.transaction((stage: Stage, limit: number, leaseMs: number): Ticket | null => {
      const now = clock.now()
      const until = now + leaseMs * 1000
      const old = lapsed.get(stage, now, now + LONGEST * leaseMs * 1000)
      if (old !== undefined) {
        renew.run(old.fence + 1, until, stage, old.first)
        return ticket(stage, { ...old, fence: old.fence + 1 })
      }
      if (stage === SUMS && open.get(stage) !== undefined) return null
      if (stageOf.get(stage) === undefined) begin.run(stage)
      const first = stageOf.get(stage)!.next
      const most = Math.min(first + limit, size.get()!.size)
      if (most <= first) return null
      const last = carried(first, most)
      put.run(stage, first, last, 1, until)
      advance.run(last, stage)
      return ticket(stage, { first, last, fence: 1 })
    }).immediate,

    slot: db.transaction((job: string, slot: string, leaseMs: number): Ticket | 'done' | 'busy' => {
      const now = clock.now()
      const held = slotOf.get(job, slot)
      if (held?.done === 1) return 'done'
      if (held !== undefined && held.lease_until > now && held.lease_until <= now + LONGEST * leaseMs * 1000)
        return 'busy'
      const fence = (held?.fence ?? 0) + 1
      putSlot.run(job, slot, fence, now + leaseMs * 1000)
      return { name: job, slot, first: 0, last: 0, fence, events: [] }
    }).immediate,

    settle: db.transaction((given: Ticket, effects: Effects): 'settled' | 'lost' => {
      if (given.slot !== null) {
        const held = slotOf.get(given.name, given.slot)
        if (held === undefined || held.done === 1 || held.fence !== given.fence) return 'lost'
        apply(effects)
        finishSlot.run(given.name, given.slot)
        return 'settled'
      }
      const held = claimed.get(given.name, given.first)
      if (held === undefined || held.done === 1 || held.fence !== given.fence) return 'lost'
      apply(effects)
      if (given.name === SUMS && compared.run(given.first, given.last).changes > 0) scrub.later([])
      finish.run(given.name, given.first)
      let at = stageOf.get(given.name)!.level
      for (let next = claimed.get(given.name, at); next?.done === 1; next = claimed.get(given.name, at)) {
        forget.run(given.name, at)
        at = next.last
      }
      level.run(at, given.name)
      return 'settled'
    }).immediate,

    /**
     * Inside the commit that takes an event's row away: whether the sums hold it. Where somebody has it in hand, he
     * will not be able to settle, and is given the range again without it.
     */
    summed(seq: number): boolean {
      const at = stageOf.get(SUMS)
      if (at === undefined || seq >= at.next) return false
      if (seq < at.level) return true
      takeBack.run(SUMS)
      return false
    },

    /** Inside the commit that destroys: whoever sums has texts in hand that are gone, and is given the range again without them. */
    takeBack: (): void => void takeBack.run(SUMS),

    /** Place below which every entry was summed, and embedded in the active space; beyond all where no such stage ever began. */
    finished: (): number => finished.get() ?? Number.MAX_SAFE_INTEGER,

    waiting(stage: Stage, tenant?: string): number {
      const at = stageOf.get(stage)?.level ?? 0
      const entries = size.get()!.size - at - (doneAhead.get(stage)!.n ?? 0)
      if (entries === 0) return 0
      if (tenant !== undefined) return (tenant === '' ? nobodysAhead : tenantAhead).get(at, tenant, stage)!.n
      // audit entries and receipts are nobody's work
      return entries - othersAhead.get(at, stage)!.n
    },
  }
}
