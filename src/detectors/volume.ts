import type { Detector } from '../core/detector.ts'
import type { Micros } from '../core/window.ts'
import { DAY } from '../core/window.ts'
import { hill } from '../stats/hill.ts'

/** Standard deviations above usual at which the evidence is one half. Lower wakes people for busy Mondays. */
const HALF = 4.5
/** Fewer events above usual than this are never loud: going from one to six is nothing. */
const LEAST = 10
/** Days after which a loud day counts half. */
const MEMORY_DAYS = 3

// a type, not an interface: only types are known to be plain JSON
type Loud = {
  /** Standard deviations of the loudest day, less what was forgotten since. */
  z: number
  seen: Micros
  day: Micros
  observed: number
  usual: number
}

/**
 * A day far busier than the entity's own weekdays (or weekends) were in its first two weeks, compared on a logarithmic
 * scale because busy people also vary more. A loud day fades; it does not add up.
 */
export const volume: Detector<Loud> = {
  name: 'volume',
  title: 'Unusually many requests in a day',
  entities: ['user', 'api_key', 'agent', 'tenant'],
  metric: 'volume',
  period: 86_400,
  memoryDays: MEMORY_DAYS,
  version: 1,
  tags: { atlas: ['AML.T0029', 'AML.T0034'], owasp: ['LLM10:2025'] },

  empty: () => ({ z: 0, seen: 0, day: 0, observed: 0, usual: 0 }),

  observe(state, { at, observed, usual }) {
    const z = state.z * 0.5 ** ((at - state.seen) / DAY / MEMORY_DAYS)
    const faded = { ...state, z, seen: at }
    if (usual === null || observed - usual.median < LEAST) return faded
    const now = Math.log(observed / usual.median) / Math.hypot(usual.spread, usual.doubt)
    return now > z ? { z: now, seen: at, day: at, observed, usual: usual.median } : faded
  },

  score: ({ z }) => hill(z, HALF),

  explain: ({ day, observed, usual }) => ({
    summary: `${Math.round(observed)} requests in one day, usually ${round(usual)} on such a day`,
    observed,
    expected: usual,
    since: day,
  }),
}

const round = (x: number) => (x < 10 ? x.toFixed(1) : Math.round(x).toString())
