import type { Entry, Primary } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'

type Append = (batch: readonly Entry[], primary?: Primary) => Promise<{ duplicates: readonly number[] }>

interface Waiting {
  batch: readonly Entry[]
  primary: Primary | undefined
  resolve(answer: { duplicates: number[] }): void
  reject(error: unknown): void
}

/**
 * Gathers the batches of many senders into one commit, so that each waits for one disk flush and all share it.
 * A commit starts when `mostEvents` have gathered or `later` calls back, whichever comes first; the next gathers
 * while it runs. Where the store is full or busy, everybody in the commit hears of it; where one batch is what it cannot
 * take, the others are committed without it.
 * @param later schedules a callback within a few milliseconds
 */
export function groupCommit(append: Append, mostEvents: number, later: (call: () => void) => void): Append {
  let waiting: Waiting[] = []
  let events = 0
  let scheduled = false
  let committing = false

  async function commitAll() {
    scheduled = false
    if (committing || waiting.length === 0) return
    const group = waiting
    waiting = []
    events = 0
    committing = true
    try {
      const { duplicates } = await append(...together(group))
      let from = 0
      for (const one of group) {
        const to = from + one.batch.length
        const start = from
        one.resolve({ duplicates: duplicates.filter((at) => at >= start && at < to).map((at) => at - start) })
        from = to
      }
    } catch (error) {
      if (group.length === 1 || error instanceof Problem) for (const one of group) one.reject(error)
      else for (const one of group) await commitAlone(one)
    } finally {
      committing = false
    }
    if (waiting.length > 0) await commitAll()
  }

  async function commitAlone(one: Waiting) {
    try {
      const { duplicates } = await append(one.batch, one.primary)
      one.resolve({ duplicates: [...duplicates] })
    } catch (error) {
      one.reject(error)
    }
  }

  return (batch, primary) =>
    new Promise((resolve, reject) => {
      waiting.push({ batch, primary, resolve, reject })
      events += batch.length
      if (events >= mostEvents) void commitAll()
      else if (!scheduled) {
        scheduled = true
        later(() => void commitAll())
      }
    })
}

/** The batches as one, and what comes with their events at its new places. */
function together(group: readonly Waiting[]): [Entry[], Primary?] {
  const batch = group.flatMap((one) => one.batch)
  if (group.every((one) => one.primary === undefined)) return [batch]
  let from = 0
  const moved = group.map(({ batch: own, primary = { vectors: [], marks: [] } }) => {
    const first = from
    from += own.length
    const place = <R extends { at: number }>(row: R): R => ({ ...row, at: first + row.at })
    return { vectors: primary.vectors.map(place), marks: primary.marks.map(place) }
  })
  return [batch, { vectors: moved.flatMap(({ vectors }) => vectors), marks: moved.flatMap(({ marks }) => marks) }]
}
