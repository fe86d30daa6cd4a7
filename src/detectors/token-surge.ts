import type { Detector } from '../core/detector.ts'
import type { Micros } from '../core/window.ts'
import { DAY } from '../core/window.ts'
import { hill } from '../stats/hill.ts'

/** Standard deviations above usual at which the evidence is one half. */
const HALF = 5
/** A day of fewer events says too little about their mean. */
const LEAST_EVENTS = 5
/** Days after which a surge counts half. */
const MEMORY_DAYS = 3

type Surge = { z: number; seen: Micros; day: Micros; observed: number; usual: number; n: number }

/**
 * A day whose answers are far longer than the entity's own usually are: somebody makes the model pour out text. The
 * mean is taken on logarithms, so that one endless answer is not a surge; few events make it more doubtful.
 */
export const tokenSurge: Detector<Surge> = {
  name: 'token-surge',
  title: 'Answers far longer than usual',
  // not tenants: whom a tenant's answers go to changes their mean without anybody doing anything new
  entities: ['user', 'api_key', 'agent'],
  metric: 'tokens_output',
  period: 86_400,
  memoryDays: MEMORY_DAYS,
  version: 1,
  tags: { atlas: ['AML.T0024', 'AML.T0034'], owasp: ['LLM02:2025', 'LLM10:2025'] },

  empty: () => ({ z: 0, seen: 0, day: 0, observed: 0, usual: 0, n: 0 }),

  observe(state, { at, observed, usual, n }) {
    const z = state.z * 0.5 ** ((at - state.seen) / DAY / MEMORY_DAYS)
    const faded = { ...state, z, seen: at }
    if (usual === null || n < LEAST_EVENTS) return faded
    const now = Math.log(observed / usual.median) / Math.hypot(usual.spread, usual.doubt)
    return now > z ? { z: now, seen: at, day: at, observed, usual: usual.median, n } : faded
  },

  score: ({ z }) => hill(z, HALF),

  explain: ({ day, observed, usual, n }) => ({
    summary: `a typical answer had ${Math.round(observed)} tokens in a day of ${n} requests, usually ${Math.round(usual)}`,
    observed,
    expected: usual,
    since: day,
  }),
}
