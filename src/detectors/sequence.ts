import { MINUTE, type Micros, startOfDay } from '../core/window.ts'

/** Time from the first sign on in which what is late or out of order may still come, by arrival. */
export const GRACE: Micros = 15 * MINUTE
/** Numbers within which arrivals may be out of order around a restart, or before the first one that came. */
const WINDOW = 1000
/** A number further ahead than this is no gap: numbering of another kind, or none. */
const FAR = 1_000_000
/** Gaps that are told apart in one run of numbers; neighbours of one day are joined beyond that. */
const MOST_HOLES = 64
/** Runs of numbers that are known at once: what a restart left behind, what goes on, and what somebody forges. */
const MOST_RUNS = 3
/** Numbers seen before that wait for a restart to explain them, and far ones that wait for a neighbour. */
const MOST_SUSPECTS = 64
const MOST_STRAYS = 8
/** Days of repeats and disorder that are remembered, and repeated numbers that are named in a day. */
const MOST_DAYS = 31
export const NAMED = 10
/** So many low numbers once more, newer than all before, are a restart that lost its beginning. */
const HEADLESS = 16
const HEAD = 100

/** Missing numbers a to b; `n` of them where neighbours were joined, else all. */
export type Hole = {
  a: number
  b: number
  n: number
  /** When it was noticed, by arrival. */
  at: Micros
  /** Times of the events on both sides. */
  after: Micros
  before: Micros
}

/** Numbers of one life of a producer: all from `from` up to `next` came, save the holes. */
type Run = {
  from: number
  next: number
  /** Earliest and latest time of its events. */
  since: Micros
  top: Micros
  /** Arrival of its first event, and of its last. */
  begun: Micros
  heard: Micros
  count: number
  holes: Hole[]
}

type Sighting = { number: number; ts: Micros; at: Micros }

/** Numbers of one UTC day that came again under another event_id, or that fit nowhere. */
export type Oddity = { day: Micros; n: number; numbers: number[]; since: Micros; last: Micros }

/** What is remembered of the numbers of one producer; plain JSON of at most some 30 kB, whatever was sent. */
export type Sequence = {
  /** Oldest first; the last one is the present. */
  runs: Run[]
  /** Seen before and not judged yet. */
  suspects: Sighting[]
  strays: Sighting[]
  repeats: Oddity[]
  disorder: Oddity[]
  /** Holes of runs that are no longer known: nothing can fill them. */
  lost: Hole[]
}

export const NO_SEQUENCE: Sequence = { runs: [], suspects: [], strays: [], repeats: [], disorder: [], lost: [] }

/**
 * The state after one more event. Each event is to be shown once, in order of arrival; its number may come in any order.
 * A number that was seen before is a repeat, unless it is 0 or 1 and newer than all before: then the producer has begun
 * again. A number far from all others counts only once another one stands beside it.
 * @param number as sent; what is no whole number from 0 to 2^53 - 1 is disorder
 * @param ts event time
 * @param at time of arrival
 */
export function observeSequence(state: Sequence, number: number, ts: Micros, at: Micros): Sequence {
  if (!Number.isSafeInteger(number) || number < 0) return disordered(state, { number: 0, ts, at })
  return place(mature(state, at), { number, ts, at })
}

/** The state once every number that nothing explained within the grace is taken for a repeat. */
export function mature(state: Sequence, now: Micros): Sequence {
  const due = state.suspects.filter(({ at }, i) => at <= now - GRACE || i < state.suspects.length - MOST_SUSPECTS)
  if (due.length === 0) return state
  return {
    ...state,
    suspects: state.suspects.filter((one) => !due.includes(one)),
    repeats: due.reduce(noted, state.repeats),
  }
}

/** Holes that are older than the grace: by number within a run, oldest run first. */
export function holesOf(state: Sequence, now: Micros): Hole[] {
  return [...state.lost, ...state.runs.flatMap(({ holes }) => holes)].filter(({ at }) => at <= now - GRACE)
}

function place(state: Sequence, seen: Sighting): Sequence {
  const { number, ts } = seen
  const revoked = revoke(state, seen)
  if (revoked !== null) return place(revoked, seen)
  const latest = state.runs.at(-1)
  if (latest === undefined) return { ...state, runs: [begin(seen)] }
  const i = homeOf(state.runs, seen)
  const run = state.runs[i]
  if (run === undefined) return homeless(state, latest, seen)
  if (number >= run.next) return put(state, i, ahead(run, seen))
  const filled = fill(run.holes, number)
  if (filled !== null) return put(state, i, { ...touched(run, seen), holes: filled })
  if (run === latest && number <= 1 && ts >= run.top) return restart(state, latest, seen)
  return headless({ ...state, suspects: [...state.suspects, seen] }, latest)
}

/** The run that a number belongs to: the newest that it fits, or what a restart left behind where its time says so; -1 for none. */
function homeOf(runs: readonly Run[], { number, ts }: Sighting): number {
  const fits = (run: Run | undefined) => run !== undefined && number >= run.from && number < run.next + FAR
  for (let i = runs.length - 1; i >= 0; i--) {
    const run = runs[i] as Run
    if (!fits(run)) continue
    const older = runs[i - 1]
    if (older === undefined || !fits(older)) return i
    const tail = ts < run.since && number >= older.next && number - older.next <= WINDOW
    if (ts > older.top && !tail) return i
  }
  return -1
}

/** A lone 0 or 1 after which the numbers go on as before was no restart: it is one number sent twice. */
function revoke(state: Sequence, { number, ts }: Sighting): Sequence | null {
  const [older, latest] = state.runs.slice(-2)
  if (older === undefined || latest === undefined || latest.count > 1 || latest.from > 1) return null
  if (ts < latest.since) return null
  const goesOn = number >= older.next && number - older.next <= WINDOW && number - latest.next > WINDOW
  if (!goesOn) return null
  const lone = { number: latest.from, ts: latest.since, at: latest.begun }
  return { ...state, runs: state.runs.slice(0, -1), suspects: [...state.suspects, lone] }
}

/** A number below all that is known, or far beyond. */
function homeless(state: Sequence, latest: Run, seen: Sighting): Sequence {
  const { number, ts, at } = seen
  const below = latest.from - number
  const early = below > 0 && below <= WINDOW && ts <= latest.since && ts >= (state.runs.at(-2)?.top ?? 0)
  if (early && at <= latest.begun + GRACE) {
    const hole = { a: number + 1, b: latest.from - 1, n: below - 1, at, after: ts, before: latest.since }
    const holes = below === 1 ? latest.holes : joined([hole, ...latest.holes])
    return put(state, state.runs.length - 1, { ...touched(latest, seen), from: number, holes })
  }
  if (number <= 1 && ts >= latest.top) return restart(state, latest, seen)
  // numbers from before the first that was seen, in a file of older events
  if (below > 0 && ts < latest.top) return state
  const near = state.strays.find((stray) => stray.number !== number && Math.abs(stray.number - number) <= WINDOW)
  if (near !== undefined) {
    const [low, high] = near.number < number ? [near, seen] : [seen, near]
    const rest = { ...state, strays: state.strays.filter((stray) => stray !== near) }
    if (low.number <= HEAD) return begun(rest, ahead(beheaded(low, latest), high))
    return disordered(begun(rest, ahead(begin(low), high)), seen)
  }
  const strays = [...state.strays, seen]
  const [oldest] = strays
  if (strays.length <= MOST_STRAYS || oldest === undefined) return { ...state, strays }
  return disordered({ ...state, strays: strays.slice(1) }, oldest)
}

/** A new run; low numbers that fitted nowhere, or were thought to come twice, and are newer than the old run belong to it. */
function restart(state: Sequence, old: Run, seen: Sighting): Sequence {
  const explained = ({ number, ts }: Sighting) => ts > old.top && number <= WINDOW
  const suspects = state.suspects.filter((one) => !explained(one))
  const strays = state.strays.filter((one) => !explained(one))
  const own = [...state.suspects, ...state.strays].filter(explained)
  return own.reduce(place, begun({ ...state, suspects, strays }, begin(seen)))
}

/** Many low numbers once more, all newer than the run: it began again, and its first numbers never came. */
function headless(state: Sequence, latest: Run): Sequence {
  const newer = state.suspects.filter(({ ts }) => ts > latest.top).toSorted((a, b) => a.number - b.number)
  const [first] = newer
  if (newer.length < HEADLESS || first === undefined || first.number > HEAD) return state
  const suspects = state.suspects.filter((one) => !newer.includes(one))
  return newer.slice(1).reduce(place, begun({ ...state, suspects }, beheaded(first, latest)))
}

/** A new run whose numbers below the first that came are missing. */
function beheaded(first: Sighting, { top }: Run): Run {
  const { number, ts, at } = first
  if (number <= 1) return begin(first)
  return { ...begin(first), from: 1, holes: [{ a: 1, b: number - 1, n: number - 1, at, after: top, before: ts }] }
}

function begun(state: Sequence, run: Run): Sequence {
  const runs = [...state.runs, run]
  if (runs.length <= MOST_RUNS) return { ...state, runs }
  const quiet = runs.slice(0, -1).reduce((a, b) => (b.heard < a.heard ? b : a))
  const lost = [...state.lost, ...quiet.holes].slice(-MOST_HOLES)
  return { ...state, runs: runs.filter((one) => one !== quiet), lost }
}

function begin({ number, ts, at }: Sighting): Run {
  return { from: number, next: number + 1, since: ts, top: ts, begun: at, heard: at, count: 1, holes: [] }
}

function touched(run: Run, { ts, at }: Sighting): Run {
  const { since, top, heard, count } = run
  return {
    ...run,
    since: Math.min(since, ts),
    top: Math.max(top, ts),
    heard: Math.max(heard, at),
    count: count + 1,
  }
}

/** The run with a number at or beyond its end. */
function ahead(run: Run, seen: Sighting): Run {
  const { number, ts, at } = seen
  const longer = { ...touched(run, seen), next: number + 1 }
  if (number === run.next) return longer
  const hole = { a: run.next, b: number - 1, n: number - run.next, at, after: Math.min(run.top, ts), before: ts }
  return { ...longer, holes: joined([...run.holes, hole]) }
}

/** Holes without one number; null where it is in none. */
function fill(holes: readonly Hole[], number: number): Hole[] | null {
  const i = holes.findIndex(({ a, b }) => number >= a && number <= b)
  const hole = holes[i]
  if (hole === undefined) return null
  const { a, b, n } = hole
  const rest =
    n === b - a + 1
      ? [
          { ...hole, b: number - 1, n: number - a },
          { ...hole, a: number + 1, n: b - number },
        ]
      : [{ ...hole, n: n - 1 }]
  return joined([...holes.slice(0, i), ...rest.filter(({ n }) => n > 0), ...holes.slice(i + 1)])
}

/** No more holes than are told apart: the nearest neighbours of one day become one, else the oldest is forgotten. */
function joined(holes: Hole[]): Hole[] {
  if (holes.length <= MOST_HOLES) return holes
  let at = -1
  for (let i = 0; i + 1 < holes.length; i++) {
    const [one, next] = [holes[i] as Hole, holes[i + 1] as Hole]
    if (startOfDay(one.before) !== startOfDay(next.before)) continue
    const best = at === -1 ? Infinity : (holes[at + 1] as Hole).a - (holes[at] as Hole).b
    if (next.a - one.b < best) at = i
  }
  const [one, next] = at === -1 ? [] : holes.slice(at, at + 2)
  if (one === undefined || next === undefined) return holes.slice(1)
  const both = {
    a: one.a,
    b: next.b,
    n: one.n + next.n,
    at: Math.min(one.at, next.at),
    after: Math.min(one.after, next.after),
    before: Math.max(one.before, next.before),
  }
  return [...holes.slice(0, at), both, ...holes.slice(at + 2)]
}

const put = (state: Sequence, i: number, run: Run): Sequence => ({ ...state, runs: state.runs.with(i, run) })

const disordered = (state: Sequence, seen: Sighting): Sequence => ({
  ...state,
  disorder: noted(state.disorder, seen),
})

/** Counts a sighting to its day; days too long ago are forgotten. */
function noted(days: readonly Oddity[], { number, ts }: Sighting): Oddity[] {
  const day = startOfDay(ts)
  const known = days.find((one) => one.day === day) ?? { day, n: 0, numbers: [], since: ts, last: ts }
  const numbers = known.numbers.includes(number) ? known.numbers : [...known.numbers, number].slice(0, NAMED)
  const { n, since, last } = known
  const now = { day, n: n + 1, numbers, since: Math.min(since, ts), last: Math.max(last, ts) }
  return [...days.filter((one) => one.day !== day), now].toSorted((a, b) => a.day - b.day).slice(-MOST_DAYS)
}
