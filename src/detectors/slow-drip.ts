import type { Detector } from '../core/detector.ts'
import type { Micros } from '../core/window.ts'
import { cusum } from '../stats/cusum.ts'
import { hill } from '../stats/hill.ts'

/** Surprise forgiven each day, in standard deviations. Higher misses slow leaks; lower wakes people for busy weeks. */
const SLACK = 0.5
/** One loud day may add no more than this, so a burst cannot pass for persistence; a quiet one takes no more away. */
const CAP = 3
/** Accumulated surprise at which the evidence is one half: once in 19,000 days by chance (stats/cusum.ts). */
const HALF = 8
/** Days below this many times usual are all quiet ones. */
const QUIET = 2.5
/** The sum stops growing here, so that an entity that came to its senses is believed within some weeks. */
const MOST = 40

type Drip = {
  sum: number
  /** Days since the sum last stood at nothing. */
  days: number
  since: Micros
  low: number
  high: number
  /** Largest ratio of one day to its usual. */
  peak: number
  /** Sums over those days. */
  observed: number
  usual: number
}

const NOTHING: Drip = { sum: 0, days: 0, since: 0, low: 0, high: 0, peak: 0, observed: 0, usual: 0 }

interface Wording {
  name: string
  title: string
  entities: Detector['entities']
  metric: string
  tags: { atlas: string[]; owasp: string[] }
  /** The sentence for days from `low` to `high` where `usual` is usual. */
  say(low: string, high: string, days: number, usual: string): string
}

/**
 * Low and slow: an entity a little above usual day after day and never far above on any day. A one-sided cumulative sum
 * (Page, 1954) remembers what a daily threshold forgets. It works on logarithms against the frozen anchor, from which
 * what all peers did alike was taken; the less the anchor knows, the more is forgiven.
 */
function drip({ say, ...named }: Wording): Detector<Drip> {
  return {
    ...named,
    period: 86_400,
    memoryDays: 14,
    version: 1,

    empty: () => NOTHING,

    observe(state, { at, observed, usual }) {
      if (usual === null || observed <= 0) return state
      const ratio = observed / usual.median
      const surprise = Math.max(-CAP, Math.min(CAP, Math.log(ratio) / usual.spread))
      const sum = Math.min(MOST, cusum(state.sum, surprise, SLACK + usual.doubt / usual.spread))
      if (sum === 0) return NOTHING
      const first = state.days === 0
      return {
        sum,
        days: state.days + 1,
        since: first ? at : state.since,
        low: first ? observed : Math.min(state.low, observed),
        high: Math.max(state.high, observed),
        peak: Math.max(state.peak, ratio),
        observed: state.observed + observed,
        usual: state.usual + usual.median,
      }
    },

    score: ({ sum }) => hill(sum, HALF),

    explain({ days, since, low, high, peak, observed, usual }) {
      const most = `${peak.toFixed(1)} times usual on one day`
      return {
        summary: `${say(round(low), round(high), days, round(usual / Math.max(days, 1)))}; ${peak < QUIET ? 'never more than' : 'once'} ${most}`,
        observed: observed / Math.max(days, 1),
        expected: usual / Math.max(days, 1),
        since,
      }
    },
  }
}

const round = (x: number) => (x < 10 ? Number(x.toFixed(1)) : Math.round(x)).toString()
const each = (days: number) => (days === 1 ? 'on one day' : `on each of ${days} days`)

/** Requests a little more numerous than usual, day after day. */
export const slowDrip = drip({
  name: 'slow-drip',
  title: 'A little more traffic than usual, day after day',
  // not tenants: theirs grows with every account that joins
  entities: ['user', 'api_key', 'agent'],
  metric: 'volume',
  tags: { atlas: ['AML.T0024', 'AML.T0040'], owasp: ['LLM10:2025'] },
  say: (low, high, days, usual) => `sent ${low} to ${high} requests ${each(days)}, usually ${usual}`,
})

/** Answers a little longer than usual, day after day. */
export const tokenDrip = drip({
  name: 'token-drip',
  title: 'Somewhat longer answers than usual, day after day',
  entities: ['user', 'api_key', 'agent'],
  metric: 'tokens_output',
  tags: { atlas: ['AML.T0024', 'AML.T0057'], owasp: ['LLM02:2025'] },
  say: (low, high, days, usual) => `typical answers had ${low} to ${high} tokens ${each(days)}, usually ${usual}`,
})

/** Prompts a little longer than usual, day after day. */
export const promptDrip = drip({
  name: 'prompt-drip',
  title: 'Somewhat longer prompts than usual, day after day',
  entities: ['user', 'api_key', 'agent'],
  metric: 'tokens_input',
  tags: { atlas: ['AML.T0051', 'AML.T0034'], owasp: ['LLM01:2025', 'LLM10:2025'] },
  say: (low, high, days, usual) => `typical prompts had ${low} to ${high} tokens ${each(days)}, usually ${usual}`,
})
