import type { Detector } from '../core/detector.ts'
import { DAY, MINUTE, type Micros } from '../core/window.ts'

/** "+300 %": four times usual. */
const RATIO = 4
/** Events that a five-minute window needs. */
const LEAST_EVENTS = 20
/** Windows in a row: one alone may be a hiccup. */
const IN_A_ROW = 2
const WINDOW = 5 * MINUTE

type Shift = {
  /** Windows in a row above the line, up to `last`. */
  run: number
  /** Of the present run. */
  since: Micros
  last: Micros
  peak: number
  /** The worst run of a day that was long enough; ratio 0 where there was none. */
  worst: { ratio: number; since: Micros; windows: number; observed: number; usual: number }
}

const CALM = { ratio: 0, since: 0, windows: 0, observed: 0, usual: 0 }

/**
 * A jump that cannot wait for the night: in two windows of five minutes in a row, each of at least twenty events, a
 * model or route shows at least four times what is usual for that hour of the week.
 */
function shift(named: {
  name: string
  title: string
  metric: string
  what: string
  unit: string
  tags: Detector['tags']
}): Detector<Shift> {
  const { what, unit, ...rest } = named
  return {
    ...rest,
    entities: ['model', 'route'],
    period: 300,
    memoryDays: 3,
    version: 1,

    empty: () => ({ run: 0, since: 0, last: 0, peak: 0, worst: CALM }),

    observe(state, { at, observed, usual, n }) {
      const ratio = usual === null || n < LEAST_EVENTS ? 0 : observed / usual.median
      if (usual === null || ratio < RATIO) return { ...state, run: 0, peak: 0 }
      const follows = state.run > 0 && at - state.last === WINDOW
      const run = follows ? state.run + 1 : 1
      const since = follows ? state.since : at
      const peak = follows ? Math.max(state.peak, ratio) : ratio
      const next = { run, since, last: at, peak, worst: state.worst }
      // a day later it is a new story, however much worse the old one was
      const worse = peak > state.worst.ratio || at - state.worst.since >= DAY
      if (run < IN_A_ROW || !(worse || state.worst.since === since)) return next
      return {
        ...next,
        worst: { ratio: peak, since, windows: run, observed: peak * usual.median, usual: usual.median },
      }
    },

    score: ({ worst: { ratio } }) => ratio / (ratio + RATIO),

    explain: ({ worst: { ratio, since, windows, observed, usual } }) => ({
      summary: `${what} was ${ratio.toFixed(1)} times usual within ${windows * 5} minutes: ${Math.round(observed)} ${unit} where ${Math.round(usual)} ${unit} is usual for the hour`,
      observed,
      expected: usual,
      since,
    }),
  }
}

/** Median latency four times usual. */
export const latencyShift = shift({
  name: 'latency-shift',
  title: 'Latency jumped to four times usual or more',
  metric: 'latency_ms',
  what: 'median latency',
  unit: 'ms',
  tags: { atlas: ['AML.T0029'], owasp: ['LLM10:2025'] },
})

/** Mean answer length four times usual. */
export const tokenShift = shift({
  name: 'token-shift',
  title: 'Answers jumped to four times their usual length or more',
  metric: 'tokens_output',
  what: 'mean answer length',
  unit: 'tokens',
  tags: { atlas: ['AML.T0034'], owasp: ['LLM10:2025'] },
})
