import type { AnalystDay, InsiderDetector, Peers } from '../core/analyst.ts'
import { DAY, dateOf, isWeekend, type Micros } from '../core/window.ts'
import {
  ANCHOR_DAYS,
  type Anchor,
  type AnchorPrior,
  emptyAnchor,
  expectation,
  isLearning,
  learn,
} from '../stats/anchor.ts'
import { cusum } from '../stats/cusum.ts'
import { hill } from '../stats/hill.ts'

/** Counts come in answers of some twenty rows, so they vary twenty times as much as single events would. */
const PRIOR: AnchorPrior = { within: 20, between: 0.25, level: 1, events: Number.POSITIVE_INFINITY }
/** Standard deviations above usual at which the evidence of one day is one half. Lower tells of every busy day. */
const HALF_LOUD = 3
/** Accumulated surprise at which the evidence of many days is one half. */
const HALF_SLOW = 8
/** Surprise forgiven each day, in standard deviations. Lower tells of busy weeks. */
const SLACK = 0.75
/** One day adds no more to the sum, so that a burst cannot pass for persistence; a quiet one takes no more away. */
const CAP = 3
/** The sum stops growing here, so that somebody who came to his senses is believed within some weeks. */
const MOST = 24
/** Rows above usual that a loud day and a slow rise have at least: going from five to forty is nothing. */
const LEAST = 300
/** A loud day is above the largest other one by this factor: who reads in bursts has read so much before. */
const BEYOND = 1.3
/** Variance of what a whole team does alike; counts in full where nobody is there to compare with. */
const TEAM = 0.25
/** Others at which their common movement counts half; fewer than the least are chance. */
const DOUBTED_PEERS = 4
const LEAST_PEERS = 3
/** Days after which a loud day, and without a sign a slow rise, count half. */
const MEMORY_DAYS = 3
const SLOW_MEMORY_DAYS = 14

type Rows = {
  anchor: Anchor
  /** Last day that was taken in. */
  seen: Micros
  /** Largest day before the loud one; of all days while none is loud. */
  most: number
  loud: { z: number; day: Micros; rows: number; usual: number; most: number; peers: number | null }
  slow: {
    sum: number
    days: number
    since: Micros
    last: Micros
    low: number
    high: number
    rows: number
    usual: number
  }
}

const QUIET: Rows['slow'] = { sum: 0, days: 0, since: 0, last: 0, low: 0, high: 0, rows: 0, usual: 0 }

interface Wording {
  name: string
  title: string
  /** `showed 12 events`, of `users` users where known */
  say(rows: string, users: number | null): string
}

/**
 * Rows that somebody takes out, against his own first two weeks, which are frozen then, and what the others of his team
 * do on the same day: where all read more, nobody stands out; where all read less, whoever is at work does not either. One
 * loud day tells by itself; a rise too slow for that adds up in a one-sided cumulative sum (Page, 1954).
 */
function rowsOf(of: 'shown' | 'copied', { say, ...named }: Wording): InsiderDetector<Rows> {
  return {
    ...named,
    version: 1,
    tags: { atlas: ['AML.T0024', 'AML.T0025'], owasp: ['LLM02:2025'] },

    empty: (first) => ({
      anchor: emptyAnchor(first / DAY),
      seen: first,
      most: 0,
      loud: { z: 0, day: first, rows: 0, usual: 0, most: 0, peers: null },
      slow: { ...QUIET, since: first, last: first },
    }),

    ready: ({ anchor }) => (anchor.first + ANCHOR_DAYS) * DAY,

    figures(state, day) {
      const rows = day[of]
      const expected = expectedOn(state, day, rows)
      if (rows === 0) return [null, null]
      return [expected === null ? null : Math.log(rows) - expected.level, rows]
    },

    observe(state, day, [moved, others]) {
      const rows = day[of]
      if (rows === 0) return state
      const number = day.at / DAY
      const expected = expectedOn(state, day, rows)
      const { common, doubt: team } = teamOf(moved)
      const next = { ...state, seen: day.at }
      if (expected === null) {
        const learning = isLearning(state.anchor, number, PRIOR)
        if (!learning) return next
        const level = Math.log(rows)
        const anchor = learn(state.anchor, number, isWeekend(day.at), level, rows, level, PRIOR)
        return { ...next, anchor, most: Math.max(state.most, rows) }
      }
      const level = expected.level + common
      const usual = Math.exp(level)
      const doubt = Math.hypot(expected.doubt, team)
      const surprise = Math.log(rows) - level
      const isLoud = rows - usual >= LEAST && rows > BEYOND * state.most
      const z = isLoud ? surprise / Math.hypot(expected.spread, doubt) : 0
      const faded = fadedTo(state.loud.z, state.seen, day.at, MEMORY_DAYS)
      return {
        ...next,
        most: Math.max(state.most, rows),
        loud:
          z > faded
            ? { z, day: day.at, rows, usual, most: state.most, peers: peersOf(others) }
            : { ...state.loud, z: faded },
        slow: slower(state.slow, day.at, rows, usual, surprise / expected.spread, SLACK + doubt / expected.spread),
      }
    },

    score: ({ loud, slow, seen }, at) =>
      Math.max(hill(fadedTo(loud.z, seen, at, MEMORY_DAYS), HALF_LOUD), ofSlow(slow, at)),

    explain({ loud, slow, seen }, users) {
      if (hill(loud.z, HALF_LOUD) >= ofSlow(slow, seen)) {
        const peers = loud.peers === null ? '' : `; peers ${whole(loud.peers)}`
        return {
          summary: `${say(whole(loud.rows), users)} on ${dateOf(loud.day)}; on other days at most ${whole(loud.most)}${peers}`,
          observed: loud.rows,
          expected: loud.usual,
          since: loud.day,
          last: loud.day,
        }
      }
      const days = Math.max(slow.days, 1)
      return {
        summary: `${say(`${whole(slow.low)} to ${whole(slow.high)}`, null)} on each of ${days} days since ${dateOf(slow.since)}, usually ${whole(slow.usual / days)}`,
        observed: slow.rows / days,
        expected: slow.usual / days,
        since: slow.since,
        last: slow.last,
      }
    },
  }
}

/** What is usual on a day; null while it is learnt. */
function expectedOn({ anchor }: Rows, day: AnalystDay, rows: number) {
  const number = day.at / DAY
  if (rows === 0 || isLearning(anchor, number, PRIOR)) return null
  const weekend = isWeekend(day.at)
  const level = expectation(anchor, weekend, 1, PRIOR)?.level
  return level === undefined ? null : expectation(anchor, weekend, Math.exp(level), PRIOR)
}

/** What a team does more of than usual, and the standard deviation of that where few are there to tell it by. */
function teamOf(moved: Peers | undefined): { common: number; doubt: number } {
  const n = moved === undefined || moved.n < LEAST_PEERS ? 0 : moved.n
  const common = (Math.max(0, moved?.median ?? 0) * n) / (n + DOUBTED_PEERS)
  return { common: n === 0 ? 0 : common, doubt: Math.sqrt((TEAM * DOUBTED_PEERS) / (n + DOUBTED_PEERS)) }
}

function slower(slow: Rows['slow'], at: Micros, rows: number, usual: number, z: number, slack: number): Rows['slow'] {
  const sum = Math.min(MOST, cusum(slow.sum, Math.max(-CAP, Math.min(CAP, z)), slack))
  if (sum === 0) return { ...QUIET, since: at, last: at }
  const first = slow.days === 0
  return {
    sum,
    days: slow.days + 1,
    since: first ? at : slow.since,
    last: sum > slow.sum ? at : slow.last,
    low: first ? rows : Math.min(slow.low, rows),
    high: Math.max(slow.high, rows),
    rows: slow.rows + rows,
    usual: slow.usual + usual,
  }
}

const ofSlow = ({ sum, last, rows, usual }: Rows['slow'], at: Micros) =>
  rows - usual < LEAST ? 0 : hill(fadedTo(sum, last, at, SLOW_MEMORY_DAYS), HALF_SLOW)
const fadedTo = (evidence: number, from: Micros, at: Micros, days: number) =>
  evidence * 0.5 ** (Math.max(0, at - from) / DAY / days)
const peersOf = (others: Peers | undefined) =>
  others === undefined || others.n < LEAST_PEERS ? null : (others.median ?? null)
const whole = (n: number) => Math.round(n).toLocaleString('en-US')
const ofUsers = (users: number | null) =>
  users === null ? '' : ` of ${whole(users)} ${users === 1 ? 'user' : 'users'}`

/** Far more events read, found or exported than usual. */
export const insiderExport = rowsOf('shown', {
  name: 'insider-export',
  title: 'An analyst takes out far more events than usual',
  say: (rows, users) => `showed or exported ${rows} events${ofUsers(users)}`,
})

/** Far larger or more copies of the whole store than usual. */
export const insiderCopy = rowsOf('copied', {
  name: 'insider-copy',
  title: 'An account copies far more of the store than usual',
  say: (rows) => `copied ${rows} entries (backups and exports of the ledger)`,
})
