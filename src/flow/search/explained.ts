import type { SearchTrace } from '../../core/ports.ts'
import type { Explanation, SearchAnswer } from '../../core/search.ts'
import type { SearchParts } from './page.ts'

/** Calls that make up the time of an answer, by the name that an explanation gives them. */
const TIMED = {
  nearest: 'nearest',
  within: 'within',
  match: 'words',
  marked: 'marks',
  marksOf: 'marks',
  vectorOf: 'examples',
  events: 'events',
  waiting: 'not_examined',
  unexamined: 'not_examined',
  head: 'head',
} as const satisfies Partial<Record<keyof SearchParts['engine'], string>>

/** The same parts, which tell afterwards how an answer was come by; asked for one answer. */
export function explained(parts: SearchParts): {
  parts: SearchParts
  explanation(how: SearchAnswer['how'], found: number): Explanation
} {
  const { clock, encoder } = parts
  const begun = clock.now()
  const micros: Record<string, number> = {}
  let trace: SearchTrace | null = null
  let candidates = 0

  async function timed<T>(name: string, call: () => Promise<T>): Promise<T> {
    const from = clock.now()
    try {
      return await call()
    } finally {
      micros[name] = (micros[name] ?? 0) + clock.now() - from
    }
  }

  const engine = { ...parts.engine }
  for (const [method, name] of Object.entries(TIMED) as [keyof typeof TIMED, string][]) {
    const call = engine[method] as (...args: unknown[]) => Promise<unknown>
    const wrapped = (...args: unknown[]) => timed(name, () => call(...args))
    Object.assign(engine, { [method]: wrapped })
  }
  const { nearest, within } = engine
  engine.nearest = async (...args) => {
    const answer = await nearest(...args)
    trace = answer.trace
    candidates += answer.hits.length
    return answer
  }
  engine.within = async (...args) => {
    const answer = await within(...args)
    candidates += answer.total
    return answer
  }

  return {
    parts: {
      ...parts,
      engine,
      encoder: { ...encoder, encode: (...args) => timed('encode', () => encoder.encode(...args)) },
    },
    explanation: (how, found) => ({
      path: how,
      candidates: Math.max(candidates, found),
      ...(trace === null ? {} : { vectors: trace }),
      ms: {
        ...Object.fromEntries(Object.entries(micros).map(([name, spent]) => [name, spent / 1_000])),
        total: (clock.now() - begun) / 1_000,
      },
    }),
  }
}
