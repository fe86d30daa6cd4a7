import type { Detector } from '../core/detector.ts'
import { HOUR, type Micros } from '../core/window.ts'

/** Values further apart than this are told separately. */
const GAP = HOUR
/** Share of a burst by which the usual moves. Higher forgets sooner what an application always did. */
const PACE = 0.3
/** A burst counts by what it has beyond this many usual ones. Lower tells again and again of an application that answers with such values by design. */
const FORGIVEN = 2

type Burst = {
  /** Values in the present burst. */
  sum: number
  since: Micros
  last: Micros
  /** Values in a burst of this entity, as its earlier ones were. */
  usual: number
}

/**
 * Secrets and health data that the redactor took out. One is enough; what an entity always does is forgiven.
 * @param least values beyond the usual from which it says anything; there the score is one half
 */
function sensitiveValues(
  least: number,
  where: string,
  names: Pick<Detector, 'name' | 'title' | 'metric' | 'tags'> & { room: number },
): Detector<Burst> {
  const beyond = ({ sum, usual }: Burst) => Math.max(0, sum - FORGIVEN * usual)
  return {
    ...names,
    entities: ['user', 'api_key', 'agent', 'session', 'ip', 'model'],
    period: 300,
    memoryDays: 7,
    version: 1,

    empty: () => ({ sum: 0, since: 0, last: 0, usual: 0 }),

    /** `observed` is how many values stood in the events of the period. */
    observe(state, { at, observed }) {
      if (state.sum > 0 && at - state.last <= GAP) return { ...state, sum: state.sum + observed, last: at }
      return { sum: observed, since: at, last: at, usual: state.usual + PACE * (state.sum - state.usual) }
    },

    score: (state) => (beyond(state) < least ? 0 : beyond(state) / (beyond(state) + least)),

    explain: ({ sum, since, usual }) => ({
      summary: `secrets or health data in ${where}: ${sum} within an hour, ${Number(usual.toPrecision(2))} usual`,
      observed: sum,
      expected: usual,
      since,
    }),
  }
}

/** What the model gave out held secrets or health data: a sign of exfiltration (OWASP LLM02:2025). */
export const sensitiveOutput = sensitiveValues(1, 'answers', {
  name: 'sensitive-output',
  title: 'Secrets or health data in answers',
  metric: 'sensitive_output',
  room: 5,
  tags: { atlas: ['AML.T0057', 'AML.T0024'], owasp: ['LLM02:2025'] },
})

/** Somebody hands secrets or health data to the model: a matter of acceptable use, so it takes many to be raised. */
export const sensitiveInput = sensitiveValues(10, 'prompts', {
  name: 'sensitive-input',
  title: 'Secrets or health data in prompts',
  metric: 'sensitive_input',
  room: 2,
  tags: { atlas: [], owasp: ['LLM02:2025'] },
})
