import type { Detector } from '../core/detector.ts'
import { HOUR, type Micros } from '../core/window.ts'

/** Failed logins in five minutes from which it is more than a forgotten password. */
const LEAST = 5
/** Bursts further apart than this are told separately. */
const GAP = HOUR

type Burst = {
  /** Most failures within any five minutes. */
  most: number
  since: Micros
  last: Micros
}

/** Somebody tries passwords or keys: five or more failed logins of one user, address or key within five minutes. */
export const bruteForce: Detector<Burst> = {
  name: 'brute-force',
  title: 'Many failed logins within five minutes',
  entities: ['user', 'ip', 'api_key'],
  metric: 'auth_failures',
  period: 300,
  memoryDays: 3,
  version: 1,
  tags: { atlas: ['AML.T0012', 'AML.T0055'], owasp: [] },

  empty: () => ({ most: 0, since: 0, last: 0 }),

  /** `observed` is the largest number of failures in any five minutes that end in the period. */
  observe(state, { at, observed }) {
    if (observed < LEAST) return state
    const goesOn = state.most > 0 && at - state.last <= GAP
    if (goesOn) return { most: Math.max(state.most, observed), since: state.since, last: at }
    return { most: observed, since: at, last: at }
  },

  score: ({ most }) => most / (most + LEAST),

  explain: ({ most, since }) => ({
    summary: `${most} failed logins within five minutes`,
    observed: most,
    expected: 0,
    since,
  }),
}
